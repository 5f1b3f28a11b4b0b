"""Changing a running case by hand: who may, what it does, and what stands of it in the timeline."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.errors import Conflict, Forbidden, Invalid, NotFound
from app.services import cases, changes, inbox, jobs
from app.store.models import Case, Event, Incident, Job, UserTask
from tests.engine.diagrams import element, extensions, flows, process, script, task
from tests.services import region
from tests.services.region import NOW

WHY = "in overleg met de weegploeg"
FORM = extensions('<zeebe:formDefinition formId="zaak"/>')


def mendable(expression: str) -> bytes:
    """A way of working whose script may fail."""
    return process(
        element("startEvent", "begin", FORM),
        task("a"),
        script("reken", expression, "y"),
        task("b"),
        element("endEvent", "einde"),
        flows("begin>a", "a>reken", "reken>b", "b>einde"),
        id="rekenen",
    )


@pytest.fixture
def session(any_session: Session) -> Session:
    region.settle(any_session)
    region.publish(any_session, {"rekenen.bpmn": mendable("=assert(x, x = 2)")})
    return any_session


def token(session: Session, case: Case) -> str:
    [found] = cases.tokens(session, case)
    return found.engine_id


def failed(session: Session, **answers: object) -> tuple[Case, Incident]:
    """A case that stands still at its script."""
    case = region.case(session, "rekenen", huis="arnhem", **answers)
    inbox.complete(session, region.open_task(session, case).id, {}, by=region.person(session), now=NOW)
    [incident] = jobs.open_incidents(session, case_key=case.key)
    return case, incident


def test_a_case_is_moved_to_another_step_and_it_is_written_down_with_why(session: Session):
    karin = region.ketenmanager(session)
    case = region.case(session, "tien_taken", huis="arnhem")
    before = region.open_task(session, case)
    inbox.save_draft(session, before, {"x": ["half"]}, by=region.person(session), now=NOW)

    changes.move(session, case, token(session, case), "taak_5", why=WHY, by=karin, now=NOW)

    assert region.open_task(session, case).element_id == "taak_5"
    assert before.state == "cancelled"
    [line] = [one for one in cases.timeline(session, case) if one.kind == "moved"]
    assert line.text == f"Karin verplaatste de casus met de hand van ‘Taak 1’ naar ‘Taak 5’. Reden: {WHY}"
    with pytest.raises(NotFound):
        changes.move(session, case, before.engine_id, "taak_7", why=WHY, by=karin, now=NOW)


def test_who_may_not_change_cannot_and_who_may_not_know_learns_nothing(session: Session):
    case = region.case(session, "tien_taken", huis="arnhem")
    place = token(session, case)
    with pytest.raises(Forbidden):
        changes.move(session, case, place, "taak_5", why=WHY, by=region.person(session), now=NOW)
    with pytest.raises(NotFound):
        changes.cancel(session, case, why=WHY, by=region.partner(session), now=NOW)
    with pytest.raises(Invalid):
        changes.cancel(session, case, why=" ", by=region.ketenmanager(session), now=NOW)
    assert region.open_task(session, case).element_id == "taak_1"


def test_a_step_is_skipped_with_what_came_out_of_it(session: Session):
    case = region.case(session, "tien_taken", huis="arnhem")
    changes.skip(session, case, token(session, case), {"zei": "n.v.t."}, why=WHY, by=None, now=NOW)
    assert region.open_task(session, case).element_id == "taak_2"
    assert cases.variables(session, case)["zei"] == "n.v.t."
    [line] = [one for one in cases.timeline(session, case) if one.kind == "skipped_by_hand"]
    assert line.text.startswith("Casusroute sloeg de stap ‘Taak 1’ over.")


def test_changed_data_keeps_what_it_was(session: Session):
    case = region.case(session, "tien_taken", huis="arnhem", x=1)
    changes.change_data(
        session, case, {"x": 2, "nieuw": "a"}, why=WHY, by=region.ketenmanager(session), now=NOW
    )
    assert cases.variables(session, case)["x"] == 2
    fact = session.scalars(select(Event).where(Event.kind == "data_changed")).one()
    assert fact.data["changed"] == {"x": {"from": 1, "to": 2}, "nieuw": {"from": None, "to": "a"}}


def test_a_suspended_case_takes_no_answers_and_fires_no_timers_until_it_goes_on(session: Session):
    karin, petra = region.ketenmanager(session), region.person(session)
    case = region.case(session, "termijnen", by=petra, huis="arnhem")
    changes.suspend(session, case, why=WHY, by=karin, now=NOW)
    later = NOW + timedelta(days=2)
    assert not jobs.run_due(session, now=later)
    with pytest.raises(Conflict, match="opgeschort"):
        inbox.complete(session, region.open_task(session, case).id, {}, by=petra, now=later)
    for again in (changes.suspend, changes.cancel):
        if again is changes.suspend:
            with pytest.raises(Conflict):
                again(session, case, why=WHY, by=karin, now=later)
    changes.resume(session, case, by=karin, now=later)
    assert jobs.run_due(session, now=later)
    with pytest.raises(Conflict):
        changes.resume(session, case, by=karin, now=later)


def test_a_cancelled_case_is_over(session: Session):
    karin = region.ketenmanager(session)
    case = region.case(session, "termijnen", huis="arnhem")
    changes.cancel(session, case, why=WHY, by=karin, now=NOW)
    assert (case.state, case.ended_at) == ("cancelled", NOW)
    assert cases.tokens(session, case) == []
    assert session.scalars(select(Job)).all() == []
    states = session.scalars(select(UserTask.state).where(UserTask.case_key == case.key)).all()
    assert states == ["cancelled"]
    with pytest.raises(Conflict, match="al afgesloten"):
        changes.cancel(session, case, why=WHY, by=karin, now=NOW)


def test_a_failure_is_tried_again_after_its_data_is_mended(session: Session):
    karin = region.ketenmanager(session)
    case, incident = failed(session, x=1)
    changes.retry(session, incident, by=karin, now=NOW)
    assert incident.resolved_at is None
    changes.change_data(session, case, {"x": 2}, why=WHY, by=karin, now=NOW)
    changes.retry(session, incident, by=karin, now=NOW)
    assert (incident.resolved_at, incident.resolved_by) == (NOW, karin.key)
    assert region.open_task(session, case).element_id == "b"
    with pytest.raises(Conflict, match="al opgelost"):
        changes.retry(session, incident, by=karin, now=NOW)


def test_all_failures_of_a_kind_are_tried_again_at_once(session: Session):
    karin = region.ketenmanager(session)
    made = [failed(session, x=1) for _ in range(3)]
    for case, _ in made[:2]:
        changes.change_data(session, case, {"x": 2}, why=WHY, by=karin, now=NOW)
    incident = made[0][1]
    done = changes.retry_all(session, incident.message, incident.element_id, by=karin, now=NOW)
    assert done == (3, 1)
    assert changes.retry_all(session, "iets anders", incident.element_id, by=karin, now=NOW) == (0, 0)


def test_moving_on_from_a_failure_resolves_it(session: Session):
    case, incident = failed(session, x=1)
    changes.move(session, case, token(session, case), "b", why=WHY, by=region.ketenmanager(session), now=NOW)
    assert incident.resolved_at == NOW
    assert region.open_task(session, case).element_id == "b"
