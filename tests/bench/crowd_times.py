"""Over HTTP, many at once: four tasks of one case, and as many completions a second as there can be."""

import statistics
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

from tests.bench.databases import Database
from tests.bench.figures import Figure, Goal, Line, timed
from tests.bench.server import ANSWERS, open_tasks, post, ready, served, signed_in, start
from tests.bench.ways import AT_ONCE, at_once
from tests.installation import Client, Installation

PEOPLE = 8
WORKERS = (2, 4)
CASES_AT_ONCE = 5
"""A round of four at once has so many cases."""


def lines(database: Database, rounds: int, *, completions: int) -> list[Line]:
    """`completions` are those of one round of the throughput."""
    with database.installation({"vier_tegelijk.bpmn": at_once()}) as installation:
        made = [_at_once(database, installation, rounds)]
        for workers in WORKERS:
            made.append(_throughput(database, installation, rounds, completions, workers))
    return made


def _at_once(database: Database, installation: Installation, rounds: int) -> Line:
    keys = start(installation, "vier_tegelijk", rounds * CASES_AT_ONCE)
    cases = list(open_tasks(installation, keys).values())
    refused: list[str] = []
    whole: list[list[float]] = []
    alone: list[list[float]] = []
    with served(installation):
        clients = [signed_in(installation) for _ in range(AT_ONCE)]
        for number in range(rounds):
            mine = cases[number * CASES_AT_ONCE : (number + 1) * CASES_AT_ONCE]
            whole.append([_together(clients, addresses, refused) for addresses in mine])
            ready(clients)
            alone.append([timed(post, clients[0], "/vloer", 204)[0] for _ in range(CASES_AT_ONCE)])
    words = f"vier taken van één casus tegelijk, tot de laatste (ms; {len(cases)} keer)"
    said = f"alle {AT_ONCE * len(cases)} gelukt" if not refused else f"{len(refused)} geweigerd: {refused[0]}"
    p50, page = Figure.of(whole).p50, Figure.of(alone).p50
    return Line(words, database.name, p50, page=page, ratio=p50 / page, goal=Goal(said, not refused))


def _together(clients: Sequence[Client], addresses: Sequence[str], refused: list[str]) -> float:
    """Milliseconds until the last of them has an answer."""
    ready(clients)
    barrier = threading.Barrier(len(clients) + 1)

    def complete(client: Client, address: str) -> None:
        barrier.wait()
        answer = client.post(address, **ANSWERS)
        if answer.status != 303:
            refused.append(str(answer.status))

    with ThreadPoolExecutor(len(clients)) as pool:
        done = [pool.submit(complete, *pair) for pair in zip(clients, addresses, strict=True)]
        barrier.wait()
        began = time.perf_counter()
        for one in done:
            one.result()
        return (time.perf_counter() - began) * 1000


def _throughput(
    database: Database, installation: Installation, rounds: int, completions: int, workers: int
) -> Line:
    keys = start(installation, "tien_taken", completions)
    rates: dict[str, list[float]] = {"taak": [], "vloer": [], "bibliotheek": []}
    with served(installation, WEB_PROCESSES=workers):
        clients = [signed_in(installation) for _ in range(PEOPLE)]
        for _ in range(rounds):
            tasks = [address for found in open_tasks(installation, keys).values() for address in found]
            rates["taak"].append(_rate(clients, tasks, lambda one, path: post(one, path, 303, **ANSWERS)))
            floor = ["/vloer"] * completions
            rates["vloer"].append(_rate(clients, floor, lambda one, path: post(one, path, 204)))
            library = [f"/bibliotheek/{number}" for number in range(completions)]
            rates["bibliotheek"].append(_rate(clients, library, lambda one, path: post(one, path, 204)))
    ours, page, other = (statistics.median(rates[name]) for name in ("taak", "vloer", "bibliotheek"))
    words = f"taken per seconde, {workers} webprocessen, {PEOPLE} mensen tegelijk"
    return Line(words, database.name, ours, page=page, library=other, ratio=ours / page)


def _rate(clients: Sequence[Client], paths: Sequence[str], work: Callable[[Client, str], None]) -> float:
    """How many a second, when each client does its share as fast as it can."""

    def share(number: int) -> None:
        for path in paths[number :: len(clients)]:
            work(clients[number], path)

    ready(clients)
    began = time.perf_counter()
    with ThreadPoolExecutor(len(clients)) as pool:
        list(pool.map(share, range(len(clients))))
    return len(paths) / (time.perf_counter() - began)
