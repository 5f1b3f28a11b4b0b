"""Edits of the shipped files as people make them, each with the ids that it has to do with."""

import json
import random
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lxml import etree

PROJECT = Path(__file__).parent.parent.parent
NAMES = {
    "bpmn": "http://www.omg.org/spec/BPMN/20100524/MODEL",
    "di": "http://www.omg.org/spec/BPMN/20100524/DI",
    "dc": "http://www.omg.org/spec/DD/20100524/DC",
    "wp": "http://www.omg.org/spec/DD/20100524/DI",
    "zeebe": "http://camunda.org/schema/zeebe/1.0",
    "dmn": "https://www.omg.org/spec/DMN/20191111/MODEL/",
}
BPMN = f"{{{NAMES['bpmn']}}}"
DMN = f"{{{NAMES['dmn']}}}"


def shipped(name: str) -> bytes:
    folder = "forms" if name.endswith(".form") else "processes"
    return (PROJECT / folder / name).read_bytes()


def all_shipped() -> dict[str, bytes]:
    files = [*(PROJECT / "processes").iterdir(), *(PROJECT / "forms").iterdir()]
    return {file.name: file.read_bytes() for file in sorted(files)}


def replaced(content: bytes, *pairs: tuple[str, str]) -> bytes:
    """The text with each first text once replaced by its second; each must be there."""
    text = content.decode()
    for old, new in pairs:
        assert old in text, old
        text = text.replace(old, new, 1)
    return text.encode()


@dataclass(frozen=True)
class Edit:
    """What somebody does to a file. Edits that touch other ids have nothing to do with each other."""

    what: str
    touches: frozenset[str]
    do: Callable[[bytes], bytes]

    def __call__(self, content: bytes) -> bytes:
        return self.do(content)


# ── Diagrams ─────────────────────────────────────────────────────────────────────────────────────────────


def diagram_edit(chance: random.Random, content: bytes, fresh: str) -> Edit:
    """An edit of a diagram; `fresh` names what it adds."""
    root = etree.fromstring(content)
    tasks = [one.get("id") for one in root.iter(f"{BPMN}userTask", f"{BPMN}serviceTask")]
    flows = [one.get("id") for one in root.iter(f"{BPMN}sequenceFlow")]
    kind = chance.choice(("name", "words", "setting", "move", "insert", "take out", "flow name", "lane"))
    if kind in ("insert", "flow name"):
        flow = chance.choice(flows)
        ends = _flow(root, flow).get("sourceRef"), _flow(root, flow).get("targetRef")
        work = _insert if kind == "insert" else _name_flow
        return Edit(kind, frozenset({flow, *ends}), lambda given: _on(given, work, flow, fresh))
    task = chance.choice(tasks)
    if kind == "take out":
        return Edit(kind, _around(root, task), lambda given: _on(given, _take_out, task, fresh))
    work = {"name": _rename, "words": _explain, "setting": _set, "move": _move, "lane": _change_lane}[kind]
    return Edit(kind, frozenset({task}), lambda given: _on(given, work, task, fresh))


def _on(content: bytes, work: Callable[[Any, str, str], None], id: str, fresh: str) -> bytes:
    root = etree.fromstring(content)
    work(root, id, fresh)
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True)


def _find(root: Any, id: str) -> Any:
    return next(one for one in root.iter(f"{BPMN}*") if one.get("id") == id)


def _flow(root: Any, id: str) -> Any:
    return _find(root, id)


def _around(root: Any, task: str) -> frozenset[str]:
    """The step, its flows, what they lead to, and what is drawn on it."""
    found = {task}
    for flow in root.iter(f"{BPMN}sequenceFlow"):
        if task in (flow.get("sourceRef"), flow.get("targetRef")):
            found |= {flow.get("id"), flow.get("sourceRef"), flow.get("targetRef")}
    return frozenset(found)


def _rename(root: Any, id: str, fresh: str) -> None:
    _find(root, id).set("name", f"Naam {fresh}")


def _name_flow(root: Any, id: str, fresh: str) -> None:
    _find(root, id).set("name", f"Weg {fresh}")


