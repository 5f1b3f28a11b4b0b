"""One click mends a problem: it is gone, no other has come, and the rest of the file is as it was."""

import difflib
import functools
import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from lxml import etree

from app.checks import drawn, release, repairs
from app.checks.repairs.xml_text import XmlText
from app.errors import Invalid, Problem
from tests.checks.small import ROLES, field, form, process, way_in
from tests.engine.diagrams import element, extensions, flows

PROJECT = Path(__file__).parents[2]
SHIPPED = {
    file.name: file.read_bytes()
    for folder in ("processes", "forms")
    for file in sorted((PROJECT / folder).iterdir())
}
ALL_ROLES = ROLES | {
    name: name
    for name in (
        *("Procesregisseur", "Informatiecoördinator", "Partner", "Administratief ondersteuner"),
        *("locatiemanager", "ketenmanager", "Locatiemanager", "Nazorgcoördinator", "Voorzitter COB"),
    )
}
JOBS: dict[str, tuple[str, ...]] = {"herinner": (), "escaleer": (), "mail": (), "bericht": ()}


@functools.cache
def shipped() -> tuple[Problem, ...]:
    return tuple(check(SHIPPED))


def check(files: dict[str, bytes]) -> list[Problem]:
    return release.check(files, roles=ALL_ROLES, job_types=JOBS)


def changed(name: str, *pairs: tuple[str, str]) -> dict[str, bytes]:
    """The shipped files with something wrong in one of them."""
    text = SHIPPED[name].decode()
    for old, new in pairs:
        assert old in text, old
        text = text.replace(old, new, 1)
    return {**SHIPPED, name: text.encode()}


def mend(files: dict[str, bytes], name: str, rule: str, repair: str) -> tuple[bytes, bytes]:
    """Repair the first problem of a rule; gives the file before and after, and checks what must hold."""
    before = check(files)
    problem = next(
        one
        for one in before
        if one.file == name and one.rule == rule and (one.repair or "").startswith(repair)
    )
    assert problem.repair is not None
    assert repairs.label(problem.repair)
    made = repairs.repair(problem.repair, files[name], problem.element_id, file=name, files=files)
    after = check({**files, name: made})
    assert problem not in after
    # What the shipped files have may have been hidden by the mistake.
    places = {(one.file, one.element_id, one.rule) for one in (*before, *shipped())}
    assert [one for one in after if (one.file, one.element_id, one.rule) not in places] == []
    return files[name], made


def lines(before: bytes, after: bytes) -> tuple[list[str], list[str]]:
    """The lines that went and those that came."""
    found = list(difflib.ndiff(before.decode().splitlines(), after.decode().splitlines()))
    return [one[2:].strip() for one in found if one.startswith("- ")], [
        one[2:].strip() for one in found if one.startswith("+ ")
    ]


def all_drawn(content: bytes) -> bool:
    """Whether every element and flow of a file has its place in the drawing."""
    root = etree.fromstring(content)
    names = {"bpmn": "http://www.omg.org/spec/BPMN/20100524/MODEL"}
    scopes = root.iterfind(".//bpmn:process", names)
    skipped = ("laneSet", "extensionElements", "documentation")
    ids = {
        node.get("id")
        for scope in scopes
        for node in scope
        if isinstance(node.tag, str) and etree.QName(node).localname not in skipped
    }
    return ids <= drawn.drawn(content)


def test_a_flow_becomes_the_default_way():
    files = changed("nazorg.bpmn", (' default="meer__afgehandeld"', ""))

    before, after = mend(files, "nazorg.bpmn", "form.conditional-flows", "set-default:meer__afgehandeld")

    gone, come = lines(before, after)
    assert len(gone) == len(come) == 1
    assert 'default="meer__afgehandeld"' in come[0]


