"""How the state and the course of a draft are said on a page."""

from flask import Flask

from app.services.drafts import APPROVED, DROPPED, IN_REVIEW, OPEN, PUBLISHED
from app.store.models import DraftEvent

STATES = {
    OPEN: ("in bewerking", ""),
    IN_REVIEW: ("wacht op een collega", "wacht"),
    APPROVED: ("goedgekeurd", "goed"),
    PUBLISHED: ("live", "goed"),
    DROPPED: ("weggelegd", ""),
}
"""(words, look)"""
KINDS = {
    "saved": "bewaard",
    "merged": "samengevoegd met wat een collega bewaarde",
    "removed": "weggehaald",
    "restored": "teruggezet",
    "imported": "ingevoerd",
    "updated": "bijgewerkt naar een nieuwe versie",
}
CHANGES = {"added": "nieuw", "changed": "veranderd", "removed": "weggehaald"}
_EVENTS = {
    "made": "begon dit concept",
    "submitted": "diende het concept in",
    "withdrawn": "nam het concept terug",
    "returned": "stuurde het concept terug",
    "approved": "keurde het concept goed",
    "lapsed": "veranderde iets; de goedkeuring is daarmee vervallen",
    "dropped": "legde het concept weg",
    "taken_up": "haalde het concept weer tevoorschijn",
}


def install(app: Flask) -> None:
    app.jinja_env.globals.update(STAND=STATES, SOORT_STAND=KINDS, VERANDERING=CHANGES)
    app.jinja_env.filters["gebeurtenis"] = event


def event(one: DraftEvent) -> str:
    """What somebody did, as a sentence."""
    return f"{one.person.name} {_did(one)}."


def _did(one: DraftEvent) -> str:
    data = one.data
    match one.kind:
        case "published":
            return f"zette het concept live als versie {data['release']}"
        case "updated":
            return f"werkte het concept bij naar versie {data['base']}"
        case "restored" if "release" in data:
            return f"haalde versie {data['release']} terug"
        case "restored":
            return f"ging met het hele concept terug naar stand {data['revision']}"
    return _EVENTS.get(one.kind, one.kind)
