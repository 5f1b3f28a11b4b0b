"""Queries about cases on their way to another release."""

from collections.abc import Collection, Iterable, Mapping, Sequence

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from app.store.cases import Sight, in_sight
from app.store.models import Case, Incident, Instance, Migration, MigrationCase, Token

CHUNK = 500
NOT_CLOSED = ("running", "suspended")


def instances(session: Session, case_keys: Iterable[int]) -> list[Instance]:
    keys = sorted(set(case_keys))
    found: list[Instance] = []
    for at in range(0, len(keys), CHUNK):
        query = (
            select(Instance).where(Instance.case_key.in_(keys[at : at + CHUNK])).order_by(Instance.case_key)
        )
        found += session.scalars(query).unique()
    return found


def running_on(session: Session, release: int) -> list[int]:
    """The keys of the cases that follow a release and are not closed."""
    query = (
        select(Instance.case_key)
        .join(Case, Case.key == Instance.case_key)
        .where(Instance.release_number == release)
    )
    query = query.where(Case.state.in_(NOT_CLOSED))
    return list(session.scalars(query.order_by(Instance.case_key)))


def running(session: Session, sight: Sight) -> list[tuple[int, str, int]]:
    """How many cases that aren't closed follow each release: (release, process they began with, cases)."""
    query = (
        select(Instance.release_number, Instance.process_id, func.count())
        .join(Case, Case.key == Instance.case_key)
        .where(Case.state.in_(NOT_CLOSED), in_sight(sight))
        .group_by(Instance.release_number, Instance.process_id)
        .order_by(Instance.release_number.desc(), Instance.process_id)
    )
    return [(release, process, cases) for release, process, cases in session.execute(query)]


def places(session: Session, sight: Sight) -> list[tuple[int, str, str, int]]:
    """Where cases that aren't closed stand: (release, process, element, cases)."""
    query = (
        select(
            Instance.release_number,
            Token.process_id,
            Token.element_id,
            func.count(Token.case_key.distinct()),
        )
        .join(Instance, Instance.case_key == Token.case_key)
        .join(Case, Case.key == Token.case_key)
        .where(Case.state.in_(NOT_CLOSED), in_sight(sight))
        .group_by(Instance.release_number, Token.process_id, Token.element_id)
    )
    return [(release, process, element, cases) for release, process, element, cases in session.execute(query)]


def older(session: Session, sight: Sight, release: int) -> list[Instance]:
    """The cases that aren't closed and follow another release than this one."""
    query = (
        select(Instance)
        .join(Case, Case.key == Instance.case_key)
        .where(Case.state.in_(NOT_CLOSED), Instance.release_number != release, in_sight(sight))
        .order_by(Instance.release_number.desc(), Instance.process_id, Instance.case_key)
    )
    return list(session.scalars(query).unique())


def newest(session: Session, *, limit: int) -> list[Migration]:
    """The last migrations to whatever release, the newest first."""
    return list(session.scalars(select(Migration).order_by(Migration.key.desc()).limit(limit)))


def cases(
    session: Session, migration_key: int, *, states: Collection[str], limit: int
) -> list[tuple[MigrationCase, Case]]:
    """The first cases of a migration with one of these outcomes, by number."""
    query = (
        select(MigrationCase, Case)
        .join(Case, Case.key == MigrationCase.case_key)
        .where(MigrationCase.migration_key == migration_key, MigrationCase.state.in_(sorted(states)))
        .order_by(Case.number)
        .limit(limit)
    )
    return [(row, case) for row, case in session.execute(query).unique()]


def of_state(
    session: Session, migration_key: int, state: str, houses: Collection[str]
) -> list[MigrationCase]:
    """The rows of a migration with this outcome, of cases of these houses."""
    query = (
        select(MigrationCase)
        .join(Case, Case.key == MigrationCase.case_key)
        .where(MigrationCase.migration_key == migration_key, MigrationCase.state == state)
        .where(Case.house_key.in_(sorted(houses)))
    )
    return list(session.scalars(query.order_by(MigrationCase.case_key)))


def failing(session: Session, migration_key: int) -> int:
    """How many of the cases that went along have a failure that is open."""
    query = (
        select(func.count(Incident.case_key.distinct()))
        .join(MigrationCase, MigrationCase.case_key == Incident.case_key)
        .where(MigrationCase.migration_key == migration_key, MigrationCase.state == "moved")
        .where(Incident.resolved_at.is_(None))
    )
    return session.scalar(query) or 0


def counts(session: Session, migration_key: int) -> dict[str, int]:
    query = select(MigrationCase.state, func.count()).where(MigrationCase.migration_key == migration_key)
    return dict(session.execute(query.group_by(MigrationCase.state)).all())


def refusals(session: Session, migration_key: int) -> Mapping[int, Sequence[str]]:
    query = select(MigrationCase.case_key, MigrationCase.reasons).where(
        MigrationCase.migration_key == migration_key, MigrationCase.state == "refused"
    )
    return dict(session.execute(query.order_by(MigrationCase.case_key)).all())


def stop_waiting(session: Session, migration_key: int) -> None:
    session.execute(
        update(MigrationCase)
        .where(MigrationCase.migration_key == migration_key, MigrationCase.state == "waiting")
        .values(state="stopped")
    )
