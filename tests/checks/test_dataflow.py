"""What the data flow finds in small releases: good ones and bad ones, rule by rule."""

from collections.abc import Mapping
from typing import Any

import pytest

from app.checks.dataflow import findings
from app.checks.dataflow.calls import follow_all
from app.checks.dataflow.world import CASE, ME, REFERENCE
from app.checks.files import read
from app.checks.release import variables_before
from app.errors import Problem
from app.services import reference
from tests.checks.small import JOBS, check, element, extensions, field, flows, form, process, step, way_in
from tests.engine.diagrams import many, script, timer

END = element("endEvent", "einde", name="Einde")
START = form(
    "start",
    field("soort", "select", required=True, options=["a", "b", "c"]),
    field("bedrag", "number", required=True),
    field("naam", required=True),
    field("opmerking"),
    field("datum", "datetime", required=True, subtype="date"),
    field("akkoord", "checkbox"),
    field("keuzes", "checklist", required=True, options=["x", "y"]),
    field("melder", "group", components=[field("organisatie", required=True)]),
    field("regels", "dynamiclist", components=[field("wie", required=True), field("aantal", "number")]),
)
LATER = form("later", field("later", required=True))


def files(
    *parts: str, more: Mapping[str, bytes] | None = None, begin: str = "", beside: str = ""
) -> dict[str, bytes]:
    """A process that starts with the form `start`, and the form `later` to use in it."""
    diagram = process(begin or way_in(), *parts, END, more=beside)
    return {"proef.bpmn": diagram, "start.form": START, "later.form": LATER, **(more or {})}


def data(given: Mapping[str, bytes]) -> list[Problem]:
    return [one for one in check(given) if one.rule.startswith("data.")]


def told(given: Mapping[str, bytes]) -> list[tuple[str, str, str | None]]:
    """(rule, severity, element) of every finding of the data flow."""
    return [(one.rule, one.severity, one.element_id) for one in data(given)]


def choice(*ways: str, default: str = "", id: str = "keuze") -> str:
    """An exclusive gateway with tasks behind it; the ways are conditions."""
    kind = element("exclusiveGateway", id, name="Welke?", **({"default": default} if default else {}))
    return (
        kind
        + "".join(step(f"s{at}", "later") for at in range(len(ways)))
        + flows(
            f"begin>{id}",
            *(f"{id}>s{at} if {way}" if way else f"{id}>s{at}" for at, way in enumerate(ways)),
            *(f"s{at}>einde" for at in range(len(ways))),
        )
    )


def with_script(expression: str, result: str = "uit", *, use: bool = True) -> dict[str, bytes]:
    """A script whose result somebody sees."""
    shown = form("later", field("later", required=True), {"type": "text", "id": "t", "text": "{{uit}}"})
    parts = (script("s", expression, result), step("u", "later"), flows("begin>s", "s>u", "u>einde"))
    return files(*parts, more={"later.form": shown} if use else {})


# ── unknown ──


def test_a_variable_that_nobody_fills_in_is_an_error_with_what_was_meant():
    (problem,) = data(with_script("=bedrg + 1"))

    assert (problem.rule, problem.severity, problem.element_id) == ("data.unknown", "error", "s")
    assert "'bedrg'" in problem.message
    assert "Bedoelt u 'bedrag'?" in problem.message
    assert problem.repair == "correct-name:bedrg:bedrag"


@pytest.mark.parametrize(
    "expression",
    [
        "=bedrag + 1",
        "=melder.organisatie",
        "=regels[aantal > 3].wie",
        "=for r in regels return r.wie",
        "=some r in regels satisfies r.aantal > 2",
        '=if naam = null then "" else naam',
        "=casus.huis",
        "=string length(naam)",
        "={totaal: bedrag * 2, dubbel: totaal * 2}",
        '=soort = "a" and not(akkoord = true)',
        "=date(datum) < today()",
        '=list contains(keuzes, "x")',
        '=soort in ("a", "b")',
        "=get or else(opmerking, naam)",
        "=sort(regels, function(x, y) x.aantal < y.aantal)",
        "=keuzes[1]",
        "=if akkoord then 1 else 2",
        "=bedrag between 1 and 10",
        "=bedrag in [1..10]",
        '=upper case(naam) + " " + string(bedrag)',
        '=date(datum) + duration("P1D")',
        "=count(regels)",
        "=sum(regels.aantal)",
    ],
)
def test_what_is_filled_in_may_be_used(expression: str):
    assert told(with_script(expression)) == []


