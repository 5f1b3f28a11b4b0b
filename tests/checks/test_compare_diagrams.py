"""Every kind of change of a diagram is one sentence that a process owner understands, and noise is none."""

import re

import pytest

from app.checks.compare import Change, compare
from tests.checks.edits import all_shipped, replaced, shipped
from tests.engine.diagrams import element, extensions, flows, many, process, timer

MDO = shipped("mdo.bpmn")

Pairs = tuple[tuple[str, str], ...]


def changes(before: bytes, after: bytes, name: str = "proef.bpmn") -> list[Change]:
    return [one for file in compare({name: before}, {name: after}).files for one in file.changes]


def told(before: bytes, after: bytes) -> list[str]:
    return [one.sentence for one in changes(before, after)]


def a_task(**given: str) -> bytes:
    """One task between begin and end; `inner` is what stands in it, `ext` in its extension elements."""
    inner = extensions(given.pop("ext")) if "ext" in given else ""
    kind, inner = given.pop("kind", "userTask"), inner + given.pop("inner", "")
    beside = given.pop("beside", "")
    return process(
        element("startEvent", "begin"),
        element(kind, "intake", inner, name=given.pop("name", "Intake"), **given),
        element("endEvent", "einde"),
        flows("begin>intake", "intake>einde"),
        more=beside,
    )


def zeebe(name: str, **attributes: str) -> str:
    said = "".join(f" {key}='{value}'" for key, value in attributes.items())
    return f"<zeebe:{name}{said}/>"


def pairs(around: str, one: str, key: str, **values: str) -> str:
    inner = "".join(f'<zeebe:{one} {key}="{name}" value="{value}"/>' for name, value in values.items())
    return f"<zeebe:{around}>{inner}</zeebe:{around}>"


def mapping(*inner: str) -> str:
    return f"<zeebe:ioMapping>{''.join(inner)}</zeebe:ioMapping>"