def test_a_choice_gets_a_default_way_to_an_end_of_its_own():
    text = '<bpmn:conditionExpression xsi:type="bpmn:tFormalExpression">=meer_aan_de_hand = "nee"'
    files = changed(
        "nazorg.bpmn",
        (' default="meer__afgehandeld"', ""),
        (
            'sourceRef="meer" targetRef="afgehandeld" />',
            f'sourceRef="meer" targetRef="afgehandeld">{text}</bpmn:conditionExpression></bpmn:sequenceFlow>',
        ),
    )
    files["verrijkt_rapport.form"] = files["verrijkt_rapport.form"].replace(
        b'"value": "nee"', b'"value": "twijfel"'
    )

    before, after = mend(files, "nazorg.bpmn", "data.uncovered", "add-default-branch")

    gone, come = lines(before, after)
    assert len(gone) == 1
    assert sum("sequenceFlow" in line for line in come) == 1
    assert all_drawn(after)


def test_elements_get_the_ids_that_they_lack():
    files = changed("aanmelding.bpmn", ('<bpmn:endEvent id="afgehandeld" ', "<bpmn:endEvent "))
    text = re.sub(
        rb'<bpmndi:BPMNShape id="afgehandeld_vorm".*?</bpmndi:BPMNShape>\s*',
        b"",
        files["aanmelding.bpmn"],
        flags=re.S,
    )
    files["aanmelding.bpmn"] = text
    (problem,) = [one for one in check(files) if one.rule == "form.no-id"]
    assert problem.repair == "give-ids"

    made = repairs.repair("give-ids", text, None, file="aanmelding.bpmn")

    gone, come = lines(text, made)
    assert len(gone) == 1
    assert 'id="endEvent"' in come[0]
    assert "endEvent" in drawn.drawn(made)
    assert [one for one in check({**files, "aanmelding.bpmn": made}) if one.rule == "form.no-id"] == []


def test_a_double_flow_goes():
    double = (
        '<bpmn:sequenceFlow id="nog_een" sourceRef="aangemeld" targetRef="behandelen" />\n    '
        '<bpmn:sequenceFlow id="aangemeld__behandelen"'
    )
    files = changed("aanmelding.bpmn", ('<bpmn:sequenceFlow id="aangemeld__behandelen"', double))

    _, after = mend(files, "aanmelding.bpmn", "form.no-duplicate-sequence-flows", "remove-flow")

    assert sorted(after.decode().splitlines()) == sorted(SHIPPED["aanmelding.bpmn"].decode().splitlines())


def test_a_gateway_that_does_nothing_goes_and_its_flows_become_one():
    gateway = """<bpmn:exclusiveGateway id="niets">
      <bpmn:incoming>aangemeld__behandelen</bpmn:incoming>
      <bpmn:outgoing>niets__behandelen</bpmn:outgoing>
    </bpmn:exclusiveGateway>
    <bpmn:sequenceFlow id="niets__behandelen" sourceRef="niets" targetRef="behandelen" />
    <bpmn:sequenceFlow id="aangemeld__behandelen" sourceRef="aangemeld" targetRef="niets" />"""
    shape = """<bpmndi:BPMNShape id="niets_vorm" bpmnElement="niets">
        <dc:Bounds x="300" y="120" width="50" height="50" />
      </bpmndi:BPMNShape>
      <bpmndi:BPMNEdge id="niets_lijn" bpmnElement="niets__behandelen">
        <di:waypoint x="350" y="145" />
        <di:waypoint x="360" y="145" />
      </bpmndi:BPMNEdge>
      <bpmndi:BPMNEdge id="aangemeld__behandelen_lijn\""""
    files = changed(
        "aanmelding.bpmn",
        (
            "<bpmn:incoming>aangemeld__behandelen</bpmn:incoming>",
            "<bpmn:incoming>niets__behandelen</bpmn:incoming>",
        ),
        (
            '<bpmn:sequenceFlow id="aangemeld__behandelen" sourceRef="aangemeld" targetRef="behandelen" />',
            gateway,
        ),
        ('<bpmndi:BPMNEdge id="aangemeld__behandelen_lijn"', shape),
    )

    _, after = mend(files, "aanmelding.bpmn", "form.superfluous-gateway", "remove-gateway")

    _, come = lines(SHIPPED["aanmelding.bpmn"], after)
    assert [line for line in come if "waypoint" not in line] == []
    assert b"niets" not in after
    assert all_drawn(after)


