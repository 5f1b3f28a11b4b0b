"""The Camunda 8 dialect: what the `zeebe:*` extension elements of one BPMN element say.

https://docs.camunda.io/docs/components/modeler/bpmn/ · namespace http://camunda.org/schema/zeebe/1.0
"""

from typing import Any

from lxml import etree

from app.engine.model import Loop
from app.safe_xml import local

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
ZEEBE = "http://camunda.org/schema/zeebe/1.0"
NAMES = {"bpmn": BPMN, "zeebe": ZEEBE}

_IGNORED = {
    *(
        "userTask",
        "loopCharacteristics",
        "taskHeaders",
        "properties",
        "subscription",
        "versionTag",
        "metaData",
    )
}
_OTHER_ENGINES = ("camunda", "spiff", "flowable", "activiti", "drools")
"""What stands in their namespaces would do something there; what only a drawing tool knows does nothing."""


def extensions(node: etree._Element) -> dict[str, Any]:
    """The fields of `model.Element` that come from extensions; `unknown` names what we do not run."""
    found: dict[str, Any] = {}
    unknown: list[str] = []
    for child in node.iterfind("bpmn:extensionElements/*", NAMES):
        namespace, name = etree.QName(child).namespace, local(child)
        if namespace != ZEEBE:
            if any(tool in (namespace or "") for tool in _OTHER_ENGINES) and name not in _IGNORED:
                unknown.append(f"{child.prefix}:{name}")
            continue
        if name in _READERS:
            found |= _READERS[name](child)
        elif name not in _IGNORED:
            unknown.append(f"zeebe:{name}")
    found["headers"] = pairs(node, "taskHeaders/zeebe:header", "key")
    found["properties"] = pairs(node, "properties/zeebe:property", "name")
    found["unknown"] = tuple(unknown)
    return found


def is_true(node: etree._Element, attribute: str, *, otherwise: bool = False) -> bool:
    """An xs:boolean, which may also be written as 1 or 0."""
    said = (node.get(attribute) or "").strip()
    return said in ("true", "1") if said else otherwise


def pairs(node: etree._Element, path: str, key: str) -> dict[str, str]:
    entries = node.iterfind(f"bpmn:extensionElements/zeebe:{path}", NAMES)
    return {entry.get(key, ""): entry.get("value", "") for entry in entries}


def loop(node: etree._Element) -> Loop | None:
    """The multi-instance marker; one without a collection has an empty `collection`."""
    found = node.find("bpmn:multiInstanceLoopCharacteristics", NAMES)
    if found is None:
        return None
    zeebe = found.find("bpmn:extensionElements/zeebe:loopCharacteristics", NAMES)
    said = {} if zeebe is None else dict(zeebe.attrib)
    condition = found.findtext("bpmn:completionCondition", None, NAMES)
    return Loop(
        sequential=is_true(found, "isSequential"),
        collection=str(said.get("inputCollection", "")),
        item_name=said.get("inputElement"),
        output_collection=said.get("outputCollection"),
        output_element=said.get("outputElement"),
        completion_condition=condition.strip() if condition else None,
    )


def _assignment(node: etree._Element) -> dict[str, Any]:
    return {
        "assignee": node.get("assignee"),
        "candidate_groups": node.get("candidateGroups"),
        "candidate_users": node.get("candidateUsers"),
    }


def _mapping(node: etree._Element) -> dict[str, Any]:
    def of(kind: str) -> tuple[tuple[str, str], ...]:
        return tuple(
            (n.get("source", ""), n.get("target", "")) for n in node.iterfind(f"zeebe:{kind}", NAMES)
        )

    return {"inputs": of("input"), "outputs": of("output")}


def _called(node: etree._Element) -> dict[str, Any]:
    return {
        "calls": node.get("processId"),
        "parent_variables": is_true(node, "propagateAllParentVariables", otherwise=True),
        "child_variables": is_true(node, "propagateAllChildVariables", otherwise=True),
    }


_READERS: dict[str, Any] = {
    "formDefinition": lambda node: {"form_id": node.get("formId")},
    "assignmentDefinition": _assignment,
    "taskSchedule": lambda node: {
        "due_date": node.get("dueDate"),
        "follow_up_date": node.get("followUpDate"),
    },
    "priorityDefinition": lambda node: {"priority": node.get("priority")},
    "ioMapping": _mapping,
    "script": lambda node: {
        "script": node.get("expression", ""),
        "result_variable": node.get("resultVariable"),
    },
    "calledDecision": lambda node: {
        "decision_id": node.get("decisionId", ""),
        "result_variable": node.get("resultVariable"),
    },
    "calledElement": _called,
    "taskDefinition": lambda node: {
        "job_type": node.get("type", ""),
        "job_retries": int(node.get("retries")) if (node.get("retries") or "").isdigit() else None,
    },
}
