"""Queries about people, the organisation and its reference data."""

from datetime import date

from sqlalchemy import bindparam, or_, select
from sqlalchemy.orm import Session, joinedload

from app.store.models import House, Membership, Municipality, Organisation, Person, Role, Theme


def by_login(session: Session, login: str) -> Person | None:
    return session.scalars(select(Person).where(Person.login == login)).one_or_none()


# Made once: every request asks it.
_WITH_ROLES = select(Person).where(Person.key == bindparam("key")).options(joinedload(Person.memberships))


def with_roles(session: Session, key: int) -> Person | None:
    """A person and what they may do, in one statement."""
    return session.scalars(_WITH_ROLES, {"key": key}).unique().one_or_none()


def house_keys(session: Session) -> frozenset[str]:
    """The keys of all houses; asked once a session."""
    if "house_keys" not in session.info:
        session.info["house_keys"] = frozenset(session.scalars(select(House.key)))
    found: frozenset[str] = session.info["house_keys"]
    return found


def houses(session: Session) -> list[House]:
    return list(session.scalars(select(House).order_by(House.name)))


def roles(session: Session) -> list[Role]:
    return list(session.scalars(select(Role).order_by(Role.key)))


def manned(session: Session) -> list[tuple[Role, str | None]]:
    """Role and house of everybody of the houses themselves who is active; without a house it is both."""
    query = (
        select(Role, Membership.house_key)
        .join(Membership, Membership.role_key == Role.key)
        .join(Person, Membership.person_key == Person.key)
        .join(Person.organisation)
        .where(Person.active, Organisation.kind == "veiligheidshuis")
    )
    return [(role, house) for role, house in session.execute(query)]


def themes(session: Session) -> list[Theme]:
    return list(session.scalars(select(Theme).order_by(Theme.place)))


def municipalities(session: Session, *, today: date) -> list[Municipality]:
    """Those that exist today, by name."""
    valid = or_(Municipality.valid_until.is_(None), Municipality.valid_until > today)
    return list(session.scalars(select(Municipality).where(valid).order_by(Municipality.name)))


def municipality_names(session: Session) -> dict[str, str]:
    """Of all there ever were, by key."""
    return dict(session.execute(select(Municipality.key, Municipality.name)).all())


def organisation_names(session: Session) -> dict[str, str]:
    """Of all there ever were, by key."""
    return dict(session.execute(select(Organisation.key, Organisation.name)).all())


def organisations(session: Session, *, today: date) -> list[Organisation]:
    """Those that exist today, by name."""
    valid = or_(Organisation.valid_until.is_(None), Organisation.valid_until > today)
    return list(session.scalars(select(Organisation).where(valid).order_by(Organisation.name)))


def partner_keys(session: Session) -> list[str]:
    """The keys of all organisations but the houses themselves, also of those that are no more."""
    query = select(Organisation.key).where(Organisation.kind != "veiligheidshuis")
    return list(session.scalars(query.order_by(Organisation.key)))


def staff(session: Session) -> list[Person]:
    """Active people of the houses themselves, by name."""
    query = (
        select(Person)
        .join(Person.organisation)
        .where(Person.active, Organisation.kind == "veiligheidshuis")
        .order_by(Person.name)
    )
    return list(session.scalars(query).unique())


def active(session: Session) -> list[Person]:
    return list(session.scalars(select(Person).where(Person.active).order_by(Person.login)).unique())
