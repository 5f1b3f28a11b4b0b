"""Over HTTP, on gunicorn: start a case, complete a task, and an empty view with one commit as the floor."""

import subprocess
import sys
from collections.abc import Callable
from typing import Any

from tests.bench.figures import Figure, table, timed
from tests.installation import PROJECT, Client, Installation

CASES = 10


def report(installation: Installation, rounds: int) -> str:
    server = serve(installation)
    try:
        client = Client(installation.port)
        client.sign_in("procesregisseur.arnhem")
        kinds = ("vloer", "formulier tonen", "starten", "taak tonen", "taak")
        times: dict[str, list[list[float]]] = {kind: [] for kind in kinds}
        for _ in range(rounds):
            for kind, measured in _one_round(client).items():
                times[kind].append(measured)
    finally:
        installation.kill(server)
    figures = {kind: Figure.of(measured) for kind, measured in times.items()}
    floor = figures["vloer"].p50
    rows = [(kind, figure.p50, figure.p95, figure.p50 / floor) for kind, figure in figures.items()]
    title = "Over HTTP, een gebruiker tegelijk (ms); de vloer is een lege pagina met één commit"
    return table(title, ("stap", "p50", "p95", "× vloer"), rows)


def serve(installation: Installation) -> "subprocess.Popen[bytes]":
    """Gunicorn with the settings of the product, and the floor's address added."""
    log = (installation.data / "bench.log").open("ab")
    words = ["-m", "gunicorn", "-c", "deploy/gunicorn.conf.py", "tests.bench.floor:create()"]
    process = subprocess.Popen(
        [sys.executable, *words],
        cwd=PROJECT,
        env=installation.environment,
        stdout=log,
        stderr=log,
        start_new_session=True,
    )
    installation.running.append(process)
    installation.wait_until_up()
    return process


def _one_round(client: Client) -> dict[str, list[float]]:
    times: dict[str, list[float]] = {
        "vloer": [],
        "formulier tonen": [],
        "starten": [],
        "taak tonen": [],
        "taak": [],
    }
    for _ in range(CASES):
        _add(times["formulier tonen"], client.get, "/aanmelden/tien_taken")
        _add(times["starten"], _post, client, "/aanmelden/tien_taken", 303)
        address = client.tasks()[0]
        _add(times["taak tonen"], client.get, address)
        _add(times["taak"], _post, client, address, 303)
        _add(times["vloer"], _post, client, "/vloer", 204)
    return times


def _add(times: list[float], work: Callable[..., Any], *args: Any) -> None:
    times.append(timed(work, *args)[0])


def _post(client: Client, path: str, status: int) -> None:
    answer = client.post(path, onderwerp="meten") if status == 303 else client.post(path)
    if answer.status != status:
        raise RuntimeError(f"{path}: {answer.status} {answer.text[:500]}")
