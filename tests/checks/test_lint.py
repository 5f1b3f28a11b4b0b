"""Rules of form: for each a diagram that keeps it and one that breaks it."""

import pytest

from app.checks import lint, release
from app.engine import reader
from app.errors import Problem
from tests.checks.small import JOBS, ROLES, check, element, extensions, flows, form, process, step, way_in
from tests.engine.diagrams import task, timer

BEGIN = way_in()
END = element("endEvent", "einde", name="Einde")
FORMS = {"start.form": form("start"), "klein.form": form("klein")}


def problems(*parts: str, begin: str = BEGIN, end: str = END) -> list[Problem]:
    """Of the rules of form, and of the engine."""
    return check({"proef.bpmn": process(begin, *parts, end), **FORMS})


def rules(*parts: str, begin: str = BEGIN, end: str = END) -> list[tuple[str, str | None]]:
    found = problems(*parts, begin=begin, end=end)
    return [(one.rule, one.element_id) for one in found if not one.rule.startswith("data.")]


GATEWAYS = {
    "xor": element("exclusiveGateway", "g", name="Welke?", default="g_b") + element("exclusiveGateway", "j"),
    "and": element("parallelGateway", "g") + element("parallelGateway", "j"),
}
SPLIT = ("begin>g", "g>b", "a>j", "b>j", "j>einde")


@pytest.mark.parametrize(
    "parts",
    [
        (flows("begin>einde"),),
        (task("a"), flows("begin>a", "a>einde")),
        (GATEWAYS["xor"], task("a"), task("b"), flows(*SPLIT, "g>a if true")),
        (GATEWAYS["and"], task("a"), task("b"), flows(*SPLIT, "g>a")),
        (
            element(
                "subProcess",
                "s",
                element("startEvent", "sb") + element("endEvent", "se") + flows("sb>se"),
                name="S",
            ),
            flows("begin>s", "s>einde"),
        ),
    ],
)
def test_an_orderly_diagram_keeps_every_rule(parts: tuple[str, ...]):
    assert rules(*parts) == []


@pytest.mark.parametrize(
    ("parts", "rule", "place", "severity", "repair"),
    [
        ((task("a"), flows("begin>a")), "no-implicit-end", "a", "error", "add-end-event"),
        ((task("a"), flows("begin>einde", "a>einde")), "no-implicit-start", "a", "error", None),
        ((task("a"), flows("begin>einde")), "no-disconnected", "a", "error", None),
        (
            (task("a"), task("b"), flows("begin>a", "a>einde", "a>b", "b>einde")),
            "no-implicit-split",
            "a",
            "error",
            None,
        ),
        (
            (element("parallelGateway", "g"), task("a"), flows("begin>g", "g>a", "a>einde")),
            "superfluous-gateway",
            "g",
            "warning",
            "remove-gateway",
        ),
        (
            (GATEWAYS["xor"], task("a"), task("b"), flows("begin>g", "g>b", "g>a if true", "a>b", "b>einde")),
            "fake-join",
            "b",
            "warning",
            None,
        ),
        (
            (
                element("exclusiveGateway", "g", name="Welke?", default="g_einde"),
                element("exclusiveGateway", "h", name="Nog?", default="h_einde"),
                task("a"),
                flows("begin>g", "g>einde", "g>a if true", "a>h", "h>einde", "h>g if true"),
            ),
            "no-gateway-join-fork",
            "g",
            "warning",
            None,
        ),
        (
            (
                element("exclusiveGateway", "g", name="Welke?"),
                task("a"),
                task("b"),
                flows("begin>g", "g>a if naam = 1", "g>b if naam = 2", "a>einde", "b>einde"),
            ),
            "no-default",
            "g",
            "warning",
            "add-default-branch",
        ),
        (
            (
                element("exclusiveGateway", "g", name="Welke?"),
                task("a"),
                task("b"),
                flows("begin>g", "g>a if true", "g>b", "a>einde", "b>einde"),
            ),
            "conditional-flows",
            "g",
            "error",
            "set-default:g_b",
        ),
        (
            (
                task("a"),
                flows("begin>a", "a>einde")
                + element("sequenceFlow", "nog", sourceRef="a", targetRef="einde"),
            ),
            "no-duplicate-sequence-flows",
            "a",
            "error",
            "remove-flow:nog",
        ),
        (
            (element("task", "a"), flows("begin>a", "a>einde")),
            "label-required",
            "a",
            "warning",
            None,
        ),
        (
            (step("a", "klein", name=""), flows("begin>a", "a>einde")),
            "label-required",
            "a",
            "error",
            "name-after-form",
        ),
        (
            (
                element("exclusiveGateway", "g", default="g_b") + element("exclusiveGateway", "j"),
                task("a"),
                task("b"),
                flows(*SPLIT, "g>a if true"),
            ),
            "label-required",
            "g",
            "warning",
            None,
        ),
        (
            (
                task("a"),
                element("boundaryEvent", "t", timer("timeDuration", "P1D"), attachedToRef="a"),
                flows("begin>a", "a>einde", "t>einde"),
            ),
            "label-required",
            "t",
            "warning",
            None,
        ),
        (
            (step("a", "klien"), flows("begin>a", "a>einde")),
            "broken-reference",
            "a",
            "error",
            "replace-form:klein",
        ),
        (
            (
                element(
                    "callActivity", "a", extensions('<zeebe:calledElement processId="proff"/>'), name="A"
                ),
                flows("begin>a", "a>einde"),
            ),
            "broken-reference",
            "a",
            "error",
            "replace-process:proef",
        ),
        (
            (
                element(
                    "businessRuleTask", "a", extensions('<zeebe:calledDecision decisionId="x"/>'), name="A"
                ),
                flows("begin>a", "a>einde"),
            ),
            "broken-reference",
            "a",
            "error",
            None,
        ),
        (
            (
                element("serviceTask", "a", extensions('<zeebe:taskDefinition type="herriner"/>'), name="A"),
                flows("begin>a", "a>einde"),
            ),
            "broken-reference",
            "a",
            "error",
            "replace-job-type:herinner",
        ),
        (
            (
                element("eventBasedGateway", "g"),
                element("intermediateCatchEvent", "t", timer("timeDuration", "P1D"), name="T"),
                flows("begin>g", "g>t", "t>einde"),
            ),
            "event-based-gateway",
            "g",
            "warning",
            None,
        ),
        (
            (
                element("subProcess", "s", element("startEvent", "sb") + flows(), name="S"),
                flows("begin>s", "s>einde"),
            ),
            "end-event-required",
            "s",
            "warning",
            None,
        ),
        (
            (
                element(
                    "subProcess",
                    "s",
                    element("startEvent", "sb", timer("timeDuration", "P1D"))
                    + element("endEvent", "se")
                    + flows("sb>se"),
                    name="S",
                ),
                flows("begin>s", "s>einde"),
            ),
            "sub-process-blank-start-event",
            "sb",
            "error",
            None,
        ),
        (
            (
                element(
                    "subProcess",
                    "s",
                    element("startEvent", "sb") + element("endEvent", "se") + flows("sb>se"),
                    name="S",
                    triggeredByEvent="true",
                ),
                flows("begin>einde"),
            ),
            "event-sub-process-typed-start-event",
            "sb",
            "error",
            None,
        ),
    ],
)
def test_a_diagram_that_breaks_a_rule_is_told_once(
    parts: tuple[str, ...], rule: str, place: str, severity: str, repair: str | None
):
    found = [one for one in problems(*parts) if one.element_id == place and not one.rule.startswith("data.")]

    assert [(one.rule, one.severity, one.repair) for one in found if one.rule == f"form.{rule}"] == [
        (f"form.{rule}", severity, repair)
    ]
    others = [one for one in found if one.rule != f"form.{rule}"]
    assert [one for one in others if one.rule == "engine.diagram"] == []


