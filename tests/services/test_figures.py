"""Every figure of a period is what somebody finds who counts the events by hand; small numbers are hidden."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from math import ceil
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import event as listening
from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from app import worker
from app.clock import AMSTERDAM
from app.errors import Invalid
from app.services import changes, figures, made_histories, parts
from app.services.figures import Days, Hidden, Number, Row, Share, Table
from app.services.made_histories import Plan
from app.services.past import LAYOUT
from app.store import past as past_rows
from app.store.cases import Sight
from app.store.figures import Chosen, Whose
from app.store.models import Case, Event, PastPart, Person, UserTask
from app.store.session import db, transaction
from tests.conftest import database_app
from tests.town import NOW, town

ALL = Sight(frozenset({"arnhem", "wvv"}))
TODAY = NOW.astimezone(AMSTERDAM).date()
PERIOD = figures.chosen(TODAY - timedelta(days=99), TODAY, today=TODAY)
Counted = dict[str, dict[str, tuple[Any, ...]]]


@pytest.fixture(
    scope="module",
    params=["module_sqlite_url", pytest.param("module_postgres_url", marks=pytest.mark.postgres)],
)
def made(request: pytest.FixtureRequest) -> Iterator[Session]:
    """A town with a past of half a year, of which a worker counted what is over."""
    app = database_app(request.getfixturevalue(request.param))
    with town(app) as made_in:
        plan = Plan(cases=30, months=6, seed=11)
        made_histories.make(made_in.run, made_in.examples, plan, now=NOW)
        made_in.run(cancel_one)
        worker.list_parts(now=NOW - 2 * parts.SAFE)
        assert sum(iter(lambda: int(worker.count_a_part(now=NOW)), 0)) == PARTS
        yield db.session()


@pytest.fixture(params=["counted now", "counted ahead"])
def session(request: pytest.FixtureRequest, made: Session) -> Session:
    """The figures may not differ with and without what the worker counted."""
    made.rollback()
    layout = LAYOUT if request.param == "counted ahead" else LAYOUT - 1
    with transaction() as choosing:
        choosing.execute(update(PastPart).values(layout=layout))
    return made


@pytest.mark.parametrize(
    "narrowed_down",
    [{}, {"house": "arnhem"}, {"route": "2 MDO"}, {"route": "2 MDO", "theme": "jeugd"}],
    ids=str,
)
def test_what_was_counted_ahead_is_read_but_for_a_route_of_a_theme(
    session: Session, request: pytest.FixtureRequest, narrowed_down: dict[str, str]
) -> None:
    period = replace(PERIOD, **narrowed_down)
    read = past_rows.kept(session, Whose.seen(ALL, period), period.begin, period.end, layout=LAYOUT)

    assert bool(read) == ("counted ahead" in request.node.name and "theme" not in narrowed_down)


PARTS = 233
"""From the first of May until today: days, thirds of months, six months, and a quarter."""


def cancel_one(session: Session) -> None:
    """The past that is made has no case that was called off."""
    manager = session.scalars(select(Person).where(Person.login == "ketenmanager")).unique().one()
    running = select(Case).where(Case.state == "running", Case.compartment.is_(None)).order_by(Case.key)
    case = session.scalars(running).unique().first()
    assert case is not None
    changes.cancel(session, case, why="Het gezin is verhuisd naar elders.", by=manager, now=NOW)


# ── Counted by hand ──────────────────────────────────────────────────────────────────────────────────────


@cache
def past(session: Session) -> tuple[list[Case], list[Event]]:
    """Every row, read once for all tests on a database."""
    cases = list(session.scalars(select(Case)).unique())
    events = list(session.scalars(select(Event).order_by(Event.key)))
    # On their own: else each would be read again in every test.
    for one in (*cases, *events):
        session.expunge(one)
    return cases, events


class ByHand:
    """The same figures from the rows of `event`, one by one, in plain Python."""

    def __init__(self, session: Session, period: Chosen, sight: Sight) -> None:
        self.period = period
        cases, everything = past(session)
        self.cases = {
            case.key: case
            for case in cases
            if case.house_key in sight.houses
            and (case.compartment is None or case.compartment in sight.compartments)
            and period.house in ("", case.house_key)
            and period.route in ("", case.route)
            and period.theme in ("", case.theme)
        }
        self.events = [one for one in everything if one.case_key in self.cases]
        self.began = {e.case_key: e.at for e in self.events if e.kind == "started"}
        self.over = {e.case_key: e.at for e in self.events if e.kind in ("ended", "case_cancelled")}
        self.opened = {e.task_key: e for e in self.events if e.kind == "entered" and e.task_key}
        self.closed = {
            e.task_key: e for e in self.events if e.kind in ("completed", "cancelled") and e.task_key
        }
        self.claimed: dict[int | None, datetime] = {}
        for event in self.events:
            if event.kind in ("claimed", "assigned"):
                self.claimed[event.task_key] = event.at
            elif event.kind == "released":
                self.claimed.pop(event.task_key, None)

    def now(self, at: datetime) -> bool:
        return self.period.begin <= at < self.period.end

    def before(self, at: datetime) -> bool:
        return self.period.before <= at < self.period.begin

    def lasted(self, within: Callable[[datetime], bool], **wanted: str) -> list[int]:
        return [
            hours(self.began[key], at)
            for key, at in self.over.items()
            if within(at) and all(getattr(self.cases[key], name) == value for name, value in wanted.items())
        ]

    def count_begun(self, **wanted: str | None) -> int:
        return sum(
            self.now(at) and all(getattr(self.cases[key], name) == value for name, value in wanted.items())
            for key, at in self.began.items()
        )

    def took(self, within: Callable[[datetime], bool]) -> dict[tuple[str, str], list[int]]:
        found = defaultdict(list)
        for key, event in self.closed.items():
            if event.kind == "completed" and within(event.at):
                found[event.process_id, event.element_id].append(hours(self.opened[key].at, event.at))
        return found


def hours(first: datetime, last: datetime) -> int:
    return (int(last.timestamp()) - int(first.timestamp())) // 3600


def part(found: list[int], tenths: int) -> Days:
    if not found:
        return Days(None, 0)
    return Days(sorted(found)[ceil(len(found) * tenths / 10) - 1], len(found))


def table(session: Session, id: str, period: Chosen = PERIOD, sight: Sight = ALL) -> dict[str, Row]:
    [found] = [one for one in figures.collect(session, sight, period) if one.id == id]
    assert len({row.label for row in found.rows}) == len(found.rows)
    return {row.label: row for row in found.rows}


def cells(session: Session, id: str, period: Chosen = PERIOD, sight: Sight = ALL) -> list[Any]:
    """The cells of the rows, in an order of their own."""
    return sorted((row.cells for row in table(session, id, period, sight).values()), key=repr)


NARROWED = {
    "everything": PERIOD,
    "a house and a route": replace(PERIOD, house="arnhem", route="2 MDO"),
    "a route": replace(PERIOD, route="2 MDO"),
    "a theme": replace(PERIOD, theme="huiselijk-geweld"),
    "a route and a theme": replace(PERIOD, route="2 MDO", theme="huiselijk-geweld"),
    "long ago": figures.chosen(date(2001, 1, 1), date(2001, 3, 1), today=TODAY),
    "all the time": figures.chosen(date(2026, 1, 1), TODAY, today=TODAY),
}
narrowed = pytest.mark.parametrize("period", NARROWED.values(), ids=NARROWED)


@narrowed
def test_in_and_out_per_month(session: Session, period: Chosen) -> None:
    by_hand = ByHand(session, period, ALL)

    def month(at: datetime) -> str:
        local = at.astimezone(AMSTERDAM)
        return f"{figures.MONTHS[local.month - 1]} {local.year}"

    expected: dict[str, list[int]] = {label: [0, 0] for label in map(month, (period.begin, *period.months))}
    for place, found in enumerate((by_hand.began, by_hand.over)):
        for at in found.values():
            if by_hand.now(at):
                expected[month(at)][place] += 1

    assert {label: row.cells for label, row in table(session, "stroom", period).items()} == {
        label: (Number(begun), Number(ended)) for label, (begun, ended) in expected.items()
    }


@narrowed
def test_how_long_cases_take_per_route(session: Session, period: Chosen) -> None:
    by_hand = ByHand(session, period, ALL)
    whole = len(by_hand.lasted(by_hand.now))
    expected = {}
    for route in {case.route for case in by_hand.cases.values()}:
        now, before = by_hand.lasted(by_hand.now, route=route), by_hand.lasted(by_hand.before, route=route)
        if now or before:
            share = Share(len(now), whole)
            row = (Number(len(now)), share, part(now, 5), part(now, 9), part(before, 5))
            expected[route or figures.NO_ROUTE] = row

    assert {label: row.cells for label, row in table(session, "routes", period).items()} == expected


@narrowed
@pytest.mark.parametrize(("id", "column"), [("themas", "theme"), ("gemeenten", "municipality_key")])
def test_what_comes_and_goes_per_theme_and_municipality(
    session: Session, period: Chosen, id: str, column: str
) -> None:
    by_hand = ByHand(session, period, ALL)
    expected = []
    for value in {getattr(case, column) for case in by_hand.cases.values()}:
        begun = by_hand.count_begun(**{column: value})
        took = by_hand.lasted(by_hand.now, **{column: value})
        if begun or took:
            expected.append((Number(begun), Number(len(took)), part(took, 5), part(took, 9)))

    assert cells(session, id, period) == sorted(expected, key=repr)


@narrowed
def test_how_long_steps_take_and_took_before(session: Session, period: Chosen) -> None:
    by_hand = ByHand(session, period, ALL)
    now, before = by_hand.took(by_hand.now), by_hand.took(by_hand.before)
    expected = [
        (Number(len(found)), part(found, 5), part(found, 9), part(before[place], 5))
        for place, found in now.items()
    ]

    assert cells(session, "stappen", period) == sorted(expected, key=repr)


@narrowed
def test_how_long_tasks_wait_and_how_long_somebody_works_on_them(session: Session, period: Chosen) -> None:
    by_hand = ByHand(session, period, ALL)
    waits, works = defaultdict(list), defaultdict(list)
    for key, event in by_hand.closed.items():
        if event.kind == "completed" and by_hand.now(event.at) and key in by_hand.claimed:
            place = (event.process_id, event.element_id)
            waits[place].append(hours(by_hand.opened[key].at, by_hand.claimed[key]))
            works[place].append(hours(by_hand.claimed[key], event.at))
    expected = [
        (Number(len(found)), part(found, 5), part(found, 9), part(works[place], 5), part(works[place], 9))
        for place, found in waits.items()
    ]

    assert cells(session, "wachten", period) == sorted(expected, key=repr)


@narrowed
def test_how_often_advice_is_followed(session: Session, period: Chosen) -> None:
    by_hand = ByHand(session, period, ALL)
    advice: dict[int | None, str] = {}
    pairs: dict[tuple[str, str], int] = defaultdict(int)
    for event in by_hand.events:
        if event.kind == "decision" and event.data["decision_id"] == "wegingsadvies":
            advice[event.case_key] = event.data["output"]["advies"]
        if event.kind == "completed" and event.element_id == "besluiten" and by_hand.now(event.at):
            pairs[advice[event.case_key], event.data["answers"]["besluit"]] += 1
    whole = sum(pairs.values())
    followed = sum(number for (advised, chosen), number in pairs.items() if advised == chosen)
    expected = {"Gevolgd": followed, "Afgeweken": whole - followed} if whole else {}

    assert {label: row.cells for label, row in table(session, "advies", period).items()} == {
        label: (Number(number), Share(number, whole)) for label, number in expected.items()
    }
    assert cells(session, "besluiten", period) == sorted(
        ((Number(number), Share(number, whole)) for number in pairs.values()), key=repr
    )


@narrowed
def test_how_long_partners_take_what_lapses_and_what_they_are_reminded_of(
    session: Session, period: Chosen
) -> None:
    by_hand = ByHand(session, period, ALL)
    groups = group_of_tasks(session)
    took, lapsed, reminded = defaultdict(list), defaultdict(int), defaultdict(int)
    for key, event in by_hand.closed.items():
        if by_hand.now(event.at) and groups[key]:
            if event.kind == "completed":
                took[groups[key]].append(hours(by_hand.opened[key].at, event.at))
            else:
                lapsed[groups[key]] += 1
    reminders = [event for event in by_hand.events if event.kind == "reminded" and by_hand.now(event.at)]
    for event in reminders:
        reminded[groups[event.task_key]] += 1
    expected = [
        (
            Number(len(took[one])),
            part(took[one], 5),
            part(took[one], 9),
            Number(lapsed[one]),
            Number(reminded[one]),
        )
        for one in {*took, *lapsed, *reminded} - {""}
    ]

    assert cells(session, "partners", period) == sorted(expected, key=repr)
    steps: dict[Any, int] = defaultdict(int)
    for event in reminders:
        steps[event.process_id, event.element_id] += 1
    assert cells(session, "herinneringen", period) == sorted(
        ((Number(number),) for number in steps.values()), key=repr
    )


def group_of_tasks(session: Session) -> dict[int | None, str]:
    """The organisation that each task was for: it does not stand in the events."""
    rows = session.execute(select(UserTask.key, UserTask.groups))
    return {key: groups[0] if groups and groups[0].startswith("organisatie:") else "" for key, groups in rows}


def test_there_is_something_of_everything_to_count(session: Session) -> None:
    for found in figures.collect(session, ALL, PERIOD):
        assert found.rows, found.id


def test_the_bottleneck_that_was_made_stands_on_top_and_what_is_rare_below(session: Session) -> None:
    found = table(session, "stappen")

    assert next(iter(found)) == "Leefgebieden invullen (Informatieverrijking)"
    rare = [isinstance(row.cells[0], Number) and row.cells[0].count < 5 for row in found.values()]
    assert rare == sorted(rare)


def test_the_other_house_and_a_closed_compartment_are_in_no_figure(session: Session) -> None:
    one = Sight(frozenset({"wvv"}))
    whole = ByHand(session, PERIOD, one)
    assert sum(row.cells[0].count for row in table(session, "stroom", sight=one).values()) == (  # type: ignore[union-attr]
        whole.count_begun()
    )
    nobody = [one.rows for one in figures.collect(session, Sight(frozenset()), PERIOD) if one.id != "stroom"]
    assert nobody == [()] * len(nobody)


BY_PERIOD = {
    "ix_case_ended_at",
    "ix_case_started_at",
    "ix_user_task_completed_at",
    "ix_event_reminded",
}


@pytest.mark.parametrize("period", [PERIOD, NARROWED["a house and a route"]], ids=["all", "narrowed"])
def test_no_figure_walks_all_cases_tasks_or_events(session: Session, period: Chosen) -> None:
    postgres = session.get_bind().dialect.name == "postgresql"
    if postgres:
        # A town this small is read whole; what matters is that an index can do it.
        session.execute(text("SET LOCAL enable_seqscan = off"))
    for statement, parameters in statements(session, period):
        explain = "EXPLAIN" if postgres else "EXPLAIN QUERY PLAN"
        rows = session.connection().exec_driver_sql(f"{explain} {statement}", parameters)
        plan = [str(row[-1]) for row in rows]
        assert not any(
            re.search(r"SCAN (case|event|answered|user_task)\b|Seq Scan", line) for line in plan
        ), plan
        assert any(name in line for name in BY_PERIOD for line in plan), plan


def statements(session: Session, period: Chosen) -> list[tuple[str, Any]]:
    """What is asked of the tables that grow."""
    found: list[tuple[str, Any]] = []

    def note(connection: Any, cursor: Any, statement: str, parameters: Any, *rest: Any) -> None:
        if re.search(r'FROM ("case"|event|user_task)', statement):
            found.append((statement, parameters))

    engine = db.engine
    listening.listen(engine, "before_cursor_execute", note)
    try:
        figures.collect(session, ALL, period)
        figures.routes(session, ALL, period)
    finally:
        listening.remove(engine, "before_cursor_execute", note)
    assert len(found) >= 6
    return found


# ── Periods ──────────────────────────────────────────────────────────────────────────────────────────────


def test_a_period_is_of_whole_days_in_amsterdam_and_the_one_before_is_as_long() -> None:
    period = figures.chosen(date(2026, 1, 1), date(2026, 3, 31), today=TODAY)

    assert period.begin == datetime(2025, 12, 31, 23, tzinfo=UTC)
    assert period.end == datetime(2026, 3, 31, 22, tzinfo=UTC), "summer time has come"
    assert period.before == datetime(2025, 10, 2, 22, tzinfo=UTC)
    assert [one.astimezone(AMSTERDAM).date() for one in period.months] == [
        date(2026, 2, 1),
        date(2026, 3, 1),
    ]


@pytest.mark.parametrize(
    ("begin", "until", "field"),
    [
        (date(2026, 2, 1), date(2026, 1, 1), "tot"),
        (date(1000, 1, 1), date(1000, 2, 1), "van"),
        (date(2000, 1, 1), date(2026, 1, 1), "van"),
    ],
)
def test_a_period_that_cannot_be_is_told_at_its_field(begin: date, until: date, field: str) -> None:
    with pytest.raises(Invalid) as found:
        figures.chosen(begin, until, today=TODAY)

    assert set(found.value.errors) == {field}


def test_the_last_quarters_begin_with_the_running_one() -> None:
    assert figures.quarters(date(2026, 1, 15), number=2) == [
        ("1e kwartaal 2026", date(2026, 1, 1), date(2026, 3, 31)),
        ("4e kwartaal 2025", date(2025, 10, 1), date(2025, 12, 31)),
    ]


# ── Small numbers ────────────────────────────────────────────────────────────────────────────────────────

COUNTS = st.lists(st.integers(0, 12), max_size=8)


def of(*counts: int) -> Table:
    rows = tuple(Row(str(place), (Number(count), Share(count, 99))) for place, count in enumerate(counts))
    return Table("t", "Tabel", "", ("Casussen", "Deel"), rows)


def shown(found: Table) -> list[int | None]:
    return [row.cells[0].count if isinstance(row.cells[0], Number) else None for row in found.rows]


@given(COUNTS)
def test_what_is_hidden_cannot_be_worked_out_from_the_whole(counts: list[int]) -> None:
    found = shown(figures.suppressed(of(*counts), 5))

    assert all(count is None or count == 0 or count >= 5 for count in found)
    hidden = [count for count, seen in zip(counts, found, strict=True) if seen is None]
    others = [count for count in counts if count >= 5]
    if hidden and any(others):
        assert len(hidden) > 1
        assert sum(hidden) >= 5, "the rest of the whole is not a small number either"
    assert bool(hidden) == any(0 < count < 5 for count in counts), "nothing is hidden without need"


def test_a_share_and_a_duration_of_few_are_hidden_too() -> None:
    row = Row("a", (Number(3), Share(3, 50), Days(20, 3), Days(30, 9), Days(None, 0)))
    [found] = figures.suppressed(Table("t", "", "", tuple("abcde"), (row,)), 5).rows

    assert found.cells == (Hidden(), Hidden(), Hidden(), Days(30, 9), Days(None, 0))


def test_a_duration_does_not_tell_that_what_is_hidden_was_large_enough() -> None:
    rows = tuple(Row(str(count), (Number(count), Days(20, count))) for count in (3, 7, 40))
    found = figures.suppressed(Table("t", "", "", ("n", "d"), rows), 5).rows

    assert [row.cells for row in found] == [(Hidden(), Hidden())] * 2 + [(Number(40), Days(20, 40))]


def test_rows_of_one_group_do_not_give_away_each_other() -> None:
    rows = [("a", 20, "x"), ("b", 2, "x"), ("c", 9, "y"), ("d", 3, "y")]
    found = Table("t", "", "", ("n",), tuple(Row(label, (Number(n),), group) for label, n, group in rows))

    assert shown(figures.suppressed(found, 5)) == [None, None, None, None]


def test_who_may_see_cases_sees_every_number() -> None:
    assert shown(figures.suppressed(of(1, 2, 30), 0)) == [1, 2, 30]
