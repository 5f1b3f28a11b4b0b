"""Web and worker are killed, again and again, while people hand in answers. Nothing is lost or doubled."""

import http.client
import random
import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, select
from sqlalchemy.orm import Session

from app.config import normal_database_url
from app.store.models import Case, Event, UserTask
from tests.installation import Client, Installation

CASES = 6
PEOPLE = 3
KILLS = 6


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def installation(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Installation]:
    url = request.getfixturevalue("postgres_url") if request.param == "postgres" else ""
    place = Installation(tmp_path, database_url=url)
    try:
        place.set_up()
        yield place
    finally:
        place.stop()


class Person(threading.Thread):
    """Hands in every task that there is, and remembers each answer that was acknowledged."""

    def __init__(self, port: int, name: str, stop: threading.Event) -> None:
        super().__init__(daemon=True)
        self.port, self.who, self.stop = port, name, stop
        self.acknowledged: dict[str, str] = {}
        self.refused: Counter[int] = Counter()
        self.interrupted = 0

    def run(self) -> None:
        while not self.stop.is_set():
            try:
                self.work()
            except (OSError, http.client.HTTPException, PermissionError):
                self.interrupted += 1
                self.stop.wait(0.05)

    def work(self) -> None:
        client = Client(self.port, timeout_seconds=10)
        client.sign_in("procesregisseur.arnhem")
        while not self.stop.is_set():
            tasks = client.tasks()
            random.shuffle(tasks)
            for address in tasks[:3]:
                self.hand_in(client, address)
            if not tasks:
                self.stop.wait(0.05)

    def hand_in(self, client: Client, address: str) -> None:
        if client.get(address).status != 200:
            return
        text = f"{self.who} {len(self.acknowledged)}"
        answer = client.post(address, onderwerp=text)
        if answer.status == 303:
            self.acknowledged[address.rpartition("/")[2]] = text
        else:
            self.refused[answer.status] += 1


def test_every_acknowledged_answer_is_there_once(installation: Installation) -> None:
    services = {name: installation.spawn(name) for name in ("serve", "worker")}
    installation.wait_until_up()
    start_cases(installation.port)
    stop = threading.Event()
    people = [Person(installation.port, f"persoon {number}", stop) for number in range(PEOPLE)]
    for person in people:
        person.start()
    for _ in range(KILLS):
        stop.wait(random.uniform(0.3, 1.5))
        for name in random.sample(["serve", "worker"], k=random.randint(1, 2)):
            installation.kill(services[name])
            services[name] = installation.spawn(name)
        installation.wait_until_up()
    wait_until_ended(installation, people)
    stop.set()
    for person in people:
        person.join(timeout=20)
    assert sum(person.interrupted for person in people) > 0, "no kill hit anybody: the test proves nothing"
    assert {status for person in people for status in person.refused} <= {409}
    verify(installation, {task: text for person in people for task, text in person.acknowledged.items()})


def start_cases(port: int) -> None:
    client = Client(port)
    client.sign_in("procesregisseur.arnhem")
    for number in range(CASES):
        client.get("/aanmelden/vijf_rondes")
        assert client.post("/aanmelden/vijf_rondes", onderwerp=f"casus {number}").status == 303


def wait_until_ended(installation: Installation, people: list[Person]) -> None:
    pause = threading.Event()
    with read(installation) as session:
        for _ in range(1200):
            if not session.scalars(select(Case.key).where(Case.state == "running")).all():
                return
            session.rollback()
            pause.wait(0.1)
    raise AssertionError(f"the cases did not end; {[dict(person.refused) for person in people]}")


def read(installation: Installation) -> Session:
    url = installation.database_url or f"sqlite:///{installation.data / 'casusroute.db'}"
    return Session(create_engine(normal_database_url(url)))


def verify(installation: Installation, acknowledged: dict[str, str]) -> None:
    with read(installation) as session:
        tasks = {str(task.id): task for task in session.scalars(select(UserTask)).unique()}
        events = session.scalars(select(Event).where(Event.kind == "completed", Event.task_key.is_not(None)))
        answers: dict[int | None, list[str]] = {}
        for event in events:
            answers.setdefault(event.task_key, []).append(event.data["answers"]["onderwerp"])
        per_case = Counter(task.case_key for task in tasks.values() if task.state == "completed")
    assert acknowledged
    for task_id, text in acknowledged.items():
        assert answers[tasks[task_id].key] == [text]
    assert all(len(texts) == 1 for texts in answers.values())
    assert list(per_case.values()) == [10] * CASES
    assert {task.state for task in tasks.values()} == {"completed"}
