"""The inbox over HTTP with ever more open tasks in it."""

from sqlalchemy import func, select, text

from app import clock
from app.config import from_environment
from app.factory import create_app
from app.services import cases
from app.store.models import Person, UserTask
from app.store.session import transaction
from tests.bench.figures import Figure, table, timed
from tests.bench.http_times import serve
from tests.installation import Client, Installation

VISITS = 10
BATCH = 200


def report(installation: Installation, rounds: int, sizes: list[int]) -> str:
    rows = []
    for size in sizes:
        _fill(installation, size)
        server = serve(installation)
        try:
            figure = _visit(installation, rounds)
        finally:
            installation.kill(server)
        rows.append((f"{size} open taken", figure.p50, figure.p95))
    return table("De takenlijst over HTTP (ms)", ("omvang", "p50", "p95"), rows)


def _fill(installation: Installation, size: int) -> None:
    app = create_app(from_environment(installation.environment))
    with app.app_context():
        missing = size
        while missing > 0:
            with transaction() as session:
                open_tasks = select(func.count()).select_from(UserTask).where(UserTask.state == "open")
                missing = size - (session.scalar(open_tasks) or 0)
                by = session.scalars(select(Person).where(Person.login == "procesregisseur.arnhem")).one()
                for number in range(min(BATCH, missing)):
                    answers = {"onderwerp": f"casus {number}"}
                    cases.start(session, "tien_taken", answers, by=by, now=clock.now())
        # What autovacuum does by itself a minute later, where thousands of rows came in at once.
        with transaction() as session:
            session.execute(text("ANALYZE"))


def _visit(installation: Installation, rounds: int) -> Figure:
    client = Client(installation.port)
    client.sign_in("procesregisseur.arnhem")
    return Figure.of(
        [timed(client.get, "/taken?weergave=alles")[0] for _ in range(VISITS)] for _ in range(rounds)
    )
