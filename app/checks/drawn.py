"""Whether a diagram is drawn: what is not can't be seen or changed by anybody."""

from collections.abc import Iterator

from app import safe_xml
from app.engine.model import Process
from app.errors import Invalid, Problem
from app.safe_xml import local

DI = "http://www.omg.org/spec/BPMN/20100524/DI"


def check(process: Process, drawn: frozenset[str]) -> Iterator[Problem]:
    """The steps and arrows of a process that have no place in the drawing (bpmnlint: no-bpmndi)."""
    ids = [*process.elements, *(flow.id for flow in process.flows)]
    if not process.executable or not ids:
        return
    if not drawn & frozenset(ids):
        text = "Dit proces heeft geen tekening; het kan zo niet worden getoond of getekend."
        yield Problem(process.file, process.id, text, "warning", "form.no-bpmndi")
        return
    for id in ids:
        if id not in drawn:
            element = process.elements.get(id)
            what = "Deze pijl" if element is None else f"'{element.name or id}'"
            text = f"{what} staat niet op de tekening."
            yield Problem(process.file, id, text, "warning", "form.no-bpmndi")


def drawn(content: bytes) -> frozenset[str]:
    """The ids of all that has a shape or a line in a file."""
    try:
        root = safe_xml.read(content)
    except Invalid:
        return frozenset()
    return frozenset(
        node.get("bpmnElement") or ""
        for node in root.iter(f"{{{DI}}}BPMNShape", f"{{{DI}}}BPMNEdge")
        if local(node)
    )
