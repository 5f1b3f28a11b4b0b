"""The figures of a period with few and with ever so many cases and events behind them: their queries."""

import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from app import clock
from app.services import demo, figures, jobs, made_histories
from app.services.diagrams import SMALLEST_FIGURE
from app.services.made_histories import Plan
from app.store.cases import Sight
from app.store.session import reading, transaction
from app.web import figures_pdf
from tests.bench import many_pasts
from tests.bench.databases import Database, tidy_up
from tests.bench.figures import Figure, Goal, Line, timed
from tests.installation import Installation
from tests.town import PROJECT, shipped

MOST_MS = 300
ROUND = 5
BACK = timedelta(days=550)
"""The periods end then: in the middle of the past that is made, where it is as busy as anywhere."""
PERIODS = {"drie maanden": 91, "een jaar": 365}
BEGUN_WITH = Plan(cases=100, months=12)
EVERYBODY = Sight(frozenset({"arnhem", "wvv"}))


def lines(database: Database, rounds: int, *, cases: int) -> list[Line]:
    """Each period's tables, and the report of three months."""
    with database.installation(shipped()) as installation, installation.app():
        events = _fill(installation, cases)
        made = []
        size = f"{cases:,} casussen en {events / 1_000_000:.1f} miljoen gebeurtenissen".replace(",", ".")
        for words, days in PERIODS.items():
            p50 = _p50(rounds, days)
            goal = Goal(f"≤ {MOST_MS} ms", p50 <= MOST_MS)
            made.append(Line(f"cijfers over {words}, {size} (ms)", database.name, p50, goal=goal))
        report = Figure.of([[timed(_report)[0] for _ in range(ROUND)] for _ in range(rounds)]).p50
        made.append(Line("rapport van drie maanden als PDF (ms)", database.name, report))
    return made


def _fill(installation: Installation, cases: int) -> int:
    """A generated year, and then older ones within the database; gives how many events there are."""
    logging.getLogger(jobs.__name__).setLevel(logging.CRITICAL)
    examples = demo.read(PROJECT / "deploy" / "voorbeelden.toml")
    made_histories.make(_in_transaction, examples, BEGUN_WITH, now=clock.now().replace(microsecond=0))
    with transaction() as session:
        events = many_pasts.grow(session, cases)
    tidy_up()
    return events


def _in_transaction(work: Callable[[Session], Any]) -> Any:
    with transaction() as session:
        return work(session)


def _p50(rounds: int, days: int) -> float:
    return Figure.of([[timed(_tables, days)[0] for _ in range(ROUND)] for _ in range(rounds)]).p50


def _tables(days: int) -> list[figures.Table]:
    today = clock.now().date() - BACK
    period = figures.chosen(today - timedelta(days=days - 1), today, today=today)
    with reading() as session:
        return figures.collect(session, EVERYBODY, period)


def _report() -> bytes:
    tables = [figures.suppressed(one, SMALLEST_FIGURE) for one in _tables(PERIODS["drie maanden"])]
    return figures_pdf.made(tables, title="Cijfers", lines=[], now=clock.now())
