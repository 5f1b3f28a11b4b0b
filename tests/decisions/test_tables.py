"""Decision tables: every hit policy, what they refuse, and what they tell of themselves."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from app import decisions
from app.errors import Problem

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def _file(*parts: str) -> bytes:
    head = '<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="Proef">'
    return (head + "".join(parts) + "</definitions>").encode()


def _table(policy: str, rules: list[tuple[str, str]], *, more: str = "", values: str = "") -> str:
    allowed = f'<outputValues id="w"><text>{values}</text></outputValues>' if values else ""
    rows = "".join(
        f'<rule id="r{n}"><inputEntry id="r{n}i"><text>{when}</text></inputEntry>'
        f'<outputEntry id="r{n}o"><text>{then}</text></outputEntry>'
        f"<annotationEntry><text>regel {n}</text></annotationEntry></rule>"
        for n, (when, then) in enumerate(rules, 1)
    )
    return (
        f'<decision id="t" name="Tabel"><variable id="v" name="t"/><decisionTable id="tt" {policy}>'
        '<input id="i" label="Leeftijd">'
        '<inputExpression id="ie"><text>leeftijd</text></inputExpression></input>'
        f'<output id="o" name="uit">{allowed}</output>{rows}</decisionTable></decision>{more}'
    )


def _ask(content: bytes, **variables: Any) -> decisions.Outcome:
    model, problems = decisions.parse(content, file="proef.dmn")
    assert problems == []
    assert model is not None
    return decisions.evaluate(model, "t", variables, now=NOW)


OVERLAPPING = [("&lt; 18", "1"), ("&gt;= 12", "2"), ("-", "3")]


@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        ('hitPolicy="FIRST"', 1),
        ('hitPolicy="RULE ORDER"', [1, 2, 3]),
        ('hitPolicy="COLLECT"', [1, 2, 3]),
        ('hitPolicy="COLLECT" aggregation="SUM"', 6),
        ('hitPolicy="COLLECT" aggregation="MIN"', 1),
        ('hitPolicy="COLLECT" aggregation="MAX"', 3),
        ('hitPolicy="COLLECT" aggregation="COUNT"', 3),
    ],
)
def test_hit_policies(policy: str, expected: Any) -> None:
    assert _ask(_file(_table(policy, OVERLAPPING)), leeftijd=15).value == expected


def test_priority_and_output_order_follow_the_allowed_values() -> None:
    first = _table('hitPolicy="PRIORITY"', OVERLAPPING, values="3,1,2")
    assert _ask(_file(first), leeftijd=15).value == 3
    ordered = _table('hitPolicy="OUTPUT ORDER"', OVERLAPPING, values="3,1,2")
    assert _ask(_file(ordered), leeftijd=15).value == [3, 1, 2]


@pytest.mark.parametrize("policy", ["UNIQUE", "ANY"])
def test_two_different_hits_where_one_is_allowed_are_an_error(policy: str) -> None:
    content = _file(_table(f'hitPolicy="{policy}"', OVERLAPPING))
    with pytest.raises(decisions.DecisionError):
        _ask(content, leeftijd=15)


def test_no_hit_is_null() -> None:
    assert _ask(_file(_table("", [("&lt; 18", "1")])), leeftijd=40).value is None


def test_it_tells_which_rules_fired_on_what() -> None:
    fired = _ask(_file(_table("", [("&lt; 18", "1"), ("&gt;= 18", "2")])), leeftijd=Decimal("40")).trace[0]
    assert (fired.rules, fired.rule_ids, fired.annotations) == ((2,), ("r2",), ("regel 2",))
    assert fired.inputs == {"Leeftijd": 40}


def _literal(identifier: str, text: str, *requires: str) -> str:
    needs = "".join(
        f'<informationRequirement id="{identifier}_{one}">'
        f'<requiredDecision href="#{one}"/></informationRequirement>'
        for one in requires
    )
    logic = f'<literalExpression id="{identifier}_x"><text>{text}</text></literalExpression>'
    return (
        f'<decision id="{identifier}" name="{identifier}"><variable id="{identifier}_v" name="{identifier}"/>'
        f"{needs}{logic}</decision>"
    )


def test_a_decision_may_rest_on_another() -> None:
    assert _ask(_file(_literal("basis", "a + 1"), _literal("t", "basis * 2", "basis")), a=2).value == 6


def _problems(content: bytes) -> list[Problem]:
    model, problems = decisions.parse(content, file="proef.dmn")
    assert model is None
    return problems


def test_a_circle_is_a_problem() -> None:
    found = _problems(_file(_literal("t", "b", "b"), _literal("b", "t", "t")))
    assert "kring" in found[0].message


def test_a_cell_that_cannot_be_read_is_named() -> None:
    assert [one.element_id for one in _problems(_file(_table("", [("&lt; ", "1")])))] == ["r1i"]


@pytest.mark.parametrize(
    "content",
    [
        b"<x",
        b"",
        b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><definitions/>',
        b'<definitions xmlns="urn:anders"/>',
    ],
)
def test_what_is_no_decision_model_is_refused(content: bytes) -> None:
    assert _problems(content)


def test_no_python_in_a_cell() -> None:
    content = _file(_table("", [("-", '__import__("os").getcwd()')]))
    model, _ = decisions.parse(content, file="proef.dmn")
    if model is not None:
        assert decisions.evaluate(model, "t", {"leeftijd": 1}, now=NOW).value is None


def test_the_description_of_a_rule_is_its_note_where_a_table_has_no_columns_for_notes():
    note = "<annotationEntry><text>regel 1</text></annotationEntry>"
    table = _table('hitPolicy="UNIQUE"', [("-", "1")]).replace(note, "")
    content = _file(table.replace('<rule id="r1">', '<rule id="r1"><description>Zo is het.</description>'))

    model, problems = decisions.parse(content, file="proef.dmn")

    assert problems == []
    assert model is not None
    found = model.decisions["t"].table
    assert found is not None
    assert (found.annotation_names, found.rules[0].annotations) == (("Toelichting",), ("Zo is het.",))
