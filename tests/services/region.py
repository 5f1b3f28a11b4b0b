"""A small region for tests: houses, organisations, roles, people, and a way of working of a few diagrams."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.services import cases, releases
from app.store.models import Case, House, Membership, Municipality, Organisation, Person, Role, UserTask

NOW = datetime(2026, 11, 23, 9, 31, tzinfo=UTC)
SMALL = Path(__file__).parents[1] / "small"
FILES = Path(__file__).parent / "files"

ROLES: dict[str, tuple[bool, list[str]]] = {
    "partner": (True, ["taken", "starten"]),
    "procesregisseur": (False, ["taken", "starten", "casussen"]),
    "informatiecoordinator": (False, ["taken", "starten", "casussen"]),
    "locatiemanager": (False, ["taken", "starten", "casussen", "regie", "cijfers"]),
    "weegploeg": (True, ["taken"]),
    "ketenmanager": (True, ["taken", "verloop", "inhoud_met_reden", "regie", "cijfers", "ingrijpen"]),
    "stuurgroep": (False, ["cijfers"]),
    "proceseigenaar": (True, ["werkwijze"]),
    "beheerder": (True, ["beheer"]),
}


def settle(session: Session) -> None:
    """The organisation and release 1: everything but people."""
    session.add_all(
        [
            House(key="arnhem", name="Veiligheidshuis Regio Arnhem", number_prefix="ARN", email="", phone=""),
            House(key="wvv", name="Veiligheidshuis WVV", number_prefix="WVV", email="", phone=""),
            Organisation(key="veiligheidshuis", name="Veiligheidshuis", kind="veiligheidshuis"),
            Organisation(key="politie", name="Politie", kind="primair"),
            Organisation(key="halt", name="HALT", kind="primair"),
        ]
    )
    session.flush()
    session.add_all(
        [
            Municipality(key="arnhem", name="Arnhem", house_key="arnhem"),
            Municipality(key="ede", name="Ede", house_key="wvv"),
            Municipality(
                key="rijnwaarden", name="Rijnwaarden", house_key="arnhem", valid_until=date(2018, 1, 1)
            ),
        ]
    )
    session.add_all(
        Role(key=key, name=key.capitalize(), spans_houses=spans, permissions=permissions)
        for key, (spans, permissions) in ROLES.items()
    )
    session.flush()
    files = [*SMALL.glob("*.bpmn"), *SMALL.glob("*.form"), *FILES.iterdir()]
    releases.publish(
        session, {file.name: file.read_bytes() for file in files}, by="test", note="eerste", now=NOW
    )


def publish(session: Session, files: Mapping[str, bytes], *, without: Sequence[str] = ()) -> int:
    """The next release: the current one with these files on top; gives its number."""
    kept = releases.files(session, releases.current_number(session))
    wanted = {name: content for name, content in kept.items() if name not in without}
    return releases.publish(session, {**wanted, **files}, by="test", note="volgende", now=NOW).number


def ketenmanager(session: Session) -> Person:
    return person(session, "karin", roles=[("ketenmanager", None)])


def person(
    session: Session,
    login: str = "petra",
    *,
    roles: Sequence[tuple[str, str | None]] = (("procesregisseur", "arnhem"),),
    organisation: str = "veiligheidshuis",
    compartments: Sequence[str] = (),
) -> Person:
    """Somebody with these (role, house); the same one if the login is there already."""
    found = session.scalars(select(Person).where(Person.login == login)).one_or_none()
    if found is not None:
        return found
    made = Person(
        login=login,
        name=login.capitalize(),
        password_hash="",
        organisation_key=organisation,
        compartments=list(compartments),
        active=True,
        session_epoch=0,
        failed_logins=0,
        memberships=[Membership(role_key=role, house_key=house) for role, house in roles],
    )
    session.add(made)
    session.flush()
    session.refresh(made)
    return made


def partner(session: Session, login: str = "pol", organisation: str = "politie") -> Person:
    return person(session, login, roles=[("partner", None)], organisation=organisation)


def case(
    session: Session, process_id: str = "tien_taken", *, by: Person | None = None, **answers: Any
) -> Case:
    """A running case, started at NOW."""
    given = {"onderwerp": "overlast", **answers}
    now = given.pop("now", NOW)
    return cases.start(session, process_id, given, by=by or person(session), now=now)


def open_task(session: Session, case: Case) -> UserTask:
    """The one task that waits in the case."""
    query = select(UserTask).where(UserTask.case_key == case.key, UserTask.state == "open")
    return session.scalars(query).unique().one()
