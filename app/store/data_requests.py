"""Queries about changes of data that wait for a colleague."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.store.cases import Sight, in_sight
from app.store.models import Case, DataRequest

WAITING = "waiting"
SHOWN = 50


def waiting_in(session: Session, case_key: int) -> list[DataRequest]:
    query = select(DataRequest).where(DataRequest.case_key == case_key, DataRequest.state == WAITING)
    return list(session.scalars(query.order_by(DataRequest.key)).unique())


def waiting(session: Session, sight: Sight) -> list[DataRequest]:
    """Those that wait longest, in the cases that somebody may know of."""
    query = select(DataRequest).join(Case, Case.key == DataRequest.case_key)
    query = query.where(DataRequest.state == WAITING, in_sight(sight)).order_by(DataRequest.key).limit(SHOWN)
    return list(session.scalars(query).unique())


def by_key(session: Session, case_key: int, key: int) -> DataRequest | None:
    """As it is now, also where this session read it before somebody else decided."""
    query = select(DataRequest).where(DataRequest.key == key, DataRequest.case_key == case_key)
    return session.scalars(query.execution_options(populate_existing=True)).unique().one_or_none()
