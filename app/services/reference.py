"""Reference data for forms: the lists that a select or checklist can offer, as `referentie` in FEEL."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app.clock import AMSTERDAM
from app.store import people as rows

Options = list[dict[str, str]]


def context(session: Session, now: datetime) -> dict[str, Any]:
    """`referentie` with lists of {value, label}: only what exists today."""
    today = now.astimezone(AMSTERDAM).date()
    organisations = rows.organisations(session, today=today)
    partners = [one for one in organisations if one.kind != "veiligheidshuis"]
    return {
        "referentie": {
            "huizen": [_option(one.key, one.name) for one in rows.houses(session)],
            "gemeenten": [_option(one.key, one.name) for one in rows.municipalities(session, today=today)],
            "organisaties": [_option(one.key, one.name) for one in partners],
            "organisaties_primair": [_option(one.key, one.name) for one in partners if one.kind == "primair"],
            "medewerkers": [_option(one.login, one.name) for one in rows.staff(session)],
            "themas": [_option(one.key, one.name) for one in rows.themes(session)],
        }
    }


def _option(value: str, label: str) -> dict[str, str]:
    return {"value": value, "label": label}
