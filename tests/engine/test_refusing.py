"""What is never run: Python from a diagram, and elements that we do not execute; each is named."""

import contextlib
from pathlib import Path

import pytest

from app.errors import EngineError
from tests.engine.diagrams import END, START, element, extensions, flows, load, play, process, script, task

PYTHON = [
    '=__import__("os").system("touch {file}")',
    "=().__class__.__base__.__subclasses__()",
    '=open("{file}", "w")',
    "=exec(\"open('{file}', 'w')\")",
    '=eval("1")',
    "=lambda: 1",
    "={{}}.__class__",
    '="".join.__globals__',
]


@pytest.mark.parametrize("text", PYTHON)
def test_no_python_is_ever_evaluated(text: str, tmp_path: Path) -> None:
    file = tmp_path / "gelukt"
    diagram = process(
        START,
        script("mis", text.format(file=file), "uit"),
        task("na"),
        END,
        flows("begin>mis", "mis>na", "na>einde"),
    )
    made, problems = load(diagram)
    if made is None:
        assert [problem.element_id for problem in problems] == ["mis"]
    else:
        with contextlib.suppress(EngineError):
            assert play(diagram).start()["uit"] is None
    assert not file.exists()


def test_a_reference_to_nothing_is_a_problem() -> None:
    diagrams = {
        "form": element("userTask", "x", extensions('<zeebe:formDefinition formId="weg"/>'), name="X"),
        "process": element("callActivity", "x", extensions('<zeebe:calledElement processId="weg"/>')),
        "decision": element(
            "businessRuleTask", "x", extensions('<zeebe:calledDecision decisionId="weg" resultVariable="y"/>')
        ),
        "job": element("serviceTask", "x", extensions('<zeebe:taskDefinition type="weg"/>')),
        "role": task("x", "niemand"),
    }
    for name, one in diagrams.items():
        made, problems = load(process(START, one, END, flows("begin>x", "x>einde")))
        assert made is None, name
        assert {problem.element_id for problem in problems} == {"x"}, name


def test_a_diagram_that_can_get_stuck_by_its_form_is_a_problem() -> None:
    made, problems = load(
        process(START, task("a"), task("los"), END, flows("begin>a", "a>einde", "los>einde"))
    )
    assert made is None
    assert [problem.element_id for problem in problems] == ["los"]
    made, problems = load(process(START, task("a"), flows("begin>a")))
    assert made is None
    assert "loopt het proces dood" in problems[0].message


@pytest.mark.parametrize("text", [b"<!DOCTYPE x [<!ENTITY a 'b'>]><x/>", b"<x", b"", b"\x00\xff"])
def test_hostile_xml_is_refused(text: bytes) -> None:
    made, problems = load(text)
    assert made is None
    assert problems
