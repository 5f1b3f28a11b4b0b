"""People who work at once over HTTP, and the checker that compares what they were told with what is there."""

import http.client
import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import clock
from app.engine import report, state
from app.services import cases, releases, steps
from app.store import cases as case_rows
from app.store.models import Case, Event, Instance, Subscription, UserTask
from tests.installation import Answer, Client

LOGIN = "procesregisseur.arnhem"
TIMEOUT_SECONDS = 15
PLENTY = 8
"""Tasks that wait: enough for everybody."""


class Person(threading.Thread):
    """Hands in every task that there is, and remembers what was acknowledged and what was refused.

    With a process it starts cases as well, until there is enough to do or `enough` is set.
    """

    def __init__(self, port: int, who: str, stop: threading.Event, process_id: str = "") -> None:
        super().__init__(daemon=True)
        self.port, self.who, self.stop, self.process_id = port, who, stop, process_id
        self.enough = threading.Event()
        self.cookies: dict[str, str] = {}
        self.signed_in = False
        self.acknowledged: dict[str, str] = {}
        """Task id -> what was handed in."""
        self.begun: dict[str, bool] = {}
        """The subject of each case that was started -> whether that was acknowledged."""
        self.answers: Counter[int] = Counter()
        """By status."""
        self.interrupted = 0
        self.longest_seconds = 0.0

    def run(self) -> None:
        while not self.stop.is_set():
            try:
                self.work()
            except (OSError, http.client.HTTPException, PermissionError):
                self.interrupted += 1
                self.stop.wait(0.05)

    def work(self) -> None:
        client = Client(self.port, timeout_seconds=TIMEOUT_SECONDS)
        client.cookies = self.cookies
        if not self.signed_in:
            client.sign_in(LOGIN)
            self.signed_in = True
        while not self.stop.is_set():
            tasks = client.tasks()
            random.shuffle(tasks)
            if self.process_id and len(tasks) < PLENTY and not self.enough.is_set():
                self.start_case(client)
            for address in tasks[:3]:
                self.hand_in(client, address)
            if not tasks:
                self.stop.wait(0.05)

    def hand_in(self, client: Client, address: str) -> None:
        if self.ask(client.get, address) != 200:
            return
        text = f"{self.who} {len(self.acknowledged)}"
        if self.ask(client.post, address, onderwerp=text) == 303:
            self.acknowledged[address.rpartition("/")[2]] = text

    def start_case(self, client: Client) -> None:
        address, subject = f"/aanmelden/{self.process_id}", f"{self.who}, casus {len(self.begun)}"
        if self.ask(client.get, address) == 200:
            self.begun[subject] = False
            self.begun[subject] = self.ask(client.post, address, onderwerp=subject) == 303

    def ask(self, method: Callable[..., Answer], address: str, **fields: str) -> int:
        began = time.perf_counter()
        answer = method(address, **fields)
        self.longest_seconds = max(self.longest_seconds, time.perf_counter() - began)
        self.answers[answer.status] += 1
        return answer.status


def people(port: int, number: int, stop: threading.Event, process_id: str = "") -> list[Person]:
    """So many people, at work."""
    found = [Person(port, f"persoon {one}", stop, process_id) for one in range(number)]
    for person in found:
        person.start()
    return found


def wait_until_busy(crowd: Iterable[Person], *, answers: int = 10, seconds: float = 60) -> None:
    """Until so many more requests were answered."""
    crowd = list(crowd)
    wanted = told(crowd).total() + answers
    until = time.monotonic() + seconds
    while told(crowd).total() < wanted:
        assert time.monotonic() < until, "nobody gets an answer"
        time.sleep(0.02)


def finish(stop: threading.Event, crowd: Iterable[Person]) -> None:
    """Let everybody finish what they are doing."""
    stop.set()
    for person in crowd:
        person.join(timeout=30)
        assert not person.is_alive()


def told(crowd: Iterable[Person]) -> Counter[int]:
    """What all of them were answered, by status."""
    return sum((person.answers for person in crowd), Counter())


def acknowledged(crowd: Iterable[Person]) -> dict[str, str]:
    return {task: text for person in crowd for task, text in person.acknowledged.items()}


def start_cases(port: int, process_id: str, number: int) -> None:
    client = Client(port)
    client.sign_in(LOGIN)
    for one in range(number):
        client.get(f"/aanmelden/{process_id}")
        assert client.post(f"/aanmelden/{process_id}", onderwerp=f"casus {one}").status == 303


def wait_until_ended(session: Session, *, seconds: float = 120) -> None:
    until = time.monotonic() + seconds
    while session.scalars(select(Case.key).where(Case.state == "running").limit(1)).all():
        session.rollback()
        assert time.monotonic() < until, "the cases did not end"
        time.sleep(0.1)


def check_answers(session: Session, given: Mapping[str, str]) -> None:
    """Every acknowledged answer is there, as it was given; and no task was completed twice."""
    tasks = {str(task.id): task for task in session.scalars(select(UserTask)).unique()}
    done = select(Event).where(Event.kind == "completed", Event.task_key.is_not(None))
    answers: dict[int | None, list[str]] = {}
    for event in session.scalars(done):
        answers.setdefault(event.task_key, []).append(event.data["answers"]["onderwerp"])
    assert given
    for task_id, text in given.items():
        assert answers[tasks[task_id].key] == [text]
    assert all(len(texts) == 1 for texts in answers.values())
    assert answers.keys() == {task.key for task in tasks.values() if task.state == "completed"}


def check_begun(session: Session, crowd: Iterable[Person]) -> None:
    """Every start that was acknowledged made a case, and no start made two."""
    # Not their titles: those follow what is handed in later.
    started = session.scalars(select(Event).where(Event.kind == "started", Event.person_key.is_not(None)))
    made = Counter(event.data["answers"]["onderwerp"] for event in started)
    for subject, acknowledged in [one for person in crowd for one in person.begun.items()]:
        assert made[subject] in ((1,) if acknowledged else (0, 1)), (subject, made[subject])


def check_cases(session: Session) -> int:
    """The rows of every running case say exactly what its state says; gives how many there are.

    The session must see one moment: REPEATABLE READ on PostgreSQL.
    """
    query = select(Instance).join(Case).where(Case.state == "running")
    running = session.scalars(query).unique().all()
    for instance in running:
        check_case(session, instance)
    return len(running)


def check_case(session: Session, instance: Instance) -> None:
    definitions = releases.definitions(session, instance.release_number)
    says = report.step(state.read(instance.state, definitions, now=clock.now()), instance.state)
    key, case = instance.case_key, instance.case
    rows = steps.Rows(tasks=cases.open_tasks(session, case), jobs=case_rows.jobs(session, key))
    differences = steps.plan(rows, says, now=clock.now())
    wrong = [
        *differences.open_tasks,
        *differences.close_tasks,
        *differences.add_jobs,
        *differences.move_jobs,
        *differences.drop_jobs,
    ]
    assert wrong == [], (key, wrong)
    tokens = Counter((one.engine_id, one.element_id) for one in case_rows.tokens(session, key))
    assert tokens == Counter((one.id, one.element_id) for one in says.tokens), key
    waits = session.scalars(select(Subscription).where(Subscription.case_key == key))
    assert {one.engine_id for one in waits} == {one.id for one in (*says.messages, *says.signals)}, key
    assert not says.ended, key
    assert says.tokens, f"case {key} is stuck"