def _explain(root: Any, id: str, fresh: str) -> None:
    node = _find(root, id)
    words = node.find("bpmn:documentation", NAMES)
    if words is None:
        words = etree.Element(f"{BPMN}documentation")
        node.insert(0, words)
    words.text = f"Uitleg {fresh}"


def _set(root: Any, id: str, fresh: str) -> None:
    node = _find(root, id)
    more = node.find("bpmn:extensionElements", NAMES)
    if more is None:
        more = etree.SubElement(node, f"{BPMN}extensionElements")
    priority = etree.SubElement(more, f"{{{NAMES['zeebe']}}}priorityDefinition")
    priority.set("priority", str(len(fresh) + 7))


def _shape(root: Any, id: str) -> Any:
    return root.find(f".//di:BPMNShape[@bpmnElement='{id}']", NAMES)


def _move(root: Any, id: str, fresh: str) -> None:
    bounds = _shape(root, id).find("dc:Bounds", NAMES)
    bounds.set("x", str(int(bounds.get("x")) + 37))


def _change_lane(root: Any, id: str, fresh: str) -> None:
    lanes = list(root.iter(f"{BPMN}lane"))
    mine = [lane for lane in lanes if id in [one.text for one in lane.iterfind("bpmn:flowNodeRef", NAMES)]]
    others = [lane for lane in lanes if lane not in mine]
    if not mine or not others:
        _rename(root, id, fresh)
        return
    reference = next(one for one in mine[0].iterfind("bpmn:flowNodeRef", NAMES) if one.text == id)
    others[0].append(reference)


def _insert(root: Any, id: str, fresh: str) -> None:
    """A task halfway a flow."""
    flow = _find(root, id)
    target = _find(root, flow.get("targetRef"))
    new, further = f"taak_{fresh}", f"verder_{fresh}"
    node = etree.SubElement(flow.getparent(), f"{BPMN}userTask", id=new, name=f"Nieuw {fresh}")
    etree.SubElement(node, f"{BPMN}incoming").text = id
    etree.SubElement(node, f"{BPMN}outgoing").text = further
    next(one for one in target.iterfind("bpmn:incoming", NAMES) if one.text == id).text = further
    etree.SubElement(
        flow.getparent(), f"{BPMN}sequenceFlow", id=further, sourceRef=new, targetRef=target.get("id")
    )
    flow.set("targetRef", new)
    plane = root.find(".//di:BPMNPlane", NAMES)
    shape = etree.SubElement(plane, f"{{{NAMES['di']}}}BPMNShape", id=f"vorm_{fresh}", bpmnElement=new)
    etree.SubElement(shape, f"{{{NAMES['dc']}}}Bounds", x="10", y="20", width="100", height="80")
    edge = etree.SubElement(plane, f"{{{NAMES['di']}}}BPMNEdge", id=f"pijl_{fresh}", bpmnElement=further)
    for x in ("10", "60"):
        etree.SubElement(edge, f"{{{NAMES['wp']}}}waypoint", x=x, y="60")
    for lane in root.iter(f"{BPMN}lane"):
        if target.get("id") in [one.text for one in lane.iterfind("bpmn:flowNodeRef", NAMES)]:
            etree.SubElement(lane, f"{BPMN}flowNodeRef").text = new


def _take_out(root: Any, id: str, fresh: str) -> None:
    """A step away, where one flow comes in and one goes out and nothing hangs on it; else another name."""
    node = _find(root, id)
    flows = list(root.iter(f"{BPMN}sequenceFlow"))
    into = [one for one in flows if one.get("targetRef") == id]
    out = [one for one in flows if one.get("sourceRef") == id]
    hangs = [one for one in root.iter(f"{BPMN}boundaryEvent") if one.get("attachedToRef") == id]
    if len(into) != 1 or len(out) != 1 or hangs:
        _rename(root, id, fresh)
        return
    target = _find(root, out[0].get("targetRef"))
    into[0].set("targetRef", target.get("id"))
    next(one for one in target.iterfind("bpmn:incoming", NAMES) if one.text == out[0].get("id")).text = into[
        0
    ].get("id")
    gone = {id, out[0].get("id")}
    for one in [node, out[0]]:
        one.getparent().remove(one)
    for one in list(root.iter(f"{{{NAMES['di']}}}*")):
        if one.get("bpmnElement") in gone:
            one.getparent().remove(one)
    for one in list(root.iter(f"{BPMN}flowNodeRef")):
        if one.text == id:
            one.getparent().remove(one)


