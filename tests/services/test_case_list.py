"""The list of cases, against what plain Python makes of the same cases."""

import os
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from app.clock import AMSTERDAM
from app.errors import Invalid
from app.services import case_list, inbox
from app.services.case_list import Order
from app.services.cases import CaseFilters
from app.store import case_list as list_rows
from app.store.inbox import END_OF_TIME
from app.store.models import Case, Instance, Person, Theme, Token, UserTask
from tests.services import region
from tests.services.region import NOW

SIZE = int(os.environ.get("CASUSROUTE_LISTED", "80"))
"""CASUSROUTE_LISTED=2000 for a night."""
ASKED = SIZE // 2
WORDS = ("Overlast", "buren", "Zorg", "lawaai", "Ruzie", "onrust", "Aanbouw")
ORDERS = [Order(sort, down) for sort in list_rows.SORTS for down in (False, True)]
CLOSED = "gesloten"


@dataclass(frozen=True)
class Task:
    due: datetime | None
    groups: tuple[str, ...]
    assignee: str
    open: bool = True


@dataclass(frozen=True)
class Known:
    """A case as this test made it."""

    key: int
    number: str
    title: str
    house: str
    process: str
    theme: str
    route: str
    municipality: str | None
    state: str
    release: int
    compartment: str | None
    started: datetime
    moved: datetime
    step: str
    tasks: tuple[Task, ...]

    @property
    def due(self) -> datetime:
        return min((one.due for one in self.tasks if one.open and one.due), default=END_OF_TIME)


@pytest.fixture
def session(any_session: Session) -> Session:
    region.settle(any_session)
    again = (region.SMALL / "tien_taken.bpmn").read_bytes()
    region.publish(any_session, {"tien_taken.bpmn": again + b"\n"})
    any_session.add(Theme(key="hic", name="High impact crime", place=1))
    any_session.flush()
    return any_session


def manager(session: Session) -> Person:
    return region.person(session, "karin", roles=[("ketenmanager", None)])


def fill(session: Session, dice: random.Random, size: int = SIZE) -> list[Known]:
    """Ever so many different cases, and what is known of them."""
    people = {login: region.person(session, login) for login in ("petra", "pim")}
    found = []
    for number in range(size):
        started = NOW - timedelta(hours=dice.randrange(60 * 24))
        case = Case(
            number=f"{dice.choice(('ARN', 'WVV'))}-2026-{number:04d}",
            title=dice.choice(WORDS) + dice.choice(WORDS),
            house_key=dice.choice(("arnhem", "wvv")),
            process_id=dice.choice(("tien_taken", "termijnen")),
            theme=dice.choice(("", "hic")),
            route=dice.choice(("", "mdo", "cob")),
            municipality_key=dice.choice((None, "ede", "arnhem")),
            state=dice.choice(("running", "running", "suspended", "ended", "cancelled")),
            compartment=dice.choice((None, None, None, CLOSED)),
            started_at=started,
            moved_at=started + timedelta(hours=dice.randrange(10 * 24)),
        )
        session.add(case)
        session.flush()
        release, step = dice.choice((1, 2)), dice.choice(("taak_1", "taak_2"))
        place = {"process_id": "tien_taken", "element_id": step, "engine_id": "1", "path": []}
        session.add(Instance(case=case, release_number=release, process_id=case.process_id, state=b""))
        session.add(Token(case_key=case.key, name=step, type="userTask", since=NOW, **place))
        tasks = tuple(random_task(dice) for _ in range(dice.randrange(3)))
        for count, task in enumerate(tasks):
            session.add(row(case, task, f"{count}", people))
        session.flush()
        found.append(
            Known(
                case.key,
                case.number,
                case.title,
                case.house_key,
                case.process_id,
                case.theme,
                case.route,
                case.municipality_key,
                case.state,
                release,
                case.compartment,
                case.started_at,
                case.moved_at,
                step,
                tasks,
            )
        )
    return found


