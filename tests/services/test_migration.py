"""Cases that go along to another release: which can, why others can't, and what a stop half-way leaves."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.errors import Forbidden, Invalid, NotFound
from app.services import cases, changes, inbox, jobs, migration
from app.store.models import Case, Event, Job, Migration, MigrationCase
from tests.engine.diagrams import element, flows, timer
from tests.services import region
from tests.services.region import NOW
from tests.services.test_changes import failed, mendable

WHY = "de nieuwe werkwijze geldt ook voor hen"


@pytest.fixture
def session(any_session: Session) -> Session:
    region.settle(any_session)
    region.publish(any_session, {"rekenen.bpmn": mendable("=assert(x, x = 2)")})
    return any_session


def renamed(session: Session) -> int:
    """Release 3: step a is called aa, and another group does it; step b is gone."""
    text = mendable("=x").decode().replace('"a"', '"aa"').replace('sourceRef="a"', 'sourceRef="aa"')
    text = text.replace('id="b"', 'id="c"').replace('"b"', '"c"').replace("procesregisseur", "weegploeg")
    return region.publish(session, {"rekenen.bpmn": text.encode()})


def run_all(session: Session) -> None:
    while jobs.run_due(session, now=NOW):
        pass


def release(session: Session, case: Case) -> int:
    session.expire_all()
    return cases.instance(session, case).release_number


def test_the_plan_says_who_can_go_and_why_others_cannot(session: Session):
    karin = region.ketenmanager(session)
    at_a = region.case(session, "rekenen", huis="arnhem")
    at_b, incident = failed(session, x=1)
    changes.move(session, at_b, incident.engine_id or "", "b", why=WHY, by=karin, now=NOW)
    ended = region.case(session, "rekenen", huis="arnhem")
    changes.cancel(session, ended, why=WHY, by=karin, now=NOW)
    new = renamed(session)

    keys = [at_a.key, at_b.key, ended.key]
    plan = {one.case.key: one.reasons for one in migration.plan(session, keys, new, {"a": "aa"}, by=karin)}

    assert plan[at_a.key] == ()
    assert plan[at_b.key] == ("De casus staat bij 'B'; die stap bestaat niet in de andere versie.",)
    assert plan[ended.key] == ("De casus is afgesloten.",)
    assert migration.plan(session, keys, new, by=region.partner(session)) == []
    with pytest.raises(NotFound):
        migration.plan(session, keys, 99, by=karin)


def test_each_case_goes_along_whole_or_not_at_all_with_its_claim_and_concept(session: Session):
    karin, petra = region.ketenmanager(session), region.person(session)
    goes, stays = region.case(session, "rekenen", huis="arnhem"), failed(session, x=1)[0]
    task = region.open_task(session, goes)
    inbox.save_draft(session, task, {"x": ["half"]}, by=petra, now=NOW)
    new = renamed(session)

    started = migration.start(
        session, [goes.key, stays.key], new, {"a": "aa", "reken": "weg"}, why=WHY, by=karin, now=NOW
    )
    assert migration.progress(session, started).waiting == 2
    run_all(session)

    told = migration.progress(session, started)
    assert (told.waiting, told.moved, told.refused) == (0, 1, 1)
    assert "bestaat niet" in told.reasons[stays.key][0]
    assert (release(session, goes), release(session, stays)) == (new, 2)
    task = region.open_task(session, goes)
    assert (task.element_id, task.draft) == ("aa", {"x": ["half"]})
    assert [one.group for one in task.candidates] == ["weegploeg"]
    fact = session.scalars(select(Event).where(Event.kind == "migrated")).one()
    assert (fact.person_key, fact.data["release_before"], fact.data["release"]) == (karin.key, 2, new)
    assert any("naar versie 3" in line.text for line in cases.timeline(session, goes))


def test_a_failure_goes_along_and_is_mended_by_the_new_release(session: Session):
    case, incident = failed(session, x=1)
    new = region.publish(session, {"rekenen.bpmn": mendable("=x + 1")})
    migration.start(session, [case.key], new, why=WHY, by=None, now=NOW)
    run_all(session)
    assert incident.resolved_at is None
    changes.retry(session, incident, by=None, now=NOW)
    assert cases.variables(session, case)["y"] == 2


def test_what_is_stopped_half_way_leaves_the_others_where_they_are(session: Session):
    all_cases = [region.case(session, "rekenen", huis="arnhem") for _ in range(3)]
    new = region.publish(session, {"rekenen.bpmn": mendable("=x + 1")})
    started = migration.start(session, [one.key for one in all_cases], new, why=WHY, by=None, now=NOW)
    assert jobs.run_due(session, now=NOW)
    migration.stop(session, started, now=NOW)
    run_all(session)
    told = migration.progress(session, started)
    assert (told.moved, told.stopped, told.waiting) == (1, 2, 0)
    assert sorted(release(session, one) for one in all_cases) == [2, 2, new]
    assert session.scalars(select(Job)).all() == []


def test_the_same_job_again_changes_nothing(session: Session):
    case = region.case(session, "rekenen", huis="arnhem")
    new = region.publish(session, {"rekenen.bpmn": mendable("=x + 1")})
    started = migration.start(session, [case.key], new, why=WHY, by=None, now=NOW)
    job = session.scalars(select(Job).where(Job.kind == "migrate")).one()
    again = Job(
        case_key=case.key,
        kind=job.kind,
        engine_id="",
        process_id="",
        element_id="",
        due_at=NOW,
        payload=dict(job.payload),
    )
    session.add(again)
    run_all(session)
    assert len(session.scalars(select(Event).where(Event.kind == "migrated")).all()) == 1
    assert session.scalars(select(MigrationCase.state)).all() == ["moved"]
    assert session.get(Migration, started.key) is started


def test_only_who_may_change_cases_sends_them(session: Session):
    case = region.case(session, "rekenen", huis="arnhem")
    new = region.publish(session, {"rekenen.bpmn": mendable("=x + 1")})
    with pytest.raises(Forbidden):
        migration.start(session, [case.key], new, why=WHY, by=region.person(session), now=NOW)
    with pytest.raises(Invalid):
        migration.start(session, [case.key], new, why=" ", by=None, now=NOW)


def test_what_a_suspended_case_gets_from_the_other_release_waits_with_it(session: Session):
    karin = region.ketenmanager(session)
    case = region.case(session, "rekenen", huis="arnhem")
    changes.suspend(session, case, why=WHY, by=karin, now=NOW)
    stands = element("boundaryEvent", "laat", timer("timeDuration", "PT1H"), attachedToRef="a")
    more = stands + element("endEvent", "einde_2") + flows("laat>einde_2")
    text = mendable("=x + 1").decode().replace("</bpmn:process>", more + "</bpmn:process>")
    new = region.publish(session, {"rekenen.bpmn": text.encode()})
    migration.start(session, [case.key], new, why=WHY, by=None, now=NOW)
    run_all(session)
    assert release(session, case) == new

    later = NOW + timedelta(hours=2)
    assert not jobs.run_due(session, now=later)
    changes.resume(session, case, by=karin, now=later)
    assert jobs.run_due(session, now=later)
    assert cases.tokens(session, case) == []


def test_a_task_that_would_be_for_nobody_keeps_its_case_where_it_is(session: Session):
    case = region.case(session, "rekenen", huis="arnhem")
    text = mendable("=x + 1").replace(
        b'candidateGroups="procesregisseur"', b'candidateGroups="=if 1 = 2 then 1 else null"'
    )
    new = region.publish(session, {"rekenen.bpmn": text})
    [outlook] = migration.plan(session, [case.key], new, by=None)
    assert "Niemand" in outlook.reasons[0]
    started = migration.start(session, [case.key], new, why=WHY, by=None, now=NOW)
    run_all(session)
    assert migration.progress(session, started).refused == 1
    assert region.open_task(session, case).element_id == "a"


def test_hundreds_go_along_and_what_a_worker_left_half_way_goes_on(session: Session):
    keys = [region.case(session, "rekenen", huis="arnhem").key for _ in range(60)]
    new = region.publish(session, {"rekenen.bpmn": mendable("=x + 1")})
    started = migration.start(session, keys, new, why=WHY, by=None, now=NOW)
    for _ in range(20):
        assert jobs.run_due(session, now=NOW)
    # A worker that dies leaves nothing of its case: the transaction is undone.
    with pytest.raises(KeyboardInterrupt), session.begin_nested():
        assert jobs.run_due(session, now=NOW)
        raise KeyboardInterrupt
    told = migration.progress(session, started)
    assert (told.moved, told.waiting) == (20, 40)
    run_all(session)
    told = migration.progress(session, started)
    assert (told.moved, told.waiting, told.refused) == (60, 0, 0)
    facts = session.scalars(select(Event.case_key).where(Event.kind == "migrated")).all()
    assert sorted(facts) == sorted(keys)
