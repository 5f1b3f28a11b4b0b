"""Queries about the ways that cases went: those that are known of cases that are over, and what is not."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import String, cast, func, select, update
from sqlalchemy import case as sql_case
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from app.store.cases import Sight
from app.store.figures import prepare, seconds
from app.store.histories import BATCH, Span, narrowed
from app.store.models import Case, CaseWay, Way


def lasted(
    session: Session, sight: Sight | None, span: Span, *, ended_only: bool
) -> Iterator[tuple[int | None, int, list[int | None]]]:
    """Each way (by key) with the seconds that its cases took, and each case (by key) of which none is known.

    In one statement, so that a case of which a worker finds the way meanwhile is not counted twice.
    """
    prepare(session)
    alone = sql_case((CaseWay.way_key.is_(None), Case.key))
    took = cast(seconds(session, Case.started_at, Case.ended_at), String)
    query = (
        select(CaseWay.way_key, alone, func.aggregate_strings(took, ","))
        .select_from(Case)
        .outerjoin(CaseWay, CaseWay.case_key == Case.key)
        .where(*narrowed(sight, span))
        .group_by(CaseWay.way_key, alone)
    )
    if ended_only:
        query = query.where(Case.ended_at.is_not(None))
    for way_key, case_key, text in session.execute(query):
        yield way_key, case_key, [None] if text is None else [int(one) for one in text.split(",")]


def key(session: Session, hash: str) -> int | None:
    """Of the way with this hash, if it is known."""
    return session.scalar(select(Way.key).where(Way.hash == hash))


def steps(session: Session, keys: Sequence[int]) -> Iterator[tuple[int, list[str]]]:
    """What these ways are, by key."""
    for begin in range(0, len(keys), BATCH):
        some = select(Way.key, Way.steps).where(Way.key.in_(keys[begin : begin + BATCH]))
        for row in session.execute(some):
            yield row.key, row.steps


def any_to_find(session: Session) -> bool:
    return session.scalar(select(CaseWay.case_key).where(CaseWay.way_key.is_(None)).limit(1)) is not None


def take(session: Session, most: int) -> list[int]:
    """Cases of which the way is to be found, for this transaction alone."""
    query = select(CaseWay.case_key).where(CaseWay.way_key.is_(None)).order_by(CaseWay.case_key)
    return list(session.scalars(query.limit(most).with_for_update(skip_locked=True)))


def keep(session: Session, hash: str, steps: Sequence[str], case_keys: Sequence[int]) -> None:
    """These cases went this way."""
    dialect: Any = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    new = dialect.insert(Way).values(hash=hash, steps=list(steps))
    session.execute(new.on_conflict_do_nothing(index_elements=["hash"]))
    went = update(CaseWay).where(CaseWay.case_key.in_(case_keys))
    session.execute(
        went.values(way_key=select(Way.key).where(Way.hash == hash).scalar_subquery()),
        execution_options={"synchronize_session": False},
    )
