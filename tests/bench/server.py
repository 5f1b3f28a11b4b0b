"""Gunicorn with the settings of the product and the floors' addresses, and people who work with it."""

import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import select, text

from app import clock
from app.services import cases
from app.store.models import Person, UserTask
from app.store.session import db, transaction
from tests.bench import floor
from tests.installation import PROJECT, Client, Installation

LOGIN = "procesregisseur.arnhem"
ANSWERS = {"onderwerp": "meten"}


@contextmanager
def served(installation: Installation, **settings: Any) -> Iterator[None]:
    """Gunicorn, until the block ends; `settings` are environment variables, such as WEB_PROCESSES."""
    with installation.app(), transaction() as session:
        session.execute(text(floor.TABLE))
    words = ["-m", "gunicorn", "-c", "deploy/gunicorn.conf.py", "tests.bench.floor:create()"]
    environment = installation.environment | {name: str(value) for name, value in settings.items()}
    with (installation.data / "bench.log").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, *words],
            cwd=PROJECT,
            env=environment,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    installation.running.append(process)
    try:
        installation.wait_until_up()
        yield
    finally:
        installation.kill(process)


def signed_in(installation: Installation, login: str = LOGIN) -> Client:
    """Somebody with the token that every form of this session sends along."""
    client = Client(installation.port)
    client.sign_in(login)
    client.get("/taken")
    client.hidden = {"csrf_token": client.hidden["csrf_token"]}
    return client


def ready(clients: Iterable[Client]) -> None:
    """Fresh connections: the server closes those that it hears nothing on for five seconds."""
    for client in clients:
        client.connection.close()
        client.connection.connect()


def post(client: Client, path: str, status: int, **fields: str) -> None:
    """Send a form; raises when the answer is another one than expected."""
    answer = client.post(path, **fields)
    if answer.status != status:
        raise RuntimeError(f"{path}: {answer.status} {answer.text[:500]}")


def start(installation: Installation, process_id: str, number: int) -> list[int]:
    """The keys of so many new cases."""
    keys = []
    with installation.app():
        for _ in range(number):
            with transaction() as session:
                by = session.scalars(select(Person).where(Person.login == LOGIN)).one()
                keys.append(cases.start(session, process_id, ANSWERS, by=by, now=clock.now()).key)
    return keys


def open_tasks(installation: Installation, case_keys: list[int]) -> dict[int, list[str]]:
    """The addresses of the waiting tasks of these cases."""
    found: dict[int, list[str]] = {key: [] for key in case_keys}
    with installation.app():
        query = select(UserTask.case_key, UserTask.id).where(UserTask.state == "open")
        for case_key, id in db.session.execute(query.where(UserTask.case_key.in_(case_keys))):
            found[case_key].append(f"/taken/{id}")
    return found
