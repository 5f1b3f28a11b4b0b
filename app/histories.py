"""The command `casusroute export`: the histories of cases for process mining, without personal data."""

import argparse
from collections.abc import Callable
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from app.clock import AMSTERDAM
from app.errors import CasusrouteError
from app.services import mining
from app.store.histories import Span
from app.store.session import reading

Add = Callable[..., argparse.ArgumentParser]
WRITERS = {"xes": mining.write_xes, "ocel": mining.write_ocel}


def add_commands(add: Add, group: Callable[[str, str], Any], in_app: Callable[..., Any]) -> None:
    """Add the group to the commands; `in_app` runs one with the database at hand."""
    exports = group("export", "het verloop van casussen, zonder persoonsgegevens, voor process mining")
    for kind, text in (("xes", "als XES (IEEE 1849)"), ("ocel", "als OCEL 2.0 (JSON)")):
        made = add(kind, text, in_app(_command(kind)), exports)
        made.add_argument("file", type=Path, metavar="bestand")
        made.add_argument("--house", default="", metavar="huis", help="alleen dit huis")
        made.add_argument("--from", dest="begin", metavar="dag", help="begonnen vanaf deze dag (2026-01-31)")
        made.add_argument("--to", dest="end", metavar="dag", help="begonnen vóór deze dag")


def _command(kind: str) -> Callable[[argparse.Namespace], int]:
    def export(chosen: argparse.Namespace) -> int:
        span = Span(begin=_moment(chosen.begin), end=_moment(chosen.end), house=chosen.house)
        with reading() as session, chosen.file.open("wb") as out:
            number = WRITERS[kind](session, None, span, out)
        print(f"{number} casussen in {chosen.file}.")
        return 0

    return export


def _moment(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        return datetime.combine(date.fromisoformat(text), time(), AMSTERDAM)
    except ValueError as error:
        raise CasusrouteError(f"'{text}' is geen dag. Schrijf een dag als 2026-01-31.") from error
