"""A job about a task that names none would do nothing, and nobody would see it."""

import pytest

from tests.checks.small import check, element, flows, form, process, step, way_in

FILES = {"start.form": form("start"), "klein.form": form("klein")}


def job(kind: str, *headers: tuple[str, str]) -> str:
    said = "".join(f'<zeebe:header key="{key}" value="{value}" />' for key, value in headers)
    about = f'<zeebe:taskDefinition type="{kind}" /><zeebe:taskHeaders>{said}</zeebe:taskHeaders>'
    return element(
        "serviceTask", "werk", f"<bpmn:extensionElements>{about}</bpmn:extensionElements>", name="Opschalen"
    )


def told(work: str) -> list[tuple[str, str | None]]:
    late = element(
        "boundaryEvent",
        "te_laat",
        '<bpmn:timerEventDefinition id="tijd"><bpmn:timeDuration>P1D</bpmn:timeDuration>'
        "</bpmn:timerEventDefinition>",
        name="Te laat",
        attachedToRef="a",
        cancelActivity="false",
    )
    ends = [element("endEvent", id, name=id) for id in ("einde", "opgeschaald")]
    ways = flows("begin>a", "a>einde", "te_laat>werk", "werk>opgeschaald")
    content = process(way_in(), step("a", "klein"), late, work, *ends, ways)
    found = [one for one in check({"proef.bpmn": content, **FILES}) if one.rule == "form.job-header"]
    assert all((one.severity, one.element_id) == ("error", "werk") for one in found)
    return [(one.message, one.repair) for one in found]


@pytest.mark.parametrize("kind", ["herinner", "escaleer"])
def test_a_job_that_names_a_task_beside_it_is_well(kind: str) -> None:
    assert told(job(kind, ("taak", "a"), ("prioriteit", "80"), ("rol", "weegploeg"))) == []


@pytest.mark.parametrize("kind", ["herinner", "escaleer"])
def test_a_job_that_names_no_task_is_told_and_gets_the_one_on_whose_edge_it_begins(kind: str) -> None:
    [(message, repair)] = told(job(kind))
    assert message == "'Opschalen': hier ontbreekt de header 'taak': de id van de taak waar het om gaat."
    assert repair == "set-header:taak:a"


@pytest.mark.parametrize("named", ["weg", "werk", "einde"])
def test_a_job_about_what_is_no_task_here_would_do_nothing(named: str) -> None:
    [(message, repair)] = told(job("escaleer", ("taak", named)))
    assert f"de taak '{named}' staat niet in hetzelfde deel van het proces" in message
    assert repair == "set-header:taak:a"


def test_a_role_that_does_not_exist_and_a_priority_that_is_none_are_told() -> None:
    found = told(job("escaleer", ("taak", "a"), ("rol", "burgemeester"), ("prioriteit", "hoog")))
    assert found == [
        ("'Opschalen': de rol 'burgemeester' bestaat niet, dus niemand krijgt de taak erbij.", None),
        ("'Opschalen': de prioriteit 'hoog' is geen heel getal van 0 tot en met 100.", None),
    ]
    assert told(job("escaleer", ("taak", "a"), ("prioriteit", "101")))