ONE_TASK = {
    "name": (
        a_task(),
        a_task(name="Gesprek"),
        "De taak ‘Intake’ heet nu ‘Gesprek’.",
    ),
    "type": (
        a_task(),
        a_task(kind="manualTask"),
        "‘Intake’ is nu een handeling, was een taak.",
    ),
    "form": (
        a_task(ext=zeebe("formDefinition", formId="oud")),
        a_task(ext=zeebe("formDefinition", formId="nieuw")),
        "De taak ‘Intake’ gebruikt nu het formulier ‘nieuw’, was ‘oud’.",
    ),
    "no form": (
        a_task(ext=zeebe("formDefinition", formId="oud")),
        a_task(),
        "De taak ‘Intake’ gebruikt het formulier ‘oud’ niet meer.",
    ),
    "term": (
        a_task(ext=zeebe("taskSchedule", dueDate="=add working days(now(), 5)")),
        a_task(ext=zeebe("taskSchedule", dueDate='=now() + duration("P14D")')),
        "De termijn van de taak ‘Intake’ is nu ‘14 dagen’, was ‘5 werkdagen’.",
    ),
    "a first term": (
        a_task(),
        a_task(ext=zeebe("taskSchedule", dueDate="=add working days(now(), 1)")),
        "De taak ‘Intake’ heeft nu een termijn: ‘1 werkdag’.",
    ),
    "follow-up": (
        a_task(ext=zeebe("taskSchedule", followUpDate="=a")),
        a_task(ext=zeebe("taskSchedule", followUpDate="=b")),
        "De opvolgdatum van de taak ‘Intake’ is nu ‘b’, was ‘a’.",
    ),
    "groups": (
        a_task(ext=zeebe("assignmentDefinition", candidateGroups="weegploeg")),
        a_task(ext=zeebe("assignmentDefinition", candidateGroups="partner")),
        "De taak ‘Intake’ is nu voor ‘partner’, was voor ‘weegploeg’.",
    ),
    "assignee": (
        a_task(ext=zeebe("assignmentDefinition", assignee="=wie")),
        a_task(ext=zeebe("assignmentDefinition", assignee="=ander")),
        "De behandelaar van de taak ‘Intake’ is nu ‘ander’, was ‘wie’.",
    ),
    "users": (
        a_task(ext=zeebe("assignmentDefinition", candidateUsers="=wie")),
        a_task(ext=zeebe("assignmentDefinition", candidateUsers="=ander")),
        "De lijst van personen van de taak ‘Intake’ is nu ‘ander’, was ‘wie’.",
    ),
    "priority": (
        a_task(ext=zeebe("priorityDefinition", priority="50")),
        a_task(ext=zeebe("priorityDefinition", priority="80")),
        "De voorrang van de taak ‘Intake’ is nu ‘80’, was ‘50’.",
    ),
    "help text": (
        a_task(inner="<bpmn:documentation>Bel de melder.</bpmn:documentation>"),
        a_task(inner="<bpmn:documentation>Bel de melder terug.</bpmn:documentation>"),
        "De uitleg van de taak ‘Intake’ is nu ‘Bel de melder terug.’, was ‘Bel de melder.’.",
    ),
    "called process": (
        a_task(kind="callActivity", ext=zeebe("calledElement", processId="oud")),
        a_task(kind="callActivity", ext=zeebe("calledElement", processId="nieuw")),
        "Het deelproces ‘Intake’ start nu het proces ‘nieuw’, was ‘oud’.",
    ),
    "variables of a called process": (
        a_task(kind="callActivity", ext=zeebe("calledElement", processId="p")),
        a_task(
            kind="callActivity",
            ext=zeebe("calledElement", processId="p", propagateAllChildVariables="false"),
        ),
        "Het deelproces ‘Intake’ geeft nu alleen wat is toegewezen terug.",
    ),
    "decision": (
        a_task(kind="businessRuleTask", ext=zeebe("calledDecision", decisionId="oud", resultVariable="r")),
        a_task(kind="businessRuleTask", ext=zeebe("calledDecision", decisionId="nieuw", resultVariable="r")),
        "De beslisregel ‘Intake’ gebruikt nu de beslissing ‘nieuw’, was ‘oud’.",
    ),
    "result": (
        a_task(kind="businessRuleTask", ext=zeebe("calledDecision", decisionId="d", resultVariable="r")),
        a_task(kind="businessRuleTask", ext=zeebe("calledDecision", decisionId="d", resultVariable="q")),
        "De uitkomst van de beslisregel ‘Intake’ is nu ‘q’, was ‘r’.",
    ),
    "script": (
        a_task(kind="scriptTask", ext=zeebe("script", expression="=1 + 1", resultVariable="r")),
        a_task(kind="scriptTask", ext=zeebe("script", expression="=1 + 2", resultVariable="r")),
        "De berekening van de rekenstap ‘Intake’ is nu ‘1 + 2’, was ‘1 + 1’.",
    ),
    "job": (
        a_task(kind="serviceTask", ext=zeebe("taskDefinition", type="mail")),
        a_task(kind="serviceTask", ext=zeebe("taskDefinition", type="herinner")),
        "De soort werk van de automatische stap ‘Intake’ is nu ‘herinner’, was ‘mail’.",
    ),
    "retries": (
        a_task(kind="serviceTask", ext=zeebe("taskDefinition", type="mail")),
        a_task(kind="serviceTask", ext=zeebe("taskDefinition", type="mail", retries="3")),
        "De automatische stap ‘Intake’ wordt bij een storing nu 3 keer geprobeerd, was 1 keer.",
    ),
    "header": (
        a_task(ext=pairs("taskHeaders", "header", "key", rol="partner")),
        a_task(ext=pairs("taskHeaders", "header", "key", rol="weegploeg")),
        "De instelling ‘rol’ van de taak ‘Intake’ is nu ‘weegploeg’, was ‘partner’.",
    ),
    "property": (
        a_task(),
        a_task(ext=pairs("properties", "property", "name", opent="mdo")),
        "De taak ‘Intake’ heeft nu een eigenschap ‘opent’: ‘mdo’.",
    ),
    "input": (
        a_task(ext=mapping(zeebe("input", source="=a", target="x"))),
        a_task(ext=mapping(zeebe("input", source="=b", target="x"))),
        "Bij het begin van de taak ‘Intake’ wordt ‘x’ anders gevuld: nu ‘b’, was ‘a’.",
    ),
    "output": (
        a_task(),
        a_task(ext=mapping(zeebe("output", source="=b", target="x"))),
        "Na de taak ‘Intake’ wordt ‘x’ nu gevuld met ‘b’.",
    ),
    "no output": (
        a_task(ext=mapping(zeebe("output", source="=b", target="x"))),
        a_task(),
        "Na de taak ‘Intake’ wordt ‘x’ niet meer gevuld; dat was met ‘b’.",
    ),
    "order of outputs": (
        a_task(
            ext=mapping(zeebe("output", source="=1", target="x"), zeebe("output", source="=2", target="y"))
        ),
        a_task(
            ext=mapping(zeebe("output", source="=2", target="y"), zeebe("output", source="=1", target="x"))
        ),
        "Na de taak ‘Intake’ worden de gegevens in een andere volgorde gevuld.",
    ),
    "for each": (
        a_task(),
        a_task(inner=many("=partners", "partner")),
        "De taak ‘Intake’ gebeurt nu voor elk van ‘partners’, tegelijk.",
    ),
    "no longer for each": (
        a_task(inner=many("=partners", "partner")),
        a_task(),
        "De taak ‘Intake’ gebeurt nu één keer, was voor elk van ‘partners’.",
    ),
    "one by one": (
        a_task(inner=many("=partners", "partner")),
        a_task(inner=many("=partners", "partner", one_by_one=True)),
        "De taak ‘Intake’ gebeurt nu één voor één, was tegelijk.",
    ),
    "list": (
        a_task(inner=many("=partners", "partner")),
        a_task(inner=many("=leden", "partner")),
        "De lijst van de taak ‘Intake’ is nu ‘leden’, was ‘partners’.",
    ),
    "enough": (
        a_task(inner=many("=partners", "partner", stop="=a")),
        a_task(inner=many("=partners", "partner", stop="=b")),
        "De voorwaarde om te stoppen van de taak ‘Intake’ is nu ‘b’, was ‘a’.",
    ),
    "what Casusroute has no word for": (
        a_task(ext=zeebe("versionTag", value="1")),
        a_task(ext=zeebe("versionTag", value="2")),
        "Een technische instelling van de taak ‘Intake’ is anders.",
    ),
}