@pytest.mark.parametrize(
    ("expression", "name"),
    [
        ("=melder.organisati", "organisatie"),
        ("=regels[aantl > 3].wie", "aantal"),
        ("=for r in regels return r.wi", "wie"),
        ("=strng(bedrag)", "string"),
    ],
)
def test_a_member_or_function_that_does_not_exist_is_told_with_what_was_meant(expression: str, name: str):
    (problem,) = data(with_script(expression))

    assert (problem.rule, problem.severity) == ("data.unknown", "error")
    assert f"'{name}'" in problem.message


def test_a_text_without_quotes_is_recognised():
    (problem,) = data(with_script("=if soort = a then 1 else 2"))

    assert problem.rule == "data.unknown"
    assert 'Bedoelt u de tekst "a"?' in problem.message
    assert problem.repair == "quote:a"


def test_what_is_only_filled_in_later_is_told_with_where():
    parts = (script("s", "=later", "uit"), step("u", "toon"), flows("begin>s", "s>u", "u>einde"))
    shown = form("toon", field("later", required=True), {"type": "text", "id": "t", "text": "{{uit}}"})

    (problem,) = data(files(*parts, more={"toon.form": shown}))

    assert (problem.rule, problem.severity, problem.element_id) == ("data.unknown", "error", "s")
    assert "nog niet ingevuld" in problem.message
    assert "'U'" in problem.message


def test_what_a_message_brings_may_be_anything():
    catch = element(
        "intermediateCatchEvent", "wacht", '<bpmn:messageEventDefinition messageRef="m"/>', name="W"
    )
    message = element(
        "message", "m", extensions('<zeebe:subscription correlationKey="=casus.nummer"/>'), name="antwoord"
    )
    parts = (catch, step("u", "later"), script("s", "=wat_dan_ook", "later"))

    found = files(*parts, flows("begin>wacht", "wacht>s", "s>u", "u>einde"), beside=message)

    assert told(found) == []


def test_names_that_exist_elsewhere_are_no_error():
    found = data(with_script("=if ik.partner then referentie.huizen else []"))

    assert [(one.rule, one.severity) for one in found] == [("data.unknown", "warning")] * 2
    assert "alleen in formulieren" in found[0].message
    assert "alleen in formulieren" in found[1].message


def test_what_a_form_is_given_is_what_the_pages_give_it():
    names = [name for name, _ in ME.members or ()]

    assert set(REFERENCE) == set(reference._LISTS)
    assert names == sorted(["naam", "organisatie", "organisatie_naam", "partner"])
    assert {name for name, _ in CASE.members or ()} == {
        *("nummer", "huis", "huis_naam", "gestart_op", "gestart_door", "kanaal_organisatie"),
    }


# ── forms ──


