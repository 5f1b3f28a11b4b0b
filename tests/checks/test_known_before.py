"""What is known before each step: from forms, formulas, tables and called processes upstream."""

import json
from pathlib import Path

from app import forms
from app.checks import known_before
from app.checks.known_before import Variable
from app.engine import reader
from tests.engine.diagrams import element, extensions, flows, many, process, script

PROJECT = Path(__file__).parents[2]


def form(id: str, *components: dict[str, object]) -> forms.Form:
    data = {"id": id, "type": "default", "components": list(components)}
    made, problems = forms.parse(json.dumps(data).encode(), file=f"{id}.form")
    assert made is not None, problems
    return made


def field(key: str, type: str = "textfield", **more: object) -> dict[str, object]:
    return {"type": type, "key": key, "id": f"veld_{key}", "label": key, **more}


def asking(id: str, form_id: str, inner: str = "", kind: str = "userTask") -> str:
    said = extensions(f'<zeebe:formDefinition formId="{form_id}"/>')
    return element(kind, id, said + inner, name=id.capitalize())


def known(content: bytes, *found: forms.Form, id: str = "proef") -> dict[str, list[str]]:
    """By element, the names that are known before it."""
    processes = {one.id: one for one in reader.processes(content, file="proef.bpmn")[0]}
    by_id = {one.id: one for one in found}
    before = known_before.variables_before(processes[id], processes, by_id)
    return {element: [one.name for one in variables] for element, variables in before.items()}


def test_a_step_knows_what_forms_and_formulas_before_it_filled_in_and_not_its_own():
    content = process(
        asking("begin", "melding", kind="startEvent"),
        flows("begin>intake"),
        asking("intake", "intake"),
        flows("intake>reken"),
        script("reken", "=1", "uitkomst"),
        flows("reken>einde"),
        element("endEvent", "einde"),
    )

    found = known(content, form("melding", field("thema")), form("intake", field("verslag")))

    assert found == {
        "begin": [],
        "intake": ["thema"],
        "reken": ["thema", "verslag"],
        "einde": ["thema", "uitkomst", "verslag"],
    }


def test_what_was_filled_in_in_an_earlier_round_of_a_loop_is_known():
    content = process(
        element("startEvent", "begin"),
        flows("begin>keuze"),
        element("exclusiveGateway", "keuze"),
        flows("keuze>taak"),
        asking("taak", "f"),
        flows("taak>keuze"),
    )

    assert known(content, form("f", field("akkoord")))["taak"] == ["akkoord"]


def test_a_boundary_event_knows_what_its_step_knows_and_may_have_filled_in():
    content = process(
        asking("begin", "f", kind="startEvent"),
        flows("begin>taak"),
        asking("taak", "g"),
        element("boundaryEvent", "rand", "<bpmn:timerEventDefinition/>", attachedToRef="taak"),
    )

    found = known(content, form("f", field("a")), form("g", field("b")))

    assert found["rand"] == ["a", "b"]


def test_inside_a_repeated_phase_the_item_is_known_and_behind_it_the_list_of_results():
    inner = element("startEvent", "in") + flows("in>vraag") + asking("vraag", "f")
    content = process(
        script("maak", "=[1]", "lijst"),
        flows("maak>fase"),
        element("subProcess", "fase", many("=lijst", "verzoek", "antwoorden", "=antwoord") + inner),
        flows("fase>na"),
        element("endEvent", "na"),
    )

    found = known(content, form("f", field("antwoord")))

    assert found["vraag"] == ["lijst", "verzoek"]
    assert found["na"] == ["antwoord", "antwoorden", "lijst"]


def test_a_called_process_knows_what_its_callers_know_and_gives_back_what_it_fills_in():
    call = '<zeebe:calledElement processId="deel" propagateAllChildVariables="{}"/>'
    deel = process(
        element("startEvent", "deel_begin"),
        flows("deel_begin>deel_taak"),
        asking("deel_taak", "g"),
        id="deel",
    ).decode()
    inner = deel[deel.index("<bpmn:process") : deel.index("</bpmn:definitions>")]

    def calling(gives: str) -> bytes:
        return process(
            asking("begin", "f", kind="startEvent"),
            flows("begin>roep"),
            element("callActivity", "roep", extensions(call.format(gives))),
            flows("roep>na"),
            element("endEvent", "na"),
            more=inner,
        )

    questions = form("f", field("a")), form("g", field("b"))
    assert known(calling("true"), *questions)["na"] == ["a", "b"]
    assert known(calling("false"), *questions)["na"] == ["a"]
    assert known(calling("true"), *questions, id="deel")["deel_taak"] == ["a"]


def test_processes_that_call_each_other_have_an_end():
    call = extensions('<zeebe:calledElement processId="proef"/>')
    content = process(
        asking("begin", "f", kind="startEvent"), flows("begin>roep"), element("callActivity", "roep", call)
    )

    assert known(content, form("f", field("a")))["roep"] == ["a"]


def test_many_processes_that_all_call_each_other_take_no_time_to_speak_of():
    calls = [extensions(f'<zeebe:calledElement processId="p{number}"/>') for number in range(40)]
    files = [
        process(
            asking("begin", "f", kind="startEvent"),
            *(element("callActivity", f"roep_{index}", call) for index, call in enumerate(calls)),
            *(flows(f"begin>roep_{index}") for index in range(40)),
            id=f"p{number}",
        )
        for number in range(40)
    ]
    processes = {one.id: one for file in files for one in reader.processes(file, file="x")[0]}

    found = known_before.variables_before(processes["p7"], processes, {"f": form("f", field("a"))})

    assert [one.name for one in found["roep_3"]] == ["a"]


def test_a_field_tells_its_path_type_and_options():
    options = [{"value": "ja", "label": "Ja"}, {"value": "nee", "label": "Nee"}]
    made = form(
        "f",
        {"type": "group", "path": "melder", "id": "g", "label": "Melder", "components": [field("naam")]},
        field("spoed", "radio", values=options),
        field("aantal", "number"),
        {
            "type": "dynamiclist",
            "path": "personen",
            "id": "d",
            "label": "Personen",
            "components": [field("naam")],
        },
        {"type": "text", "id": "t", "text": "uitleg"},
    )

    assert [(one.key, one.type, one.values) for one in known_before.fields(made)] == [
        ("melder.naam", "string", ()),
        ("spoed", "string", (("ja", "Ja"), ("nee", "Nee"))),
        ("aantal", "number", ()),
        ("personen", "list", ()),
    ]


def test_the_shipped_information_process_knows_who_reported_from_the_forms_of_its_callers():
    files = [*(PROJECT / "processes").glob("*.bpmn")]
    processes = {
        one.id: one for path in files for one in reader.processes(path.read_bytes(), file=path.name)[0]
    }
    parsed = [forms.parse(path.read_bytes(), file=path.name)[0] for path in (PROJECT / "forms").iterdir()]
    by_id = {one.id: one for one in parsed if one is not None}

    found = known_before.variables_before(processes["informatieverrijking"], processes, by_id)

    assert Variable("spoed", "string", "Ontvangen") in found["intake"]
    assert {"melder.organisatie", "uitvragen"} <= {one.name for one in found["tegelijk"]}