@pytest.mark.parametrize("what", ONE_TASK)
def test_what_is_different_in_a_step_is_one_sentence(what: str) -> None:
    before, after, sentence = ONE_TASK[what]

    assert told(before, after) == [sentence]
    assert [(one.before, one.after) for one in changes(before, after)] == [("intake", "intake")]


def an_event(inner: str, *, interrupting: str = "true", on: str = "intake", more: str = "") -> bytes:
    return process(
        element("startEvent", "begin"),
        element("userTask", "intake", name="Intake"),
        element("userTask", "gesprek", name="Gesprek"),
        element(
            "boundaryEvent",
            "termijn",
            inner,
            name="Na een week",
            attachedToRef=on,
            cancelActivity=interrupting,
        ),
        element("endEvent", "einde"),
        element("endEvent", "over"),
        flows("begin>intake", "intake>gesprek", "gesprek>einde", "termijn>over"),
        more=more,
    )


def message(name: str, key: str = "=nummer") -> str:
    said = extensions(f'<zeebe:subscription correlationKey="{key}"/>')
    return element("message", "bericht", said, name=name)


CATCH = '<bpmn:messageEventDefinition messageRef="bericht"/>'
EVENTS = {
    "time": (
        an_event(timer("timeDuration", "P7D")),
        an_event(timer("timeDuration", "P14D")),
        "De tijd van de termijn ‘Na een week’ bij ‘Intake’ is nu ‘14 dagen’, was ‘7 dagen’.",
    ),
    "kind of time": (
        an_event(timer("timeDuration", "P7D")),
        an_event(timer("timeCycle", "R/P7D")),
        "De tijd van de termijn ‘Na een week’ bij ‘Intake’ is nu ‘R/P7D’, was ‘7 dagen’. "
        "Het gaat nu af telkens na een tijd, was na een tijd.",
    ),
    "kind of event": (
        an_event(timer("timeDuration", "P7D")),
        an_event(CATCH, more=message("antwoord")),
        "Het bericht ‘Na een week’ bij ‘Intake’ gaat nu over een bericht, was over een termijn.",
    ),
    "message": (
        an_event(CATCH, more=message("antwoord")),
        an_event(CATCH, more=message("reactie")),
        "Het bericht ‘Na een week’ bij ‘Intake’ gaat nu over het bericht ‘reactie’, was ‘antwoord’.",
    ),
    "key of the message": (
        an_event(CATCH, more=message("antwoord")),
        an_event(CATCH, more=message("antwoord", "=kenmerk")),
        "De sleutel van het bericht ‘Na een week’ bij ‘Intake’ is nu ‘kenmerk’, was ‘nummer’.",
    ),
    "interrupting": (
        an_event(timer("timeDuration", "P7D")),
        an_event(timer("timeDuration", "P7D"), interrupting="false"),
        "De termijn ‘Na een week’ bij ‘Intake’ breekt de stap niet meer af.",
    ),
    "on another step": (
        an_event(timer("timeDuration", "P7D")),
        an_event(timer("timeDuration", "P7D"), on="gesprek"),
        "De termijn ‘Na een week’ hoort nu bij ‘Gesprek’, was bij ‘Intake’.",
    ),
}