@pytest.mark.parametrize(
    ("component", "found"),
    [
        ({"type": "text", "text": "{{naam}}"}, []),
        ({"type": "text", "text": "{{nam}}"}, ["t"]),
        ({"type": "text", "text": "{{#loop regels}}{{wie}}: {{aantal}}{{/loop}}"}, []),
        ({"type": "text", "text": "{{#loop regels}}{{wat}}{{/loop}}"}, ["t"]),
        ({"type": "text", "text": "{{#if naam != null}}{{casus.huis_naam}}{{/if}}"}, []),
        ({"type": "select", "key": "k", "label": "k", "valuesExpression": "=referentie.organisaties"}, []),
        ({"type": "select", "key": "k", "label": "k", "valuesExpression": "=referentie.organisatis"}, ["k"]),
        ({"type": "select", "key": "k", "label": "k", "valuesKey": "regels"}, []),
        ({"type": "textfield", "key": "k", "label": "k", "conditional": {"hide": '=later = "x"'}}, []),
        ({"type": "textfield", "key": "k", "label": "k", "conditional": {"hide": '=latr = "x"'}}, ["k"]),
        ({"type": "textfield", "key": "k", "label": "k", "properties": {"beginwaarde": "=naam"}}, []),
        ({"type": "textfield", "key": "k", "label": "k", "properties": {"beginwaarde": "=later"}}, ["k"]),
        ({"type": "expression", "key": "k", "expression": "=bedrag * 2"}, []),
        ({"type": "expression", "key": "k", "expression": "=naam * 2"}, ["k"]),
        ({"type": "table", "id": "t", "label": "k", "dataSource": "=regels", "columns": []}, []),
    ],
)
def test_a_form_uses_what_its_step_is_given(component: dict[str, Any], found: list[str]):
    made = form("later", field("later"), {"id": "t", **component})

    given = files(step("u", "later"), flows("begin>u", "u>einde"), more={"later.form": made})

    assert [one.element_id for one in data(given)] == found


def test_a_start_form_knows_the_organisation_and_who_fills_it_in():
    begin = form(
        "start", field("wie", properties={"beginwaarde": "=ik.naam"}), field("x", hide="=casus.huis = null")
    )

    (problem,) = data(files(flows("begin>einde"), more={"start.form": begin}))

    assert (problem.rule, problem.severity, problem.element_id) == ("data.unknown", "warning", "x")
    assert "pas als de casus begonnen is" in problem.message


def test_rows_of_a_list_know_themselves():
    rows = field(
        "rijen",
        "dynamiclist",
        components=[
            field("soort", "select", options=["p", "q"]),
            field("wat", hide='=soort != "p" or i > 3'),
        ],
    )

    given = files(step("u", "later"), flows("begin>u", "u>einde"), more={"later.form": form("later", rows)})

    assert told(given) == []


def test_a_form_that_one_step_gives_less_than_another_is_told_at_that_step():
    shown = form("toon", {"type": "text", "id": "t", "text": "{{later}}"}, field("x"))
    parts = (step("een", "toon"), step("twee", "later"), step("drie", "toon"))

    (problem,) = data(
        files(*parts, flows("begin>een", "een>twee", "twee>drie", "drie>einde"), more={"toon.form": shown})
    )

    assert (problem.file, problem.rule, problem.severity) == ("proef.bpmn", "data.unknown", "warning")
    assert problem.element_id == "een"


# ── not always ──


def either_way(use: str, *, extra: str = "") -> dict[str, bytes]:
    """One of two ways fills in `later`; behind them a script uses it."""
    gateway = element("exclusiveGateway", "keuze", name="Welke?", default="keuze_samen")
    parts = (gateway, step("vul", "later"), element("exclusiveGateway", "samen"), script("s", use, "uit"))
    shown = form("toon", {"type": "text", "id": "t", "text": "{{uit}}"}, field("x"))
    route = flows(
        "begin>keuze", 'keuze>vul if soort = "a"', "keuze>samen", "vul>samen", "samen>s", "s>u", "u>einde"
    )
    return files(*parts, step("u", "toon"), route, extra, more={"toon.form": shown})


def test_what_one_way_does_not_fill_in_is_a_warning_with_that_way():
    (problem,) = data(either_way('=if later = "x" then 1 else 2'))

    assert (problem.rule, problem.severity, problem.element_id) == ("data.maybe", "warning", "s")
    assert problem.trace == (("begin",), ("keuze",), ("samen",), ("s",))


@pytest.mark.parametrize(
    "use",
    [
        "=if later = null then 1 else later",
        "=get or else(later, 1)",
        '=if soort = "a" then later else 2',
        "={later: later}",
        "=is defined(later)",
    ],
)
def test_who_reckons_with_it_is_not_warned(use: str):
    assert told(either_way(use)) == []


