"""Bytes a case, and SQL statements a completion."""

from sqlalchemy import Engine, event, func, select
from sqlalchemy.orm import Session

from app import clock
from app.config import from_environment
from app.factory import create_app
from app.services import cases, inbox
from app.store.models import Event, Instance, Person, UserTask
from app.store.session import db, transaction
from tests.bench.figures import table
from tests.installation import Installation


def report(installation: Installation) -> str:
    app = create_app(from_environment(installation.environment))
    with app.app_context():
        statements: list[str] = []
        event.listen(db.engine, "before_cursor_execute", lambda *args: statements.append(args[2]))
        case_key = _start()
        rows: list[tuple[str, int]] = []
        for _ in range(10):
            statements.clear()
            _complete_first(case_key)
            rows.append((f"na taak {len(rows) + 1}", len(statements), *_stored(db.engine, case_key)))
    return table("Wat een casus kost", ("stap", "SQL-opdrachten", "bytes staat", "gebeurtenissen"), rows)


def _start() -> int:
    with transaction() as session:
        by = session.scalars(select(Person).where(Person.login == "procesregisseur.arnhem")).one()
        return cases.start(session, "tien_taken", {"onderwerp": "meten"}, by=by, now=clock.now()).key


def _complete_first(case_key: int) -> None:
    with transaction() as session:
        by = session.scalars(select(Person).where(Person.login == "procesregisseur.arnhem")).one()
        task = session.scalars(
            select(UserTask.id).where(UserTask.case_key == case_key, UserTask.state == "open")
        ).one()
        inbox.complete(session, task, {"onderwerp": "meten"}, by=by, now=clock.now())


def _stored(engine: Engine, case_key: int) -> tuple[int, int]:
    with Session(engine) as session:
        state = session.scalars(select(Instance.state).where(Instance.case_key == case_key)).one()
        events = session.scalar(select(func.count()).select_from(Event).where(Event.case_key == case_key))
        return len(state), events or 0
