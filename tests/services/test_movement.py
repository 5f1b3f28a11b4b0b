"""When a case last moved: kept with every step, and the same as its facts say."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import create_engine, select
from sqlalchemy.orm import Session

from app import migrations
from app.services import changes, inbox, jobs, steps, task_changes
from app.store.models import Case, Event
from app.store.session import db, transaction
from tests.conftest import database_app
from tests.services import region
from tests.services.region import NOW
from tests.test_migrations import down_to_before

DAY = timedelta(days=1)


@pytest.fixture
def session(any_session: Session) -> Session:
    region.settle(any_session)
    return any_session


def by_its_facts(session: Session, case: Case) -> datetime:
    """Read from its past, without the column."""
    facts = session.scalars(select(Event).where(Event.case_key == case.key)).all()
    return max(
        fact.at
        for fact in facts
        if fact.kind in ("started", "ended")
        or (fact.kind in steps.MOVES and fact.element_type in steps.PLACES)
    )


def moved_at(session: Session, case: Case) -> datetime:
    """As the database has it."""
    session.flush()
    found = session.scalars(select(Case.moved_at).where(Case.key == case.key)).one()
    assert found == case.moved_at == by_its_facts(session, case)
    return found


def test_a_case_moves_when_it_begins_and_with_every_task_that_is_done(session: Session):
    petra = region.person(session)
    case = region.case(session, "tien_taken", by=petra)
    assert moved_at(session, case) == NOW

    for day in range(1, 11):
        inbox.complete(session, region.open_task(session, case).id, {}, by=petra, now=NOW + day * DAY)
        assert moved_at(session, case) == NOW + day * DAY
    assert case.state == "ended"


def test_what_is_done_beside_the_way_is_no_movement(session: Session):
    petra, karin = region.person(session), region.ketenmanager(session)
    case = region.case(session, "termijnen", by=petra, huis="arnhem")
    task = region.open_task(session, case)

    inbox.claim(session, task, by=petra, now=NOW + DAY)
    while jobs.run_due(session, now=NOW + 4 * DAY):
        pass
    task_changes.note(session, case, "Gebeld.", by=karin, now=NOW + 5 * DAY)

    told = set(session.scalars(select(Event.kind).where(Event.case_key == case.key)))
    assert {"claimed", "reminded", "escalated", "note"} <= told
    assert moved_at(session, case) == NOW


def test_a_case_that_was_stopped_moved_at_that_moment(session: Session):
    case = region.case(session, "termijnen", huis="arnhem")

    changes.cancel(session, case, why="Dubbel aangemeld", by=region.ketenmanager(session), now=NOW + DAY)

    assert moved_at(session, case) == NOW + DAY


def test_of_cases_of_before_it_is_read_from_their_past(any_url: str):
    with database_app(any_url).app_context():
        with transaction() as session:
            region.settle(session)
            petra = region.person(session)
            case, later = region.case(session, by=petra), region.case(session, "termijnen", by=petra)
            inbox.complete(session, region.open_task(session, case).id, {}, by=petra, now=NOW + DAY)
            task = region.open_task(session, later)
            inbox.claim(session, task, by=petra, now=NOW + DAY)
        kept = {case.key: NOW + DAY, later.key: NOW}
        db.session.remove()
        db.engine.dispose()

    engine = create_engine(any_url)
    with engine.begin() as connection:
        down_to_before(connection, "0008")
        migrations.upgrade(connection)
    with Session(engine) as session:
        found = dict(session.execute(select(Case.key, Case.moved_at)).all())
    engine.dispose()
    assert found == kept
