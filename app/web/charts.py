"""Bars of a table of figures, worked out for a page and for a report. Readable without colour."""

from collections.abc import Iterator
from dataclasses import dataclass

from app.services.figures import DAY_HOURS, Cell, Days, Number, Row, Share, Table, text

WIDTH, LABEL_HEIGHT, BAR_HEIGHT, GAP = 360, 18, 14, 8
FULL_BAR = 280
MOST = 12
"""So many rows in a chart; the table has them all."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar; `second` is the hatched one. Without a width it can't be shown."""

    y: int
    width: float
    text: str
    second: bool


@dataclass(frozen=True, slots=True)
class Line:
    """The bars of one row, under its label."""

    y: int
    label: str
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """Horizontal bars, in a picture of WIDTH by `height`. `legend` names the bars: full, then hatched."""

    id: str
    title: str
    legend: tuple[str, ...]
    lines: tuple[Line, ...]
    height: int
    left_out: int


def charts(table: Table) -> list[Chart]:
    """The charts of a table; none of one without rows."""
    if not table.rows:
        return []
    return [_chart(table, place, columns) for place, columns in enumerate(table.drawn)]


def _chart(table: Table, place: int, columns: tuple[int, ...]) -> Chart:
    shown = table.rows[:MOST]
    values = [_value(row.cells[column]) or 0 for row in shown for column in columns]
    scale = FULL_BAR / (max(values) or 1)
    high = LABEL_HEIGHT + len(columns) * BAR_HEIGHT + GAP
    legend = tuple(table.head[column] for column in columns)
    return Chart(
        id=f"{table.id}-{place + 1}",
        title=f"{table.title}: {' en '.join(word.lower() for word in legend)}",
        legend=legend,
        lines=tuple(
            Line(
                number * high + LABEL_HEIGHT - 4, row.label, tuple(_bars(row, columns, number * high, scale))
            )
            for number, row in enumerate(shown)
        ),
        height=len(shown) * high,
        left_out=len(table.rows) - len(shown),
    )


def _bars(row: Row, columns: tuple[int, ...], y: int, scale: float) -> Iterator[Bar]:
    for order, column in enumerate(columns):
        cell = row.cells[column]
        width = round((_value(cell) or 0) * scale, 1)
        yield Bar(y + LABEL_HEIGHT + order * BAR_HEIGHT, width, text(cell), order == 1)


def _value(cell: Cell) -> float | None:
    match cell:
        case Number(count=count):
            return count
        case Days(hours=hours):
            return None if hours is None else hours / DAY_HOURS
        case Share(part=part, whole=whole):
            return part / whole if whole else None
    return None
