"""What a service task can ask of Casusroute: another process as a case of its own, and how long to wait."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.services import cases, jobs
from app.store.models import Case, Incident, Job
from tests.engine.diagrams import element, extensions, flows, process, task
from tests.services import region
from tests.services.region import NOW

FORM = extensions('<zeebe:formDefinition formId="klein"/>')


def begins(which: str, more: str = "", retries: str = "") -> bytes:
    """A process that begins another one; `which` is the source of an input mapping."""
    said = extensions(
        f'<zeebe:taskDefinition type="proces"{retries}/>',
        f"<zeebe:ioMapping><zeebe:input source='{which}' target='proces'/>"
        "<zeebe:input source='={bedrag: 1.50, van: casus.nummer}' target='gegevens'/></zeebe:ioMapping>",
        more,
    )
    return process(
        element("startEvent", "begin", FORM),
        element("serviceTask", "start", said, name="Start"),
        task("na"),
        element("endEvent", "einde"),
        flows("begin>start", "start>na", "na>einde"),
        id="begint",
    )


BEGUN = process(
    element("startEvent", "b", FORM),
    task("werk"),
    element("endEvent", "e"),
    flows("b>werk", "werk>e"),
    id="nieuw",
)


@pytest.fixture
def session(any_session: Session) -> Session:
    region.settle(any_session)
    return any_session


def run_all(session: Session) -> None:
    while jobs.run_due(session, now=NOW):
        pass


def test_another_process_begins_as_a_case_of_its_own_in_the_same_house_and_behind_the_same_wall(
    session: Session,
):
    region.publish(session, {"begint.bpmn": begins("nieuw"), "nieuw.bpmn": BEGUN})
    first = region.case(session, "begint", huis="wvv", by=region.person(session, "wim"))
    first.compartment = "zsm"
    run_all(session)

    begun = session.scalars(select(Case).where(Case.process_id == "nieuw")).unique().one()
    assert (begun.house_key, begun.compartment, begun.started_by) == (first.house_key, "zsm", None)
    assert begun.number != first.number
    told = cases.variables(session, begun)
    assert (str(told["bedrag"]), told["van"]) == ("1.50", first.number)
    assert told["casus"]["nummer"] == begun.number
    assert cases.variables(session, first)["gestarte_casus"] == begun.number
    assert region.open_task(session, first).element_id == "na"
    assert region.open_task(session, begun).compartment == "zsm"


@pytest.mark.parametrize("which", ["weg", "=null", "=7"])
def test_a_process_that_does_not_exist_is_a_failure_and_begins_nothing(session: Session, which: str):
    region.publish(session, {"begint.bpmn": begins(which, retries=' retries="1"'), "nieuw.bpmn": BEGUN})
    region.case(session, "begint", huis="arnhem")
    run_all(session)
    [incident] = session.scalars(select(Incident))
    assert (incident.element_id, incident.resolved_at) == ("start", None)
    assert session.scalars(select(Case).where(Case.process_id == "nieuw")).unique().all() == []


@pytest.mark.parametrize(("header", "first"), [("PT5M", 300), ("", 10), ("onzin", 10)])
def test_the_diagram_may_say_how_long_to_wait_before_the_second_attempt(
    session: Session, header: str, first: int
):
    said = f'<zeebe:taskHeaders><zeebe:header key="opnieuw_na" value="{header}"/></zeebe:taskHeaders>'
    region.publish(session, {"begint.bpmn": begins("weg", said, ' retries="3"'), "nieuw.bpmn": BEGUN})
    region.case(session, "begint", huis="arnhem")
    waits, now = [], NOW
    for _ in range(2):
        assert jobs.run_due(session, now=now)
        [job] = session.scalars(select(Job).execution_options(populate_existing=True))
        waits.append(job.due_at - now)
        now = job.due_at
    assert waits == [timedelta(seconds=first), timedelta(seconds=4 * first)]