def test_a_step_is_named_after_its_form_and_a_call_after_its_process():
    files = changed("weging.bpmn", ('id="voorbereiden" name="Weging voorbereiden"', 'id="voorbereiden"'))
    before, after = mend(files, "weging.bpmn", "form.label-required", "name-after-form")
    assert 'name="Weging voorbereiden"' in lines(before, after)[1][0]

    files = changed("aanmelding.bpmn", ('id="behandelen" name="Casus behandelen"', 'id="behandelen"'))
    before, after = mend(files, "aanmelding.bpmn", "form.label-required", "name-after-form")
    assert 'name="Casus behandelen"' in lines(before, after)[1][0]


def test_behind_a_dead_end_comes_an_end_to_the_right_of_it():
    text = SHIPPED["aanmelding.bpmn"].decode()
    for pattern in (
        r'\s*<bpmn:endEvent id="afgehandeld".*?</bpmn:endEvent>',
        r"\s*<bpmn:outgoing>behandelen__afgehandeld</bpmn:outgoing>",
        r'\s*<bpmn:sequenceFlow id="behandelen__afgehandeld"[^>]*>',
        r'\s*<bpmndi:BPMNShape id="afgehandeld_vorm".*?</bpmndi:BPMNShape>',
        r'\s*<bpmndi:BPMNEdge id="behandelen__afgehandeld_lijn".*?</bpmndi:BPMNEdge>',
    ):
        text, count = re.subn(pattern, "", text, flags=re.DOTALL)
        assert count == 1
    files = {**SHIPPED, "aanmelding.bpmn": text.encode()}

    before, after = mend(files, "aanmelding.bpmn", "form.no-implicit-end", "add-end-event")

    gone, _ = lines(before, after)
    assert gone == []
    assert all_drawn(after)
    xml = XmlText(after)
    shapes = {
        node.attributes.get("bpmnElement"): node for node in xml.root.walk() if node.name == "BPMNShape"
    }
    x, end_x = (
        float(next(one for one in shapes[id].children if one.name == "Bounds").attributes["x"])
        for id in ("behandelen", "behandelen_einde")
    )
    assert end_x > x + 100


def test_what_stands_in_a_collapsed_subprocess_is_drawn_on_its_own_plane():
    inner = element("startEvent", "binnen") + element("task", "werk", name="Werk") + flows("binnen>werk")
    planes = "".join(
        f'<d:BPMNDiagram xmlns:d="http://www.omg.org/spec/BPMN/20100524/DI" '
        f'xmlns:c="http://www.omg.org/spec/DD/20100524/DC" id="d_{of}">'
        f'<d:BPMNPlane id="v_{of}" bpmnElement="{of}">'
        f'<d:BPMNShape id="s_{one}" bpmnElement="{one}"><c:Bounds x="1" y="2" width="100" height="80"/>'
        "</d:BPMNShape></d:BPMNPlane></d:BPMNDiagram>"
        for of, one in (("proef", "fase"), ("fase", "werk"))
    )
    content = process(way_in(), element("subProcess", "fase", inner, name="Fase"), more=planes)

    made = XmlText(repairs.repair("add-end-event", content, "werk", file="p.bpmn"))

    shape = next(node for node in made.root.walk() if node.attributes.get("bpmnElement") == "werk_einde")
    assert shape.parent is made.ids["v_fase"]
    edge = next(node for node in made.root.walk() if node.name == "BPMNEdge")
    assert [node.name for node in edge.children] == ["waypoint", "waypoint"]


def test_an_end_in_a_lane_stays_in_the_lane():
    text = SHIPPED["weging.bpmn"].decode()
    for pattern in (
        r'\s*<bpmn:endEvent id="gewogen".*?</bpmn:endEvent>',
        r"\s*<bpmn:outgoing>besluiten__gewogen</bpmn:outgoing>",
        r"\s*<bpmn:flowNodeRef>gewogen</bpmn:flowNodeRef>",
        r'\s*<bpmn:sequenceFlow id="besluiten__gewogen"[^>]*>',
        r'\s*<bpmndi:BPMNShape id="gewogen_vorm".*?</bpmndi:BPMNShape>',
        r'\s*<bpmndi:BPMNEdge id="besluiten__gewogen_lijn".*?</bpmndi:BPMNEdge>',
    ):
        text, count = re.subn(pattern, "", text, flags=re.DOTALL)
        assert count == 1, pattern
    files = {**SHIPPED, "weging.bpmn": text.encode()}

    _, after = mend(files, "weging.bpmn", "form.no-implicit-end", "add-end-event")

    assert b"<bpmn:flowNodeRef>besluiten_einde</bpmn:flowNodeRef>" in after


