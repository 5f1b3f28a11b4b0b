"""A file to begin with: a small process, table or form that is complete, to be changed in its editor."""

import json
import re
import unicodedata
from collections.abc import Collection

from lxml import etree

from app.errors import Invalid
from app.services import way_files

KINDS = {"proces": ".bpmn", "beslissing": ".dmn", "formulier": ".form"}
MAX_NAME_CHARS = 80

_PROCESS = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" \
xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" \
xmlns:di="http://www.omg.org/spec/DD/20100524/DI" xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" \
xmlns:modeler="http://camunda.org/schema/modeler/1.0" id="definities_{id}" \
targetNamespace="http://bpmn.io/schema/bpmn" modeler:executionPlatform="Camunda Cloud" \
modeler:executionPlatformVersion="8.6.0">
  <bpmn:process id="{id}" name="{name}" isExecutable="true">
    <bpmn:startEvent id="begin" name="Begin"><bpmn:outgoing>naar_einde</bpmn:outgoing></bpmn:startEvent>
    <bpmn:endEvent id="einde" name="Einde"><bpmn:incoming>naar_einde</bpmn:incoming></bpmn:endEvent>
    <bpmn:sequenceFlow id="naar_einde" sourceRef="begin" targetRef="einde" />
  </bpmn:process>
  <bpmndi:BPMNDiagram id="tekening_{id}">
    <bpmndi:BPMNPlane id="vlak_{id}" bpmnElement="{id}">
      <bpmndi:BPMNShape id="begin_vorm" bpmnElement="begin">
        <dc:Bounds x="180" y="100" width="36" height="36" />
        <bpmndi:BPMNLabel><dc:Bounds x="182" y="143" width="32" height="14" /></bpmndi:BPMNLabel>
      </bpmndi:BPMNShape>
      <bpmndi:BPMNShape id="einde_vorm" bpmnElement="einde">
        <dc:Bounds x="420" y="100" width="36" height="36" />
        <bpmndi:BPMNLabel><dc:Bounds x="423" y="143" width="31" height="14" /></bpmndi:BPMNLabel>
      </bpmndi:BPMNShape>
      <bpmndi:BPMNEdge id="naar_einde_lijn" bpmnElement="naar_einde">
        <di:waypoint x="216" y="118" /><di:waypoint x="420" y="118" />
      </bpmndi:BPMNEdge>
    </bpmndi:BPMNPlane>
  </bpmndi:BPMNDiagram>
</bpmn:definitions>
"""
_DECISION = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" \
xmlns:dmndi="https://www.omg.org/spec/DMN/20191111/DMNDI/" \
xmlns:dc="http://www.omg.org/spec/DMN/20180521/DC/" id="definities_{id}" name="{name}" \
namespace="http://camunda.org/schema/1.0/dmn">
  <decision id="{id}" name="{name}">
    <variable id="{id}_uitkomst" name="{id}" typeRef="string" />
    <decisionTable id="{id}_tabel" hitPolicy="FIRST">
      <input id="{id}_vraag" label="Vraag">
        <inputExpression id="{id}_vraag_expressie" typeRef="string"><text>vraag</text></inputExpression>
      </input>
      <output id="{id}_antwoord" label="Antwoord" name="antwoord" typeRef="string" />
      <rule id="{id}_regel_1">
        <inputEntry id="{id}_regel_1_vraag"><text>-</text></inputEntry>
        <outputEntry id="{id}_regel_1_antwoord"><text>"antwoord"</text></outputEntry>
      </rule>
    </decisionTable>
  </decision>
  <dmndi:DMNDI>
    <dmndi:DMNDiagram id="tekening_{id}">
      <dmndi:DMNShape id="vorm_{id}" dmnElementRef="{id}">
        <dc:Bounds height="80" width="180" x="160" y="100" />
      </dmndi:DMNShape>
    </dmndi:DMNDiagram>
  </dmndi:DMNDI>
</definitions>
"""


def make(kind: str, name: str, *, others: Collection[str]) -> tuple[str, bytes]:
    """A name for the file that is free, and its content. Raises Invalid for a name that says nothing."""
    name = " ".join(name.split())
    if kind not in KINDS:
        raise Invalid("Kies een proces, een beslissing of een formulier.", {"soort": "Kies er een."})
    if len(name) > MAX_NAME_CHARS:
        message = f"Maak de naam korter: hoogstens {MAX_NAME_CHARS} tekens."
        raise Invalid(message, {"naam": message})
    identifier = _identifier(name)
    if not identifier:
        message = "Schrijf een naam met minstens één letter."
        raise Invalid(message, {"naam": message})
    file = identifier + KINDS[kind]
    number = 2
    while any(other.lower() == file for other in others):
        file = f"{identifier}_{number}{KINDS[kind]}"
        number += 1
    content = _content(kind, file.removesuffix(KINDS[kind]), name)
    way_files.require_name(file, others=others)
    way_files.require_kind(file, content)
    return file, content


def _identifier(name: str) -> str:
    """`Coördinator vragen` -> `coordinator_vragen`"""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    words = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")
    return words if not words[:1].isdigit() else f"n_{words}"


def _content(kind: str, identifier: str, name: str) -> bytes:
    if kind == "formulier":
        form = {
            "id": identifier,
            "type": "default",
            "schemaVersion": 19,
            "executionPlatform": "Camunda Cloud",
            "executionPlatformVersion": "8.6.0",
            "components": [{"type": "text", "id": "uitleg", "text": f"# {name}"}],
        }
        return (json.dumps(form, ensure_ascii=False, indent=2) + "\n").encode()
    # A name may hold any character: XML's own writer knows which ones need an escape.
    holder = etree.Element("a", name=name)
    escaped = etree.tostring(holder, encoding="unicode").removeprefix('<a name="').removesuffix('"/>')
    template = _PROCESS if kind == "proces" else _DECISION
    return template.replace("{id}", identifier).replace("{name}", escaped).encode()