def test_a_process_needs_one_beginning_and_an_end():
    second = element("startEvent", "nog", name="Nog")

    assert ("form.single-start-event", "nog") in rules(second, flows("begin>einde", "nog>einde"))
    assert ("form.start-event-required", "proef") in rules(task("a"), flows("a>einde"), begin="")
    assert ("form.end-event-required", "proef") in rules(task("a"), flows("begin>a"), end="")


def test_a_termination_where_nothing_else_runs_is_too_much():
    stop = element("endEvent", "einde", "<bpmn:terminateEventDefinition/>", name="Stop")

    assert rules(flows("begin>einde"), end=stop) == [("form.superfluous-termination", "einde")]
    assert rules(GATEWAYS["and"], task("a"), task("b"), flows(*SPLIT, "g>a"), end=stop) == []


def test_inclusive_gateways_are_allowed():
    gateways = element("inclusiveGateway", "g", name="Wat?", default="g_b") + element("inclusiveGateway", "j")

    assert rules(gateways, task("a"), task("b"), flows(*SPLIT, "g>a if true")) == []


def test_a_process_that_nothing_begins_is_told():
    begin = element("startEvent", "begin", name="Begin")

    assert rules(flows("begin>einde"), begin=begin) == [("form.never-started", "begin")]


def test_a_diagram_that_the_engine_refuses_is_told_whole():
    parts = (
        element("exclusiveGateway", "g"),
        step("a", "weg", name=""),
        task("b"),
        flows("begin>g", "g>a", "g>b"),
    )

    found = rules(*parts)

    assert {
        ("form.no-implicit-end", "a"),
        ("form.no-implicit-end", "b"),
        ("form.label-required", "a"),
        ("form.label-required", "g"),
        ("form.broken-reference", "a"),
        ("form.conditional-flows", "g"),
    } <= set(found)


def test_a_drawing_that_is_not_executed_is_left_alone():
    drawing = process(task("a"), task("b")).replace(b'isExecutable="true"', b'isExecutable="false"')
    (read,), _ = reader.processes(drawing, file="proef.bpmn")

    assert lint.check(read, lint.Around()) == []


DRAWN = (
    '<di:BPMNDiagram xmlns:di="http://www.omg.org/spec/BPMN/20100524/DI" id="t"><di:BPMNPlane id="v">'
    '<di:BPMNShape id="v1" bpmnElement="begin"/><di:BPMNEdge id="v2" bpmnElement="begin_einde"/>'
    "</di:BPMNPlane></di:BPMNDiagram>"
)


def test_what_is_not_drawn_is_told():
    plain = process(BEGIN, END, flows("begin>einde"))
    partly = process(BEGIN, END, flows("begin>einde"), more=DRAWN)

    def undrawn(content: bytes) -> list[tuple[str | None, str]]:
        found = release.check({"proef.bpmn": content, **FORMS}, roles=ROLES, job_types=JOBS)
        return [(one.element_id, one.severity) for one in found if one.rule == "form.no-bpmndi"]

    assert undrawn(plain) == [("proef", "warning")]
    assert undrawn(partly) == [("einde", "warning")]
