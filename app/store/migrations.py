"""Queries about cases on their way to another release."""

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from app.store.cases import Sight, in_sight
from app.store.models import Case, Instance, Migration, MigrationCase, Token

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


def of_release(session: Session, release: int) -> list[Migration]:
    """The migrations to a release, the newest first."""
    query = select(Migration).where(Migration.release_number == release)
    return list(session.scalars(query.order_by(Migration.key.desc())))


def cases(session: Session, migration_key: int) -> list[tuple[MigrationCase, Case]]:
    """The cases of a migration and how it went, by case."""
    query = (
        select(MigrationCase, Case)
        .join(Case, Case.key == MigrationCase.case_key)
        .where(MigrationCase.migration_key == migration_key)
        .order_by(MigrationCase.state, Case.number)
    )
    return [(row, case) for row, case in session.execute(query).unique()]


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
