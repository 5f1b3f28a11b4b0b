"""People: signing in, and making accounts."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError
from sqlalchemy.orm import Session

from app.errors import Invalid
from app.services import audit
from app.store import people as people_rows
from app.store import releases as release_rows
from app.store.models import House, Membership, Organisation, Person, Role

MAX_FAILURES = 5
LOCKED = timedelta(minutes=15)
MIN_PASSWORD_CHARS = 12
WRONG = "De gebruikersnaam of het wachtwoord klopt niet."

_hasher = PasswordHasher()


def sign_in(session: Session, login: str, password: str, *, now: datetime) -> Person | None:
    """The person, or None when login or password is wrong; the failure is counted in this transaction.

    Raises Invalid while the account is locked. It takes as long for a login that does not exist.
    """
    person = people_rows.by_login(session, login.strip().lower())
    right = _verify(person.password_hash if person else _nobody(), password)
    if person is None or not person.active:
        return None
    if person.locked_until is not None and person.locked_until > now:
        raise Invalid(
            "Er is te vaak een verkeerd wachtwoord ingevuld. Probeer het over een kwartier opnieuw."
        )
    if not right:
        _count_failure(session, person, now=now)
        return None
    person.failed_logins, person.locked_until = 0, None
    if _hasher.check_needs_rehash(person.password_hash):
        person.password_hash = hash_password(password)
    audit.record(session, "signed_in", person=person, now=now)
    return person


def _verify(password_hash: str, password: str) -> bool:
    try:
        return _hasher.verify(password_hash, password)
    except VerificationError:
        return False


@lru_cache(maxsize=1)
def _nobody() -> str:
    """A hash that no password has."""
    return _hasher.hash("\x00nobody")


def _count_failure(session: Session, person: Person, *, now: datetime) -> None:
    person.failed_logins += 1
    audit.record(session, "sign_in_failed", person=person, now=now)
    if person.failed_logins >= MAX_FAILURES:
        person.failed_logins, person.locked_until = 0, now + LOCKED
        audit.record(session, "sign_in_locked", person=person, now=now)


def hash_password(password: str) -> str:
    return _hasher.hash(password)


def create(
    session: Session,
    *,
    login: str,
    name: str,
    password_hash: str,
    organisation: str,
    roles: Sequence[tuple[str, str | None]],
    compartments: Sequence[str] = (),
) -> Person:
    """Make an account, or bring an existing one up to date except for its password.

    `roles` are (role key, house key or None for both). Raises Invalid for what does not exist.
    """
    login = login.strip().lower()
    _require_known(session, organisation, roles)
    person = people_rows.by_login(session, login)
    if person is None:
        person = Person(
            login=login,
            password_hash=password_hash,
            compartments=[],
            active=True,
            session_epoch=0,
            failed_logins=0,
            # Who begins today has nothing to unlearn.
            news_seen=release_rows.current_number(session) or 0,
        )
        session.add(person)
    person.name, person.organisation_key, person.compartments = name, organisation, list(compartments)
    wanted = set(roles)
    for membership in list(person.memberships):
        if (membership.role_key, membership.house_key) not in wanted:
            person.memberships.remove(membership)
    have = {(membership.role_key, membership.house_key) for membership in person.memberships}
    person.memberships += [
        Membership(role_key=role, house_key=house) for role, house in roles if (role, house) not in have
    ]
    session.flush()
    return person


def _require_known(session: Session, organisation: str, roles: Sequence[tuple[str, str | None]]) -> None:
    if session.get(Organisation, organisation) is None:
        raise Invalid(f"De organisatie '{organisation}' bestaat niet.")
    for role, house in roles:
        if session.get(Role, role) is None:
            raise Invalid(f"De rol '{role}' bestaat niet.")
        if house is not None and session.get(House, house) is None:
            raise Invalid(f"Het huis '{house}' bestaat niet.")


def new_password_hash(password: str) -> str:
    """Raises Invalid for a password that is too short."""
    if len(password) < MIN_PASSWORD_CHARS:
        raise Invalid(f"Een wachtwoord heeft minstens {MIN_PASSWORD_CHARS} tekens.")
    return hash_password(password)
