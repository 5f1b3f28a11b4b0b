"""What happened in a stretch of time as numbers that can be added up, read from what was counted ahead.

Whole thirds of months that a worker counted (`parts`) are added to what lies around them, which is counted
now. The answer is the same without them: one that was not counted, or was changed since, is counted now too.
"""

from base64 import b64decode, b64encode
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from struct import pack, unpack
from typing import Any

from sqlalchemy.orm import Session

from app.store import figures as rows
from app.store import past as kept_rows
from app.store.cases import Sight
from app.store.figures import Chosen, Stretch, Whose
from app.store.past import Kept

LAYOUT = 1
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

    months: Counter[int] = field(default_factory=Counter)
    """How many cases ended in each month of the period."""
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
            self.months[one.month] += one.cases
            for column in COLUMNS:
                self.cases[column][getattr(one, column)].add(one.hours, one.cases)
        for done in rows.done(session, whose, stretch):
            took = self.tasks[done.process_id, done.element_id, done.group, done.completed]
            took.name = max(took.name, done.name)
            took.hours.add(done.hours, done.tasks)
            if done.waited is not None and done.worked is not None:
                took.waited.add(done.waited, done.tasks)
                took.worked.add(done.worked, done.tasks)

    def count_acts(self, session: Session, whose: Whose, stretch: Stretch) -> None:
        """Add what was reminded and decided as well."""
        for *place, number in rows.reminded(session, whose, stretch):
            process_id, element_id, group = place
            self.reminders[process_id, element_id, group] += number
        for advice, choice, number in rows.advised(
            session,
            whose,
            stretch,
            element_id=WEIGHING.element_id,
            decision_id=WEIGHING.decision_id,
            output=WEIGHING.output,
            answer=WEIGHING.answer,
        ):
            self.advice[advice, choice] += number

    def packed(self) -> dict[str, Any]:
        """As it is kept of a part."""
        return {
            "ended": {
                column: {value: hours.packed() for value, hours in found.items()}
                for column, found in self.cases.items()
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
        for value, packed in kept.ended.get(ROUTE, {}).items():
            self.cases[ROUTE][value].unpack(packed)
        for process_id, element_id, group, completed, name, hours, *_ in kept.done:
            took = self.tasks[process_id, element_id, group, completed]
            took.name = max(took.name, name)
            took.hours.unpack(hours)

    def unpack(self, kept: Kept, month: int) -> None:
        """Add what was counted of a part, which lies in this month of the period."""
        self.unpack_durations(kept)
        self.months[month] += sum(Hours().unpack(packed) for packed in kept.ended.get(ROUTE, {}).values())
        for column in OTHERS:
            for value, packed in kept.ended.get(column, {}).items():
                self.cases[column][value].unpack(packed)
        for process_id, element_id, group, completed, _, _, waited, worked in kept.done:
            took = self.tasks[process_id, element_id, group, completed]
            took.waited.unpack(waited)
            took.worked.unpack(worked)
        for process_id, element_id, group, number in kept.reminded:
            self.reminders[process_id, element_id, group] += number
        for advice, choice, number in kept.advised:
            self.advice[advice, choice] += number


def read(session: Session, seen: Sight, period: Chosen) -> tuple[Counts, Counts]:
    """What happened in the period, and in the one before it; that is only compared with."""
    whose = Whose.seen(seen, period)
    now, before = Counts(), Counts()
    used: list[Stretch] = []
    for one in kept(session, seen, period):
        if one.begin >= period.begin:
            now.unpack(one, sum(begin <= one.begin for begin in period.months))
        elif one.end <= period.begin:
            before.unpack_durations(one)
        else:
            continue
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
    for begin, end, ended in kept_rows.ended(session, whose, period.before, period.end, layout=LAYOUT):
        found.update(ended.get("route", ()))
        used.append(Stretch(begin, end))
    for stretch in _gaps(Stretch(period.before, period.end), used):
        found.update(rows.routes(session, whose, stretch))
    return sorted(found - {""})


def kept(session: Session, seen: Sight, period: Chosen) -> list[Kept]:
    """What was counted ahead of the period and the one before it."""
    # It is not counted for each route and theme: those of a running case may yet become others.
    if period.route or period.theme:
        return []
    whose = Whose.seen(seen, period)
    return kept_rows.kept(session, whose, period.before, period.end, layout=LAYOUT)


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
