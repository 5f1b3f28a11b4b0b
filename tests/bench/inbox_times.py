"""The inbox over HTTP with few and with ever so many open tasks in it."""

from app import clock
from app.store.session import transaction
from tests.bench import many_tasks
from tests.bench.databases import Database, tidy_up
from tests.bench.figures import Figure, Goal, Line, said, thousands, timed
from tests.bench.server import LOGIN, ready, served, signed_in
from tests.installation import Installation

VISITS = 20
MOST = 2
VIEWS = {
    "/taken": (LOGIN, "zoals hij opent"),
    "/taken?weergave=alles": (LOGIN, "alles"),
    "/taken?weergave=rollen": ("politie", "partner, op te pakken"),
}
FEW = 1_000


def lines(database: Database, rounds: int, *, tasks: int) -> list[Line]:
    """With 1,000 and with `tasks` open tasks."""
    sizes = (FEW, tasks)
    found: dict[int, dict[str, float]] = {}
    with database.installation() as installation:
        for size in sizes:
            _fill(installation, size)
            with served(installation):
                found[size] = _visit(installation, rounds)
    made = []
    for path, (_, name) in VIEWS.items():
        few, many = (found[size][path] for size in sizes)
        words = f"takenlijst met {thousands(tasks)} open taken, {name} (ms; met 1.000: {said(few)})"
        goal = Goal.times(many, few, MOST, "met 1.000")
        page = found[tasks]["/vloer"]
        made.append(Line(words, database.name, many, page=page, ratio=many / few, goal=goal))
    return made


def _fill(installation: Installation, size: int) -> None:
    with installation.app():
        with transaction() as session:
            many_tasks.fill(session, size, now=clock.now())
        tidy_up()


def _visit(installation: Installation, rounds: int) -> dict[str, float]:
    clients = {login: signed_in(installation, login) for login in {login for login, _ in VIEWS.values()}}
    times: dict[str, list[list[float]]] = {path: [] for path in (*VIEWS, "/vloer")}
    ready(clients.values())
    for path, (login, _) in VIEWS.items():
        for _ in range(VISITS):  # until the database has made up its mind about the plans
            clients[login].get(path)
    for _ in range(rounds):
        for path, (login, _) in VIEWS.items():
            ready(clients.values())
            times[path].append([timed(clients[login].get, path)[0] for _ in range(VISITS)])
        times["/vloer"].append([timed(clients[LOGIN].post, "/vloer")[0] for _ in range(VISITS)])
    return {path: Figure.of(measured).p50 for path, measured in times.items()}