def random_task(dice: random.Random) -> Task:
    due = dice.choice((None, NOW + timedelta(hours=dice.randrange(-200, 200))))
    groups = dice.choice((("procesregisseur",), ("organisatie:politie",), ("weegploeg", "persoon:pim")))
    return Task(due, groups, dice.choice(("", "", "petra", "pim")), open=dice.random() < 0.7)


def row(case: Case, task: Task, engine_id: str, people: dict[str, Person]) -> UserTask:
    return UserTask(
        id=uuid4(),
        case=case,
        engine_id=engine_id,
        scope_id="0",
        process_id="tien_taken",
        element_id="taak_1",
        path=[],
        name="Taak",
        documentation="",
        groups=list(task.groups),
        house_key=case.house_key,
        compartment=case.compartment,
        state="open" if task.open else "completed",
        priority=50,
        due_at=task.due,
        sort_due_at=task.due or END_OF_TIME,
        sort_priority=50,
        opened_at=NOW,
        assignee_key=people[task.assignee].key if task.assignee else None,
    )


def expected(known: list[Known], filters: CaseFilters, order: Order, houses: set[str]) -> list[str]:
    """The numbers that the list should have, by reading all of it."""
    kept = [
        one
        for one in known
        if one.house in houses and one.compartment is None and all(fits(one, filters) for fits in CONDITIONS)
    ]
    by: dict[str, Callable[[Known], object]] = {
        "number": lambda one: one.house,
        "started": lambda one: one.started,
        "moved": lambda one: one.moved,
        "term": lambda one: one.due,
        "title": lambda one: one.title.lower(),
    }
    kept.sort(key=lambda one: (by[order.sort](one), one.key), reverse=order.descending)  # type: ignore[return-value]
    return [one.number for one in kept]


def is_still(one: Known, days: int) -> bool:
    today, moved = (at.astimezone(AMSTERDAM).date() for at in (NOW, one.moved))
    return one.state in ("running", "suspended") and (today - moved).days >= days


def is_with(one: Known, who: str) -> bool:
    return any(
        task.open and (who in task.groups or (task.assignee and who == f"persoon:{task.assignee}"))
        for task in one.tasks
    )


CONDITIONS: list[Callable[[Known, CaseFilters], bool]] = [
    lambda one, asked: asked.text.lower() in one.title.lower() or asked.text.lower() in one.number.lower(),
    lambda one, asked: asked.process_id in ("", one.process),
    lambda one, asked: asked.element_id in ("", one.step),
    lambda one, asked: asked.house in ("", one.house),
    lambda one, asked: asked.theme in ("", one.theme),
    lambda one, asked: asked.state in ("", one.state),
    lambda one, asked: asked.municipality in ("", one.municipality),
    lambda one, asked: asked.route in ("", one.route),
    lambda one, asked: asked.release_number in (None, one.release),
    lambda one, asked: asked.started_from is None or one.started >= asked.started_from,
    lambda one, asked: asked.started_until is None or one.started < asked.started_until,
    lambda one, asked: not asked.overdue or one.due < NOW,
    lambda one, asked: not asked.still_days or is_still(one, asked.still_days),
    lambda one, asked: not asked.who or is_with(one, asked.who),
]
VALUES: dict[str, tuple[object, ...]] = {
    "text": ("last", "BUREN", "2026-00", "ARN"),
    "process_id": ("tien_taken", "termijnen"),
    "element_id": ("taak_1", "taak_2"),
    "house": ("arnhem", "wvv"),
    "theme": ("hic",),
    "state": ("running", "suspended", "ended", "cancelled"),
    "municipality": ("ede", "arnhem"),
    "route": ("mdo", "cob"),
    "release_number": (1, 2),
    "started_from": (NOW - timedelta(days=30), NOW - timedelta(days=5)),
    "started_until": (NOW - timedelta(days=30), NOW - timedelta(days=5)),
    "overdue": (True,),
    "still_days": (1, 10, 40),
    "who": ("persoon:petra", "persoon:pim", "procesregisseur", "organisatie:politie", "weegploeg"),
}


