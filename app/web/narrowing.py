"""What a page about cases is narrowed to, written in its address: the same for the picture and the lists."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from flask import request
from sqlalchemy.orm import Session

from app import clock
from app.clock import AMSTERDAM
from app.services import overview
from app.store import people as people_rows
from app.store import picture as picture_rows
from app.store.cases import CaseFilters
from app.web.access import current_person
from app.web.figures import only_figures

NAMES = ("huis", "gemeente", "thema", "route", "versie", "van", "tot")
FOR_FIGURES = ("huis", "thema", "route", "versie")
"""Who sees figures only narrows no further: the numbers of two days, side by side, tell of one case."""
_MAX_CHARS = 100


@dataclass(frozen=True, slots=True)
class Narrowing:
    """The filters; `chosen` is what the address says, to be kept in the next, and `errors` what is wrong."""

    filters: CaseFilters = field(default_factory=CaseFilters)
    chosen: Mapping[str, str] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)


def asked() -> Narrowing:
    """What the address of this request asks."""
    said = dict.fromkeys(NAMES, "") | {
        name: request.args.get(name, "").strip()[:_MAX_CHARS] for name in names()
    }
    errors: dict[str, str] = {}
    begin, end = (_day(said, name, errors) for name in ("van", "tot"))
    narrowed = CaseFilters(
        house=said["huis"],
        municipality=said["gemeente"],
        theme=said["thema"],
        route=said["route"],
        release_number=_number(said, errors),
        started_from=begin,
        # The last day that was chosen counts too.
        started_until=end + timedelta(days=1) if end is not None else None,
    )
    return Narrowing(narrowed, {name: value for name, value in said.items() if value}, errors)


def names() -> tuple[str, ...]:
    """What the one who is asking may narrow to."""
    return FOR_FIGURES if only_figures() else NAMES


def _day(said: Mapping[str, str], name: str, errors: dict[str, str]) -> datetime | None:
    if not said[name]:
        return None
    try:
        day = date.fromisoformat(said[name])
    except ValueError:
        day = date.min
    if not 1900 < day.year < 9000:
        errors[name] = "Vul een datum in."
        return None
    return datetime.combine(day, time(), AMSTERDAM)


def _number(said: Mapping[str, str], errors: dict[str, str]) -> int | None:
    if not said["versie"]:
        return None
    if said["versie"].isdecimal() and len(said["versie"]) < 10:
        return int(said["versie"])
    errors["versie"] = "Kies een versie uit de lijst."
    return None


Options = Sequence[tuple[str, str]]
"""(value, what it is called)"""
Choice = tuple[str, str, str, Options]


def choices(session: Session) -> list[Choice]:
    """The lists to choose from, for regie/filters.html: name, label, what all of them is called, options."""
    municipalities = people_rows.municipalities(session, today=clock.now().date())
    routes = overview.routes(session, current_person())
    choices: list[Choice] = [
        ("huis", "Huis", "Beide huizen", [(one.key, one.name) for one in people_rows.houses(session)]),
        ("gemeente", "Gemeente", "Alle gemeenten", [(one.key, one.name) for one in municipalities]),
        ("thema", "Thema", "Alle thema’s", [(one.key, one.name) for one in people_rows.themes(session)]),
        ("route", "Route", "Alle routes", [(one, one) for one in routes]),
        (
            "versie",
            "Versie",
            "Alle versies",
            [(str(one), f"Versie {one}") for one in picture_rows.releases(session)],
        ),
    ]
    return [choice for choice in choices if choice[0] in names()]
