"""The rows of the inbox: they say what the open tasks say, whatever is done to those and by whom."""

import random
from datetime import timedelta

import pytest
from sqlalchemy import delete, func, insert, literal, select, true, update
from sqlalchemy.orm import Session

from app.services import inbox
from app.services.inbox import MOST_COUNTED
from app.store.models import InboxEntry, Person, UserTask
from tests.services import region
from tests.services.region import NOW

MANY = MOST_COUNTED + 100
COLUMNS = (
    InboxEntry.house_key,
    InboxEntry.group,
    InboxEntry.compartment,
    InboxEntry.taken,
    InboxEntry.sort_due_at,
    InboxEntry.sort_priority,
    InboxEntry.task_key,
)


@pytest.fixture
def session(any_session: Session) -> Session:
    region.settle(any_session)
    return any_session


def entries(session: Session) -> list[tuple[object, ...]]:
    session.flush()
    return sorted(tuple(row) for row in session.execute(select(*COLUMNS)))


def expected(session: Session) -> list[tuple[object, ...]]:
    session.flush()
    session.expire_all()
    return sorted(
        (
            task.house_key,
            group,
            task.compartment or "",
            task.assignee_key is not None,
            task.sort_due_at,
            task.sort_priority,
            task.key,
        )
        for task in session.scalars(select(UserTask).where(UserTask.state == "open"))
        for group in set(task.groups)
    )


def test_entries_follow_what_people_do(session: Session):
    petra, pim = region.person(session), region.person(session, "pim")
    case = region.case(session, "termijnen", by=petra, gemeente="arnhem")
    task = region.open_task(session, case)
    [first] = entries(session)

    inbox.claim(session, task, by=petra, now=NOW)
    [claimed] = entries(session)
    inbox.assign(session, task, "pim", by=petra, now=NOW)
    inbox.complete(session, task.id, {"gemeente": "ede", "prioriteit": 90}, by=pim, now=NOW)
    after = entries(session)

    assert first[:4] == ("arnhem", "procesregisseur", "", False)
    assert claimed[:4] == ("arnhem", "procesregisseur", "", True)
    assert {(entry[0], entry[5]) for entry in after} == {("wvv", 10)}
    assert after == expected(session)


def test_entries_follow_any_change_of_a_task(session: Session):
    dice, petra = random.Random(7), region.person(session)
    keys = [region.open_task(session, region.case(session, by=petra)).key for _ in range(5)]
    changes = {
        "state": ["open", "open", "completed", "cancelled"],
        "assignee_key": [None, petra.key],
        "house_key": ["arnhem", "wvv"],
        "compartment": [None, "gesloten"],
        "sort_due_at": [NOW, NOW + timedelta(days=1)],
        "sort_priority": [10, 50],
        "groups": [[], ["procesregisseur"], ["procesregisseur", "organisatie:politie"], ["a", "a"]],
        "name": ["Anders"],
    }

    for _ in range(60):
        names = dice.sample(sorted(changes), dice.randint(1, 4))
        values = {name: dice.choice(changes[name]) for name in names}
        which = dice.sample(keys, dice.randint(1, 3))
        session.execute(update(UserTask).where(UserTask.key.in_(which)).values(values))
        assert entries(session) == expected(session), values

    session.execute(delete(UserTask).where(UserTask.key == keys[0]))
    assert entries(session) == expected(session)


def many(session: Session, person: Person, number: int) -> None:
    """So many open tasks more, each of its own case as far as the inbox can see."""
    task = region.open_task(session, region.case(session, by=person))
    table = UserTask.__table__
    rows = select(literal(1).label("number")).cte("rows", recursive=True)
    rows = rows.union_all(select(rows.c.number + 1).where(rows.c.number < number))
    postgresql = session.get_bind().dialect.name == "postgresql"
    own = {
        "id": func.gen_random_uuid() if postgresql else func.lower(func.hex(func.randomblob(16))),
        "engine_id": literal("kopie-").concat(rows.c.number),
    }
    names = [column.name for column in table.columns if column.name != "key"]
    copies = select(*(own.get(name, table.c[name]) for name in names)).select_from(table.join(rows, true()))
    session.execute(insert(table).from_select(names, copies.where(table.c.key == task.key)))


def test_counting_stops_where_nobody_reads_on(session: Session):
    petra = region.person(session)
    many(session, petra, MANY)
    mine = select(UserTask.key).order_by(UserTask.key).limit(MOST_COUNTED)
    session.execute(update(UserTask).where(UserTask.key.in_(mine)).values(assignee_key=petra.key))

    found = inbox.counters(session, petra, now=NOW)

    assert found == {
        "mijn": MOST_COUNTED,
        "rollen": MANY + 1 - MOST_COUNTED,
        "alles": MOST_COUNTED + 1,
        "te_laat": 0,
    }


def test_a_task_of_two_of_my_groups_counts_once_and_stands_in_the_list_once(session: Session):
    both = region.person(
        session, "bo", roles=[("procesregisseur", "arnhem"), ("informatiecoordinator", "arnhem")]
    )
    for number in range(4):
        task = region.open_task(session, region.case(session, onderwerp=f"{number}"))
        task.groups = ["procesregisseur", "informatiecoordinator", "persoon:bo"]
    session.flush()

    first = inbox.page(session, both, view="rollen", filters=inbox.Filters(), limit=3, now=NOW)
    last = inbox.page(
        session, both, view="rollen", filters=inbox.Filters(), limit=3, after=first.next, now=NOW
    )

    assert (len(first.tasks), len(last.tasks)) == (3, 1)
    assert inbox.counters(session, both, now=NOW)["rollen"] == 4
