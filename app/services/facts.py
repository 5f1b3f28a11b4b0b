"""What the engine and people did, as rows that are never changed: the past of a case."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from app.engine.step import EngineEvent
from app.store.models import Case, Event, Person, UserTask


def fact(
    kind: str, case: Case, *, now: datetime, by: Person | None = None, data: Mapping[str, Any] | None = None
) -> Event:
    """Something that happened to a case outside the diagram."""
    return Event(
        case_key=case.key, kind=kind, at=now, person_key=by.key if by else None, data=plain(data or {})
    )


def task_fact(
    kind: str, task: UserTask, *, now: datetime, by: Person | None, data: Mapping[str, Any] | None = None
) -> Event:
    """Something that somebody did with a task: claimed, released, handed over, reminded."""
    return Event(
        case_key=task.case_key,
        kind=kind,
        at=now,
        person_key=by.key if by else None,
        process_id=task.process_id,
        element_id=task.element_id,
        element_type="userTask",
        name=task.name,
        task_key=task.key,
        data=plain(data or {}),
    )


def engine_fact(
    event: EngineEvent,
    *,
    case_key: int,
    now: datetime,
    by: int | None = None,
    task_key: int | None = None,
    data: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """What happened in the diagram, as the columns of an `Event`; `data` comes on top of the engine's own.

    Columns and not a row: a step has many, and they are written in one statement.
    """
    path = {"path": list(event.path)} if event.path else {}
    return {
        "case_key": case_key,
        "kind": event.kind,
        "at": now,
        "person_key": by,
        "process_id": event.process_id,
        "element_id": event.element_id,
        "element_type": event.type,
        "name": event.name,
        "task_key": task_key,
        "data": plain({**path, **event.data, **(data or {})}),
    }


def plain(value: Any) -> Any:
    """A variable as JSON can keep it: a number that JSON would round becomes text."""
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(item) for item in value]
    if isinstance(value, Decimal):
        return _number(value)
    if isinstance(value, datetime):
        return value.isoformat()
    return value


def _number(value: Decimal) -> int | float | str:
    if value == value.to_integral_value():
        return int(value)
    rounded = float(value)
    return rounded if Decimal(repr(rounded)) == value else str(value)
