"""Loading the organisation's file: houses, municipalities, partners, roles. Nothing is ever deleted."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from app.errors import Invalid
from app.services import people
from app.services.access import Permission
from app.store.models import House, Municipality, Organisation, Role, Setting, Theme

FOUR_EYES = "vier_ogen"
DEMO_PASSWORD = "demo"  # noqa: S105 - shown on the sign-in page, in demo mode only


def load(session: Session, data: Mapping[str, Any]) -> None:
    """Add or update all rows of the file. Raises Invalid naming what is wrong in it."""
    try:
        _load(session, data)
    except KeyError as error:
        raise Invalid(f"In het organisatiebestand ontbreekt {error} bij een onderdeel.") from error


def _load(session: Session, data: Mapping[str, Any]) -> None:
    for row in data.get("huis", []):
        session.merge(
            House(
                key=row["sleutel"],
                name=row["naam"],
                number_prefix=row["voorvoegsel"],
                email=row.get("email", ""),
                phone=row.get("telefoon", ""),
            )
        )
    session.flush()
    for row in data.get("gemeente", []):
        session.merge(
            Municipality(
                key=row["sleutel"], name=row["naam"], house_key=row["huis"], valid_until=row.get("tot")
            )
        )
    for row in data.get("organisatie", []):
        session.merge(
            Organisation(key=row["sleutel"], name=row["naam"], kind=row["soort"], valid_until=row.get("tot"))
        )
    for place, row in enumerate(data.get("thema", [])):
        session.merge(Theme(key=row["sleutel"], name=row["naam"], place=place))
    for row in data.get("rol", []):
        session.merge(_role(row))
    for key, value in _workflow_settings(data.get("werkwijze", {})).items():
        session.merge(Setting(key=key, value=value))
    session.flush()
    session.info.pop("house_keys", None)


def _workflow_settings(row: Mapping[str, Any]) -> dict[str, Any]:
    """What stands under [werkwijze]; what is left out is as safe as can be."""
    unknown = set(row) - {FOUR_EYES}
    if unknown:
        raise Invalid(f"Onder [werkwijze] staat iets onbekends: {', '.join(sorted(unknown))}.")
    if not isinstance(row.get(FOUR_EYES, True), bool):
        raise Invalid(f"Onder [werkwijze] moet {FOUR_EYES} true of false zijn.")
    return {FOUR_EYES: row.get(FOUR_EYES, True)}


def four_eyes(session: Session) -> bool:
    """Whether somebody else than its authors must approve a draft: yes, unless the organisation says no."""
    found = session.get(Setting, FOUR_EYES)
    return found is None or found.value is not False


def _role(row: Mapping[str, Any]) -> Role:
    unknown = set(row["rechten"]) - {str(permission) for permission in Permission}
    if unknown:
        raise Invalid(f"De rol '{row['sleutel']}' heeft onbekende rechten: {', '.join(sorted(unknown))}.")
    return Role(
        key=row["sleutel"],
        name=row["naam"],
        spans_houses=row.get("beide_huizen", False),
        permissions=list(row["rechten"]),
    )


def load_demo_people(session: Session, data: Mapping[str, Any]) -> None:
    """The invented people of the demo; all have the same, public password."""
    password_hash = people.hash_password(DEMO_PASSWORD)
    for row in data.get("demo_persoon", []):
        people.create(
            session,
            login=row["login"],
            name=row["naam"],
            password_hash=password_hash,
            organisation=row["organisatie"],
            roles=[(role["rol"], role.get("huis")) for role in row["rollen"]],
            compartments=row.get("compartimenten", []),
        )
