"""How a process really goes, with ever so many cases behind it: what one page asks for and follows."""

import logging
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from sqlalchemy import exists, func, insert, literal, select
from sqlalchemy.orm import Session

from app import clock
from app.services import demo, jobs, made_histories, practice
from app.services.made_histories import Plan
from app.services.practice_counts import Practice
from app.store.cases import Sight
from app.store.models import Case, Instance, Release
from app.store.session import reading, transaction
from tests.bench import many_pasts
from tests.bench.databases import Database, tidy_up
from tests.bench.figures import Figure, Goal, Line, timed
from tests.installation import Installation
from tests.town import PROJECT, shipped

MOST_MS = 300
ROUND = 5
BACK = timedelta(days=550)
"""The period ends then: in the middle of the past that is made."""
BEGUN_WITH = Plan(cases=100, months=12)
EVERYBODY = Sight(frozenset({"arnhem", "wvv"}))
PROCESSES = ("aanmelding", "informatieverrijking", "nazorgcoordinatie")
"""Of a few steps, of the most steps, and one that few cases come to."""


def lines(database: Database, rounds: int, *, cases: int) -> list[Line]:
    """A year of each process, and how many cases that follows."""
    with database.installation(shipped()) as installation, installation.app():
        events = _fill(installation, cases)
        size = f"{cases:,} casussen en {events / 1_000_000:.1f} miljoen gebeurtenissen".replace(",", ".")
        made = []
        for process_id in PROCESSES:
            found = _collect(process_id)
            p50 = Figure.of(
                [[timed(_collect, process_id)[0] for _ in range(ROUND)] for _ in range(rounds)]
            ).p50
            words = f"praktijk van {process_id}: {found.looked} gevolgd, {found.cases} daar, {size} (ms)"
            made.append(Line(words, database.name, p50, goal=Goal(f"≤ {MOST_MS} ms", p50 <= MOST_MS)))
        return made


def _fill(installation: Installation, cases: int) -> int:
    """A generated year, and then older ones within the database; gives how many events there are."""
    logging.getLogger(jobs.__name__).setLevel(logging.CRITICAL)
    examples = demo.read(PROJECT / "deploy" / "voorbeelden.toml")
    made_histories.make(_in_transaction, examples, BEGUN_WITH, now=clock.now().replace(microsecond=0))
    with transaction() as session:
        events = many_pasts.grow(session, cases)
        _follow_the_newest_release(session)
    tidy_up()
    return events


def _follow_the_newest_release(session: Session) -> None:
    """The copies are of no release; here each has one."""
    newest = select(func.max(Release.number)).scalar_subquery()
    without = ~exists().where(Instance.case_key == Case.key)
    rows = select(Case.key, newest, Case.process_id, literal(b""), literal(1)).where(without)
    columns = ["case_key", "release_number", "process_id", "state", "revision"]
    session.execute(insert(Instance).from_select(columns, rows))


def _in_transaction(work: Callable[[Session], Any]) -> Any:
    with transaction() as session:
        return work(session)


def _collect(process_id: str) -> Practice:
    last: date = clock.now().date() - BACK
    with reading() as session:
        subject = practice.subject(session, process_id)
        days = (last - timedelta(days=practice.USUAL_DAYS), last)
        return practice.collect(session, EVERYBODY, subject, days)
