"""Times, and what to say of them."""

import statistics
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, TypeVar

T = TypeVar("T")


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