@pytest.mark.parametrize("what", EVENTS)
def test_what_is_different_in_an_event_is_told(what: str) -> None:
    before, after, sentence = EVENTS[what]

    assert sentence in told(before, after)


def a_choice(*more: str, default: str = "", name: str = "Hoe verder?", **given: str) -> bytes:
    said = {"default": default} if default else {}
    return process(
        element("startEvent", "begin"),
        element("exclusiveGateway", "keuze", name=name, **said),
        *(element("userTask", id, name=id.capitalize()) for id in ("kort", "lang", "midden")),
        element("endEvent", "einde"),
        flows("begin>keuze", *more, "kort>einde", "lang>einde", "midden>einde"),
        **given,
    )


CHOICES = {
    "condition": (
        a_choice("keuze>kort if a = 1", "keuze>lang"),
        a_choice("keuze>kort if a = 2", "keuze>lang"),
        ["De weg van ‘Hoe verder?’ naar ‘Kort’ geldt nu als ‘a = 2’, was ‘a = 1’."],
    ),
    "a first condition": (
        a_choice("keuze>kort", "keuze>lang"),
        a_choice("keuze>kort if a = 2", "keuze>lang"),
        ["De weg van ‘Hoe verder?’ naar ‘Kort’ geldt nu alleen als ‘a = 2’; eerst was er geen voorwaarde."],
    ),
    "no condition": (
        a_choice("keuze>kort if a = 2", "keuze>lang"),
        a_choice("keuze>kort", "keuze>lang"),
        ["De weg van ‘Hoe verder?’ naar ‘Kort’ heeft geen voorwaarde meer; die was ‘a = 2’."],
    ),
    "default": (
        a_choice("keuze>kort", "keuze>lang", default="keuze_kort"),
        a_choice("keuze>kort", "keuze>lang", default="keuze_lang"),
        ["De standaardweg van de keuze ‘Hoe verder?’ is nu die naar ‘Lang’, was die naar ‘Kort’."],
    ),
    "a first default": (
        a_choice("keuze>kort", "keuze>lang"),
        a_choice("keuze>kort", "keuze>lang", default="keuze_lang"),
        ["De keuze ‘Hoe verder?’ heeft nu een standaardweg: die naar ‘Lang’."],
    ),
    "order": (
        a_choice("keuze>kort if a", "keuze>lang if b"),
        a_choice("keuze>lang if b", "keuze>kort if a"),
        ["De keuze ‘Hoe verder?’ bekijkt de voorwaarden nu in deze volgorde: ‘Lang’ en ‘Kort’."],
    ),
    "another target": (
        a_choice("keuze>kort", "keuze>lang"),
        replaced(
            a_choice("keuze>kort", "keuze>lang"), ('"keuze" targetRef="lang"', '"keuze" targetRef="midden"')
        ),
        ["De weg van ‘Hoe verder?’ naar ‘Lang’ gaat nu naar ‘Midden’."],
    ),
    "a way more": (
        a_choice("keuze>kort", "keuze>lang"),
        a_choice("keuze>kort", "keuze>lang", "keuze>midden if a > 1"),
        ["Er is een weg bijgekomen van ‘Hoe verder?’ naar ‘Midden’, als ‘a > 1’."],
    ),
    "a way less": (
        a_choice("keuze>kort", "keuze>lang"),
        a_choice("keuze>kort"),
        ["De weg van ‘Hoe verder?’ naar ‘Lang’ is vervallen."],
    ),
}


