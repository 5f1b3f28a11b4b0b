"""What happened in a stretch of time as numbers that can be added up, read from what was counted ahead.

Quarters, months, thirds of months and days that a worker counted (`parts`) are added to what lies around
them, which is counted now. The answer is the same without them: one that was not counted, or was changed
since, is counted now too.
"""

from base64 import b64decode, b64encode
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from struct import pack, unpack
from typing import Any

from sqlalchemy.orm import Session

from app.clock import AMSTERDAM
from app.store import figures as rows
from app.store import past as kept_rows
from app.store.cases import Sight
from app.store.figures import Acts, Chosen, Done, Ended, Stretch, Whose
from app.store.past import Kept

LAYOUT = 2
"""Raise it when something else is counted, or it is packed otherwise: everything is counted again then."""


@dataclass(frozen=True, slots=True)
class Advice:
    """Where a table advises and a person decides: the step, the table, and their values of the same kind."""

    element_id: str
    answer: str
    decision_id: str
    output: str


WEIGHING = Advice("besluiten", "besluit", "wegingsadvies", "advies")
ROUTE, *OTHERS = COLUMNS = ("route", "theme", "municipality")
"""What cases that ended are told apart by."""


@dataclass(frozen=True, slots=True)
class Days:
    """How long it took, of so many; None of none."""

    hours: int | None
    of: int


@dataclass(slots=True)
class Hours:
    """How often something took so many hours."""

    counts: dict[int, int] = field(default_factory=dict)

    def add(self, hours: int, number: int) -> None:
        self.counts[hours] = self.counts.get(hours, 0) + number

    def add_all(self, other: "Hours") -> None:
        for hours, number in other.counts.items():
            self.add(hours, number)

    @property
    def count(self) -> int:
        return sum(self.counts.values())

    def part(self, tenths: int) -> Days:
        """The least number of hours within which so many tenths were ready; 5 is the median."""
        count, seen = self.count, 0
        for hours in sorted(self.counts):
            seen += self.counts[hours]
            if seen * 10 >= count * tenths:
                return Days(hours, count)
        return Days(None, 0)

    def packed(self) -> str:
        """Hours, how often, hours, how often, … as bytes in a text: so many numbers take JSON long."""
        values = [value for pair in sorted(self.counts.items()) for value in pair]
        return b64encode(pack(f"<{len(values)}i", *values)).decode()

    def unpack(self, packed: str) -> int:
        """Add what was packed; gives how often that is in all."""
        counts = self.counts
        content = b64decode(packed)
        values = unpack(f"<{len(content) // 4}i", content)
        numbers = values[1::2]
        for hours, number in zip(values[::2], numbers, strict=True):
            counts[hours] = counts.get(hours, 0) + number
        return sum(numbers)


@dataclass(slots=True)
class Took:
    """How long tasks took: from open to done, and of those that somebody picked up first both parts of it."""

    name: str = ""
    hours: Hours = field(default_factory=Hours)
    waited: Hours = field(default_factory=Hours)
    worked: Hours = field(default_factory=Hours)


Task = tuple[str, str, str, bool]
"""Process, element, organisation (or empty), and whether it was done; otherwise it lapsed."""