def test_behind_a_parallel_gateway_all_ways_are_gone():
    fork = element("parallelGateway", "f") + element("parallelGateway", "j")
    other = form("ander", field("ander", required=True))
    shown = form("toon", {"type": "text", "id": "t", "text": "{{later}} {{ander}}"}, field("x"))
    parts = (fork, step("a", "later"), step("b", "ander"), step("u", "toon"))

    route = flows("begin>f", "f>a", "f>b", "a>j", "b>j", "j>u", "u>einde")

    assert told(files(*parts, route, more={"ander.form": other, "toon.form": shown})) == []


def test_what_a_way_beside_fills_in_may_not_be_there_yet():
    fork = element("parallelGateway", "f") + element("parallelGateway", "j")
    shown = form("toon", {"type": "text", "id": "t", "text": "{{later}}"}, field("x"))
    parts = (fork, step("a", "later"), step("b", "toon"))

    found = data(
        files(*parts, flows("begin>f", "f>a", "f>b", "a>j", "b>j", "j>einde"), more={"toon.form": shown})
    )

    assert [(one.rule, one.severity, one.element_id) for one in found] == [("data.maybe", "warning", "b")]


def test_an_event_that_interrupts_comes_before_the_answers():
    boundary = element("boundaryEvent", "t", timer("timeDuration", "P1D"), attachedToRef="a", name="Te laat")
    shown = form("toon", {"type": "text", "id": "tekst", "text": "{{later}}"}, field("x"))
    parts = (step("a", "later"), boundary, step("b", "toon"), element("endEvent", "e2"))

    found = data(files(*parts, flows("begin>a", "a>einde", "t>b", "b>e2"), more={"toon.form": shown}))

    assert [(one.rule, one.element_id) for one in found] == [("data.unknown", "tekst")]


def test_a_phase_that_is_interrupted_may_have_filled_in_something():
    inside = (
        element("startEvent", "b1") + step("a", "later") + step("a2", "later") + element("endEvent", "e1")
    )
    phase = element("subProcess", "fase", inside + flows("b1>a", "a>a2", "a2>e1"), name="Fase")
    boundary = element(
        "boundaryEvent", "t", timer("timeDuration", "P1D"), attachedToRef="fase", name="Te laat"
    )
    shown = form("toon", {"type": "text", "id": "tekst", "text": "{{later}}"}, field("x"))
    parts = (phase, boundary, step("b", "toon"), element("endEvent", "e2"))

    (problem,) = data(
        files(*parts, flows("begin>fase", "fase>einde", "t>b", "b>e2"), more={"toon.form": shown})
    )

    assert (problem.rule, problem.severity, problem.element_id) == ("data.maybe", "warning", "b")
    assert problem.trace == (("begin",), ("fase",), ("t",), ("b",))


def test_an_event_beside_the_flow_takes_nothing_away():
    boundary = element(
        "boundaryEvent",
        "t",
        timer("timeDuration", "P1D"),
        attachedToRef="a",
        cancelActivity="false",
        name="Laat",
    )
    shown = form("toon", {"type": "text", "id": "tekst", "text": "{{later}}"}, field("x"))
    called = process(
        element("startEvent", "cb", name="B"),
        step("a", "later"),
        boundary,
        element("endEvent", "e1"),
        element("endEvent", "e2"),
        flows("cb>a", "a>e1", "t>e2"),
        id="roep",
    )
    call = element("callActivity", "c", extensions('<zeebe:calledElement processId="roep"/>'), name="Roep")

    given = files(
        call,
        step("u", "toon"),
        flows("begin>c", "c>u", "u>einde"),
        more={"toon.form": shown, "roep.bpmn": called},
    )

    assert told(given) == []


def test_a_value_that_the_case_needs_may_not_be_left_open():
    wait = element(
        "intermediateCatchEvent", "w", timer("timeDate", "=date and time(opmerking)"), name="Wacht"
    )

    (problem,) = data(files(wait, flows("begin>w", "w>einde")))

    assert (problem.rule, problem.severity, problem.element_id) == ("data.maybe", "warning", "w")
    assert "mag leeg zijn" in problem.message