@pytest.mark.parametrize("what", CHOICES)
def test_ways_are_told_by_where_they_lead(what: str) -> None:
    before, after, sentences = CHOICES[what]

    assert told(before, after) == sentences


def test_the_words_beside_a_way() -> None:
    after = replaced(MDO, ('name="Opnieuw in een MDO"', 'name="Nog een keer"'))

    assert told(MDO, after) == [
        "Bij de weg van ‘Hoe verder?’ naar ‘Agenderen’ staat nu ‘Nog een keer’, was ‘Opnieuw in een MDO’."
    ]


def test_a_step_that_came_says_for_whom_and_with_what() -> None:
    new = (
        '<bpmn:userTask id="bellen" name="Bellen"><bpmn:extensionElements>'
        '<zeebe:formDefinition formId="bel" />'
        '<zeebe:taskSchedule dueDate="=add working days(now(), 2)" />'
        '</bpmn:extensionElements></bpmn:userTask><bpmn:userTask id="overleg"'
    )
    after = replaced(
        MDO,
        ('<bpmn:userTask id="overleg"', new),
        (
            "<bpmn:flowNodeRef>overleg<",
            "<bpmn:flowNodeRef>bellen</bpmn:flowNodeRef><bpmn:flowNodeRef>overleg<",
        ),
    )

    assert told(MDO, after) == [
        "Er is een taak bijgekomen: ‘Bellen’ (voor Informatiecoördinator, met het formulier ‘bel’, "
        "termijn 2 werkdagen)."
    ]
    assert told(after, MDO) == ["De taak ‘Bellen’ is vervallen."]


def test_steps_without_a_name_are_told_by_what_they_stand_beside() -> None:
    before = process(
        element("startEvent", "begin"), element("userTask", "intake", name="Intake"),
        element("endEvent", "einde"), flows("begin>intake", "intake>einde"),
    )  # fmt: skip
    after = process(
        element("startEvent", "begin"), element("userTask", "intake", name="Intake"),
        element("parallelGateway", "p"), element("endEvent", "einde"), element("endEvent", "einde2"),
        flows("begin>intake", "intake>p", "p>einde", "p>einde2"),
    )  # fmt: skip

    found = told(before, after)

    assert "Er is een splitsing bijgekomen na ‘Intake’." in found
    assert "Er is een einde bijgekomen na ‘Intake’." in found
    assert "Er is een weg bijgekomen van ‘Intake’ naar de splitsing na ‘Intake’." in found


def test_another_lane_is_another_person() -> None:
    reference = "        <bpmn:flowNodeRef>agenda</bpmn:flowNodeRef>\n"
    after = replaced(MDO, (reference, ""), ('name="Partner">\n', f'name="Partner">\n{reference}'))

    (found,) = changes(MDO, after)

    assert (found.kind, found.about) == ("moved", "who")
    assert found.sentence == (
        "De taak ‘Agenda maken en uitnodigen’ is nu voor ‘Partner’, was voor ‘Administratief ondersteuner’."
    )


