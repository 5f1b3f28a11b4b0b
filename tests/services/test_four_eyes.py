"""Four eyes in a diagram: who did a step may not do the one that looks at it."""

import pytest
from sqlalchemy.orm import Session

from app.errors import Forbidden, Invalid
from app.services import inbox
from app.store.models import Case
from tests.engine.diagrams import element, extensions, flows, process
from tests.services import region
from tests.services.region import NOW

FORM = '<zeebe:formDefinition formId="zaak"/>'
GROUP = '<zeebe:assignmentDefinition candidateGroups="procesregisseur"/>'
NOT_BY = '<zeebe:properties><zeebe:property name="niet_door" value="voorstel"/></zeebe:properties>'
DIAGRAM = process(
    element("startEvent", "begin", extensions(FORM)),
    element("userTask", "voorstel", extensions("<zeebe:userTask/>", FORM, GROUP), name="Voorstellen"),
    element("userTask", "controle", extensions("<zeebe:userTask/>", FORM, GROUP, NOT_BY), name="Nakijken"),
    element("endEvent", "einde"),
    flows("begin>voorstel", "voorstel>controle", "controle>einde"),
    id="ogen",
)


@pytest.fixture
def session(any_session: Session) -> Session:
    region.settle(any_session)
    region.publish(any_session, {"ogen.bpmn": DIAGRAM})
    return any_session


@pytest.fixture
def proposed(session: Session) -> Case:
    """Petra proposed something; it waits for somebody to look at it."""
    case = region.case(session, "ogen", huis="arnhem")
    inbox.complete(session, region.open_task(session, case).id, {}, by=region.person(session), now=NOW)
    return case


def test_who_did_it_cannot_look_at_it_and_reads_why(session: Session, proposed: Case):
    petra, task = region.person(session), region.open_task(session, proposed)

    for attempt in (
        lambda: inbox.complete(session, task.id, {}, by=petra, now=NOW),
        lambda: inbox.claim(session, task, by=petra, now=NOW),
        lambda: inbox.assign(session, task, "petra", by=petra, now=NOW),
    ):
        with pytest.raises(Forbidden, match="U deed zelf ‘Voorstellen’"):
            attempt()
    assert region.open_task(session, proposed).assignee_key is None


def test_somebody_else_of_the_same_role_can(session: Session, proposed: Case):
    other, task = region.person(session, "paul"), region.open_task(session, proposed)

    assert [one.login for one in inbox.assignees(session, task)] == ["paul"]
    inbox.complete(session, task.id, {}, by=other, now=NOW)

    assert proposed.state == "ended"


def test_it_is_not_handed_to_who_did_it(session: Session, proposed: Case):
    other, task = region.person(session, "paul"), region.open_task(session, proposed)

    with pytest.raises(Invalid):
        inbox.assign(session, task, "petra", by=other, now=NOW)


def test_what_somebody_did_in_another_case_does_not_count(session: Session, proposed: Case):
    case = region.case(session, "ogen", huis="arnhem")
    inbox.complete(
        session, region.open_task(session, case).id, {}, by=region.person(session, "paul"), now=NOW
    )

    inbox.complete(session, region.open_task(session, case).id, {}, by=region.person(session), now=NOW)

    assert case.state == "ended"
