"""What people saved of the list of cases under a name: only their own."""

from collections.abc import Mapping, Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.errors import Invalid, NotFound
from app.store.models import CaseView, Person

MOST = 30
MAX_NAME_CHARS = 60


def of_person(session: Session, person: Person) -> list[CaseView]:
    """By name."""
    query = select(CaseView).where(CaseView.person_key == person.key)
    return list(session.scalars(query.order_by(func.lower(CaseView.name), CaseView.key)))


def save(session: Session, person: Person, name: str, chosen: Mapping[str, Sequence[str]]) -> CaseView:
    """Keep a choice under this name. Raises Invalid for a name that can't be, or with one view too many."""
    views = of_person(session, person)
    name = _name(name, views)
    if len(views) >= MOST:
        raise _invalid(f"U hebt al {MOST} weergaven. Verwijder er eerst een.")
    view = CaseView(person_key=person.key, name=name, chosen={key: list(chosen[key]) for key in chosen})
    session.add(view)
    return view


def rename(session: Session, person: Person, key: int, name: str) -> CaseView:
    """Raises NotFound for what is not theirs, Invalid for a name that can't be."""
    view = own(session, person, key)
    view.name = _name(name, [one for one in of_person(session, person) if one.key != key])
    return view


def remove(session: Session, person: Person, key: int) -> str:
    """Forget a view; gives its name. Raises NotFound for what is not theirs."""
    view = own(session, person, key)
    session.delete(view)
    return view.name


def own(session: Session, person: Person, key: int) -> CaseView:
    """Raises NotFound also for a view of somebody else."""
    query = select(CaseView).where(CaseView.key == key, CaseView.person_key == person.key)
    view = session.scalars(query).one_or_none()
    if view is None:
        raise NotFound("Deze weergave bestaat niet.")
    return view


def _name(name: str, others: Sequence[CaseView]) -> str:
    name = " ".join(name.split())
    if not name:
        raise _invalid("Geef de weergave een naam.")
    if len(name) > MAX_NAME_CHARS:
        raise _invalid(f"Kies een kortere naam: hoogstens {MAX_NAME_CHARS} tekens.")
    if any(one.name.lower() == name.lower() for one in others):
        raise _invalid("U hebt al een weergave met deze naam. Kies een andere naam.")
    return name


def _invalid(message: str) -> Invalid:
    return Invalid(message, {"naam": message})
