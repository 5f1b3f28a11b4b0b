"""A worker dies while it is sending: its lease ends, another takes over, and the case goes on once."""

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select, update

from app import clock
from app.services import cases, job_types
from app.store.models import Event, Job, Token
from app.store.session import db, reading, transaction
from tests.engine.diagrams import element, extensions, flows, process, task
from tests.installation import Installation

SENDING = (
    '<zeebe:taskDefinition type="mail"/><zeebe:ioMapping>'
    '<zeebe:input source="wie@voorbeeld.test" target="aan"/><zeebe:input source="Vraag" target="onderwerp"/>'
    "</zeebe:ioMapping>"
)
FILES = {
    "posten.bpmn": process(
        element("startEvent", "begin", extensions('<zeebe:formDefinition formId="klein"/>')),
        element("sendTask", "stuur", extensions(SENDING), name="Mail sturen"),
        task("daarna"),
        element("endEvent", "einde"),
        flows("begin>stuur", "stuur>daarna", "daarna>einde"),
        id="posten",
    )
}


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Installation]:
    found = Installation(tmp_path)
    try:
        found.set_up(files=FILES)
        with found.app():
            yield found
    finally:
        found.stop()


def wait_until(true: Callable[[], bool], seconds: float = 60) -> None:
    until = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < until
        time.sleep(0.05)


def job() -> Job | None:
    with reading() as session:
        return session.scalars(select(Job).execution_options(populate_existing=True)).one_or_none()


def standing() -> list[str]:
    with reading() as session:
        return list(session.scalars(select(Token.element_id)))


def test_another_worker_takes_over_when_the_lease_has_ended(place: Installation) -> None:
    with transaction() as session:
        cases.begin(session, "posten", {"onderwerp": "x"}, house_key="arnhem", now=clock.now())
    waiting = job()
    assert waiting is not None
    letter = place.data / "post" / f"{job_types.name_of(waiting)}.eml"
    letter.parent.mkdir()
    os.mkfifo(letter)  # who writes here waits until somebody reads

    place.start_workers(1)
    wait_until(lambda: (found := job()) is not None and found.attempts == 1)
    place.stop()

    leased = job()
    assert leased is not None
    assert leased.due_at > clock.now()
    assert standing() == ["stuur"]
    letter.unlink()
    with transaction() as session:
        session.execute(update(Job).values(due_at=clock.now()))  # as if its time had passed
    place.start_workers(1)
    wait_until(lambda: standing() == ["daarna"])
    assert letter.is_file()
    with reading() as session:
        sent = select(func.count()).where(Event.element_id == "stuur", Event.kind == "completed")
        assert session.scalar(sent) == 1
        assert job() is None
    db.session.remove()
