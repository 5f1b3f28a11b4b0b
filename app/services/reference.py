"""Reference data for forms: the lists that a select or checklist can offer, as `referentie` in FEEL."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from app.clock import AMSTERDAM
from app.forms import Form
from app.store import people as rows
from app.store.models import Organisation, Person

Options = list[dict[str, str]]
STAFF = "veiligheidshuis"
"""The kind of organisation whose people are no partner."""


def context(
    session: Session, now: datetime, form: Form | None = None, *, person: Person | None
) -> dict[str, Any]:
    """`referentie` with lists of {value, label}: only what exists today, and what the form asks for.

    And `ik`: who fills in the form, empty where that is nobody.
    """
    today = now.astimezone(AMSTERDAM).date()
    wanted = _LISTS if form is None else [name for name in _LISTS if name in form.references]
    return {"referentie": {name: _LISTS[name](session, today) for name in wanted}, "ik": me(person)}


def me(person: Person | None) -> dict[str, Any]:
    """A person as the expressions of a form know them."""
    if person is None:
        return {"naam": "", "organisatie": "", "organisatie_naam": "", "partner": False}
    return {
        "naam": person.name,
        "organisatie": person.organisation_key,
        "organisatie_naam": person.organisation.name,
        "partner": person.organisation.kind != STAFF,
    }


def _partners(session: Session, today: date) -> list[Organisation]:
    return [one for one in rows.organisations(session, today=today) if one.kind != STAFF]


_LISTS: dict[str, Callable[[Session, date], Options]] = {
    "huizen": lambda session, _: [_option(one.key, one.name) for one in rows.houses(session)],
    "gemeenten": lambda session, today: [
        _option(one.key, one.name) for one in rows.municipalities(session, today=today)
    ],
    "organisaties": lambda session, today: [_option(one.key, one.name) for one in _partners(session, today)],
    "organisaties_primair": lambda session, today: [
        _option(one.key, one.name) for one in _partners(session, today) if one.kind == "primair"
    ],
    "medewerkers": lambda session, _: [_option(one.login, one.name) for one in rows.staff(session)],
    "themas": lambda session, _: [_option(one.key, one.name) for one in rows.themes(session)],
}


def _option(value: str, label: str) -> dict[str, str]:
    return {"value": value, "label": label}
