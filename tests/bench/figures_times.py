"""What looks back on ever so many cases and events, the figures of a period and the ways: their queries."""

import logging
import statistics
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

from sqlalchemy.orm import Session

from app import clock, worker
from app.services import demo, figures, jobs, made_histories, mining, parts
from app.services.diagrams import SMALLEST_FIGURE
from app.services.made_histories import Plan
from app.store.cases import Sight
from app.store.histories import Span
from app.store.session import reading, transaction
from app.web import figures_pdf
from tests.bench import many_pasts
from tests.bench.databases import Database, tidy_up
from tests.bench.figures import Figure, Goal, Line, timed
from tests.installation import Installation
from tests.town import PROJECT, shipped

MOST_MS = 300
ROUND, FEW = 5, 2
BACK = timedelta(days=550)
"""The periods end then: in the middle of the past that is made, where it is as busy as anywhere."""
PERIODS = {"drie maanden": 91, "een jaar": 365}
BEGUN_WITH = Plan(cases=100, months=12)
EVERYBODY = Sight(frozenset({"arnhem", "wvv"}))


def lines(database: Database, rounds: int, *, cases: int) -> list[Line]:
    """Each period's tables, the ways, and the report of three months; before, and with what workers did."""
    with database.installation(shipped()) as installation, installation.app():
        events = _fill(installation, cases)
        size = f"{cases:,} casussen en {events / 1_000_000:.1f} miljoen gebeurtenissen".replace(",", ".")
        raw = "niets vooruit geteld"
        made = [_line(f"{words}, {raw} (ms)", database, _once(work)) for words, work in PAGES.items()]
        part, ways = _let_workers_count()
        tidy_up()
        for words, work in PAGES.items():
            p50 = _p50(rounds, work)
            made.append(_line(f"{words}, {size} (ms)", database, p50, most=MOST_MS))
        for words, work in NARROWED.items():
            made.append(_line(f"{words} (ms)", database, _p50(rounds, work), most=MOST_MS))
        for words, work in NOT_APART.items():
            made.append(_line(f"{words} (ms)", database, _p50(FEW, work)))
        made.append(_line("een deel van het verleden vooruit tellen, meest een dag (ms)", database, part))
        made.append(_line("de weg van duizend casussen vinden (ms)", database, ways))
        report = Figure.of([[timed(_report)[0] for _ in range(ROUND)] for _ in range(rounds)]).p50
        made.append(_line("rapport van drie maanden als PDF (ms)", database, report))
    return made


def _line(words: str, database: Database, p50: float, *, most: int = 0) -> Line:
    goal = Goal(f"≤ {most} ms", p50 <= most) if most else None
    return Line(words, database.name, p50, goal=goal)


def _let_workers_count() -> tuple[float, float]:
    """All that is over and all ways; gives the middle of how long each took."""
    now = clock.now()
    worker.list_parts(now=now)
    return (
        _middle(lambda: worker.count_a_part(now=now + 2 * parts.SAFE)),
        _middle(worker.find_ways),
    )


def _middle(work: Callable[[], int]) -> float:
    """Until nothing is left to do."""
    times = []
    while True:
        took, done = timed(work)
        if not done:
            return statistics.median(times)
        times.append(took)


def _once(work: Callable[[], Any]) -> float:
    """Of what may take half a minute: not the first time, which reads from the disk."""
    work()
    return timed(work)[0]


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


def _p50(rounds: int, work: Callable[[], Any]) -> float:
    return Figure.of([[timed(work)[0] for _ in range(ROUND)] for _ in range(rounds)]).p50


def _tables(days: int, **chosen: str) -> list[figures.Table]:
    today = clock.now().date() - BACK
    period = figures.chosen(today - timedelta(days=days - 1), today, today=today, **chosen)
    with reading() as session:
        figures.routes(session, EVERYBODY, period)
        return figures.collect(session, EVERYBODY, period)


def _ways(span: Span) -> mining.Ways:
    with reading() as session:
        return mining.ways(session, EVERYBODY, span, least=SMALLEST_FIGURE)


def _of_a_year() -> mining.Ways:
    end = clock.now() - BACK
    return _ways(Span(end - timedelta(days=365), end))


PAGES: dict[str, Callable[[], Any]] = {
    **{f"cijfers over {words}": partial(_tables, days) for words, days in PERIODS.items()},
    "wegen van een jaar": _of_a_year,
    "wegen van alle tijd": lambda: _ways(Span()),
}
NARROWED: dict[str, Callable[[], Any]] = {
    "cijfers over drie maanden, één route": partial(_tables, 91, route="2 MDO"),
    "cijfers over een jaar, één route": partial(_tables, 365, route="2 MDO"),
    "cijfers over een jaar, één huis": partial(_tables, 365, house="arnhem"),
}
NOT_APART: dict[str, Callable[[], Any]] = {
    "cijfers over drie maanden, één route en thema": partial(
        _tables, 91, route="2 MDO", theme="huiselijk-geweld"
    ),
}
"""What is not counted ahead."""


def _report() -> bytes:
    tables = [figures.suppressed(one, SMALLEST_FIGURE) for one in _tables(PERIODS["drie maanden"])]
    return figures_pdf.made(tables, title="Cijfers", lines=[], now=clock.now())