# ── calls, lists ──


def calling(mapping: str = "", *, text: str = "{{later}}", called: str = "") -> dict[str, bytes]:
    """A call of a process that fills in `later`, and a step that shows something."""
    inner = called or step("a", "later")
    other = process(
        element("startEvent", "cb", name="B"),
        inner,
        element("endEvent", "ce"),
        flows("cb>a", "a>ce"),
        id="roep",
    )
    said = mapping or '<zeebe:calledElement processId="roep"/>'
    call = element("callActivity", "c", extensions(said), name="Roep")
    shown = form("toon", {"type": "text", "id": "tekst", "text": text}, field("x"))
    route = flows("begin>c", "c>u", "u>einde")
    return files(call, step("u", "toon"), route, more={"roep.bpmn": other, "toon.form": shown})


def test_a_called_process_hands_back_what_it_filled_in():
    assert told(calling()) == []


def test_without_propagation_nothing_comes_back():
    said = '<zeebe:calledElement processId="roep" propagateAllChildVariables="false"/>'

    assert told(calling(said)) == [("data.unknown", "error", "tekst")]


def test_an_output_mapping_hands_back_what_it_names():
    said = (
        '<zeebe:calledElement processId="roep"/><zeebe:ioMapping>'
        '<zeebe:output source="=later" target="anders"/></zeebe:ioMapping>'
    )

    assert told(calling(said, text="{{anders}}")) == []
    assert told(calling(said, text="{{later}} {{anders}}")) == [("data.unknown", "error", "tekst")]


def test_a_called_process_without_parent_variables_has_only_what_is_mapped_in():
    said = (
        '<zeebe:calledElement processId="roep" propagateAllParentVariables="false"/><zeebe:ioMapping>'
        '<zeebe:input source="=naam" target="wie"/></zeebe:ioMapping>'
    )

    assert told(calling(said, called=script("a", "=wie", "later"))) == []
    assert told(calling(said, called=script("a", "=naam", "later"))) == [
        ("data.unused", "warning", "c"),
        ("data.unknown", "error", "a"),
    ]


def test_each_way_in_to_a_called_process_counts():
    given = calling(called=script("a", "=bedrag + 1", "later"))
    call = element("callActivity", "c", extensions('<zeebe:calledElement processId="roep"/>'), name="Roep")
    other = process(way_in("kort"), call, END, flows("begin>c", "c>einde"), id="tweede").replace(
        b'name="tweede"', b'name="Tweede ingang"'
    )

    (problem,) = data({**given, "tweede.bpmn": other, "kort.form": form("kort", field("kort"))})

    assert (problem.rule, problem.severity, problem.element_id) == ("data.maybe", "warning", "a")
    assert "niet als de casus begint met 'Tweede ingang'" in problem.message


def test_processes_that_call_each_other_come_to_an_end():
    first = calling(
        called=element("callActivity", "a", extensions('<zeebe:calledElement processId="proef"/>'), name="A")
    )

    assert isinstance(check(first), list)


def each(inner: str, output: str, collection: str = "=regels") -> dict[str, bytes]:
    """A step for each item of a list."""
    loop = many(collection, "regel", "samen", output)
    shown = form(
        "toon", {"type": "text", "id": "tekst", "text": "{{#loop samen}}{{wie}}{{/loop}}"}, field("x")
    )
    route = flows("begin>a", "a>u", "u>einde")
    return files(step("a", "later", loop, zeebe=inner), step("u", "toon"), route, more={"toon.form": shown})


def test_of_a_list_each_item_has_its_members_and_the_answers():
    assert told(each("", "={wie: regel.wie, wat: later, nummer: loopCounter}")) == []
    assert told(each('<zeebe:taskSchedule dueDate="=date(regel.wi)"/>', "={wie: 1}")) == [
        ("data.unknown", "error", "a")
    ]


