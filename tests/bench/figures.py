"""Times, and what to say of them."""

import statistics
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

T = TypeVar("T")
NONE = "–"


@dataclass(frozen=True)
class Figure:
    """Milliseconds: the middle of several rounds, each with its own median and 95th percentile."""

    p50: float
    p95: float

    @classmethod
    def of(cls, rounds: Iterable[list[float]]) -> "Figure":
        rounds = list(rounds)
        return cls(
            p50=statistics.median(statistics.median(times) for times in rounds),
            p95=statistics.median(statistics.quantiles(times, n=20)[-1] for times in rounds),
        )


@dataclass(frozen=True)
class Goal:
    """What a measure should come to: at most so much, in words."""

    words: str
    reached: bool

    @classmethod
    def times(cls, value: float, floor: float, most: float, of: str) -> "Goal":
        """At most `most` times `floor`, which is called `of`."""
        return cls(f"≤ {said(most)}× {of}", value <= most * floor)


@dataclass(frozen=True)
class Line:
    """One measure on one database, beside its floors. What does not apply is None.

    `memory` is plain SpiffWorkflow in memory, `page` an empty page with one commit under the same gunicorn,
    `library` SpiffWorkflow with its own serializer and one commit.
    """

    measure: str
    database: str
    ours: float | str
    memory: float | None = None
    page: float | None = None
    library: float | None = None
    ratio: float | None = None
    goal: Goal | None = None

    def cells(self) -> tuple[Any, ...]:
        goal, reached = (self.goal.words, "ja" if self.goal.reached else "NEE") if self.goal else (NONE, NONE)
        floors = (self.memory, self.page, self.library)
        ratio = NONE if self.ratio is None else f"{said(self.ratio)}×"
        found = (said(self.ours), *(NONE if one is None else said(one) for one in floors))
        return (self.measure, self.database, *found, ratio, goal, reached)


HEADS = (
    "maat",
    "database",
    "wij",
    "Spiff in geheugen",
    "lege pagina + commit",
    "Spiff eigen serializer + commit",
    "verhouding",
    "doel",
    "gehaald",
)


def goals(lines: Sequence[Line]) -> str:
    """The one table: every measure, its floors and its goal."""
    return table("Maten, vloeren en doelen (medianen)", HEADS, [line.cells() for line in lines])


def said(value: float | str) -> str:
    """A number as people here write it, in about three digits."""
    if isinstance(value, str):
        return value
    digits = 3 if abs(value) < 1 else 2 if abs(value) < 100 else 0
    return f"{value:,.{digits}f}".replace(",", " ").replace(".", ",")


def thousands(number: int) -> str:
    """A whole number as people here write it: 100.000."""
    return f"{number:,}".replace(",", ".")


def timed(work: Callable[..., T], *args: Any, **kwargs: Any) -> tuple[float, T]:
    """Milliseconds that `work` took, and what it gave."""
    start = time.perf_counter()
    answer = work(*args, **kwargs)
    return (time.perf_counter() - start) * 1000, answer


def table(title: str, heads: tuple[str, ...], rows: Iterable[tuple[Any, ...]]) -> str:
    """A table of text, the first column left, the others right."""
    cells = [
        heads,
        *[tuple(f"{cell:.2f}" if isinstance(cell, float) else str(cell) for cell in row) for row in rows],
    ]
    widths = [max(len(row[column]) for row in cells) for column in range(len(heads))]
    lines = [
        "  ".join(
            cell.ljust(width) if not column else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        for row in cells
    ]
    return "\n".join([title, "=" * len(title), lines[0], "-" * len(lines[0]), *lines[1:], ""])
