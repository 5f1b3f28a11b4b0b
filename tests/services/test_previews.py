"""A form and a decision that are being made: shown and tried out before anything is saved."""

import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.orm import Session

from app.errors import Invalid
from app.services import decision_trials, previews
from tests.services import region
from tests.services.region import NOW

WEGING = {"weging.dmn": (Path(__file__).parents[2] / "processes" / "weging.dmn").read_bytes()}


@pytest.fixture
def oscar(session: Session) -> Any:
    region.settle(session)
    return region.person(session, "oscar", roles=[("proceseigenaar", None)])


def form(*components: dict[str, Any]) -> bytes:
    return json.dumps({"id": "f", "components": components}).encode()


SOORT = {
    "type": "radio",
    "id": "s",
    "key": "soort",
    "label": "Soort",
    "values": [{"label": "A", "value": "a"}, {"label": "B", "value": "b"}],
    "validate": {"required": True},
}
WAAROM = {
    "type": "textfield",
    "id": "w",
    "key": "waarom",
    "label": "Waarom",
    "validate": {"required": True},
    "conditional": {"hide": '=soort != "b"'},
}


def drawn(session: Session, oscar: Any, how: str = "", **raw: list[str]) -> previews.Preview:
    return previews.preview(session, form(SOORT, WAAROM), raw, how=how, by=oscar, now=NOW)


def test_a_preview_follows_the_conditions_of_the_form(session: Session, oscar: Any) -> None:
    for answer, hidden in (("a", True), ("b", False)):
        view = drawn(session, oscar, soort=[answer]).view
        assert view is not None
        assert [field.hidden for field in view.fields] == [False, hidden]


def test_a_preview_checks_as_the_real_page_does(session: Session, oscar: Any) -> None:
    wrong = drawn(session, oscar, "controleren", soort=["b"]).view
    assert wrong is not None
    assert [text for _, text in wrong.errors] == ["Vul iets in bij ‘Waarom’."]
    assert (
        drawn(session, oscar, "controleren", soort=["a"]).problem
        == "Dit formulier neemt deze antwoorden aan."
    )


def test_a_preview_fills_in_what_is_open_and_is_emptied_again(session: Session, oscar: Any) -> None:
    filled = drawn(session, oscar, "voorbeeld", soort=["b"]).view
    assert filled is not None
    assert [field.text for field in filled.fields][1] == "Voorbeeld waarom"
    empty = drawn(session, oscar, "leeg", soort=["b"], waarom=["iets"]).view
    assert empty is not None
    assert [field.text for field in empty.fields][1] == ""


def test_a_broken_form_says_what_is_wrong_and_draws_nothing(session: Session, oscar: Any) -> None:
    found = previews.preview(session, form({"type": "iframe", "id": "x"}), {}, by=oscar, now=NOW)
    assert found.view is None
    assert "iframe" in found.problem
    assert "JSON" in previews.preview(session, b"{", {}, by=oscar, now=NOW).problem


def test_a_decision_says_what_it_asks_for_also_of_those_it_needs() -> None:
    told = decision_trials.ask(WEGING, "weging.dmn", None, {}, now=NOW)
    assert told.decision_id == "wegingsadvies"
    assert [one.path for one in told.asked] == [f"criteria.{name}" for name in ("k1a", "k1b", "a", "b", "c")]
    assert told.asked[0].values == ("ja", "nee", "onbekend")


@pytest.mark.parametrize(
    ("a", "advice", "rule"), [("ja", "AGENDEREN_MDO", "1"), ("nee", "ADVIES_LOKAAL_PARTNER", "3")]
)
def test_a_decision_that_is_tried_out_says_which_rules_held(a: str, advice: str, rule: str) -> None:
    given = {
        "criteria.k1a": "ja",
        "criteria.k1b": "ja",
        "criteria.a": a,
        "criteria.b": "nee",
        "criteria.c": "nee",
    }
    told = decision_trials.ask(WEGING, "weging.dmn", None, given, now=NOW)
    assert f"advies = {advice}" in told.value
    assert f"wegingsadvies_{rule}" in told.rule_ids
    assert told.steps[0].startswith("Wegingsadvies: ")


def test_one_of_its_decisions_can_be_asked_alone() -> None:
    told = decision_trials.ask(WEGING, "weging.dmn", "k1", {"criteria.k1a": "nee"}, now=NOW)
    assert (told.value, [one.path for one in told.asked]) == ("nee", ["criteria.k1a", "criteria.k1b"])


def test_a_file_that_is_no_decision_is_refused_in_words() -> None:
    with pytest.raises(Invalid):
        decision_trials.ask({"x.dmn": b"<x/>"}, "x.dmn", None, {}, now=NOW)
    with pytest.raises(Invalid, match="geen beslissing"):
        decision_trials.ask(WEGING, "ander.dmn", None, {}, now=NOW)