# ── Forms ────────────────────────────────────────────────────────────────────────────────────────────────


def form_edit(chance: random.Random, content: bytes, fresh: str) -> Edit:
    fields = list(_fields(json.loads(content)["components"]))
    kind = chance.choice(("label", "required", "add", "take out", "help", "row"))
    field = chance.choice([one for one in fields if not one.get("components")])
    id = field["id"]
    work = {
        "label": lambda one, around: one.__setitem__("label", f"Naam {fresh}"),
        "required": lambda one, around: one.setdefault("validate", {}).__setitem__("minLength", len(fresh)),
        "help": lambda one, around: one.__setitem__("description", f"Hulp {fresh}"),
        "row": lambda one, around: one.__setitem__("layout", {"row": f"rij_{fresh}", "columns": 8}),
        "add": lambda one, around: around.insert(around.index(one) + 1, _new_field(fresh)),
        "take out": lambda one, around: around.remove(one),
    }[kind]
    return Edit(kind, frozenset({id}), lambda given: _on_form(given, id, work))


def _new_field(fresh: str) -> dict[str, Any]:
    return {"type": "textfield", "label": f"Nieuw {fresh}", "key": f"nieuw_{fresh}", "id": f"veld_{fresh}"}


def _fields(components: list[dict[str, Any]]) -> Any:
    for one in components:
        yield one
        yield from _fields(one.get("components", []))


def _on_form(content: bytes, id: str, work: Callable[[Any, list[Any]], Any]) -> bytes:
    data = json.loads(content)

    def visit(components: list[dict[str, Any]]) -> bool:
        for one in components:
            if one["id"] == id:
                work(one, components)
                return True
            if visit(one.get("components", [])):
                return True
        return False

    assert visit(data["components"])
    return json.dumps(data, indent=2, ensure_ascii=False).encode() + b"\n"


# ── Tables ───────────────────────────────────────────────────────────────────────────────────────────────


def table_edit(chance: random.Random, content: bytes, fresh: str) -> Edit:
    root = etree.fromstring(content)
    kind = chance.choice(("cell", "add", "take out", "column label", "words"))
    if kind == "column label":
        column = chance.choice([one.get("id") for one in root.iter(f"{DMN}input")])
        return Edit(kind, frozenset({column}), lambda given: _on_table(given, column, _label, fresh))
    if kind == "words":
        decision = chance.choice([one.get("id") for one in root.iter(f"{DMN}decision")])
        return Edit(kind, frozenset({decision}), lambda given: _on_table(given, decision, _describe, fresh))
    rule = chance.choice([one.get("id") for one in root.iter(f"{DMN}rule")])
    work = {"cell": _cell, "add": _add_rule, "take out": _remove}[kind]
    return Edit(kind, frozenset({rule}), lambda given: _on_table(given, rule, work, fresh))


def _on_table(content: bytes, id: str, work: Callable[[Any, str], None], fresh: str) -> bytes:
    root = etree.fromstring(content)
    work(next(one for one in root.iter() if one.get("id") == id), fresh)
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True)


def _label(node: Any, fresh: str) -> None:
    node.set("label", f"Kolom {fresh}")


def _describe(node: Any, fresh: str) -> None:
    node.find("dmn:description", NAMES).text = f"Uitleg {fresh}"


def _cell(node: Any, fresh: str) -> None:
    node.find("dmn:inputEntry/dmn:text", NAMES).text = f'"{fresh}"'


def _remove(node: Any, fresh: str) -> None:
    node.getparent().remove(node)


def _add_rule(node: Any, fresh: str) -> None:
    new = deepcopy(node)
    new.set("id", f"regel_{fresh}")
    for one in new.iter():
        if one is not new and one.get("id"):
            one.set("id", f"{one.get('id')}_{fresh}")
    node.addnext(new)
