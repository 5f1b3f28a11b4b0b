"""Who read something of which case: written down before the page leaves, so nobody looks unseen."""

from flask import Flask, Response, current_app, g

from app import clock
from app.services import audit
from app.store.models import Person
from app.store.session import db, transaction


def saw(case_key: int | None) -> None:
    """The page that is being made shows something of this case."""
    if case_key is not None:
        g.setdefault("cases_seen", set()).add(case_key)


def install(app: Flask) -> None:
    app.after_request(_write)


def _write(response: Response) -> Response:
    seen, person = g.pop("cases_seen", None), g.get("person")
    if not seen or person is None:
        return response
    try:
        _note(person, seen)
    except Exception as error:  # what can't be written down is not shown: the answer says why instead
        return current_app.make_response(current_app.handle_user_exception(error))
    return response


def _note(person: Person, seen: set[int]) -> None:
    now = clock.now()
    if audit.not_yet_noted(db.session(), person, seen, now=now):
        with transaction() as session:
            audit.note_looks(session, person, seen, now=now)
