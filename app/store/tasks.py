"""Queries about user tasks, and the conditional updates of which only one person wins."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, exists, or_, select, update
from sqlalchemy.orm import Session

from app.store.models import Membership, Organisation, Person, Role, UserTask

OPEN = "open"


def by_id(session: Session, id: UUID) -> UserTask | None:
    """The task as it is now, also where this session read it before somebody else changed it."""
    query = select(UserTask).where(UserTask.id == id).execution_options(populate_existing=True)
    return session.scalars(query).one_or_none()


def case_key_of(session: Session, id: UUID) -> int | None:
    found: int | None = session.scalar(select(UserTask.case_key).where(UserTask.id == id))
    return found


def change_if(session: Session, task: UserTask, *conditions: ColumnElement[bool], **values: Any) -> bool:
    """Change the task if it is open and the conditions hold; who is second gets False."""
    changed = session.execute(
        update(UserTask)
        .where(UserTask.key == task.key, UserTask.state == OPEN, *conditions)
        .values(**values)
        .returning(UserTask.key),
        execution_options={"synchronize_session": False},
    ).one_or_none()
    session.expire(task)
    return changed is not None


def done_by(session: Session, case_key: int, process_id: str, element_id: str) -> set[int]:
    """The keys of everybody who completed this step in this case."""
    query = select(UserTask.completed_by).where(
        UserTask.case_key == case_key,
        UserTask.process_id == process_id,
        UserTask.element_id == element_id,
        UserTask.completed_by.is_not(None),
    )
    return {key for key in session.scalars(query.distinct()) if key is not None}


def person_keys(session: Session, logins: Collection[str]) -> dict[str, int]:
    """The keys of active people, by login."""
    query = select(Person.login, Person.key).where(Person.login.in_(logins), Person.active)
    return dict(session.execute(query).all())


def person_names(session: Session, keys: Collection[int]) -> dict[int, str]:
    if not keys:
        return {}
    return dict(session.execute(select(Person.key, Person.name).where(Person.key.in_(keys))).all())


def group_names(session: Session, groups: Collection[str]) -> dict[str, str]:
    """What people call a candidate group: the name of its role, organisation or person."""
    if not groups:
        return {}
    names = dict(session.execute(select(Role.key, Role.name).where(Role.key.in_(groups))).all())
    for prefix, key, name in (
        ("organisatie:", Organisation.key, Organisation.name),
        ("persoon:", Person.login, Person.name),
    ):
        keys = [group.removeprefix(prefix) for group in groups if group.startswith(prefix)]
        if keys:
            found = session.execute(select(key, name).where(key.in_(keys)))
            names |= {f"{prefix}{found_key}": found_name for found_key, found_name in found}
    return names


def people_in(session: Session, groups: Collection[str], house: str) -> list[Person]:
    """Active people who belong to one of the candidate groups in this house, by name."""
    organisations = [
        group.removeprefix("organisatie:") for group in groups if group.startswith("organisatie:")
    ]
    logins = [group.removeprefix("persoon:") for group in groups if group.startswith("persoon:")]
    in_role = exists().where(
        Membership.person_key == Person.key,
        Membership.role_key.in_(groups),
        or_(Membership.house_key.is_(None), Membership.house_key == house),
    )
    fits = or_(in_role, Person.organisation_key.in_(organisations), Person.login.in_(logins))
    return list(session.scalars(select(Person).where(Person.active, fits).order_by(Person.name, Person.key)))
