"""Bytes a case with its whole history, and what a completion asks of the database."""

from sqlalchemy import event, select

from app import clock
from app.config import from_environment
from app.factory import create_app
from app.services import inbox
from app.store.models import Person, UserTask
from app.store.session import db, transaction
from tests.bench.databases import Database, tidy_up
from tests.bench.figures import Goal, Line
from tests.bench.server import ANSWERS, LOGIN, open_tasks, start
from tests.installation import Installation

TASKS = 10
MOST_STATEMENTS = 10
PEER_BYTES = (19_000, 22_000)
"""What a finished case of ten tasks takes with the best peer on the same engine."""
CONTROL = ("BEGIN", "COMMIT", "ROLLBACK")
TABLES = ("case", "instance", "user_task", "inbox_entry", "token", "job", "subscription", "event", "incident")
"""What belongs to cases."""


def lines(database: Database, *, cases: int) -> list[Line]:
    with database.installation() as installation:
        statements, commits = _asked(installation)
        _run(installation, cases)  # so that every table has its first pages, and room within them
        before = _stored(installation)
        _run(installation, cases)
        after = _stored(installation)
    each = {part: (after[part] - before[part]) / cases for part in after}
    whole = sum(each.values())
    parts = ", ".join(f"{part} {int(size)}" for part, size in each.items())
    goal = Goal(f"≤ ⅓ van {PEER_BYTES[0]}–{PEER_BYTES[1]}", whole <= PEER_BYTES[0] / 3)
    bytes_line = Line(
        f"casus van tien taken met haar geschiedenis (bytes: {parts})", database.name, whole, goal=goal
    )
    goal = Goal(f"≤ {MOST_STATEMENTS} en precies 1", statements <= MOST_STATEMENTS and commits == 1)
    asked = f"{statements} en {commits}"
    return [Line("SQL-opdrachten en commits per afgeronde taak", database.name, asked, goal=goal), bytes_line]


def _asked(installation: Installation) -> tuple[int, int]:
    """How many statements and commits a completion takes, from the request to the answer."""
    statements: list[str] = []
    commits: list[object] = []
    keys = start(installation, "tien_taken", 2)
    app = create_app(from_environment(installation.environment))
    with app.app_context():
        engine = db.engine
        person = db.session.scalars(select(Person).where(Person.login == LOGIN)).one()
    event.listen(engine, "before_cursor_execute", lambda *given: statements.append(given[2]))
    event.listen(engine, "commit", commits.append)
    client = app.test_client()
    with client.session_transaction() as session:
        session["person"], session["epoch"] = person.key, person.session_epoch
    # The first one makes the application read the way of working, which it then keeps.
    for [address] in open_tasks(installation, keys).values():
        token = client.get(address).text.partition('name="csrf_token" value="')[2].partition('"')[0]
        statements.clear()
        commits.clear()
        answer = client.post(address, data={"csrf_token": token, **ANSWERS})
        if answer.status_code != 303:
            raise RuntimeError(f"{answer.status_code}: {answer.text[:500]}")
    engine.dispose()
    return len([one for one in statements if not one.startswith(CONTROL)]), len(commits)


def _run(installation: Installation, number: int) -> None:
    """So many cases from begin to end."""
    keys = start(installation, "tien_taken", number)
    with installation.app():
        for _ in range(TASKS):
            for key in keys:
                with transaction() as session:
                    by = session.scalars(select(Person).where(Person.login == LOGIN)).one()
                    query = select(UserTask.id).where(UserTask.case_key == key, UserTask.state == "open")
                    inbox.complete(session, session.scalars(query).one(), ANSWERS, by=by, now=clock.now())
            # A row that was changed leaves its old self behind: PostgreSQL tidies that up all day long.
            tidy_up()


def _stored(installation: Installation) -> dict[str, int]:
    """Bytes in use for what belongs to cases: rows, and indexes, where the database tells them apart."""
    with installation.app(), db.engine.connect() as connection:
        if db.engine.dialect.name == "sqlite":
            pages, free, size = (
                connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()
                for name in ("page_count", "freelist_count", "page_size")
            )
            return {"rijen en indexen": (pages - free) * size}
        sizes = {}
        for part, name in (("rijen", "pg_table_size"), ("indexen", "pg_indexes_size")):
            tables = ", ".join(f"'\"{table}\"'" for table in TABLES)
            said = f"SELECT sum({name}(one::regclass)) FROM unnest(ARRAY[{tables}]) AS one"
            sizes[part] = int(connection.exec_driver_sql(said).scalar_one())
        return sizes
