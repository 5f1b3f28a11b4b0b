"""/werkwijze/concepten/<id>/bestanden: what the editors read and save. Answers are JSON, errors too."""

import time
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, jsonify, redirect, request, url_for
from flask_wtf.csrf import CSRFError, generate_csrf
from sqlalchemy.orm import Session
from werkzeug.exceptions import HTTPException

from app import clock
from app.checks import repairs
from app.errors import CasusrouteError, Invalid, NotFound, Problem
from app.safe_xml import MAX_FILE_BYTES
from app.services import draft_history, draft_saves, drafts, way_files
from app.services.access import Permission
from app.services.draft_saves import Clash, Saved
from app.services.drafts import DraftFileState
from app.store.session import db, transaction
from app.web.access import current_person, requires
from app.web.errors import status_of, text_of
from app.web.words import iso

bp = Blueprint("draft_files", __name__, url_prefix="/werkwijze/concepten/<uuid:id>")

MAX_JSON_BYTES = 3 * MAX_FILE_BYTES
"""A whole file within JSON, where every other character may need an escape."""


@bp.get("/bestanden/<name>")
@requires(Permission.CHANGE_WORKFLOW)
def content(id: UUID, name: str) -> Response:
    """The bytes as the draft has them; `?nummer=`: as they were at that revision."""
    session: Session = db.session()
    draft = drafts.find(session, id)
    at = request.args.get("nummer")
    found = drafts.file(session, draft, name, at=None if at is None else _number(at))
    if found.content is None:
        raise NotFound("Dit bestand is niet in het concept.")
    kind = "application/json" if name.endswith(".form") else "application/xml"
    response = Response(found.content, content_type=f"{kind}; charset=utf-8")
    response.headers["ETag"] = f'"{found.revision}"'
    # Opened by itself it is a file to save, never a page of ours.
    response.headers.set("Content-Disposition", "attachment", filename=name)
    # Who signed in again in another window can go on saving.
    response.headers["X-CSRFToken"] = generate_csrf()
    return response


@bp.put("/bestanden/<name>")
@requires(Permission.CHANGE_WORKFLOW)
def save(id: UUID, name: str) -> Any:
    request.max_content_length = MAX_FILE_BYTES + 1
    sent, revision, person = request.get_data(), _if_match(), current_person()
    with transaction() as session:
        draft = drafts.lock(session, id)
        outcome = draft_saves.save(session, draft, name, sent, revision=revision, by=person, now=clock.now())
    return _answer(outcome)


@bp.delete("/bestanden/<name>")
@requires(Permission.CHANGE_WORKFLOW)
def remove(id: UUID, name: str) -> Any:
    revision, person = _if_match(), current_person()
    with transaction() as session:
        draft = drafts.lock(session, id)
        outcome = draft_saves.remove(session, draft, name, revision=revision, by=person, now=clock.now())
    return _answer(outcome)


def _answer(outcome: Saved | Clash) -> Any:
    if isinstance(outcome, Clash):
        return jsonify(_clash(outcome)), 409
    answer: dict[str, Any] = {
        "revision": outcome.revision,
        "saved_at": iso(outcome.at),
        "by": outcome.by,
        "merged": outcome.merged,
    }
    if outcome.content is not None:
        answer["content"] = _text(outcome.content)
    return jsonify(answer)


def _clash(clash: Clash) -> dict[str, Any]:
    who = clash.theirs.by or "Een collega"
    return {
        **_state(clash.theirs),
        "message": f"{who} bewaarde dit bestand intussen. Kies wat moet blijven.",
        "conflicts": [
            {"element": one.element or None, "name": one.name, "mine": one.mine, "theirs": one.theirs}
            for one in clash.conflicts
        ],
    }


def _state(found: DraftFileState) -> dict[str, Any]:
    """`content` is null for a file that isn't there."""
    return {
        "revision": found.revision,
        "by": found.by,
        "content": None if found.content is None else _text(found.content),
    }


def _text(content: bytes) -> str:
    return content.decode("utf-8", "replace")


def _if_match() -> int:
    said = request.headers.get("If-Match", "").removeprefix("W/").strip('"')
    if not said:
        raise Invalid("Zeg met If-Match van welke stand u uitging.")
    return _number(said)


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise Invalid("Dit is geen nummer van een stand.")
    return int(text)