def numbers(
    session: Session, person: Person, filters: CaseFilters, order: Order, limit: int
) -> Iterator[str]:
    """By turning page after page."""
    after = None
    while True:
        found = case_list.page(session, person, filters, order, after, limit=limit, now=NOW)
        assert len(found.entries) <= limit
        yield from (entry.number for entry in found.entries)
        after = found.next
        if after is None:
            return
        assert len(found.entries) == limit


def test_each_filter_and_each_order_gives_what_reading_all_of_it_gives(session: Session) -> None:
    known = fill(session, random.Random(1))
    for name, values in VALUES.items():
        for value in values:
            filters = CaseFilters(**{name: value})  # type: ignore[arg-type]
            found = list(numbers(session, manager(session), filters, Order(), 100))
            assert found == expected(known, filters, Order(), {"arnhem", "wvv"}), filters
    for order in ORDERS:
        found = list(numbers(session, manager(session), CaseFilters(), order, 7))
        assert found == expected(known, CaseFilters(), order, {"arnhem", "wvv"}), order


def test_filters_combine_in_each_order_and_no_page_loses_or_repeats_a_case(session: Session) -> None:
    dice = random.Random(2)
    known, petra = fill(session, dice), region.person(session)
    some = 0
    for _ in range(ASKED):
        chosen = {name: dice.choice(VALUES[name]) for name in dice.sample(sorted(VALUES), 2)}
        filters, order = CaseFilters(**chosen), dice.choice(ORDERS)  # type: ignore[arg-type]
        for person, houses in ((manager(session), {"arnhem", "wvv"}), (petra, {"arnhem"})):
            wanted = expected(known, filters, order, houses)
            some += len(wanted)
            assert list(numbers(session, person, filters, order, dice.choice((1, 3, 50)))) == wanted, filters
    assert some > SIZE


def test_what_comes_between_two_pages_neither_repeats_nor_hides_what_was_there(session: Session) -> None:
    known = fill(session, random.Random(3), 20)
    karin, order = manager(session), Order("moved", descending=False)
    wanted = expected(known, CaseFilters(), order, {"arnhem", "wvv"})
    first = case_list.page(session, karin, CaseFilters(), order, limit=5, now=NOW)
    seen = [entry.number for entry in first.entries]

    last = select(Case.key).where(Case.number == seen[-1]).scalar_subquery()
    session.execute(update(Case).where(Case.key == last).values(moved_at=NOW + timedelta(days=1)))
    rest = case_list.page(session, karin, CaseFilters(), order, first.next, limit=100, now=NOW)

    assert [entry.number for entry in rest.entries] == [*wanted[5:], seen[-1]]


def test_a_cursor_of_another_order_or_of_somebody_elses_making_is_refused(session: Session) -> None:
    fill(session, random.Random(4), 20)
    karin = manager(session)
    ends = [case_list.page(session, karin, CaseFilters(), order, limit=2, now=NOW).next for order in ORDERS]

    for order, other in zip(ORDERS, [*ends[1:], ends[0]], strict=True):
        with pytest.raises(Invalid):
            case_list.page(session, karin, CaseFilters(), order, other, now=NOW)


def test_a_cursor_by_title_has_no_title_in_it_and_tells_nothing_of_a_hidden_case(session: Session) -> None:
    known = fill(session, random.Random(5), 20)
    order = Order("title", descending=False)
    end = case_list.page(session, manager(session), CaseFilters(), order, limit=2, now=NOW).next
    hidden = next(one for one in known if one.compartment)
    made_up = list_rows.cursor("title", "op", "", hidden.key)

    assert list_rows.place(end or "", str, str, str, int)[2] == ""
    with pytest.raises(Invalid):
        case_list.page(session, manager(session), CaseFilters(), order, made_up, now=NOW)


