"""Web, workers and database are killed again and again while all are busy: nothing is lost or doubled."""

import contextlib
import os
import random
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from app import clock
from app.services import cases
from app.store.models import Case, Event, Incident, Job, Message, Token
from app.store.session import db, reading, transaction
from tests import busy_way, crowd
from tests.installation import Installation
from tests.own_postgres import OwnPostgres, own_postgres

SECONDS = float(os.environ.get("CASUSROUTE_CRASH_SECONDS", "3"))
LEAST_TIMES, MOST_TIMES = 3, 30
"""Until at least one of them hit a request: the dice may choose workers only."""
PEOPLE = 3
SERVICES = ("serve", "worker", "worker")


class Region:
    """A web server, two workers, and on PostgreSQL a database, all of which may be killed."""

    def __init__(self, place: Installation, server: OwnPostgres | None) -> None:
        self.place, self.server = place, server
        self.services = [place.spawn(name) for name in SERVICES]
        self.killed: Counter[str] = Counter()

    def kill_some(self) -> None:
        """One or more of them at the same moment; all are started again."""
        names = [*SERVICES, *(["database"] if self.server else [])]
        chosen = random.sample(range(len(names)), k=random.randint(1, len(names)))
        random.shuffle(chosen)
        for one in chosen:
            self.killed[names[one]] += 1
            if one < len(self.services):
                self.place.kill(self.services[one])
            elif self.server:
                self.server.kill()
        for one in chosen:
            if one < len(self.services):
                self.services[one] = self.place.spawn(names[one])
            elif self.server:
                self.server.start()
        self.place.wait_until_up(60)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def place(
    request: pytest.FixtureRequest, tmp_path: Path
) -> Iterator[tuple[Installation, OwnPostgres | None]]:
    with contextlib.ExitStack() as stack:
        server = stack.enter_context(own_postgres()) if request.param == "postgres" else None
        # One web process, which starts sooner than two.
        settings = {"WEB_PROCESSES": "1"}
        found = Installation(tmp_path, database_url=server.url if server else "", settings=settings)
        stack.callback(found.stop)
        found.set_up(files=busy_way.FILES)
        stack.enter_context(found.app())
        yield found, server


def test_nothing_is_lost_or_doubled_though_all_of_it_is_killed(
    place: tuple[Installation, OwnPostgres | None], capsys: pytest.CaptureFixture[str]
) -> None:
    """CASUSROUTE_CRASH_SECONDS=300 goes on for five minutes."""
    region = Region(*place)
    port = region.place.port
    region.place.wait_until_up()
    stop = threading.Event()
    people = crowd.people(port, PEOPLE, stop, busy_way.PROCESS)
    times = looked = 0

    until = time.monotonic() + SECONDS
    while time.monotonic() < until or times < LEAST_TIMES or (times < MOST_TIMES and not interrupted(people)):
        crowd.wait_until_busy(people)
        stop.wait(random.uniform(0, 0.5))
        region.kill_some()
        times += 1
        with one_moment() as session:
            looked += crowd.check_cases(session)
    for person in people:
        person.enough.set()
    wait_until_ended()
    crowd.finish(stop, people)

    told, killed = crowd.told(people), dict(region.killed)
    with capsys.disabled():
        print(f"\ngedood: {killed}; antwoorden: {dict(told)}; {looked} keer een casus nagekeken")
    assert interrupted(people) > 0, "no kill hit anybody: the test proves nothing"
    assert looked > 0
    assert told.keys() <= {200, 303, 409, 503}
    with one_moment() as session:
        crowd.check_begun(session, people)
        crowd.check_answers(session, crowd.acknowledged(people))
        check_everything_happened_once(session)


def interrupted(people: Sequence[crowd.Person]) -> int:
    return sum(person.interrupted for person in people)


@contextlib.contextmanager
def one_moment() -> Iterator[Session]:
    """A session that sees the database as it is now, whatever happens meanwhile."""
    with reading() as session:
        if session.get_bind().dialect.name == "postgresql":
            session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
        yield session
    db.session.remove()


def wait_until_ended(seconds: float = 180) -> None:
    """Mail that was being sent when its worker died waits for its lease to end: let that be soon."""
    until = time.monotonic() + seconds
    while some_run():
        assert time.monotonic() < until, "some cases are stuck"
        with transaction() as session:
            leased = update(Job).where(Job.kind == "mail", Job.attempts > 0).values(due_at=clock.now())
            session.execute(leased)
        time.sleep(1)


def some_run() -> bool:
    with one_moment() as session:
        return session.scalars(select(Case.key).where(Case.state == "running")).first() is not None


def check_everything_happened_once(session: Session) -> None:
    done = select(Event.case_key, Event.element_id, func.count()).where(
        Event.kind == "completed", Event.element_id.in_(busy_way.ONCE_A_ROUND)
    )
    times = {
        (case_key, element): number
        for case_key, element, number in session.execute(done.group_by(Event.case_key, Event.element_id))
    }
    parents = session.scalars(select(Case).where(Case.process_id == busy_way.PROCESS)).unique().all()
    for case in parents:
        assert cases.variables(session, case)["ronde"] == busy_way.ROUNDS
        rounds = {element: times[case.key, element] for element in busy_way.ONCE_A_ROUND}
        assert set(rounds.values()) == {busy_way.ROUNDS}, (case.number, rounds)
    children = session.scalars(select(Case).where(Case.process_id == busy_way.CHILD)).unique().all()
    begun_by = Counter(cases.variables(session, child)["van"] for child in children)
    assert begun_by == {case.number: busy_way.ROUNDS for case in parents}
    assert session.scalars(select(Message.key).where(Message.handled_at.is_(None))).all() == []
    for left in (Job, Token, Incident):
        assert session.scalar(select(func.count()).select_from(left)) == 0, left