@bp.post("/bestanden/<name>/aanwezig")
@requires(Permission.CHANGE_WORKFLOW)
def attend(id: UUID, name: str) -> Response:
    way_files.require_name(name)
    person = current_person()
    with transaction() as session:
        draft = drafts.find(session, id)
        others = draft_saves.attend(session, draft, name, by=person, now=clock.now())
    return jsonify({"others": others})


@bp.get("/bestanden/<name>/geschiedenis")
@requires(Permission.CHANGE_WORKFLOW)
def history(id: UUID, name: str) -> Response:
    session: Session = db.session()
    draft = drafts.find(session, id)
    points = [
        {
            "revision": point.revision,
            "saved_at": iso(point.saved_at),
            "by": point.person.name,
            "kind": point.kind,
        }
        for point in draft_history.history(session, draft, name)
    ]
    return jsonify({"revisions": points})


@bp.post("/bestanden/<name>/terug")
@requires(Permission.CHANGE_WORKFLOW)
def back(id: UUID, name: str) -> Any:
    revision, person = _number(request.form.get("nummer", "")), current_person()
    with transaction() as session:
        draft = drafts.lock(session, id)
        found = draft_history.back(session, draft, name, revision, by=person, now=clock.now())
    if request.accept_mimetypes.best == "application/json":
        return jsonify(_state(found))
    return redirect(url_for("drafts.page", id=id), 303)


@bp.post("/controleren")
@requires(Permission.CHANGE_WORKFLOW)
def check(id: UUID) -> Response:
    """What is wrong, with the unsaved text of one file taken along."""
    request.max_content_length = MAX_JSON_BYTES
    given = request.get_json(silent=True)
    only, unsaved = _file_and_text(given)
    began = time.perf_counter()
    session: Session = db.session()
    draft = drafts.find(session, id)
    problems = drafts.check(session, draft, only=only, unsaved=None if unsaved is None else unsaved.encode())
    return jsonify(
        {
            "problems": [problem_json(one) for one in problems],
            "complete": True,
            "ms": round((time.perf_counter() - began) * 1000),
        }
    )


def _file_and_text(given: Any) -> tuple[str | None, str | None]:
    if not isinstance(given, dict):
        raise Invalid("Dit verzoek klopt niet.")
    only, unsaved = given.get("file"), given.get("content")
    if not isinstance(only, str | None) or not isinstance(unsaved, str | None):
        raise Invalid("Dit verzoek klopt niet.")
    if unsaved is not None and any("\ud800" <= char <= "\udfff" for char in unsaved):
        raise Invalid("In deze tekst staat een teken dat niet kan bestaan.")
    return only, unsaved


@bp.post("/herstellen")
@requires(Permission.CHANGE_WORKFLOW)
def repair(id: UUID) -> Response:
    """The unsaved text of a file with one thing mended; saving it is up to who asked."""
    request.max_content_length = MAX_JSON_BYTES
    given = request.get_json(silent=True)
    only, unsaved = _file_and_text(given)
    asked = given if isinstance(given, dict) else {}
    wanted, element = asked.get("repair"), asked.get("element")
    if only is None or unsaved is None or not isinstance(wanted, str) or not isinstance(element, str | None):
        raise Invalid("Dit verzoek klopt niet.")
    session: Session = db.session()
    files = drafts.files(session, drafts.find(session, id))
    mended = repairs.repair(wanted, unsaved.encode(), element, file=only, files=files)
    return jsonify({"content": _text(mended)})


def problem_json(problem: Problem) -> dict[str, Any]:
    """As the editors show it."""
    return {
        "file": problem.file,
        "element": problem.element_id,
        "message": problem.message,
        "severity": problem.severity,
        "rule": problem.rule,
        "trace": [list(marking) for marking in problem.trace],
        "repair": None
        if problem.repair is None
        else {"id": problem.repair, "label": repairs.label(problem.repair)},
    }


@bp.errorhandler(CasusrouteError)
def _ours(error: CasusrouteError) -> Any:
    return jsonify({"message": error.message}), status_of(error)


@bp.errorhandler(HTTPException)
def _http(error: HTTPException) -> Any:
    """Too large is, to who saves, one more thing that a file can't be."""
    code = error.code or 500
    if code == 413:
        return jsonify({"message": "Dit bestand is te groot."}), 422
    return jsonify({"message": text_of(code)}), code


@bp.errorhandler(CSRFError)
def _csrf(error: CSRFError) -> Any:
    return jsonify({"message": "Deze pagina stond te lang open, of u bent intussen uitgelogd."}), 400
