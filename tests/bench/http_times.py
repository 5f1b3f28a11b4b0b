"""Over HTTP, one person at a time: start a case, see a task, complete it, beside the floors."""

from collections.abc import Callable
from typing import Any

from tests.bench.databases import Database
from tests.bench.figures import Figure, Goal, Line, timed
from tests.bench.server import ANSWERS, post, served, signed_in
from tests.bench.ways import in_a_row
from tests.engine.plain import Plain
from tests.installation import Client

CASES = 10
START = "/aanmelden/tien_taken"
MOST = 2
PEER_MS = 47
"""What the best peer on the same engine needs for a completion, on a machine like ours, with SQLite."""


def lines(database: Database, rounds: int) -> list[Line]:
    times: dict[str, list[list[float]]] = {}
    with database.installation() as installation, served(installation):
        client = signed_in(installation)
        _round(client, 0)  # what is only slow the first time
        for number in range(rounds):
            for kind, measured in _round(client, number).items():
                times.setdefault(kind, []).append(measured)
    p50 = {kind: Figure.of(measured).p50 for kind, measured in times.items()}
    page, library, memory = p50["vloer"], p50["bibliotheek"], _in_memory(rounds)
    done = p50["taak afronden"]
    words = f"taak afronden over HTTP (ms; de andere dienst: {PEER_MS})"
    goal = Goal.times(done, page, MOST, "lege pagina")
    made = [Line(words, database.name, done, memory, page, library, done / page, goal)]
    for kind in ("casus starten", "taak tonen", "formulier tonen"):
        made.append(
            Line(f"{kind} over HTTP (ms)", database.name, p50[kind], page=page, ratio=p50[kind] / page)
        )
    return made


def _round(client: Client, number: int) -> dict[str, list[float]]:
    times: dict[str, list[float]] = {}

    def add(kind: str, work: Callable[..., Any], *args: Any, **fields: str) -> None:
        times.setdefault(kind, []).append(timed(work, *args, **fields)[0])

    for case in range(CASES):
        add("formulier tonen", client.get, START)
        add("casus starten", post, client, START, 303, **ANSWERS)
        address = client.tasks()[0]
        add("taak tonen", client.get, address)
        # All in a row and in turn, so that what else the machine does touches each alike.
        add("taak afronden", post, client, address, 303, **ANSWERS)
        add("vloer", post, client, "/vloer", 204)
        add("bibliotheek", post, client, f"/bibliotheek/{number * CASES + case}", 204)
        add("vloer", post, client, "/vloer", 204)
    return times


def _in_memory(rounds: int) -> float:
    """Milliseconds a task of ten in a row, in plain SpiffWorkflow."""
    found = []
    for _ in range(rounds):
        case = Plain(in_a_row())
        found.append([timed(case.complete, f"t{at}", ANSWERS)[0] for at in range(10)])
    return Figure.of(found).p50
