"""The list of cases as a file for a spreadsheet: CSV or XLSX."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from io import StringIO
from typing import IO

import xlsxwriter

from app.clock import AMSTERDAM
from app.services.case_list import COLUMNS, STATES, Entry

Cell = str | int | date | None

NUMBER = "Nummer"
DANGEROUS = ("=", "+", "-", "@", "\t", "\r")
"""A spreadsheet takes a cell that begins so for a formula, and runs it."""
MAX_CELL_CHARS = 32_767
"""Of XLSX."""
LINES_AT_ONCE = 200


def heads(columns: Sequence[str]) -> list[str]:
    return [NUMBER, *(COLUMNS[column] for column in columns)]


def cells(entry: Entry, columns: Sequence[str]) -> list[Cell]:
    """What stands in the file of one case."""
    values: dict[str, Cell] = {
        "titel": entry.title,
        "begonnen": entry.begun_as,
        "route": entry.route,
        "thema": entry.theme,
        "gemeente": entry.municipality,
        "huis": entry.house,
        "stand": STATES.get(entry.state, entry.state),
        "gestart": _day(entry.started_at),
        "leeftijd": entry.age_days,
        "termijn": _day(entry.due_at),
        "wie": ", ".join(entry.who),
        "stap": ", ".join(entry.steps),
        "beweging": _day(entry.moved_at),
    }
    return [entry.number, *(values[column] for column in columns)]


def _day(at: datetime | None) -> date | None:
    return None if at is None else at.astimezone(AMSTERDAM).date()


def cut_message(most: int) -> str:
    """What stands below a file in which not all cases went."""
    number = f"{most:,}".replace(",", ".")
    return (
        f"Let op: dit zijn de eerste {number} casussen. Er zijn er meer. Maak de lijst kleiner met filters."
    )


def csv_lines(entries: Iterable[Entry], columns: Sequence[str], *, cut: str = "") -> Iterator[bytes]:
    """UTF-8 with a mark that says so, `;` between cells; ends with `cut` if that is given."""
    out = StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    out.write("\ufeff")
    writer.writerow(heads(columns))
    for number, entry in enumerate(entries, 1):
        writer.writerow([_harmless(cell) for cell in cells(entry, columns)])
        if number % LINES_AT_ONCE == 0:
            yield _emptied(out)
    if cut:
        writer.writerow([cut])
    yield _emptied(out)


def _emptied(out: StringIO) -> bytes:
    text = out.getvalue()
    out.seek(0)
    out.truncate()
    return text.encode()


def _harmless(cell: Cell) -> str:
    text = "" if cell is None else cell.isoformat() if isinstance(cell, date) else str(cell)
    return f"'{text}" if text.startswith(DANGEROUS) and isinstance(cell, str) else text


def write_xlsx(out: IO[bytes], entries: Iterable[Entry], columns: Sequence[str], *, cut: str = "") -> None:
    """One sheet; text is written as text, so nothing in it is a formula or a link."""
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, options) as book:
        sheet = book.add_worksheet("Casussen")
        bold, day = book.add_format({"bold": True}), book.add_format({"num_format": "yyyy-mm-dd"})
        sheet.freeze_panes(1, 1)
        sheet.set_column(0, len(columns), 20)
        row = 0
        for place, head in enumerate(heads(columns)):
            sheet.write_string(row, place, head, bold)
        for row, entry in enumerate(entries, 1):
            for place, cell in enumerate(cells(entry, columns)):
                if isinstance(cell, date):
                    sheet.write_datetime(row, place, cell, day)
                elif isinstance(cell, int):
                    sheet.write_number(row, place, cell)
                elif cell:
                    sheet.write_string(row, place, _fitting(cell))
        sheet.autofilter(0, 0, row, len(columns))
        if cut:
            sheet.write_string(row + 1, 0, cut, bold)


def _fitting(text: str) -> str:
    """A longer text would not be written at all."""
    return text if len(text) <= MAX_CELL_CHARS else f"{text[: MAX_CELL_CHARS - 1]}…"
