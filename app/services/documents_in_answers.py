"""The documents that answers name: with the answers they become part of the case."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from app.store import cases as case_rows
from app.store.models import Case, Person, UserTask

KEYS = {"id", "name", "size"}
"""What a filepicker gives for each file."""


def hand_in(
    session: Session,
    answers: Mapping[str, Any],
    *,
    case: Case,
    task: UserTask | None = None,
    by: Person,
    others: Sequence[UUID] = (),
) -> None:
    """Make the documents in `answers`, and `others`, part of the case: what `by` sent, or it had already."""
    ids = list(dict.fromkeys([*find(answers), *others]))
    case_rows.hand_in_documents(
        session, ids, case_key=case.key, task_key=task.key if task else None, by=by.key
    )


def find(value: Any) -> Iterator[UUID]:
    """The ids of the documents anywhere in a value."""
    if isinstance(value, Mapping):
        if value.keys() >= KEYS:
            yield from _ids([value["id"]])
        else:
            yield from (found for item in value.values() for found in find(item))
    elif isinstance(value, list | tuple):
        yield from (found for item in value for found in find(item))


def _ids(values: Iterable[Any]) -> Iterator[UUID]:
    for value in values:
        try:
            yield UUID(str(value))
        except ValueError:
            continue