def test_an_end_that_stops_everything_becomes_a_plain_one():
    stop = '<bpmn:terminateEventDefinition id="stop" />\n    </bpmn:endEvent>'
    files = changed("aanmelding.bpmn", ("</bpmn:endEvent>", f"  {stop}"))

    before, after = mend(files, "aanmelding.bpmn", "form.superfluous-termination", "plain-end")

    assert b"terminate" not in after
    assert len(lines(before, after)[0]) == 1


@pytest.mark.parametrize(
    ("file", "pair", "rule", "repair"),
    [
        ("mdo.bpmn", ("date and time(mdo_datum)", "date and time(mdo_datm)"), "data.unknown", "correct-name"),
        ("weging.bpmn", ('if spoed = "ja"', 'if spoet = "ja"'), "data.unknown", "correct-name"),
        (
            "mdo.bpmn",
            ('"organisatie:" + deelnemer.organisatie', '"organisatie:" + deelnemer.organisati'),
            "data.unknown",
            "correct-name",
        ),
        (
            "monitoring.bpmn",
            ('=monitoring_besluit = "doorgaan"', "=monitoring_besluit = doorgaan"),
            "data.unknown",
            "quote",
        ),
        (
            "monitoring.bpmn",
            ('=monitoring_besluit = "doorgaan"', '=monitoring_besluit = "door gaan"'),
            "data.impossible",
            "correct-text",
        ),
        (
            "weging.bpmn",
            ('formId="weging_criteria"', 'formId="weging_criterai"'),
            "form.broken-reference",
            "replace-form",
        ),
        (
            "casusbehandeling.bpmn",
            ('processId="weging"', 'processId="wegin"'),
            "form.broken-reference",
            "replace-process",
        ),
        (
            "weging.bpmn",
            ('decisionId="wegingsadvies"', 'decisionId="wegingadvies"'),
            "form.broken-reference",
            "replace-decision",
        ),
        ("weging.bpmn", ('type="escaleer"', 'type="escalleer"'), "form.broken-reference", "replace-job-type"),
        ("weging.dmn", ("criteria.k1a", "criterai.k1a"), "data.unknown", "correct-name"),
        ("mdo_agenda.form", ("{{mdo_plaats}}", "{{mdo_plats}}"), "data.unknown", "correct-name"),
        (
            "mdo_afsluiten.form",
            ('monitoring_besluit = \\"afschalen\\"', 'monitoring_beslut = \\"afschalen\\"'),
            "data.unknown",
            "correct-name",
        ),
    ],
)
def test_a_mistake_in_writing_is_put_right(file: str, pair: tuple[str, str], rule: str, repair: str):
    """Of what was shipped one word was changed; the repair gives exactly the shipped file again."""
    files = changed(file, pair)

    _, after = mend(files, file, rule, repair)

    assert _plain(after) == _plain(SHIPPED[file])


def _plain(content: bytes) -> bytes:
    """Quotes in attributes can be written in two ways."""
    return content.replace(b"&quot;", b'"').replace(b"'", b'"')


def test_of_a_text_between_braces_only_the_expression_changes():
    made = form("f", {"type": "text", "id": "t", "text": "naam: {{nam}}, nam"}, field("x"))

    after = repairs.repair("correct-name:nam:naam", made, "t", file="f.form")

    assert json.loads(after)["components"][0]["text"] == "naam: {{naam}}, nam"


def test_a_name_in_a_text_or_before_a_colon_is_left_alone():
    script = element(
        "scriptTask",
        "s",
        '<bpmn:extensionElements><zeebe:script expression="={a: a, b: &quot;a&quot;, c: x.a}" '
        'resultVariable="r"/></bpmn:extensionElements>',
    )
    content = process(way_in(), script)

    after = repairs.repair("correct-name:a:z", content, "s", file="p.bpmn").decode()

    assert "{a: z, b: &quot;a&quot;, c: x.z}" in after