def test_a_line_says_who_has_the_case_where_it_stands_and_when_it_is_due(session: Session) -> None:
    petra = region.person(session)
    case = region.case(
        session, "termijnen", by=petra, huis="arnhem", thema="hic", termijn="2026-11-20", gemeente="arnhem"
    )
    deep = region.case(session, "buiten", by=petra, termijn="2026-11-30")
    task = region.open_task(session, case)
    waiting = entry_of(session, petra, case)
    inbox.claim(session, task, by=petra, now=NOW)

    later = NOW + timedelta(days=3)
    entry, inner = entry_of(session, petra, case, now=later), entry_of(session, petra, deep, now=later)

    assert (waiting.who, entry.who) == (["Procesregisseur"], ["Petra"])
    assert (entry.theme, entry.begun_as, entry.steps) == ("High impact crime", "Termijnen", ["Beoordelen"])
    assert entry.due_at == task.due_at
    assert (entry.age_days, entry.still_days, entry.open) == (3, 3, True)
    assert inner.steps == ["Kijken"]


def entry_of(session: Session, person: Person, case: Case, *, now: datetime = NOW) -> case_list.Entry:
    [entry] = case_list.page(session, person, CaseFilters(text=case.number), Order(), now=now).entries
    return entry


def test_the_first_term_of_a_case_follows_its_open_tasks(session: Session) -> None:
    dice, people = random.Random(6), {login: region.person(session, login) for login in ("petra", "pim")}
    case = region.case(session)
    other = region.case(session)
    untouched = first_term(session, other.key)
    for number in range(ASKED):
        keys = list(session.scalars(select(UserTask.key).where(UserTask.case_key == case.key)))
        key = dice.choice(keys) if keys else 0
        due = dice.choice((None, NOW + timedelta(hours=dice.randrange(1000))))
        one = update(UserTask).where(UserTask.key == key)
        match dice.randrange(4):
            case 0:
                session.add(row(case_of(session, case), random_task(dice), f"nieuw {number}", people))
                session.flush()
            case 1:
                session.execute(one.values(state=dice.choice(("open", "completed", "cancelled"))))
            case 2:
                session.execute(one.values(due_at=due, sort_due_at=due or END_OF_TIME))
            case 3 if number % 5 == 0:
                session.execute(delete(UserTask).where(UserTask.key == key))
        open_ones = select(func.min(UserTask.sort_due_at)).where(
            UserTask.case_key == case.key, UserTask.state == "open"
        )
        assert first_term(session, case.key) == (session.scalar(open_ones) or END_OF_TIME)
    assert first_term(session, other.key) == untouched


def case_of(session: Session, case: Case) -> Case:
    return session.get_one(Case, case.key)


def first_term(session: Session, key: int) -> datetime:
    return session.scalars(select(Case.next_due_at).where(Case.key == key)).one()


def test_the_routes_to_choose_from_are_those_of_the_cases_in_sight(session: Session) -> None:
    known = fill(session, random.Random(7), 20)
    lone = next(one for one in known if one.house == "wvv" and one.compartment is None)
    session.execute(update(Case).where(Case.key == lone.key).values(route="alleen-wvv"))
    session.execute(update(Case).where(Case.compartment.is_not(None)).values(route="verborgen"))

    assert case_list.routes(session, manager(session)) == ["alleen-wvv", "cob", "mdo"]
    assert case_list.routes(session, region.person(session)) == ["cob", "mdo"]


def test_nobody_sees_more_in_a_file_than_in_the_list(session: Session) -> None:
    known, petra = fill(session, random.Random(8)), region.person(session)
    filters, order = CaseFilters(state="running"), Order("title", descending=False)

    taken = case_list.take_along(session, petra, filters, order, kind="csv", chosen={}, now=NOW)
    moved = taken.keys[0]
    session.execute(update(Case).where(Case.key == moved).values(compartment=CLOSED))
    found = [entry.number for entry in case_list.read_along(session, replace(taken), now=NOW)]

    assert taken.cut is False
    assert found == expected(known, filters, order, {"arnhem"})[1:]
