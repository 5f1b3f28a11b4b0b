"""Figures about a period: how the chain works, as tables that a page, a file and a report are made of."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from sqlalchemy.orm import Session

from app.clock import AMSTERDAM
from app.errors import Invalid
from app.services import access, past, releases
from app.services.access import Permission
from app.services.past import Counts, Days, Hours
from app.store import figures as rows
from app.store import people as people_rows
from app.store.cases import Sight
from app.store.figures import Chosen, Stretch, Whose
from app.store.models import Person

USUAL_DAYS = 91
MAX_DAYS = 3_660
DAY_HOURS = 24
NO_ROUTE, NOT_KNOWN = "Nog geen route", "Niet bekend"
SELDOM = 5
MONTHS = ("jan", "feb", "mrt", "apr", "mei", "jun", "jul", "aug", "sep", "okt", "nov", "dec")


@dataclass(frozen=True, slots=True)
class Number:
    """How many."""

    count: int


@dataclass(frozen=True, slots=True)
class Share:
    """Part of a whole, which the row's first number is."""

    part: int
    whole: int


@dataclass(frozen=True, slots=True)
class Hidden:
    """What could point to a person."""


Cell = Number | Share | Days | Hidden


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a table. Rows of one `group` add up to a number that is known elsewhere."""

    label: str
    cells: tuple[Cell, ...]
    group: str = ""
    place: tuple[str, str] | None = None
    """The step that it is about: (process id, element id)."""


@dataclass(frozen=True, slots=True)
class Table:
    """Figures with their words. `drawn` are the columns of each chart: one or two of the same unit."""

    id: str
    title: str
    text: str
    head: tuple[str, ...]
    rows: tuple[Row, ...]
    drawn: tuple[tuple[int, ...], ...] = ((0,),)


def chosen(
    begin: date | None, until: date | None, *, today: date, house: str = "", route: str = "", theme: str = ""
) -> Chosen:
    """The period from `begin` through `until`; without either the last three months. Raises Invalid."""
    last = until or (today if begin is None else max(today, begin))
    first = begin or last - timedelta(days=USUAL_DAYS - 1)
    if first > last:
        message = "Deze dag ligt voor het begin van de periode."
        raise Invalid(message, {"tot": message})
    days = (last - first).days + 1
    if days > MAX_DAYS or first.year < 1990 or last.year > 2100:
        message = "Kies een periode van hoogstens tien jaar."
        raise Invalid(message, {"van": message})
    return Chosen(
        before=_midnight(first - timedelta(days=days)),
        begin=_midnight(first),
        end=_midnight(last + timedelta(days=1)),
        months=tuple(_midnight(day) for day in _month_begins(first, last)),
        house=house,
        route=route,
        theme=theme,
    )


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), AMSTERDAM)


def _month_begins(first: date, last: date) -> Iterable[date]:
    """The first days of the later months of a period."""
    year, month = first.year, first.month
    while True:
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
        if date(year, month, 1) > last:
            return
        yield date(year, month, 1)


def quarters(today: date, *, number: int = 4) -> list[tuple[str, date, date]]:
    """The last quarters with the running one first: name, first and last day."""
    found = []
    year, quarter = today.year, (today.month - 1) // 3
    for _ in range(number):
        begin = date(year, quarter * 3 + 1, 1)
        later = date(year + (quarter == 3), (quarter + 1) % 4 * 3 + 1, 1)
        found.append((f"{quarter + 1}e kwartaal {year}", begin, later - timedelta(days=1)))
        year, quarter = (year - 1, 3) if quarter == 0 else (year, quarter - 1)
    return found


def sight(person: Person, *, leaves: bool = False) -> Sight:
    """The houses of which somebody may see figures; what leaves the house has no closed compartment in it."""
    houses = access.houses(person, Permission.SEE_OVERVIEW) | access.houses(person, Permission.SEE_FIGURES)
    return Sight(frozenset(houses), frozenset() if leaves else frozenset(person.compartments))


def routes(session: Session, seen: Sight, period: Chosen) -> list[str]:
    """The routes to choose from."""
    return past.routes(session, seen, period)


def collect(session: Session, seen: Sight, period: Chosen) -> list[Table]:
    """All tables of a period."""
    rows.prepare(session)
    now, before = past.read(session, seen, period)
    whole = Stretch(period.begin, period.end, period.months)
    begun = rows.begun(session, Whose.seen(seen, period), whole)
    names = _Names(session, now, before)
    return [
        _flow(period, begun, now),
        _routes(now.cases["route"], before.cases["route"]),
        _steps(now, before, names),
        _parts(now, names),
        *_advice(now),
        _by("themas", "Per thema", begun, now, "theme", names.themes, NOT_KNOWN),
        _by("gemeenten", "Per gemeente", begun, now, "municipality", names.municipalities, NOT_KNOWN),
        _partners(now, names),
        _reminders(now, names),
    ]


class _Names:
    """What things are called on a page."""

    def __init__(self, session: Session, *found: Counts) -> None:
        definitions = releases.definitions(session, releases.current_number(session))
        self.processes = {one.id: one.name for one in definitions.processes.values()}
        self.steps: dict[tuple[str, str], str] = {}
        for counts in found:
            for (process_id, element_id, *_), took in counts.tasks.items():
                self.steps[process_id, element_id] = took.name
        for process in definitions.processes.values():
            self.steps |= {(process.id, one.id): one.name for one in process.elements if one.name}
        self.themes = {one.key: one.name for one in people_rows.themes(session)}
        self.municipalities = people_rows.municipality_names(session)
        self.organisations = people_rows.organisation_names(session)

    def step(self, process_id: str, element_id: str) -> str:
        step = self.steps.get((process_id, element_id), element_id)
        return f"{step} ({self.processes.get(process_id, process_id)})"


def _flow(period: Chosen, begun: Iterable[rows.Begun], now: Counts) -> Table:
    into = Counter[int]()
    for one in begun:
        into[one.month] += one.cases
    begins = [moment.astimezone(AMSTERDAM) for moment in (period.begin, *period.months)]
    return Table(
        "stroom",
        "Erin en eruit per maand",
        "Casussen die in de periode begonnen, en casussen die klaar waren of afgebroken zijn.",
        ("Begonnen", "Klaar"),
        tuple(
            Row(
                f"{MONTHS[at.month - 1]} {at.year}",
                (Number(into[place]), Number(now.months[past.month_name(at)])),
            )
            for place, at in enumerate(begins)
        ),
        drawn=((0, 1),),
    )


def _routes(now: Mapping[str, Hours], before: Mapping[str, Hours]) -> Table:
    none = Hours()
    whole = sum(hours.count for hours in now.values())
    return Table(
        "routes",
        "Doorlooptijd per route",
        "Casussen die in de periode klaar waren. De mediaan: de helft was binnen zoveel dagen klaar.",
        ("Casussen", "Deel", "Mediaan", "90 % binnen", "Mediaan ervoor"),
        tuple(
            Row(
                route or NO_ROUTE,
                (
                    Number(now.get(route, none).count),
                    Share(now.get(route, none).count, whole),
                    now.get(route, none).part(5),
                    now.get(route, none).part(9),
                    before.get(route, none).part(5),
                ),
            )
            for route in sorted({*now, *before})
        ),
        drawn=((0,), (2, 3)),
    )


def _slowness(hours: Hours) -> tuple[bool, int]:
    """Puts the slowest first, and what happened too seldom to say something of it last."""
    return hours.count < SELDOM, -(hours.part(5).hours or 0)


def _steps(counts: Counts, counts_before: Counts, names: _Names) -> Table:
    now, before = past.by_step(counts.tasks), past.by_step(counts_before.tasks)
    places = sorted(now, key=lambda place: (_slowness(now[place]), place))
    return Table(
        "stappen",
        "Doorlooptijd per stap",
        "Taken die in de periode gedaan zijn, van open tot klaar. De traagste stap staat bovenaan, "
        "stappen met weinig taken onderaan.",
        ("Taken", "Mediaan", "90 % binnen", "Mediaan ervoor"),
        tuple(
            Row(
                names.step(*place),
                (
                    Number(now[place].count),
                    now[place].part(5),
                    now[place].part(9),
                    before.get(place, Hours()).part(5),
                ),
                place=place,
            )
            for place in places
        ),
        drawn=((1, 2),),
    )


def _parts(counts: Counts, names: _Names) -> Table:
    waits, works = past.by_step(counts.tasks, "waited"), past.by_step(counts.tasks, "worked")
    places = sorted(waits, key=lambda place: (_slowness(waits[place]), place))
    return Table(
        "wachten",
        "Wachten en werken per stap",
        "Taken die iemand eerst oppakte. Wachten is van open tot opgepakt, werken van opgepakt tot klaar.",
        ("Taken", "Wachten, mediaan", "Wachten, 90 %", "Werken, mediaan", "Werken, 90 %"),
        tuple(
            Row(
                names.step(*place),
                (
                    Number(waits[place].count),
                    *(waits[place].part(5), waits[place].part(9)),
                    *(works[place].part(5), works[place].part(9)),
                ),
                place=place,
            )
            for place in places
        ),
        drawn=((1, 3),),
    )


def _advice(now: Counts) -> list[Table]:
    found = [(advice, choice, number) for (advice, choice), number in now.advice.items()]
    whole = sum(number for *_, number in found)
    followed = sum(number for advice, choice, number in found if advice == choice)
    pairs = sorted(found, key=lambda one: (one[0] != one[1], -one[2], one))
    return [
        Table(
            "advies",
            "Advies van de beslistabel gevolgd",
            "Hoe vaak de weegploeg besloot wat de beslistabel adviseerde.",
            ("Besluiten", "Deel"),
            tuple(
                Row(label, (Number(number), Share(number, whole)))
                for label, number in (("Gevolgd", followed), ("Afgeweken", whole - followed))
                if whole
            ),
        ),
        Table(
            "besluiten",
            "Van advies naar besluit",
            "Wat de beslistabel adviseerde, en wat de weegploeg besloot.",
            ("Besluiten", "Deel"),
            tuple(
                Row(
                    f"{_words(advice)} → {_words(choice)}",
                    (Number(number), Share(number, whole)),
                    group="gevolgd" if advice == choice else "afgeweken",
                )
                for advice, choice, number in pairs
            ),
        ),
    ]


def _words(value: str) -> str:
    return value.replace("_", " ").capitalize().replace("mdo", "MDO").replace("cob", "COB")


def _by(
    id: str,
    title: str,
    begun: Iterable[rows.Begun],
    counts: Counts,
    column: str,
    names: Mapping[str, str],
    unknown: str,
) -> Table:
    into, now = Counter[str](), counts.cases[column]
    for one in begun:
        into[getattr(one, column)] += one.cases
    keys = sorted({*into, *now}, key=lambda key: (key == "", names.get(key, key)))
    return Table(
        id,
        title,
        "Casussen die in de periode begonnen, en casussen die klaar waren, met hun doorlooptijd.",
        ("Begonnen", "Klaar", "Mediaan", "90 % binnen"),
        tuple(
            Row(
                names.get(key, key) if key else unknown,
                (Number(into[key]), Number(now[key].count), now[key].part(5), now[key].part(9)),
            )
            for key in keys
        ),
        drawn=((0, 1),),
    )


def _partners(now: Counts, names: _Names) -> Table:
    took, lapsed, reminded = defaultdict[str, Hours](Hours), Counter[str](), Counter[str]()
    for (_, _, group, completed), tasks in now.tasks.items():
        if group and completed:
            took[group].add_all(tasks.hours)
        elif group:
            lapsed[group] += tasks.hours.count
    for (_, _, group), number in now.reminders.items():
        if group:
            reminded[group] += number
    keys = sorted({*took, *lapsed, *reminded}, key=lambda key: (_slowness(took[key]), key))
    return Table(
        "partners",
        "Partners",
        "Taken voor een organisatie: hoe lang zij erover deed, en hoeveel taken vervielen zonder antwoord.",
        ("Taken gedaan", "Mediaan", "90 % binnen", "Vervallen", "Herinneringen"),
        tuple(
            Row(
                names.organisations.get(key.partition(":")[2], key.partition(":")[2]),
                (
                    Number(took[key].count),
                    *(took[key].part(5), took[key].part(9)),
                    *(Number(lapsed[key]), Number(reminded[key])),
                ),
            )
            for key in keys
        ),
        drawn=((1, 2),),
    )


def _reminders(now: Counts, names: _Names) -> Table:
    found = Counter[tuple[str, str]]()
    for (process_id, element_id, _), number in now.reminders.items():
        found[process_id, element_id] += number
    return Table(
        "herinneringen",
        "Herinneringen per stap",
        "Hoe vaak Casusroute in de periode iemand aan een taak herinnerde.",
        ("Herinneringen",),
        tuple(
            Row(names.step(*place), (Number(number),), place=place) for place, number in found.most_common()
        ),
    )


# ── Small numbers ────────────────────────────────────────────────────────────────────────────────────────


def suppressed(table: Table, smallest: int) -> Table:
    """The table without the numbers that are smaller, and without what would give those away. Pure.

    Of rows that add up to a known number one hidden number alone could be worked out: then the smallest
    of the others is hidden as well. A share or duration that hangs on what is hidden is hidden too.
    """
    if smallest < 2:
        return table
    hidden = {(row, column) for column in range(len(table.head)) for row in _hidden(table, column, smallest)}
    made = []
    for place, row in enumerate(table.rows):
        gone = {column for column in range(len(row.cells)) if (place, column) in hidden}
        counts = {cell.count for cell in (row.cells[column] for column in gone) if isinstance(cell, Number)}
        cells = [_cell(cell, column in gone, counts, smallest) for column, cell in enumerate(row.cells)]
        made.append(replace(row, cells=tuple(cells)))
    return replace(table, rows=tuple(made))


def _hidden(table: Table, column: int, smallest: int) -> set[int]:
    hidden: set[int] = set()
    groups: dict[str, dict[int, int]] = defaultdict(dict)
    for place, row in enumerate(table.rows):
        cell = row.cells[column]
        if isinstance(cell, Number):
            groups[row.group][place] = cell.count
    for counts in groups.values():
        small = {place for place, count in counts.items() if 0 < count < smallest}
        # Together they may still be one that is known to be small.
        others = sorted((count, place) for place, count in counts.items() if place not in small and count)
        while small and others and (len(small) == 1 or sum(counts[place] for place in small) < smallest):
            small.add(others.pop(0)[1])
        hidden |= small
    return hidden


def _cell(cell: Cell, hidden: bool, counts: Set[int], smallest: int) -> Cell:
    """The cell as it may be seen, in a row of which these counts are hidden."""
    match cell:
        case Number():
            return Hidden() if hidden else cell
        case Share():
            return Hidden() if counts else cell
        case Days(of=of):
            return Hidden() if 0 < of < smallest or of in counts else cell
    return cell


NOT_SHOWN = "n.g."


def text(cell: Cell) -> str:
    """A figure as people read it."""
    match cell:
        case Number(count=count):
            return str(count)
        case Share(part=part, whole=whole):
            return f"{round(100 * part / whole)} %" if whole else "–"
        case Days(hours=hours):
            return "–" if hours is None else _duration(hours)
    return NOT_SHOWN


def _duration(hours: int) -> str:
    """3,5 d, or 20 u of what was ready within a day."""
    if hours < DAY_HOURS:
        return f"{hours} u" if hours else "<1 u"
    return f"{hours / DAY_HOURS:.1f} d".replace(".", ",")