@dataclass(slots=True)
class Counts:
    """What happened in some time."""

    months: Counter[str] = field(default_factory=Counter)
    """How many cases ended in each month, such as 2026-03."""
    cases: dict[str, defaultdict[str, Hours]] = field(
        default_factory=lambda: {column: defaultdict(Hours) for column in COLUMNS}
    )
    """Column -> value -> how long the cases took that ended."""
    tasks: defaultdict[Task, Took] = field(default_factory=lambda: defaultdict(Took))
    reminders: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    """Process, element, organisation (or empty)."""
    advice: Counter[tuple[str, str]] = field(default_factory=Counter)
    """What was advised, and what was decided."""

    def count(self, session: Session, whose: Whose, stretch: Stretch) -> None:
        """Add what happened in a stretch, from the tables that it stands in."""
        for one in rows.ended(session, whose, stretch):
            self.add_ended(one, stretch)
        for done in rows.done(session, whose, stretch):
            self.add_done(done)

    def count_acts(self, session: Session, whose: Whose, stretch: Stretch) -> None:
        """Add what was reminded and decided as well."""
        for acts in rows.reminded(session, whose, stretch):
            self.add_reminded(acts)
        for acts in advised(session, whose, stretch):
            self.add_advised(acts)

    def add_ended(self, one: Ended, stretch: Stretch) -> None:
        self.months[_month(one.month, stretch)] += one.cases
        for column in COLUMNS:
            self.cases[column][getattr(one, column)].add(one.hours, one.cases)

    def add_done(self, done: Done) -> None:
        took = self.tasks[done.process_id, done.element_id, done.group, done.completed]
        took.name = max(took.name, done.name)
        took.hours.add(done.hours, done.tasks)
        if done.waited is not None and done.worked is not None:
            took.waited.add(done.waited, done.tasks)
            took.worked.add(done.worked, done.tasks)

    def add_reminded(self, acts: Acts) -> None:
        process_id, element_id, group = acts.what
        self.reminders[process_id, element_id, group] += acts.number

    def add_advised(self, acts: Acts) -> None:
        advice, choice = acts.what
        self.advice[advice, choice] += acts.number

    def packed(self) -> dict[str, Any]:
        """As it is kept of a part."""
        return {
            "cases": self.months.total(),
            "ended": {
                "months": self.months,
                **{
                    column: {value: hours.packed() for value, hours in found.items()}
                    for column, found in self.cases.items()
                },
            },
            "done": [
                [*task, took.name, took.hours.packed(), took.waited.packed(), took.worked.packed()]
                for task, took in self.tasks.items()
            ],
            "reminded": [[*place, number] for place, number in self.reminders.items()],
            "advised": [[*pair, number] for pair, number in self.advice.items()],
        }

    def unpack_durations(self, kept: Kept) -> None:
        """Add of a part how long its cases took per route and its tasks: all that is compared with."""
        for value, packed in (kept.ended or {}).get(ROUTE, {}).items():
            self.cases[ROUTE][value].unpack(packed)
        for process_id, element_id, group, completed, name, hours, *_ in kept.done or ():
            took = self.tasks[process_id, element_id, group, completed]
            took.name = max(took.name, name)
            took.hours.unpack(hours)

    def unpack(self, kept: Kept) -> None:
        """Add all that was counted of a part."""
        self.unpack_durations(kept)
        ended = kept.ended or {}
        self.months.update(ended.get("months", {}))
        for column in OTHERS:
            for value, packed in ended.get(column, {}).items():
                self.cases[column][value].unpack(packed)
        for process_id, element_id, group, completed, _, _, waited, worked in kept.done or ():
            took = self.tasks[process_id, element_id, group, completed]
            took.waited.unpack(waited)
            took.worked.unpack(worked)
        for process_id, element_id, group, number in kept.reminded or ():
            self.reminders[process_id, element_id, group] += number
        for advice, choice, number in kept.advised or ():
            self.advice[advice, choice] += number


def advised(session: Session, whose: Whose, stretch: Stretch, *, apart: bool = False) -> list[Acts]:
    """What the weighing was advised, and what it decided."""
    return rows.advised(
        session,
        whose,
        stretch,
        element_id=WEIGHING.element_id,
        decision_id=WEIGHING.decision_id,
        output=WEIGHING.output,
        answer=WEIGHING.answer,
        apart=apart,
    )


def month_name(moment: datetime) -> str:
    """The month in Amsterdam that a moment lies in, such as 2026-03."""
    return moment.astimezone(AMSTERDAM).strftime("%Y-%m")


