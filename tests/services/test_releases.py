"""A release is checked whole before it is live."""

import pytest
from sqlalchemy.orm import Session

from app.errors import Invalid
from app.services import releases
from tests.checks.small import form, process, step, way_in
from tests.engine.diagrams import element, flows, script
from tests.services import region

END = element("endEvent", "einde", name="Einde")


@pytest.fixture
def session(any_session: Session) -> Session:
    region.settle(any_session)
    return any_session


def diagram(expression: str) -> dict[str, bytes]:
    parts = (script("reken", expression, "uit"), step("tonen", "tonen"))
    route = flows("begin>reken", "reken>tonen", "tonen>einde")
    shown = form("tonen", {"type": "text", "id": "t", "text": "{{uit}}"})
    return {"nieuw.bpmn": process(way_in("zaak"), *parts, END, route, id="nieuw"), "tonen.form": shown}


def test_what_nobody_fills_in_keeps_a_release_back(session: Session) -> None:
    with pytest.raises(Invalid, match="Bedoelt u 'onderwerp'"):
        region.publish(session, diagram("=ondrwerp"))


def test_a_warning_does_not(session: Session) -> None:
    files = diagram('=if onderwerp = "" then 1 else 2')
    del files["tonen.form"]
    files["nieuw.bpmn"] = files["nieuw.bpmn"].replace(b'formId="tonen"', b'formId="klein"')
    before = releases.current_number(session)
    told = releases.check(session, {**releases.files(session, before), **files}, only="nieuw.bpmn")

    number = region.publish(session, files)

    assert number == before + 1
    assert "data.unused" in {one.rule for one in told}
    assert {one.severity for one in told} == {"warning"}


def test_a_step_that_nobody_in_a_house_may_do_is_told_with_the_house(session: Session) -> None:
    region.person(session, "petra", roles=[("procesregisseur", "arnhem")])
    region.person(session, "pol", roles=[("procesregisseur", "wvv")], organisation="politie")

    told = releases.check(session, {**_current(session), **diagram("=onderwerp")}, only="nieuw.bpmn")

    (problem,) = [one for one in told if one.rule == "who.nobody"]
    assert problem.element_id == "tonen"
    assert "In Veiligheidshuis WVV" in problem.message


def test_who_has_a_role_in_both_houses_counts_in_each(session: Session) -> None:
    region.person(session, "petra", roles=[("procesregisseur", None)])

    told = releases.check(session, {**_current(session), **diagram("=onderwerp")}, only="nieuw.bpmn")

    assert [one for one in told if one.rule == "who.nobody"] == []


def _current(session: Session) -> dict[str, bytes]:
    return releases.files(session, releases.current_number(session))
