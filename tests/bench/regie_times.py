"""Regie with many cases: the live picture and what takes too long, without and with a past."""

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import Integer, String, case, cast, func, insert, literal, select, update
from sqlalchemy.orm import Session

from app import clock
from app.services import inbox, overview, terms
from app.services.overview import CaseFilters
from app.store import people as people_rows
from app.store.inbox import END_OF_TIME
from app.store.models import Base, Event, Person, UserTask
from app.store.session import reading, transaction
from tests import copies
from tests.bench.databases import Database, tidy_up
from tests.bench.figures import Figure, Goal, Line, said, timed
from tests.bench.server import ANSWERS, LOGIN, start
from tests.installation import Installation

VISITS = 7
RUNNING = 5
"""One case of so many runs; the others ended."""
STEPS = 10
LATE, FAILED = 7, 50
"""One running case of so many is late, or failed."""
BATCH = 5_000
NOISE, MOST_MS = 1.5, 300
DAY = timedelta(days=1)
_TOKEN, _TASK, _INCIDENT = (Base.metadata.tables[name] for name in ("token", "user_task", "incident"))
Ask = Callable[[Session, Person], object]


def _picture(session: Session, person: Person) -> object:
    return overview.picture(session, person, CaseFilters(), now=clock.now())


def _narrowed(session: Session, person: Person) -> object:
    now = clock.now()
    filters = CaseFilters(house="arnhem", release_number=1, started_from=now - 365 * DAY, started_until=now)
    return overview.picture(session, person, filters, now=now)


def _stood(session: Session, person: Person) -> object:
    marks = {f"taak_{step}": [("tien_taken", f"taak_{step}")] for step in range(1, STEPS + 1)}
    return overview.stood(session, person, CaseFilters(), marks, now=clock.now())


def _terms(session: Session, person: Person) -> object:
    return terms.overdue(session, person, CaseFilters(), now=clock.now())


def _still(session: Session, person: Person) -> object:
    return terms.still(session, person, CaseFilters(), days=14, now=clock.now())


def _partners(session: Session, person: Person) -> object:
    return terms.partners(session, person, CaseFilters(), now=clock.now())


ASKED: dict[str, Ask] = {
    "levend beeld": _picture,
    "levend beeld, met filters": _narrowed,
    "hoe lang casussen bij een stap staan": _stood,
    "termijnen": _terms,
    "wat stilstaat": _still,
    "wie op een partner wacht": _partners,
}


def lines(database: Database, rounds: int, *, cases: int) -> list[Line]:
    """Each page's queries with a fifth of `cases` running, before and after the others ended."""
    running = cases // RUNNING
    with database.installation() as installation:
        begun, ended = start(installation, "tien_taken", 2)
        _finish(installation, ended)
        with installation.app():
            with transaction() as session:
                _run(session, begun, running, now=clock.now())
            tidy_up()
            none = _measure(rounds)
            for made in range(0, cases - running, BATCH):
                with transaction() as session:
                    copies.make(session, ended, min(BATCH, cases - running - made))
            tidy_up()
            many = _measure(rounds)
            with reading() as session:
                events = session.scalar(select(func.count()).select_from(Event)) or 0
    made = []
    for name, value in many.items():
        size = f"{running} lopende en {cases - running} klare casussen, {events} gebeurtenissen"
        words = f"{name}: {size} (ms; zonder verleden: {said(none[name])})"
        goal = Goal.times(value, none[name], NOISE, f"zonder verleden en ≤ {MOST_MS} ms")
        goal = Goal(goal.words, goal.reached and value <= MOST_MS)
        made.append(Line(words, database.name, value, ratio=value / none[name], goal=goal))
    return made


def _measure(rounds: int) -> dict[str, float]:
    times: dict[str, list[list[float]]] = {name: [] for name in ASKED}
    for turn in range(rounds + 1):
        for name, ask in ASKED.items():
            measured = [_once(ask) for _ in range(VISITS)]
            if turn:  # the first is for warming up
                times[name].append(measured)
    return {name: Figure.of(measured).p50 for name, measured in times.items()}


def _once(ask: Ask) -> float:
    with reading() as session:
        person = people_rows.by_login(session, "ketenmanager")
        if person is None:
            raise RuntimeError("no ketenmanager")
        return timed(ask, session, person)[0]


def _finish(installation: Installation, key: int) -> None:
    """Do every task of this case."""
    with installation.app():
        for _ in range(STEPS):
            with transaction() as session:
                by = session.scalars(select(Person).where(Person.login == LOGIN)).one()
                query = select(UserTask.id).where(UserTask.case_key == key, UserTask.state == "open")
                inbox.complete(session, session.scalars(query).one(), ANSWERS, by=by, now=clock.now())


def _day(session: Session, now: datetime, copy: copies.Number, days: int) -> copies.Number:
    """One of the last days."""
    # As one value: within a text SQLite would join before it multiplies.
    seconds = cast(copy % days * 86_400, Integer)
    return copies.moment(session, now - days * DAY, seconds)


def _step(copy: copies.Number) -> copies.Number:
    return literal("taak_").concat(cast(copy % STEPS + 1, String))


def _run(session: Session, key: int, number: int, *, now: datetime) -> None:
    """So many running copies, spread over steps and moments; some are late, failed or with a partner."""
    keys = copies.make(
        session,
        key,
        number,
        vary={
            "case.started_at": lambda copy: _day(session, now, copy, 90),
            "case.moved_at": lambda copy: _day(session, now, copy, 60),
            "token.since": lambda copy: _day(session, now, copy, 60),
            "token.element_id": _step,
            "user_task.element_id": _step,
        },
    )
    over, task = now - 5 * DAY, _TASK.c.case_key
    copied = update(_TASK).where(task >= keys.start)
    late = case(
        (task % LATE == 0, literal(over, _TASK.c.due_at.type)),
        else_=literal(END_OF_TIME, _TASK.c.due_at.type),
    )
    session.execute(copied.values(due_at=late, sort_due_at=late))
    session.execute(copied.where(task % LATE == 1).values(groups=["organisatie:politie"]))
    failed = select(
        _TOKEN.c.case_key,
        _TOKEN.c.process_id,
        _TOKEN.c.element_id,
        _TOKEN.c.path,
        literal("De mailserver gaf geen antwoord."),
        _TOKEN.c.since,
    ).where(_TOKEN.c.case_key % FAILED == 0)
    columns = ["case_key", "process_id", "element_id", "path", "message", "opened_at"]
    session.execute(insert(_INCIDENT).from_select(columns, failed))
