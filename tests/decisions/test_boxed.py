"""Boxed expressions, functions, services, types and imports (DMN 1.3 to 1.5)."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from app import decisions
from tests.decisions.dmn import context, decision, file, input_data, knowledge, literal, needs, table

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


def ask(content: bytes, id: str = "t", **variables: Any) -> Any:
    model, problems = decisions.parse(content, file="proef.dmn")
    assert problems == []
    assert model is not None
    return decisions.evaluate(model, id, variables, now=NOW).value


def t(logic: str, **more: Any) -> bytes:
    return file(decision("t", logic, **more))


def test_a_context_whose_entries_see_each_other() -> None:
    logic = context(("a b", literal("x + 1")), ("c", literal("a b * 2")))

    assert ask(t(logic), x=2) == {"a b": 3, "c": 6}


def test_a_context_with_a_result() -> None:
    assert ask(t(context(("a", literal("x + 1")), ("", literal("a * 2")))), x=2) == 6


def test_a_list_and_a_relation() -> None:
    assert ask(t(f"<list>{literal('1')}{literal('x')}</list>"), x=2) == [1, 2]
    rows = f"<row>{literal('1')}{literal('x')}</row><row>{literal('3')}{literal('4')}</row>"
    relation = f'<relation><column name="a"/><column name="b c"/>{rows}</relation>'
    assert ask(t(relation), x=2) == [{"a": 1, "b c": 2}, {"a": 3, "b c": 4}]


def test_a_condition_a_filter_and_iterators() -> None:
    choose = "<conditional><if>{}</if><then>{}</then><else>{}</else></conditional>"
    assert ask(t(choose.format(literal("x > 1"), literal('"a"'), literal('"b"'))), x=2) == "a"
    assert ask(t(choose.format(literal("x"), literal('"a"'), literal('"b"'))), x="ja") is None
    chosen = f"<filter><in>{literal('x')}</in><match>{literal('item > 1')}</match></filter>"
    assert ask(t(chosen), x=[1, 2, 3]) == [2, 3]
    each = '<for iteratorVariable="i"><in>{}</in><return>{}</return></for>'
    assert ask(t(each.format(literal("x"), literal("i * 2"))), x=[1, 2]) == [2, 4]
    any_ = '<{0} iteratorVariable="i"><in>{1}</in><satisfies>{2}</satisfies></{0}>'
    assert ask(t(any_.format("some", literal("x"), literal("i > 1"))), x=[1, 2]) is True
    assert ask(t(any_.format("every", literal("x"), literal("i > 1"))), x=[1, 2]) is False


def test_a_function_is_invoked_with_its_arguments_by_name() -> None:
    binding = f'<binding><parameter name="n"/>{literal("x + 1")}</binding>'
    call = f"<invocation>{literal('dubbel')}{binding}</invocation>"
    content = file(
        decision("t", call, requires=needs("#dubbel", kind="Knowledge")),
        knowledge("dubbel", ["n"], literal("n * 2")),
    )

    assert ask(content, x=2) == 6


def test_a_function_may_use_another_and_itself() -> None:
    content = file(
        decision("t", literal("faculteit(x)"), requires=needs("#faculteit", kind="Knowledge")),
        knowledge(
            "faculteit",
            ["n"],
            literal("if n <= 1 then een() else n * faculteit(n - 1)"),
            requires=needs("#faculteit", "#een", kind="Knowledge"),
        ),
        knowledge("een", [], literal("1")),
    )

    assert ask(content, x=5) == 120


def test_a_function_that_never_ends_is_stopped() -> None:
    content = file(
        decision("t", literal("f(1)"), requires=needs("#f", kind="Knowledge")),
        knowledge("f", ["n"], literal("f(n)"), requires=needs("#f", kind="Knowledge")),
    )

    with pytest.raises(decisions.DecisionError, match="te diep"):
        ask(content)


def test_a_boxed_function_and_a_table_inside_a_function() -> None:
    inner = table("", [("n", "number")], [("< 18", '"kind"'), (">= 18", '"volwassen"')])
    content = file(
        decision("t", literal("groep(x)"), requires=needs("#groep", kind="Knowledge")),
        knowledge("groep", ["n:number"], inner),
    )
    assert ask(content, x=17) == "kind"
    function = f'<functionDefinition><formalParameter name="n"/>{literal("n + 1")}</functionDefinition>'
    assert ask(t(context(("f", function), ("", literal("f(x)")))), x=2) == 3


def test_arguments_and_results_are_made_to_fit_their_types() -> None:
    def content(type: str) -> bytes:
        return file(
            decision("t", literal("f(x)"), requires=needs("#f", kind="Knowledge")),
            knowledge("f", ["n:number"], literal("n"), type=type),
        )

    assert ask(content("number"), x=3) == 3
    assert ask(content("number"), x=[3]) == 3
    assert ask(content("number"), x="drie") is None
    assert ask(content("string"), x=3) is None


TYPES = (
    '<itemDefinition name="tStatus"><typeRef>string</typeRef><allowedValues><text>"open","dicht"</text>'
    '</allowedValues></itemDefinition><itemDefinition name="tActie"><itemComponent name="status">'
    "<typeRef>tStatus</typeRef></itemComponent>"
    '<itemComponent name="op"><typeRef>date</typeRef></itemComponent></itemDefinition>'
    '<itemDefinition name="tActies" isCollection="true"><typeRef>tActie</typeRef></itemDefinition>'
    '<itemDefinition name="tWeinig"><typeRef>number</typeRef><typeConstraint><text>&lt; 10</text>'
    "</typeConstraint></itemDefinition>"
)


def typed(type: str, text: str) -> bytes:
    return file(
        TYPES, input_data("x", type), decision("t", literal(text), requires=needs("#x", kind="Input"))
    )


@pytest.mark.parametrize(
    ("type", "given", "text", "expected"),
    [
        ("tStatus", "open", "x", "open"),
        ("tStatus", "half", "x", None),
        ("tActies", [{"status": "open", "op": "2026-11-24"}], "x[1].op.year", 2026),
        ("tActies", {"status": "open"}, "count(x)", 1),
        ("tActies", [{"status": "half"}], "x", None),
        ("tWeinig", 9, "x", 9),
        ("tWeinig", 10, "x", None),
        ("date", "2026-11-24", 'x + duration("P1D")', "2026-11-25"),
        ("date", "geen datum", "x", None),
        ("number", "3", "x", None),
        ("string", "open", "x instance of tStatus", True),
        ("string", "half", "x instance of tStatus", False),
    ],
)
def test_types(type: str, given: Any, text: str, expected: Any) -> None:
    assert ask(typed(type, text), x=given) == expected


def test_a_date_becomes_a_moment_where_that_is_wanted() -> None:
    model, _ = decisions.parse(typed("date and time", "x"), file="p")
    assert model is not None

    value, _ = decisions.ask(model, "t", {"x": date(2026, 11, 24)}, now=NOW)

    assert value == datetime(2026, 11, 24, tzinfo=UTC)


def test_a_service_decides_with_what_it_is_given_only() -> None:
    service = (
        '<decisionService id="s" name="s"><variable name="s"/><outputDecision href="#uit"/>'
        '<encapsulatedDecision href="#tussen"/><inputDecision href="#erbij"/>'
        '<inputData href="#a"/></decisionService>'
    )
    content = file(
        input_data("a"),
        decision("erbij", literal("1000")),
        decision("tussen", literal("a + erbij"), requires=needs("#erbij") + needs("#a", kind="Input")),
        decision("uit", literal("tussen * 2"), requires=needs("#tussen")),
        service,
        decision(
            "t", literal("s(a, 10)"), requires=needs("#s", kind="Knowledge") + needs("#a", kind="Input")
        ),
    )

    assert ask(content, a=1) == 22
    assert ask(content, "uit", a=1) == 2002
    assert ask(content, "s", a=1, erbij=4) == 10


def test_a_file_uses_what_another_has() -> None:
    head = '<import name="basis" namespace="urn:basis" importType="https://www.omg.org/spec/DMN/20230324/MODEL/"/>'
    base = file(
        TYPES,
        input_data("leeftijd", "number"),
        decision("is kind", literal("leeftijd < 18"), requires=needs("#leeftijd", kind="Input")),
        knowledge("dubbel", ["n"], literal("n * 2")),
        namespace="urn:basis",
    )
    top = file(
        head,
        decision(
            "t",
            literal('if basis.is kind then basis.dubbel(x) else "groot"'),
            requires=needs("urn:basis#is kind") + needs("urn:basis#dubbel", kind="Knowledge"),
        ),
        decision("u", literal("x instance of basis.tStatus")),
    )
    models, problems = decisions.parse_all({"top.dmn": top, "basis.dmn": base})
    assert problems == []

    def value(id: str, **variables: Any) -> Any:
        return decisions.evaluate(models[0], id, variables, now=NOW).value

    assert value("t", leeftijd=12, x=4) == 8
    assert value("t", basis={"leeftijd": 12}, x=4) == 8
    assert value("t", leeftijd=40) == "groot"
    assert value("u", x="open") is True


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (t(literal("1"), type="tNiets"), "Het type 'tNiets' bestaat niet"),
        (t(literal("1"), requires=needs("#weg")), "'weg' waar dit op steunt bestaat niet"),
        (t("<literalExpression/>"), "ontbreekt een expressie"),
        (file('<import name="x" namespace="urn:weg"/>', decision("t", literal("1"))), "'urn:weg' is er niet"),
        (t('<functionDefinition kind="Java"/>'), "Een functie in Java wordt niet uitgevoerd"),
        (t('<literalExpression expressionLanguage="groovy"><text>1</text></literalExpression>'), "groovy"),
        (t(table('hitPolicy="MISSCHIEN"', [], [])), "MISSCHIEN"),
    ],
)
def test_what_cannot_be_used_is_a_problem(content: bytes, words: str) -> None:
    model, problems = decisions.parse(content, file="proef.dmn")

    assert model is None
    assert any(words in problem.message for problem in problems)


def test_a_value_that_is_not_allowed_is_refused() -> None:
    content = t(table("", [("status", "string")], [('"open"', "1")], allowed='"open","dicht"'))

    assert ask(content, status="open") == 1
    with pytest.raises(decisions.DecisionError, match="kan 'status' niet \"half\" zijn"):
        ask(content, status="half")


def test_the_trace_says_which_cells_were_met() -> None:
    content = t(
        table('hitPolicy="FIRST"', [("a", "number"), ("b", "string")], [("> 3", "-", "1"), ("-", "-", "2")])
    )
    model, _ = decisions.parse(content, file="p")
    assert model is not None

    fired = decisions.evaluate(model, "t", {"a": 5, "b": "x"}, now=NOW).trace[0]

    assert (fired.rules, fired.tests) == ((1,), (("> 3", "-"),))
    assert fired.inputs == {"a": 5, "b": "x"}
