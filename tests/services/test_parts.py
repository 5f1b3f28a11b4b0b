"""What is over is counted ahead, and ways are found once; what changes the past makes that count no more."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from threading import Barrier
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import bindparam, func, select, text
from sqlalchemy import event as listening
from sqlalchemy.orm import Session

from app import worker
from app.clock import AMSTERDAM
from app.services import figures, inbox, mining, parts
from app.services.past import LAYOUT
from app.store import cases as case_rows
from app.store import past as rows
from app.store.cases import Sight
from app.store.figures import Whose
from app.store.histories import Span
from app.store.models import Case, CaseWay, Event, PastFigures, PastPart, Way
from app.store.session import db, reading, transaction
from app.store.types import Instant
from tests.conftest import database_app
from tests.services import region

ALL = Sight(frozenset({"arnhem", "wvv"}))
CLOSED = frozenset({"", "radicalisering"})
MARCH_ENDS = datetime(2026, 3, 31, 22, 0, tzinfo=UTC)
"""In summer time, which began on the 29th."""
BEGAN = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
LATER = datetime(2026, 5, 10, 9, 0, tzinfo=UTC)
"""March and April are over, and of May some days."""
PERIOD = figures.chosen(date(2026, 3, 1), date(2026, 5, 5), today=LATER.date())
SECOND = timedelta(seconds=1)
UNTIL_MAY = 61 + 6 + 2
"""Days, thirds of months, and months."""
PARTS = UNTIL_MAY + 9
"""The tenth of May is not over."""


@pytest.fixture
def app(any_url: str) -> Iterator[Flask]:
    """Two cases that ended: one in the last second of March, and one in the first of April. One runs."""
    app = database_app(any_url)
    with app.app_context():
        with transaction() as session:
            region.settle(session)
            for ends in (MARCH_ENDS - SECOND / 2, MARCH_ENDS):
                finish(session, region.case(session, now=BEGAN), at=ends)
            region.case(session, now=BEGAN)
        yield app
        db.session.remove()
        db.engine.dispose()


def finish(session: Session, case: Case, *, at: datetime) -> None:
    while case.state == "running":
        task = region.open_task(session, case)
        inbox.complete(session, task.id, {"onderwerp": "lawaai"}, by=region.person(session), now=at)


def count_all(now: datetime = LATER) -> int:
    """What a worker does in some hours; gives how many parts it counted."""
    worker.list_parts(now=now - 2 * parts.SAFE)
    return sum(iter(lambda: int(worker.count_a_part(now=now)), 0))


def tables(sight: Sight = ALL) -> list[figures.Table]:
    with reading() as session:
        return figures.collect(session, sight, PERIOD)


def kept() -> list[datetime]:
    """Where what is as it was counted begins."""
    with reading() as session:
        found = rows.kept(session, Whose(ALL.houses, CLOSED), PERIOD.begin, PERIOD.end, layout=LAYOUT)
        return sorted({one.begin for one in found})


def but(*gone: tuple[int, int]) -> list[datetime]:
    """Where March, April and the first days of May begin; of what has such a day in it its parts.

    Each is (month, day).
    """
    found = []
    for month, last in ((3, 31), (4, 30)):
        thirds = [range(1, 11), range(11, 21), range(21, last + 1)]
        lost = {day for in_month, day in gone if in_month == month}
        for days in thirds if lost else [range(1, 2)]:
            found += (
                [(month, day) for day in days if day not in lost] if lost & {*days} else [(month, days[0])]
            )
    may = [(5, day) for day in range(1, 6)]
    return [datetime(2026, *one, tzinfo=AMSTERDAM) for one in found + may]


def run(statement: str, **values: Any) -> None:
    with transaction() as session:
        session.execute(text(statement), values)


def test_the_figures_are_the_same_when_the_past_was_counted_ahead(app: Flask) -> None:
    before = tables()

    assert count_all() == PARTS
    assert kept() == but()
    assert tables() == before
    assert count_all() == 0, "nothing is left to do"


def test_a_month_ends_at_midnight_in_amsterdam(app: Flask) -> None:
    count_all()
    [flow] = [one for one in tables() if one.id == "stroom"]

    assert [(row.label, row.cells[1]) for row in flow.rows] == [
        ("mrt 2026", figures.Number(1)),
        ("apr 2026", figures.Number(1)),
        ("mei 2026", figures.Number(0)),
    ]


def test_of_a_month_that_is_in_the_period_in_part_only_those_days_count(app: Flask) -> None:
    count_all()
    for first, last, ended in (((3, 2), (3, 30), 0), ((3, 2), (3, 31), 1), ((4, 1), (4, 2), 1)):
        period = figures.chosen(date(2026, *first), date(2026, *last), today=LATER.date())
        with reading() as session:
            [steps] = [one for one in figures.collect(session, ALL, period) if one.id == "stappen"]
        assert [row.cells[0] for row in steps.rows] == [figures.Number(ended)] * 10 * ended


def test_a_part_is_listed_some_time_after_its_end_and_counted_some_time_later(app: Flask) -> None:
    may = datetime(2026, 5, 1, tzinfo=AMSTERDAM)

    worker.list_parts(now=may + parts.SAFE - SECOND)
    assert len(listed()) == UNTIL_MAY - 3, "neither the last day of April, nor its last third, nor April"
    worker.list_parts(now=may + parts.SAFE)
    assert not worker.count_a_part(now=may + parts.SAFE), "nothing was listed for long enough"
    assert len(listed()) == UNTIL_MAY
    assert kept() == []
    assert sum(worker.count_a_part(now=may + 2 * parts.SAFE) for _ in range(UNTIL_MAY + 1)) == UNTIL_MAY


def listed() -> set[tuple[datetime, datetime]]:
    with reading() as session:
        return rows.listed(session)


def move(session: Session) -> None:
    """A running case goes behind the walls of a compartment, with all that was done in it."""
    case = session.scalars(select(Case).where(Case.state == "running")).unique().one()
    task = region.open_task(session, case)
    inbox.complete(session, task.id, {"onderwerp": "stil"}, by=region.person(session), now=LATER)
    case.compartment = "radicalisering"
    case_rows.move_tasks(session, case)


def test_who_may_not_enter_a_compartment_does_not_find_it_in_months_of_before(app: Flask) -> None:
    with transaction() as session:
        running = session.scalars(select(Case).where(Case.state == "running")).unique().one()
        task = region.open_task(session, running)
        inbox.complete(session, task.id, {"onderwerp": "x"}, by=region.person(session), now=BEGAN)
    count_all()
    before = tables()

    with transaction() as session:
        move(session)

    assert kept() == but()[:1], "the first of March alone: all since the case began"
    moved, insider = tables(), tables(Sight(ALL.houses, frozenset({"radicalisering"})))
    assert moved != before
    assert insider != moved
    assert count_all() == PARTS - 1
    assert (tables(), tables(Sight(ALL.houses, frozenset({"radicalisering"})))) == (moved, insider)


OF_APRIL = '(SELECT max(key) FROM "case" WHERE ended_at IS NOT NULL)'
CHANGES = {
    "another municipality": f"UPDATE \"case\" SET municipality_key = 'ede' WHERE key = {OF_APRIL}",
    "another end": f'UPDATE "case" SET ended_at = :april WHERE key = {OF_APRIL}',
    "a task that took longer": "UPDATE user_task SET opened_at = :march WHERE completed_at = :april",
    "a task that goes": f"DELETE FROM user_task WHERE completed_at = :april AND case_key = {OF_APRIL}",
    "a task that is done on a clock that was set back": (
        "UPDATE user_task SET state = 'cancelled', completed_at = :april WHERE state = 'open'"
    ),
}


@pytest.mark.parametrize("statement", CHANGES.values(), ids=CHANGES)
def test_whatever_changes_the_past_makes_that_it_is_counted_anew(app: Flask, statement: str) -> None:
    count_all()
    april = MARCH_ENDS + SECOND if "ended_at" in statement.split("WHERE")[0] else MARCH_ENDS
    with transaction() as session:
        values: dict[str, Any] = {"march": BEGAN, "april": april}
        found = text(statement)
        used = [name for name in values if f":{name}" in statement]
        found = found.bindparams(*(bindparam(name, values[name], type_=Instant()) for name in used))
        session.execute(found)

    assert kept() == but((4, 1))
    changed = tables()
    assert count_all() == 3, "the day, the third, and April"
    assert tables() == changed


def test_another_route_or_theme_changes_all_since_the_case_began(app: Flask) -> None:
    run(f"UPDATE \"case\" SET route = 'elders', started_at = ended_at WHERE key = {OF_APRIL}")
    count_all()
    run(f"UPDATE \"case\" SET route = 'anders' WHERE key = {OF_APRIL}")

    assert kept() == but()[:1], "March alone"
    changed = narrowed(route="anders")
    assert changed != narrowed(route="elders")
    count_all()
    assert narrowed(route="anders") == changed
    run(f"UPDATE \"case\" SET theme = 'anders' WHERE key = {OF_APRIL}")
    assert kept() == but()[:1]


def narrowed(**to: str) -> list[figures.Table]:
    with reading() as session:
        return figures.collect(session, ALL, replace(PERIOD, **to))


def test_a_reminder_with_a_moment_in_a_month_of_before_makes_it_be_counted_anew(app: Flask) -> None:
    count_all()
    with transaction() as session:
        key = session.scalar(select(func.min(Case.key)))
        session.add(Event(case_key=key, kind="reminded", at=MARCH_ENDS - SECOND, data={"groups": []}))
        session.add(Event(case_key=key, kind="note", at=MARCH_ENDS, data={}))

    assert kept() == but((3, 31))


def test_the_running_month_changes_no_month_of_before(app: Flask) -> None:
    count_all()
    with transaction() as session:
        case = session.scalars(select(Case).where(Case.state == "running")).unique().one()
        finish(session, case, at=LATER)
        region.case(session, now=LATER)

    assert kept() == but()


def test_what_is_changed_while_it_is_counted_is_not_missed(app: Flask) -> None:
    worker.list_parts(now=LATER - 2 * parts.SAFE)
    with reading() as session:
        part = parts.next_to_count(session, now=LATER)
        assert part is not None
        found = parts.count(session, part)
    with transaction() as session:
        move(session)

    with transaction() as session:
        assert not parts.keep(session, part, found)
    assert part.begin not in kept()
    assert count_all() == PARTS


def at_once(app: Flask, work: Callable[[], int]) -> list[int]:
    ready = Barrier(3)

    def one(_: int) -> int:
        with app.app_context():
            ready.wait(timeout=20)
            return work()

    with ThreadPoolExecutor(3) as pool:
        return list(pool.map(one, range(3)))


def test_any_number_of_workers_count_a_part_once(app: Flask) -> None:
    before = tables()
    worker.list_parts(now=LATER - 2 * parts.SAFE)

    def work() -> int:
        return sum(worker.count_a_part(now=LATER) for _ in range(PARTS + 1))

    assert sum(at_once(app, work)) == PARTS
    with reading() as session:
        parts_found = session.scalar(select(func.count()).select_from(PastPart))
        figures_found = session.scalar(select(func.count()).select_from(PastFigures))
    assert parts_found == PARTS
    assert figures_found == 6, "a day, third and month in March and April: of one house, and no compartment"
    assert tables() == before


def test_another_layout_is_not_read_and_counted_anew(app: Flask) -> None:
    count_all()
    run("UPDATE past_part SET layout = layout - 1")

    assert kept() == []
    assert count_all() == PARTS


# ── Ways ─────────────────────────────────────────────────────────────────────────────────────────────────


def ways(least: int = 1) -> mining.Ways:
    with reading() as session:
        return mining.ways(session, ALL, Span(), least=least)


def test_the_ways_are_the_same_before_and_after_a_worker_found_them(app: Flask) -> None:
    before = ways()
    assert (before.cases, len(before.variants)) == (2, 1)

    with transaction() as session:
        assert mining.find_ways(session, most=1) == 1
    assert ways() == before, "one is known, the other is not"
    assert worker.find_ways() == 1
    assert ways() == before
    assert worker.find_ways() == 0
    assert ways(least=3) == mining.Ways(2, [])


def test_known_ways_are_counted_without_a_look_at_what_happened(app: Flask) -> None:
    worker.find_ways()
    asked: list[str] = []

    def note(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        asked.append(statement)

    listening.listen(db.engine, "before_cursor_execute", note)
    try:
        ways()
    finally:
        listening.remove(db.engine, "before_cursor_execute", note)
    asked = [one for one in asked if not one.startswith("SET LOCAL")]
    assert len(asked) == 2
    assert not [one for one in asked if "event" in one or "user_task" in one]


def test_a_case_that_moves_or_is_in_a_compartment_goes_along_with_its_way(app: Flask) -> None:
    worker.find_ways()
    run(f"UPDATE \"case\" SET compartment = 'radicalisering' WHERE key = {OF_APRIL}")

    assert ways().cases == 1


def test_any_number_of_workers_find_each_way_once(app: Flask) -> None:
    before = ways()

    at_once(app, worker.find_ways)
    worker.find_ways()

    with reading() as session:
        assert session.scalar(select(func.count()).select_from(Way)) == 1
        assert session.scalar(select(func.count(CaseWay.way_key))) == 2
    assert ways() == before


def test_the_way_of_a_case_that_is_over_at_another_moment_is_found_again(app: Flask) -> None:
    worker.find_ways()
    with reading() as session:
        key = session.scalar(select(func.max(CaseWay.case_key)))
    run('UPDATE "case" SET ended_at = NULL WHERE key = :key', key=key)
    assert ways().cases == 1

    run('UPDATE "case" SET ended_at = started_at WHERE key = :key', key=key)
    assert ways().cases == 2
    assert worker.find_ways() == 1
