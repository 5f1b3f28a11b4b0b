"""Our errors as HTTP, in one table, each a page that says in plain Dutch what happened and what to do."""

import logging
from typing import Any

from flask import Flask, g, jsonify, render_template, request
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from app.errors import CasusrouteError, Conflict, EngineError, Forbidden, Invalid, NotFound
from app.services.failures import failure

STATUS: dict[type[CasusrouteError], int] = {
    NotFound: 404,
    Forbidden: 403,
    Conflict: 409,
    Invalid: 422,
    EngineError: 500,
}
TITLES = {
    400: "Dit verzoek klopt niet",
    401: "U bent uitgelogd",
    403: "Dit is niet voor u",
    404: "Niet gevonden",
    405: "Dit kan zo niet",
    409: "Iemand was u voor",
    413: "Dit is te groot",
    422: "Dit kan niet worden verwerkt",
    500: "Er ging iets mis",
}
_TEXTS = {
    400: "Ga terug en probeer het opnieuw.",
    401: "U bent uitgelogd. Log in een ander venster opnieuw in.",
    404: "Deze pagina bestaat niet. Misschien is het adres niet goed overgenomen.",
    405: "Ga terug en probeer het opnieuw.",
    413: "Wat u verstuurt is te groot. Kies kleinere of minder bestanden.",
}
_OURS = "Er is niets verloren gegaan: de casus staat nog zoals hij stond. Probeer het later opnieuw."

_log = logging.getLogger(__name__)


def install(app: Flask) -> None:
    app.register_error_handler(CasusrouteError, _ours)
    app.register_error_handler(CSRFError, _csrf)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _unexpected)


def status_of(error: CasusrouteError) -> int:
    return next((code for kind, code in STATUS.items() if isinstance(error, kind)), 500)


def _ours(error: CasusrouteError) -> Any:
    code = status_of(error)
    if code >= 500:
        log_failure(error)
    return answer(code, error.message, more=_OURS if code >= 500 else "")


def _csrf(error: CSRFError) -> Any:
    return answer(
        400, "Deze pagina stond te lang open, of u bent intussen uitgelogd. Ga terug en probeer het opnieuw."
    )


def _http(error: HTTPException) -> Any:
    code = error.code or 500
    return answer(code, text_of(code))


def text_of(code: int) -> str:
    """What to say of a status when nobody said something better."""
    return _TEXTS.get(code, _OURS)


def _unexpected(error: Exception) -> Any:
    log_failure(error)
    return answer(500, _OURS)


def log_failure(error: Exception) -> None:
    """What went wrong and where, without the message: that can hold names."""
    _log.error("request failed", extra={**failure(error), "endpoint": request.endpoint})


def answer(code: int, message: str, *, more: str = "") -> Any:
    """A page, or JSON where a script asked."""
    if not hasattr(g, "person"):
        g.person = None
    title = TITLES.get(code, TITLES[500])
    if request.accept_mimetypes.best == "application/json":
        return jsonify({"melding": message}), code
    return render_template("fouten/fout.html", code=code, titel=title, tekst=message, meer=more), code