def test_what_is_answered_for_one_item_stays_there():
    given = each("", "={wie: later}")
    given["toon.form"] = form(
        "toon", {"type": "text", "id": "tekst", "text": "{{later}} {{samen}}"}, field("x")
    )

    assert told(given) == [("data.unknown", "error", "tekst")]


def test_a_list_that_may_be_empty_keeps_the_case_from_going_on():
    assert told(each("", "={wie: later}", '=split(opmerking, ",")')) == [("data.maybe", "warning", "a")]


# ── types ──


@pytest.mark.parametrize(
    ("expression", "word"),
    [
        ('=bedrag = "100"', "een getal met een tekst"),
        ("=naam > 3", "een tekst met een getal"),
        ("=datum < today()", "Schrijf date(datum)"),
        ("=naam.voornaam", "heeft geen 'voornaam'"),
        ("=datum.year", "date(datum)"),
        ("=naam + 1", "opgeteld"),
        ('=keuzes = "x"', "list contains(keuzes"),
        ('=akkoord = "ja"', "zonder aanhalingstekens"),
        ("=if naam then 1 else 2", "niet waar of onwaar"),
        ("=naam and akkoord", "niet waar of onwaar"),
        ("=string length(bedrag)", "wil daar een tekst"),
        ('=bedrag between "a" and "b"', "dat klopt nooit"),
        ('=bedrag in ("a", "b")', "dat klopt nooit"),
        ("=-naam", "daar hoort geen min voor"),
    ],
)
def test_a_type_that_does_not_fit_is_an_error_in_words(expression: str, word: str):
    found = [one for one in data(with_script(expression)) if one.rule == "data.type"]

    assert [one.severity for one in found][:1] == ["error"]
    assert word in " ".join(one.message for one in found)


def test_a_number_where_a_choice_is_a_text_can_be_quoted():
    begin = form("start", field("ernst", "select", required=True, options=["0", "1", "2"]))

    given = {**with_script("=if ernst = 2 then 1 else 0"), "start.form": begin}

    (problem,) = data(given)
    assert (problem.rule, problem.repair) == ("data.type", "quote:2")


# ── values ──


@pytest.mark.parametrize(
    ("ways", "found"),
    [
        (['soort = "a"', 'soort = "b"', 'soort = "c"'], []),
        (['soort = "a"', 'soort = "b"'], [("data.uncovered", "error")]),
        (['soort = "a"', 'soort != "a"'], []),
        (['soort in ("a", "b")', 'soort = "c"'], []),
        (["bedrag > 10", "bedrag <= 10"], []),
        (["bedrag > 10", "bedrag < 10"], [("data.uncovered", "error")]),
        (["akkoord", "not(akkoord)"], []),
        (["akkoord = true", "akkoord = false"], []),
        (['list contains(keuzes, "x")', 'list contains(keuzes, "y")'], []),
        (['list contains(keuzes, "x")', 'not(list contains(keuzes, "y"))'], [("data.uncovered", "error")]),
        (['soort = "a" and akkoord', 'soort = "a" and not(akkoord)', 'soort != "a"'], []),
        (['soort = "a" and akkoord', 'soort != "a"'], [("data.uncovered", "error")]),
        (['soort = "a"', 'naam = "iemand"'], []),
    ],
)
def test_values_that_no_way_is_open_for(ways: list[str], found: list[tuple[str, str]]):
    assert [one[:2] for one in told(files(choice(*ways)))] == found


def test_what_is_uncovered_is_named():
    (problem,) = data(files(choice('soort = "a"')) | {}) or data(files(choice('soort = "a"', 'soort = "b"')))

    assert problem.element_id == "keuze"
    assert "Als 'soort' \"c\" is" in problem.message
    assert problem.repair == "add-default-branch"


def test_an_answer_that_may_be_left_open_needs_a_way_as_well():
    begin = form("start", field("soort", "select", options=["a", "b"]))

    (problem,) = data({**files(choice('soort = "a"', 'soort = "b"')), "start.form": begin})

    assert (problem.rule, problem.severity) == ("data.uncovered", "warning")
    assert "niet is ingevuld" in problem.message