def test_another_name_of_a_lane_says_how_many_tasks_go_with_it() -> None:
    after = replaced(MDO, ('name="Procesregisseur"', 'name="Locatiemanager"'))

    assert told(MDO, after) == [
        "De baan ‘Procesregisseur’ heet nu ‘Locatiemanager’: 3 taken zijn nu voor ‘Locatiemanager’."
    ]


def test_a_process_with_another_name_explanation_and_property() -> None:
    after = replaced(
        MDO,
        ('id="mdo" name="MDO"', 'id="mdo" name="Overleg"'),
        ("Route 2: agenderen", "Route 3: agenderen"),
    )

    assert told(MDO, after) == [
        "Het proces ‘MDO’ heet nu ‘Overleg’.",
        "De uitleg van het proces ‘Overleg’ is nu ‘Route 3: agenderen, multidisciplinair overleg, plan van "
        "aanpak, monitoring en afsluiten.’, was ‘Route 2: agenderen, multidisciplinair overleg, plan van "
        "aanpak, monitoring en afsluiten.’.",
    ]


def test_the_start_form_is_the_form_of_the_beginning() -> None:
    before = shipped("cob.bpmn")
    after = re.sub(rb'formId="\w+"', b'formId="anders"', before, count=1)

    (sentence,) = told(before, after)

    assert sentence.startswith("Het begin ‘")
    assert sentence.endswith("gebruikt nu het formulier ‘anders’, was ‘verzoek_cob’.")


def test_of_a_long_text_only_the_part_that_differs_is_shown_and_the_whole_is_kept() -> None:
    after = replaced(MDO, ("Het plan staat binnen vijf werkdagen", "Het plan staat binnen zes werkdagen"))

    (found,) = changes(MDO, after)

    assert "‘… of gebied. Het plan staat binnen zes werkdagen na het overleg.’" in found.sentence
    assert found.was.startswith("Leg vast wie wat wanneer doet") and "vijf" in found.was
    assert "zes" in found.now


# ── Ids ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_step_with_another_id_is_the_same_step_and_running_cases_are_warned() -> None:
    after = MDO.replace(b'"agenda"', b'"Activity_1"').replace(b">agenda<", b">Activity_1<")

    (found,) = changes(MDO, after)

    assert (found.about, found.before, found.after) == ("id", "agenda", "Activity_1")
    assert found.sentence.endswith("Voor lopende casussen is het een andere stap.")


def test_a_flow_with_another_id_is_no_change() -> None:
    assert told(MDO, MDO.replace(b"hoe_verder__afsluiten", b"Flow_1")) == []


def test_a_step_that_goes_into_a_phase_was_moved() -> None:
    text = MDO.decode()
    start = text.index('    <bpmn:endEvent id="agenderen_opgeschaald"')
    node = text[start : text.index("</bpmn:endEvent>\n", start) + len("</bpmn:endEvent>\n")]
    after = replaced(
        text.replace(node, "").encode(),
        (
            '      <bpmn:startEvent id="uitnodigen_begin">',
            node + '      <bpmn:startEvent id="uitnodigen_begin">',
        ),
    )

    found = [one for one in changes(MDO, after) if one.about == "scope"]

    assert [(one.kind, one.sentence) for one in found] == [
        ("moved", "Het einde zonder naam staat nu in ‘Uitnodigingen’, was in geen fase.")
    ]


# ── The drawing ──────────────────────────────────────────────────────────────────────────────────────────


def test_another_place_in_the_drawing_is_only_layout() -> None:
    place = 'bpmnElement="agenda">\n        <dc:Bounds x="641" y="416"'
    after = replaced(MDO, (place, place.replace("641", "700")))

    (found,) = changes(MDO, after)

    assert (found.kind, found.about, found.after) == ("moved", "layout", "agenda")


def test_a_drawing_that_was_shifted_as_a_whole_did_not_change() -> None:
    def shift(match: "re.Match[bytes]") -> bytes:
        return b'%s="%d"' % (match[1], int(match[2]) + 50)

    assert told(MDO, re.sub(rb'\b([xy])="(-?\d+)"', shift, MDO)) == []