def test_the_other_steps_keep_what_they_say():
    one, other = (
        element(
            "scriptTask",
            id,
            extensions('<zeebe:script expression="=fout" resultVariable="r"/>'),
        )
        for id in "ab"
    )
    content = process(way_in(), one, other, flows("a>b"))

    after = repairs.repair("correct-name:fout:goed", content, "b", file="p.bpmn")

    assert after == content.replace(other.encode(), other.replace("fout", "goed").encode())


@pytest.mark.parametrize(
    "attempt",
    [
        lambda content: repairs.repair("bestaat-niet", content, "a", file="p.bpmn"),
        lambda content: repairs.repair("set-default", content, "a", file="p.bpmn"),
        lambda content: repairs.repair("set-default:weg", content, "begin", file="p.bpmn"),
        lambda content: repairs.repair("set-default:begin_einde", content, "einde", file="p.bpmn"),
        lambda content: repairs.repair("add-end-event", content, "weg", file="p.bpmn"),
        lambda content: repairs.repair("add-end-event", content, "proef", file="p.bpmn"),
        lambda content: repairs.repair("add-default-branch", content, "begin", file="p.bpmn"),
        lambda content: repairs.repair("remove-gateway", content, "begin", file="p.bpmn"),
        lambda content: repairs.repair("remove-flow:begin", content, "begin", file="p.bpmn"),
        lambda content: repairs.repair("name-after-form", content, "einde", file="p.bpmn"),
        lambda content: repairs.repair("plain-end", content, "einde", file="p.bpmn"),
        lambda content: repairs.repair("replace-form:x", content, "einde", file="p.bpmn"),
        lambda content: repairs.repair("correct-name:x:y", content, "einde", file="p.bpmn"),
        lambda content: repairs.repair("correct-name:x", content, "einde", file="p.bpmn"),
        lambda content: repairs.repair("give-ids", b"<a>", None, file="p.bpmn"),
        lambda content: repairs.repair("give-ids", b"<!DOCTYPE a><a/>", None, file="p.bpmn"),
        lambda content: repairs.repair("give-ids", content.decode().encode("utf-16"), None, file="p.bpmn"),
        lambda content: repairs.repair("give-ids", content, None, file="p.form"),
        lambda content: repairs.repair("correct-name:x:y", b"{", "a", file="p.form"),
    ],
)
def test_what_cannot_be_mended_is_said(attempt: Callable[[bytes], bytes]):
    content = process(way_in(), element("endEvent", "einde"), flows("begin>einde"))

    with pytest.raises(Invalid):
        attempt(content)


def test_every_repair_has_a_label_in_dutch():
    from app.checks.repairs import diagrams, texts

    assert set(repairs.LABELS) == set(diagrams.REPAIRS) | set(texts.REPAIRS)
    assert repairs.label(repairs.named("correct-name", "a:b", "ç d")) == "Verander 'a:b' in 'ç d'"


@pytest.mark.parametrize("name", [name for name in SHIPPED if name.endswith(".bpmn")])
def test_reading_and_writing_a_file_changes_nothing(name: str):
    xml = XmlText(SHIPPED[name])

    assert xml.done() == SHIPPED[name]
    for node in xml.root.walk():
        assert SHIPPED[name][node.start : node.start + 1] == b"<"
        assert SHIPPED[name][node.end - 1 : node.end] == b">"


@pytest.mark.parametrize("left", ["", '<zeebe:header key="taak" value="weg" />'])
def test_a_job_gets_the_task_that_it_is_about(left: str) -> None:
    files = changed("weging.bpmn", ('<zeebe:header key="taak" value="besluiten" />', left))

    _, after = mend(files, "weging.bpmn", "form.job-header", "set-header:taak:besluiten")

    assert after.count(b'<zeebe:header key="taak" value="besluiten" />') == 1


def test_a_job_without_any_headers_gets_its_first() -> None:
    text = SHIPPED["informatieverrijking.bpmn"].decode()
    said = '<zeebe:taskHeaders><zeebe:header key="taak" value="informatie_geven" /></zeebe:taskHeaders>'
    assert said in text
    files = changed("informatieverrijking.bpmn", (said, ""))

    _, after = mend(files, "informatieverrijking.bpmn", "form.job-header", "set-header:taak:informatie_geven")

    assert said.encode() in after