def test_a_field_that_can_be_hidden_can_be_empty():
    begin = form(
        "start",
        field("x", "checkbox"),
        field("soort", "select", required=True, options=["a"], hide="=x = true"),
    )

    (problem,) = data({**files(choice('soort = "a"', 'soort = "a" and x')), "start.form": begin})

    assert problem.rule == "data.uncovered"


def test_a_choice_that_is_proved_complete_needs_no_default():
    covered = check(files(choice('soort = "a"', 'soort != "a"')))
    unclear = check(files(choice('naam = "x"', "bedrag > 3")))

    assert [one.rule for one in covered] == []
    assert [one.rule for one in unclear] == ["form.no-default"]


def test_a_gateway_before_leaves_only_some_values():
    first = element("exclusiveGateway", "eerst", name="Eerst?", default="eerst_keuze")
    parts = (
        choice('soort = "b"', 'soort = "c"')
        .replace('sourceRef="begin" targetRef="keuze"', 'sourceRef="eerst" targetRef="keuze"')
        .replace('id="begin_keuze"', 'id="eerst_keuze"')
    )

    given = files(first, parts, flows("begin>eerst", 'eerst>einde if soort = "a"'))

    assert told(given) == []


@pytest.mark.parametrize(
    ("condition", "meant"),
    [('soort = "d"', None), ('soort = "A"', "a"), ('list contains(keuzes, "z")', None)],
)
def test_a_branch_for_a_value_that_does_not_exist(condition: str, meant: str | None):
    found = [
        one for one in data(files(choice(condition, "", default="keuze_s1"))) if one.rule == "data.impossible"
    ]

    assert [(one.severity, one.element_id) for one in found] == [("warning", "keuze")]
    assert found[0].repair == (None if meant is None else f"correct-text:A:{meant}")


def test_a_branch_for_a_value_that_was_told_away_before():
    first = element("exclusiveGateway", "eerst", name="Eerst?", default="eerst_keuze")
    parts = (
        choice('soort = "a"', "", default="keuze_s1")
        .replace('sourceRef="begin" targetRef="keuze"', 'sourceRef="eerst" targetRef="keuze"')
        .replace('id="begin_keuze"', 'id="eerst_keuze"')
    )

    (problem,) = data(files(first, parts, flows("begin>eerst", 'eerst>einde if soort = "a"')))

    assert problem.rule == "data.impossible"
    assert "niet meer" in problem.message


# ── unused ──


def test_what_a_script_makes_for_nobody_is_told():
    assert told(with_script("=bedrag", use=False)) == [("data.unused", "warning", "s")]


def test_form_fields_are_read_by_people():
    assert told(files(step("u", "later"), flows("begin>u", "u>einde"))) == []


def test_nothing_is_called_unused_while_something_cannot_be_read():
    given = with_script("=bedrag", use=False) | {"stuk.form": b"{"}

    assert [one.rule for one in data(given)] == ["data.unused"]

    given["proef.bpmn"] = given["proef.bpmn"].replace(b'formId="later"', b'formId="weg"')

    assert data(given) == []


# ── tables ──

TABLE = """<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" namespace="n">
<decision id="oordeel" name="Oordeel"><variable id="v" name="oordeel"/>
<informationRequirement id="i"><requiredInput href="#soort"/></informationRequirement>
<decisionTable id="tabel" hitPolicy="FIRST">
<input id="in1" label="Soort"><inputExpression id="x1" typeRef="string"><text>{text}</text></inputExpression>
{allowed}</input>
<output id="uit1" name="uitkomst" typeRef="string"/>
<rule id="r1"><inputEntry id="e1"><text>"a"</text></inputEntry>
<outputEntry id="o1"><text>"hoog"</text></outputEntry></rule>
<rule id="r2"><inputEntry id="e2"><text>-</text></inputEntry>
<outputEntry id="o2"><text>"laag"</text></outputEntry></rule>
</decisionTable></decision>
<inputData id="soort" name="soort"><variable id="vs" name="soort" typeRef="{type}"/></inputData>
</definitions>"""


