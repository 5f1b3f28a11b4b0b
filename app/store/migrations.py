"""Queries about cases on their way to another release."""

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from app.store.models import Case, Instance, MigrationCase

CHUNK = 500


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
    query = query.where(Case.state.in_(("running", "suspended")))
    return list(session.scalars(query.order_by(Instance.case_key)))


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
