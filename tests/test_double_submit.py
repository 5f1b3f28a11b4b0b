"""The same task handed in many times at once, and many tasks of one case at once, as people do over HTTP."""

import os
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select

from app import clock
from app.services import cases
from app.store.models import Case, Event, UserTask
from app.store.session import db, reading, transaction
from tests import copies
from tests.engine.diagrams import element, extensions, flows, process, task
from tests.installation import Answer, Client, Installation

TASKS = int(os.environ.get("CASUSROUTE_DOUBLE_TASKS", "40"))
AT_ONCE = 8
ROUNDS = int(os.environ.get("CASUSROUTE_FOUR_ROUNDS", "10"))
FOUR = (
    "procesregisseur.arnhem",
    "procesregisseur2.arnhem",
    "informatiecoordinator.arnhem",
    "locatiemanager.arnhem",
)
ROLES = "procesregisseur, informatiecoordinator, locatiemanager"
STEPS = ("noord", "oost", "zuid", "west")
FILES = {
    "vier.bpmn": process(
        element("startEvent", "begin", extensions('<zeebe:formDefinition formId="klein"/>')),
        element("parallelGateway", "uit"),
        *(task(name, ROLES) for name in STEPS),
        element("parallelGateway", "in"),
        element("endEvent", "einde"),
        flows("begin>uit", *(f"uit>{name}" for name in STEPS), *(f"{name}>in" for name in STEPS), "in>einde"),
        id="vier",
    )
}


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def place(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    url = request.getfixturevalue("module_postgres_url") if request.param == "postgres" else ""
    found = Installation(tmp_path_factory.mktemp("tegelijk"), database_url=url)
    try:
        found.set_up(files=FILES)
        found.spawn("serve")
        found.wait_until_up()
        with found.app():
            yield found
    finally:
        found.stop()


def clients(place: Installation, logins: Sequence[str]) -> list[Client]:
    """Each in a browser of their own, with a form at hand."""
    found = []
    for login in logins:
        client = Client(place.port, timeout_seconds=60)
        client.sign_in(login)
        client.get("/account")
        found.append(client)
    return found


def at_once(people: Sequence[Client], sent: Sequence[tuple[str, str]]) -> list[Answer]:
    """Every one of them posts (address, subject), as close together as can be."""
    ready = threading.Barrier(len(people))

    def post(client: Client, address: str, subject: str) -> Answer:
        ready.wait(timeout=60)
        return client.post(address, onderwerp=subject)

    with ThreadPoolExecutor(len(people)) as pool:
        waiting = [pool.submit(post, client, *one) for client, one in zip(people, sent, strict=True)]
        return [one.result() for one in waiting]


def start(process_id: str, number: int) -> list[int]:
    with transaction() as session:
        first = cases.begin(session, process_id, {"onderwerp": "x"}, house_key="arnhem", now=clock.now())
        return [first.key, *copies.make(session, first.key, number - 1)]


def addresses(case_key: int) -> list[str]:
    with reading() as session:
        query = select(UserTask.id).where(UserTask.case_key == case_key, UserTask.state == "open")
        return [f"/taken/{id}" for id in session.scalars(query.order_by(UserTask.key))]


def answers(case_key: int) -> list[str]:
    """What was handed in, as the history has it."""
    with reading() as session:
        done = select(Event).where(
            Event.case_key == case_key, Event.kind == "completed", Event.task_key.is_not(None)
        )
        return [event.data["answers"]["onderwerp"] for event in session.scalars(done)]


def test_of_eight_that_hand_in_one_task_at_once_one_is_accepted_and_the_others_are_told(
    place: Installation,
) -> None:
    """CASUSROUTE_DOUBLE_TASKS=1000 for a night. Two people, each in four windows."""
    people = clients(place, FOUR[:2] * (AT_ONCE // 2))
    told: Counter[int] = Counter()

    for case_key in start("tien_taken", TASKS):
        [address] = addresses(case_key)
        sent = [(address, f"venster {number}") for number in range(AT_ONCE)]
        got = at_once(people, sent)
        told.update(answer.status for answer in got)
        accepted = [subject for (_, subject), answer in zip(sent, got, strict=True) if answer.status == 303]
        assert len(accepted) == 1
        assert answers(case_key) == accepted
        assert len(addresses(case_key)) == 1
        assert all("al afgerond door" in one.text for one in got if one.status == 409)

    assert told == {303: TASKS, 409: TASKS * (AT_ONCE - 1)}


def test_a_start_form_that_is_sent_eight_times_at_once_begins_one_case(place: Installation) -> None:
    [one, *others] = clients(place, FOUR[:1] * AT_ONCE)
    one.get("/aanmelden/tien_taken")
    for other in others:  # the same page in the same browser
        other.cookies, other.hidden = one.cookies, one.hidden

    got = at_once([one, *others], [("/aanmelden/tien_taken", "dubbel")] * AT_ONCE)

    assert {answer.status for answer in got} == {303}
    assert len({answer.location for answer in got}) == 1
    with reading() as session:
        started = session.scalars(select(Event).where(Event.kind == "started", Event.person_key.is_not(None)))
        assert [event.data["answers"]["onderwerp"] for event in started].count("dubbel") == 1


def test_four_people_hand_in_the_four_tasks_of_one_case_at_once_and_all_succeed(place: Installation) -> None:
    """CASUSROUTE_FOUR_ROUNDS=500 for a night."""
    people = clients(place, FOUR)

    for case_key in start("vier", ROUNDS):
        sent = [(address, f"stap {number}") for number, address in enumerate(addresses(case_key))]
        got = at_once(people, sent)
        assert [answer.status for answer in got] == [303] * 4
        assert sorted(answers(case_key)) == [subject for _, subject in sent]
        with reading() as session:
            assert session.get_one(Case, case_key).state == "ended"

    db.session.remove()
