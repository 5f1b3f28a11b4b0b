"""The list of cases over HTTP, with few and with ever so many cases in it, and taking all of them along."""

from datetime import datetime
from http.client import HTTPResponse
from urllib.parse import quote

from sqlalchemy import BigInteger, ColumnElement, String, case, cast, func, literal, select
from sqlalchemy.orm import Session

from app import clock
from app.services.case_list import Order
from app.services.cases import CaseFilters, sight
from app.store import case_list as list_rows
from app.store.models import Base, Case, House, Person, Theme
from app.store.paging import cursor
from app.store.session import db, transaction
from tests import copies
from tests.bench.databases import Database, tidy_up
from tests.bench.figures import Figure, Goal, Line, said, timed
from tests.bench.server import ready, served, signed_in, start
from tests.installation import Client, Installation

LOGIN = "ketenmanager"
VISITS = 5
MOST_MS = 300
PATIENCE_SECONDS = 600
DEEP = 0.9
"""How far behind the first the deep page is."""
LOST = "speld-in-een-hooiberg"
WAYS = {
    "zoals hij opent": "/casussen",
    "alle, op titel": "/casussen?stand=&sorteer=titel&volgorde=op",
    "alle, op laatste beweging": "/casussen?stand=&sorteer=beweging&volgorde=op",
    "op eerste termijn": "/casussen?sorteer=termijn&volgorde=op",
    "gefilterd op thema, route en huis": "/casussen?stand=&thema={theme}&route=3&huis={house}",
    "staat een jaar stil": "/casussen?stil=365",
    "gezocht, komt veel voor": "/casussen?zoek=overlast",
    "gezocht, komt één keer voor": f"/casussen?zoek={LOST}",
    "gezocht, komt niet voor": "/casussen?zoek=bestaatniet",
}


def lines(database: Database, rounds: int, *, cases: int) -> list[Line]:
    """With `cases` cases, one in five of which runs: each has a title, a theme, a route and moments."""
    with database.installation() as installation:
        with installation.app():
            [first] = start(installation, "tien_taken", 1)
            with transaction() as session:
                _fill(session, first, cases, now=clock.now())
            tidy_up()
            ways = _ways(db.session())
        with served(installation):
            found = _visit(installation, ways, rounds)
            takes = {kind: _take_along(installation, kind) for kind in ("csv", "xlsx")}
    words = f"lijst met {cases:,} casussen".replace(",", ".", 1)
    goal = f"≤ {MOST_MS} ms"
    made = [
        Line(f"{words}, {name} (ms)", database.name, took, goal=Goal(goal, took <= MOST_MS))
        for name, took in found.items()
    ]
    for kind, (first_ms, whole_ms, size) in takes.items():
        megabytes = said(size / 1_000_000)
        how = f"{words}, alles mee als {kind.upper()} (s, {megabytes} MB; begin na {said(first_ms / 1000)})"
        made.append(Line(how, database.name, whole_ms / 1000))
    return made


def _fill(session: Session, first: int, cases: int, *, now: datetime) -> None:
    houses = list(session.scalars(select(House.key).order_by(House.key)))
    themes = list(session.scalars(select(Theme.key).order_by(Theme.key)))
    begin = now.replace(year=now.year - 3)

    def one_of(number: copies.Number, values: list[str]) -> ColumnElement[str]:
        return case(*((number % len(values) == place, literal(one)) for place, one in enumerate(values)))

    def some_day(number: copies.Number) -> ColumnElement[datetime]:
        span = int((now - begin).total_seconds()) - 100 * 86_400
        return copies.moment(session, begin, _wide(_wide(number) * 7_919 % span))

    def name(number: copies.Number) -> ColumnElement[str]:
        words = one_of(number * 31, ["Overlast", "Zorgen om een gezin", "Ruzie", "Onrust", "Signaal"])
        title = words.concat(" nr. ").concat(cast(_wide(number) * 48_271 % 100_003, String))
        return case((number == cases // 3, literal(LOST)), else_=title)

    vary: copies.Vary = {
        "case.house_key": lambda number: one_of(number, houses),
        "case.theme": lambda number: one_of(number * 17 + number // 7, themes or [""]),
        "case.route": lambda number: cast(number % 5, String),
        "case.title": name,
        "case.state": lambda number: case((number % 5 == 0, "running"), else_="ended"),
        "case.started_at": some_day,
        "case.moved_at": lambda number: some_day(number + 1),
    }
    keys = copies.make(session, first, cases, vary=vary)
    task = Base.metadata.tables["user_task"]
    ended = select(Case.key).where(Case.state == "ended")
    session.execute(
        task.update().where(task.c.case_key.in_(ended)).values(state="completed", completed_at=now)
    )
    of_case = task.c.case_key - keys.start
    due = copies.moment(session, now, _wide(_wide(of_case) * 104_729 % (60 * 86_400) - 20 * 86_400))
    running = task.update().where(task.c.state == "open", task.c.case_key >= keys.start)
    session.execute(running.values(due_at=due, sort_due_at=due))


def _wide(number: copies.Number) -> ColumnElement[int]:
    """With room for what it is multiplied by."""
    return cast(number, BigInteger)


def _ways(session: Session) -> dict[str, str]:
    """The addresses, with one of a page far behind the first."""
    theme = session.scalars(select(Theme.key).order_by(Theme.key)).first() or ""
    house = session.scalars(select(House.key).order_by(House.key)).first()
    ways = {name: path.format(theme=quote(theme), house=house) for name, path in WAYS.items()}
    person = session.scalars(select(Person).where(Person.login == LOGIN)).one()
    everything = session.scalar(select(func.count()).select_from(Case)) or 0
    order, deep = Order("moved", descending=False), int(everything * DEEP)
    keys = list_rows.keys(session, sight(person), CaseFilters(), order, limit=deep, now=clock.now())
    last = session.get_one(Case, keys[-1])
    place = cursor("moved", "op", last.moved_at.isoformat(), last.key)
    ways["een blad ver naar achteren"] = f"{WAYS['alle, op laatste beweging']}&na={place}"
    return ways


def _visit(installation: Installation, ways: dict[str, str], rounds: int) -> dict[str, float]:
    client = signed_in(installation, LOGIN)
    times: dict[str, list[list[float]]] = {name: [] for name in ways}
    ready([client])
    for path in ways.values():
        for _ in range(VISITS):  # until the database has made up its mind about the plans
            _seen(client, path)
    for _ in range(rounds):
        for name, path in ways.items():
            ready([client])
            times[name].append([timed(_seen, client, path)[0] for _ in range(VISITS)])
    return {name: Figure.of(measured).p50 for name, measured in times.items()}


def _seen(client: Client, path: str) -> None:
    answer = client.get(path)
    if answer.status != 200:
        raise RuntimeError(f"{path}: {answer.status}")


def _take_along(installation: Installation, kind: str) -> tuple[float, float, int]:
    """Milliseconds until a file of all cases begins and until it is there, and its bytes."""
    client = signed_in(installation, LOGIN)
    client.connection.timeout = PATIENCE_SECONDS
    ready([client])
    cookies = "; ".join(f"{key}={value}" for key, value in client.cookies.items())

    def begin() -> HTTPResponse:
        client.connection.request("GET", f"/casussen/lijst.{kind}?stand=", headers={"Cookie": cookies})
        return client.connection.getresponse()

    begun_ms, answer = timed(begin)
    rest_ms, content = timed(answer.read)
    if answer.status != 200:
        raise RuntimeError(f"{kind}: {answer.status}")
    return begun_ms, begun_ms + rest_ms, len(content)