def test_a_colour_and_a_size_are_layout() -> None:
    coloured = replaced(
        MDO,
        (
            'bpmnElement="agenda">',
            'bpmnElement="agenda" xmlns:bioc="http://bpmn.io/schema/bpmn/biocolor/1.0" bioc:fill="#fff">',
        ),
    )
    larger = replaced(
        MDO, ('<dc:Bounds x="641" y="416" width="140"', '<dc:Bounds x="641" y="416" width="180"')
    )

    assert [(one.about, one.kind) for one in changes(MDO, coloured)] == [("layout", "moved")]
    assert told(MDO, coloured)[0].endswith("heeft een andere kleur in de tekening.")
    assert told(MDO, larger)[0].endswith("heeft een andere grootte in de tekening.")


# ── Noise ────────────────────────────────────────────────────────────────────────────────────────────────


def noise(content: bytes) -> dict[str, bytes]:
    text = content.decode()
    return {
        "white space": re.sub(r">\s+<", "> \n  <", text).encode(),
        "exporter": text.replace('exporterVersion="5.31.0"', 'exporterVersion="6.0"').encode(),
        "order of attributes": re.sub(
            r'sourceRef="(\w+)" targetRef="(\w+)"', r'targetRef="\2" sourceRef="\1"', text
        ).encode(),
        "rounding": re.sub(r'\bx="(\d+)"', r'x="\1.4"', text).encode(),
        "comments": text.replace("<bpmn:process ", "<!-- een opmerking --><bpmn:process ").encode(),
        "prefixes": text.replace("bpmn:", "semantic:").replace("xmlns:bpmn=", "xmlns:semantic=").encode(),
        "ids of definitions of events": text.replace("_termijn_tijd", "_x_tijd").encode(),
        "white space in an expression": text.replace(
            "add working days(now(), 5)", "add working days(now(),  5)"
        ).encode(),
    }


@pytest.mark.parametrize("what", noise(MDO))
def test_noise_is_no_change(what: str) -> None:
    assert noise(MDO)[what] != MDO or what == "exporter"
    assert told(MDO, noise(MDO)[what]) == []
    assert compare({"mdo.bpmn": MDO}, {"mdo.bpmn": noise(MDO)[what]}).different == ()


# ── Any difference is told ───────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", [name for name in all_shipped() if name.endswith(".bpmn")])
def test_whatever_text_or_attribute_is_different_something_is_said(name: str) -> None:
    """Every seventh attribute value or text of a file, one at a time."""
    content = shipped(name)
    spots = list(re.finditer(rb'="([^"]+)"|<bpmn:documentation>([^<]+)', content))
    told_of = 0
    for match in spots[::7]:
        start = match.start(1) if match[1] else match.start(2)
        key = content[: match.start()].rpartition(b" ")[2]
        before = content[: match.start()].rpartition(b"<")[2]
        if (
            key in (b"id", b"xsi:type")
            or content.startswith((b"true", b"false"), start)
            or b"bpmndi" in before
        ):
            continue
        if b"bpmndi" in before or before.startswith((b"dc:", b"di:", b"?xml", b"bpmn:definitions")):
            continue
        after = content[:start] + b"x" + content[start:]

        assert changes(content, after), after[start - 60 : start + 20]
        told_of += 1
    assert told_of


def test_the_marks_for_both_drawings() -> None:
    place = 'bpmnElement="agenderen">\n        <dc:Bounds x="436"'
    after = replaced(
        MDO,
        (
            '<bpmn:userTask id="overleg"',
            '<bpmn:userTask id="bellen" name="Bellen" /><bpmn:userTask id="overleg"',
        ),
        ('name="Plan van aanpak"', 'name="Plan"'),
        (place, place.replace("436", "430")),
    )
    (piece,) = compare({"mdo.bpmn": MDO}, {"mdo.bpmn": after}).files[0].pieces

    assert piece.marks() == (
        {"agenderen": "moved", "plan_maken": "changed"},
        {"agenderen": "moved", "plan_maken": "changed", "bellen": "added"},
    )
