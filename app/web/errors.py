"""Our errors as HTTP, in one table, each a page that says in plain Dutch what happened and what to do."""

import logging
from collections.abc import Mapping
from typing import Any

from flask import Flask, g, jsonify, render_template, request
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DisconnectionError, InterfaceError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException

from app import clock
from app.errors import Busy, CasusrouteError, Conflict, EngineError, Forbidden, Invalid, NotFound, Unreadable
from app.services import unreadable
from app.services.failures import failure
from app.store.session import transaction

STATUS: dict[type[CasusrouteError], int] = {
    NotFound: 404,
    Forbidden: 403,
    Conflict: 409,
    Invalid: 422,
    EngineError: 500,
    Busy: 503,
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
    503: "Het lukt nu even niet",
}
_TEXTS = {
    400: "Ga terug en probeer het opnieuw.",
    401: "U bent uitgelogd. Log in een ander venster opnieuw in.",
    404: "Deze pagina bestaat niet. Misschien is het adres niet goed overgenomen.",
    405: "Ga terug en probeer het opnieuw.",
    413: "Wat u verstuurt is te groot. Kies kleinere of minder bestanden.",
}
_AWAY = "De gegevens zijn even niet te bereiken. Wacht een halve minuut en probeer het opnieuw."
_NOT_SURE = "Misschien is dit net wel bewaard, en misschien niet. Verstuur het straks gerust opnieuw."
_LATER = {"Retry-After": "5"}
_WITH_PASSWORD = {"sign_in.enter"}
_REPORTED = "Dit is gemeld als storing bij de casus. U hoeft niets te doen; probeer het later opnieuw."
_OURS = "Er is niets verloren gegaan: de casus staat nog zoals hij stond. Probeer het later opnieuw."

_log = logging.getLogger(__name__)


def install(app: Flask) -> None:
    app.register_error_handler(CasusrouteError, _ours)
    app.register_error_handler(Busy, _busy)
    app.register_error_handler(Unreadable, _unreadable)
    app.register_error_handler(CSRFError, _csrf)
    app.register_error_handler(HTTPException, _http)
    for kind in (OperationalError, InterfaceError, DisconnectionError, PoolTimeout):
        app.register_error_handler(kind, _away)
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


def _busy(error: Busy) -> Any:
    log_failure(error)
    page, code = answer(503, error.message, again=_sent())
    return page, code, _LATER


def _unreadable(error: Unreadable) -> Any:
    """Nobody but a ketenmanager can do something about it: it becomes an incident of the case."""
    log_failure(error)
    return answer(500, error.message, more=_REPORTED if _report(error) else _OURS, again=_sent())


def _report(error: Unreadable) -> bool:
    case_key = unreadable.case_of(error)
    if case_key is None:
        return False
    try:
        with transaction() as session:
            unreadable.tell(session, case_key, now=clock.now())
    except (CasusrouteError, SQLAlchemyError) as failed:  # then the next one who comes here reports it
        log_failure(failed)
        return False
    return True


def _away(error: Exception) -> Any:
    """The database does not answer (in time). The page is made without it, so without who is asking."""
    log_failure(error)
    g.person = None
    page, code = answer(503, _AWAY, more=_NOT_SURE if _sent() else "", again=_sent())
    return page, code, _LATER


def _sent() -> dict[str, list[str]]:
    """What somebody typed and sent, to send it again; never a password."""
    if request.method != "POST" or request.endpoint in _WITH_PASSWORD:
        return {}
    return dict(request.form.lists())


def log_failure(error: Exception) -> None:
    """What went wrong and where, without the message: that can hold names."""
    _log.error("request failed", extra={**failure(error), "endpoint": request.endpoint})


def answer(code: int, message: str, *, more: str = "", again: Mapping[str, list[str]] | None = None) -> Any:
    """A page, or JSON where a script asked. `again` are the fields of a form that can be sent once more."""
    if not hasattr(g, "person"):
        g.person = None
    title = TITLES.get(code, TITLES[500])
    if request.accept_mimetypes.best == "application/json":
        return jsonify({"melding": message}), code
    page = render_template(
        "fouten/fout.html", code=code, titel=title, tekst=message, meer=more, opnieuw=again or {}
    )
    return page, code
