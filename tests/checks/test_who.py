"""A step that nobody in a house may do."""

import pytest

from app.checks.release import People
from tests.checks.small import check, element, flows, form, process, step, way_in

END = element("endEvent", "einde", name="Einde")
HOUSES = {"arnhem": "Regio Arnhem", "wvv": "West Veluwe Vallei"}
FORMS = {"start.form": form("start"), "klein.form": form("klein")}


def told(people: dict[str, set[str]], *, groups: str = "procesregisseur", lane: str = "") -> list[str]:
    task = (
        step("a", "klein", groups=groups)
        if groups
        else step("a", "klein").replace('candidateGroups="procesregisseur"', "")
    )
    lanes = (
        f'<bpmn:laneSet id="ls"><bpmn:lane id="l" name="{lane}"><bpmn:flowNodeRef>a</bpmn:flowNodeRef>'
        "</bpmn:lane></bpmn:laneSet>"
    )
    files = {
        "proef.bpmn": process(lanes if lane else "", way_in(), task, END, flows("begin>a", "a>einde")),
        **FORMS,
    }
    known = People(HOUSES, {role: frozenset(houses) for role, houses in people.items()})
    found = [one for one in check(files, people=known) if one.rule == "who.nobody"]
    assert all((one.severity, one.element_id) == ("warning", "a") for one in found)
    return [one.message for one in found]


def test_a_step_that_both_houses_have_somebody_for_is_well():
    assert told({"procesregisseur": {"arnhem", "wvv"}}) == []


def test_a_house_without_anybody_is_named_with_the_role():
    (message,) = told({"procesregisseur": {"arnhem"}})

    assert "In West Veluwe Vallei kan niemand deze stap doen" in message
    assert "'procesregisseur'" in message


def test_a_role_that_nobody_has_is_told_for_all_houses():
    (message,) = told({})

    assert "in geen enkel huis" in message


def test_one_of_several_groups_is_enough():
    people = {"procesregisseur": {"arnhem"}, "weegploeg": {"wvv"}}

    assert told(people, groups="procesregisseur, weegploeg") == []


def test_a_lane_names_the_role():
    (message,) = told({"weegploeg": {"wvv"}}, groups="", lane="Weegploeg")

    assert "In Regio Arnhem" in message


def test_whose_step_it_is_by_an_expression_cannot_be_known():
    assert told({}, groups="=&quot;organisatie:&quot; + casus.huis") == []
    assert told({}, groups="organisatie:politie") == []


@pytest.mark.parametrize(
    ("named", "words"),
    [("a", "noemt zichzelf"), ("weg", "'weg'"), ("einde", "geen taak in dit diagram"), ("b", "")],
)
def test_the_step_that_another_should_have_done_is_a_task_of_the_diagram(named: str, words: str):
    said = f'<zeebe:properties><zeebe:property name="niet_door" value="{named}"/></zeebe:properties>'
    files = {
        "proef.bpmn": process(
            way_in(),
            step("b", "klein"),
            step("a", "klein", zeebe=said),
            END,
            flows("begin>b", "b>a", "a>einde"),
        ),
        **FORMS,
    }

    found = [one for one in check(files) if one.rule == "who.four_eyes"]

    assert [(one.severity, one.element_id) for one in found] == ([("error", "a")] if words else [])
    assert all(words in one.message for one in found)