def deciding(
    condition: str = 'oordeel = "hoog"', text: str = "soort", type: str = "string", allowed: str = ""
) -> dict[str, bytes]:
    """A table on `soort`, and a gateway on what it gives."""
    rule = element(
        "businessRuleTask",
        "regel",
        extensions('<zeebe:calledDecision decisionId="oordeel" resultVariable="oordeel"/>'),
        name="Regel",
    )
    parts = choice(condition, 'oordeel = "laag"').replace(
        'sourceRef="begin" targetRef="keuze"', 'sourceRef="regel" targetRef="keuze"'
    )
    listed = f"<inputValues id='iv'><text>{allowed}</text></inputValues>" if allowed else ""
    table = TABLE.format(text=text, type=type, allowed=listed).encode()
    return files(rule, parts, flows("begin>regel"), more={"tabel.dmn": table})


def test_a_table_is_asked_with_what_there_is_and_its_outcomes_are_known():
    assert told(deciding()) == []
    assert told(deciding('oordeel = "midden"')) == [
        ("data.impossible", "warning", "keuze"),
        ("data.uncovered", "error", "keuze"),
    ]


def test_a_column_that_asks_for_what_nobody_fills_in_is_wrong_in_the_table():
    (problem,) = [one for one in data(deciding(text="sort")) if one.file == "tabel.dmn"]

    assert (problem.rule, problem.severity, problem.element_id) == ("data.unknown", "error", "tabel")
    assert "Bedoelt u 'soort'?" in problem.message


def test_a_table_that_wants_another_type_is_told_at_the_step():
    assert ("data.type", "error", "regel") in told(deciding(type="number"))


def test_a_value_that_the_column_does_not_allow_is_told_at_the_step():
    (problem,) = data(deciding(allowed='"a","b"'))

    assert (problem.rule, problem.severity, problem.element_id) == ("data.uncovered", "error", "regel")
    assert '"c"' in problem.message


# ── who is told what ──


def test_properties_of_the_case_may_use_all_that_ever_comes():
    begin = way_in(**{"casus.titel": "=naam", "casus.thema": "=later", "casus.route": "=nooit"})

    found = files(step("u", "later"), flows("begin>u", "u>einde"), begin=begin)

    assert told(found) == [("data.unknown", "warning", "begin")]


def test_a_process_that_nothing_starts_may_be_given_anything():
    alone = process(
        element("startEvent", "begin", name="B"), script("s", "=x", "y"), END, flows("begin>s", "s>einde")
    )

    found = check({"los.bpmn": alone})

    assert [one.rule for one in found] == ["form.never-started", "data.unused"]


def test_what_is_known_before_each_step_can_be_completed():
    given = files(step("u", "later"), step("v", "later", name="Vee"), flows("begin>u", "u>v", "v>einde"))

    known = variables_before(given, "proef.bpmn", job_types=JOBS)

    first = {one.name: one for one in known["u"]}
    assert first["soort"].type == "keuze"
    assert first["soort"].values == ("a", "b", "c")
    assert first["soort"].filled_by == "'Begin'"
    assert first["melder.organisatie"].type == "tekst"
    assert first["datum"].type == "datum"
    assert first["casus.nummer"].filled_by == "de casus zelf"
    assert "later" not in first
    assert {one.name: one for one in known["v"]}["later"].filled_by == "'U'"


def test_a_process_that_goes_round_for_ever_settles():
    loop = element("exclusiveGateway", "m") + element("exclusiveGateway", "k", name="Nog?", default="k_einde")
    parts = (loop, script("s", "={binnen: doos, nog: true}", "doos"))

    read_files = read(files(*parts, flows("begin>m", "m>s", "s>k", "k>m if doos.nog", "k>einde")))
    followed = follow_all(read_files.world(JOBS))

    assert followed.outcomes["proef"].settled
    assert findings.check(followed).problems == ()