def _month(place: int, stretch: Stretch) -> str:
    """The name of a month of a period; the first one may have begun before it."""
    if place:
        return month_name(stretch.months[place - 1])
    return month_name(stretch.months[0] - timedelta(seconds=1) if stretch.months else stretch.begin)


def read(session: Session, seen: Sight, period: Chosen) -> tuple[Counts, Counts]:
    """What happened in the period, and in the one before it; that is only compared with."""
    whose = Whose.seen(seen, period)
    now, before = Counts(), Counts()
    used: list[Stretch] = []
    for begin, end, add in (
        (period.before, period.begin, before.unpack_durations),
        (period.begin, period.end, now.unpack),
    ):
        for one in kept_rows.kept(session, whose, begin, end, layout=LAYOUT):
            add(one)
            used.append(Stretch(one.begin, one.end))
    for stretch in _gaps(Stretch(period.before, period.begin), used):
        before.count(session, whose, stretch)
    for stretch in _gaps(Stretch(period.begin, period.end, period.months), used):
        now.count(session, whose, stretch)
        now.count_acts(session, whose, stretch)
    return now, before


def routes(session: Session, seen: Sight, period: Chosen) -> list[str]:
    """The routes of what ended in the period or the one before, of all that somebody sees."""
    whose = Whose(seen.houses, seen.compartments | {""})
    found: set[str] = set()
    used: list[Stretch] = []
    for begin, end, route in kept_rows.routes(session, whose, period.before, period.end, layout=LAYOUT):
        found |= {route} if route else set()
        used.append(Stretch(begin, end))
    for stretch in _gaps(Stretch(period.before, period.end), used):
        found.update(rows.routes(session, whose, stretch))
    return sorted(found)


def apart(session: Session, whose: Whose, stretch: Stretch) -> dict[str, Counts]:
    """What happened in a stretch to all cases, and to those of each route and theme, by `Kept.narrowed`."""
    found: defaultdict[str, Counts] = defaultdict(Counts)
    used: list[Stretch] = []
    for one in kept_rows.kept_apart(session, whose, stretch.begin, stretch.end, layout=LAYOUT):
        if one.ended is not None:
            found[one.narrowed].unpack(one)
        used.append(Stretch(one.begin, one.end))
    for gap in _gaps(stretch, used):
        for ended in rows.ended(session, whose, gap):
            for name in _names(ended):
                found[name].add_ended(ended, gap)
        for done in rows.done(session, whose, gap, apart=True):
            for name in _names(done):
                found[name].add_done(done)
        for acts in rows.reminded(session, whose, gap, apart=True):
            for name in _names(acts):
                found[name].add_reminded(acts)
        for acts in advised(session, whose, gap, apart=True):
            for name in _names(acts):
                found[name].add_advised(acts)
    return dict(found)


def _names(one: Ended | Done | Acts) -> list[str]:
    """What it counts for."""
    names = [""]
    names += [f"{kept_rows.ROUTE}{one.route}"] if one.route else []
    names += [f"{kept_rows.THEME}{one.theme}"] if one.theme else []
    return names


def _gaps(whole: Stretch, used: Iterable[Stretch]) -> Iterator[Stretch]:
    """What is left of a stretch; those that were used are in order, and some come for each house. Pure."""
    begin = whole.begin
    for one in used:
        if whole.begin <= one.begin and one.end <= whole.end:
            if begin < one.begin:
                yield Stretch(begin, one.begin, whole.months)
            begin = max(begin, one.end)
    if begin < whole.end:
        yield Stretch(begin, whole.end, whole.months)


def by_step(tasks: Mapping[Task, Took], part: str = "hours") -> dict[tuple[str, str], Hours]:
    """How long the tasks of each step took that were done, for whomever they were."""
    found: defaultdict[tuple[str, str], Hours] = defaultdict(Hours)
    for (process_id, element_id, _, completed), took in tasks.items():
        hours: Hours = getattr(took, part)
        if completed and hours.counts:
            found[process_id, element_id].add_all(hours)
    return found
