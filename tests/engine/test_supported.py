"""What of BPMN is executed: each row of the table in the README, on a diagram of its own."""

import re

import pytest

from app.engine.build import SPECS
from app.engine.reader import FLOW_NODES
from tests.engine.diagrams import (
    END,
    START,
    element,
    extensions,
    flows,
    load,
    many,
    process,
    script,
    task,
    timer,
)
from tests.installation import PROJECT

MESSAGE = element(
    "message", "bericht", extensions('<zeebe:subscription correlationKey="=n"/>'), name="Bericht"
)
BESIDE = (
    MESSAGE
    + element("signal", "sein", name="Sein")
    + element("error", "fout", errorCode="F")
    + element("escalation", "hoger", escalationCode="E")
)
DEFINED = {
    "message": '<bpmn:messageEventDefinition messageRef="bericht"/>',
    "signal": '<bpmn:signalEventDefinition signalRef="sein"/>',
    "error": '<bpmn:errorEventDefinition errorRef="fout"/>',
    "escalation": '<bpmn:escalationEventDefinition escalationRef="hoger"/>',
    "terminate": "<bpmn:terminateEventDefinition/>",
    "compensate": "<bpmn:compensateEventDefinition/>",
    "cancel": "<bpmn:cancelEventDefinition/>",
    "conditional": "<bpmn:conditionalEventDefinition/>",
    "link": '<bpmn:linkEventDefinition name="L"/>',
    "timer": timer("timeDuration", "P1D"),
    "cycle": timer("timeCycle", "R3/P1D"),
    "date": timer("timeDate", "2026-12-01T09:00:00Z"),
}
NAMES = {
    "geen": "",
    "bericht": "message",
    "signaal": "signal",
    "fout": "error",
    "escalatie": "escalation",
    "beëindigen": "terminate",
    "compensatie": "compensate",
    "annuleren": "cancel",
    "voorwaarde": "conditional",
    "koppeling": "link",
    "timer": "timer",
    "herhaling": "cycle",
    "tijdstip": "date",
}


def _between(one: str, *beside: str) -> bytes:
    """An element with id x between start and end."""
    return process(START, one, END, flows("begin>x", "x>einde"), *beside, more=BESIDE)


def _start(kind: str) -> bytes:
    return process(element("startEvent", "x", DEFINED[kind]), END, flows("x>einde"), more=BESIDE)


def _end(kind: str) -> bytes:
    x = element("endEvent", "x", DEFINED[kind])
    if kind == "cancel":
        inside = element("startEvent", "t") + x + flows("t>x")
        around = element("boundaryEvent", "b", DEFINED["cancel"], attachedToRef="tx")
        more = element("endEvent", "e2") + flows("begin>tx", "tx>einde", "b>e2")
        return process(START, element("transaction", "tx", inside), around, END, more, more=BESIDE)
    if kind == "compensate":
        return process(START, task("a"), x, _undo(), flows("begin>a", "a>x"), more=BESIDE)
    return process(START, x, flows("begin>x"), more=BESIDE)


def _undo() -> str:
    undone = task("u").replace("<bpmn:userTask ", '<bpmn:userTask isForCompensation="true" ')
    boundary = element("boundaryEvent", "bu", DEFINED["compensate"], attachedToRef="a")
    return boundary + undone + element("association", "as", sourceRef="bu", targetRef="u")


def _throw(kind: str) -> bytes:
    x = element("intermediateThrowEvent", "x", DEFINED.get(kind, ""))
    if kind == "link":
        caught = element("intermediateCatchEvent", "y", DEFINED["link"])
        return process(START, x, caught, END, flows("begin>x", "y>einde"))
    if kind == "compensate":
        return process(START, task("a"), x, END, _undo(), flows("begin>a", "a>x", "x>einde"))
    return _between(x)


def _catch(kind: str) -> bytes:
    if kind == "link":
        return _throw("link").replace(b'"x"', b'"z"').replace(b'"y"', b'"x"')
    return _between(element("intermediateCatchEvent", "x", DEFINED[kind]))


def _boundary(kind: str) -> bytes:
    inside = element("startEvent", "t") + element("endEvent", "u") + flows("t>u")
    if kind == "cancel":
        inside += element("endEvent", "c", DEFINED["cancel"]) + element("exclusiveGateway", "g")
    if kind == "compensate":
        return _throw("compensate").replace(b'"x"', b'"z"').replace(b'"bu"', b'"x"')
    host = element("transaction" if kind == "cancel" else "subProcess", "a", inside)
    if kind == "cancel":
        return _end("cancel").replace(b'"x"', b'"z"').replace(b'"b"', b'"x"')
    x = element(
        "boundaryEvent", "x", DEFINED[kind], attachedToRef="a", cancelActivity=str(kind != "cycle").lower()
    )
    more = element("endEvent", "e2") + flows("begin>a", "a>einde", "x>e2")
    return process(START, host, x, END, more, more=BESIDE)


def _by_event(kind: str) -> bytes:
    interrupting = str(kind != "cycle").lower()
    inside = element("startEvent", "x", DEFINED[kind], isInterrupting=interrupting)
    inside += element("endEvent", "u") + flows("x>u")
    around = element("subProcess", "sub", inside, triggeredByEvent="true")
    return process(START, END, around, flows("begin>einde"), more=BESIDE)


def _gateway(kind: str) -> bytes:
    if kind == "eventBasedGateway":
        two = element("intermediateCatchEvent", "a", DEFINED["timer"])
        two += element("intermediateCatchEvent", "b", DEFINED["message"])
        x = element(kind, "x")
    else:
        two, x = task("a") + task("b"), element(kind, "x", default="x_b")
    to_a = "x>a if n = 1" if kind in ("exclusiveGateway", "inclusiveGateway") else "x>a"
    more = element("endEvent", "e2") + flows("begin>x", to_a, "x>b", "a>einde", "b>e2")
    return process(START, x, two, END, more, more=BESIDE)


TASKS = {
    "task": element("task", "x"),
    "manualTask": element("manualTask", "x"),
    "userTask": task("x"),
    "serviceTask": element("serviceTask", "x", extensions('<zeebe:taskDefinition type="herinner"/>')),
    "sendTask": element("sendTask", "x", extensions('<zeebe:taskDefinition type="herinner"/>')),
    "scriptTask": script("x", "1", "y"),
    "receiveTask": element("receiveTask", "x", messageRef="bericht"),
    "subProcess": element(
        "subProcess", "x", element("startEvent", "t") + element("endEvent", "u") + flows("t>u")
    ),
    "callActivity": element("callActivity", "x", extensions('<zeebe:calledElement processId="proef"/>')),
    "transaction": element(
        "transaction", "x", element("startEvent", "t") + element("endEvent", "u") + flows("t>u")
    ),
    **{
        kind: element(kind, "x")
        for kind in (
            *("adHocSubProcess", "choreographyTask", "subChoreography", "callChoreography"),
            *("event", "implicitThrowEvent"),
        )
    },
}
SPECIAL = {
    "meervoudig, tegelijk": _between(task("x", inner=many("=lijst", "een"))),
    "meervoudig, na elkaar": _between(task("x", inner=many("=lijst", "een", one_by_one=True))),
    "lus-markering": _between(element("task", "x", "<bpmn:standardLoopCharacteristics/>")),
    "script in een andere taal": _between(element("scriptTask", "x", "<bpmn:script>import os</bpmn:script>")),
    "meervoudig zonder lijst": _between(
        task(
            "x",
            inner="<bpmn:multiInstanceLoopCharacteristics><bpmn:loopCardinality>3</bpmn:loopCardinality>"
            "</bpmn:multiInstanceLoopCharacteristics>",
        )
    ),
    "pool, baan, berichtenstroom": process(
        '<bpmn:laneSet id="ls"><bpmn:lane id="baan" name="procesregisseur">'
        "<bpmn:flowNodeRef>x</bpmn:flowNodeRef></bpmn:lane></bpmn:laneSet>",
        START,
        task("x"),
        END,
        flows("begin>x", "x>einde"),
        more='<bpmn:collaboration id="k"><bpmn:participant id="p1" processRef="proef"/>'
        '<bpmn:participant id="p2" name="Buiten"/>'
        '<bpmn:messageFlow id="mf" sourceRef="x" targetRef="p2"/></bpmn:collaboration>',
    ),
    "meer dan één startEvent": process(
        START, element("startEvent", "nog_een"), END, flows("begin>einde", "nog_een>einde"), id="x"
    ),
    "boundaryEvent met een fout of escalatie aan een taak": process(
        START,
        task("a"),
        element("boundaryEvent", "x", DEFINED["error"], attachedToRef="a"),
        END,
        element("endEvent", "e2"),
        flows("begin>a", "a>einde", "x>e2"),
        more=BESIDE,
    ),
    "compensatie tot in een subproces dat klaar is": process(
        START,
        element(
            "subProcess",
            "p",
            element("startEvent", "t")
            + task("b")
            + _undo()
            .replace('"a"', '"b"')
            .replace('"u"', '"ub"')
            .replace('"bu"', '"bb"')
            .replace('"as"', '"bs"')
            + element("endEvent", "pe", DEFINED["compensate"])
            + flows("t>b", "b>pe"),
        ),
        task("a"),
        _undo(),
        element("endEvent", "x", DEFINED["compensate"]),
        flows("begin>p", "p>a", "a>x"),
    ),
    "eventBasedGateway die een proces begint": _gateway("eventBasedGateway").replace(
        b'<bpmn:eventBasedGateway id="x"', b'<bpmn:eventBasedGateway instantiate="true" id="x"'
    ),
    "eventBasedGateway met een taak erachter": _gateway("eventBasedGateway").replace(
        b'<bpmn:intermediateCatchEvent id="b">'
        + DEFINED["message"].encode()
        + b"</bpmn:intermediateCatchEvent>",
        task("b").encode(),
    ),
    "meer dan één token tegelijk (startQuantity)": _between(
        task("x").replace('id="x"', 'id="x" startQuantity="2"')
    ),
    "toewijzing (ioMapping) bij een gateway": _between(
        element(
            "exclusiveGateway",
            "x",
            extensions("<zeebe:ioMapping><zeebe:input source='=1' target='y'/></zeebe:ioMapping>"),
        )
    ),
    "verwijzing naar iets dat er niet is": _between(
        element("intermediateThrowEvent", "x", DEFINED["signal"].replace("sein", "weg"))
    ),
    "uitbreiding van Camunda 7 of Spiff": _between(
        task("x", inner="").replace(
            "<zeebe:userTask/>", "<spiffworkflow:preScript>import os</spiffworkflow:preScript>"
        )
    ),
    "twee gebeurtenissen in één": _between(
        element("intermediateCatchEvent", "x", DEFINED["timer"] + DEFINED["message"])
    ),
    "gegevensobject, notitie, groep": _between(
        task("x"),
        element("dataObject", "d1"),
        element("dataObjectReference", "d2", dataObjectRef="d1"),
        element("textAnnotation", "d3"),
        element("group", "d4"),
    ),
    "voorwaarde op een pijl uit een taak": process(
        START, task("x"), END, flows("begin>x", "x>einde if n = 1")
    ),
}
DECISION = """<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" namespace="n">
  <decision id="besluit" name="Besluit"><literalExpression><text>1</text></literalExpression></decision>
</definitions>"""


def _diagram(row: str) -> bytes:
    kind, _, event = row.partition(": ")
    if row in SPECIAL:
        return SPECIAL[row]
    if row == "businessRuleTask":
        said = '<zeebe:calledDecision decisionId="besluit" resultVariable="y"/>'
        return _between(element(row, "x", extensions(said)))
    if kind.endswith("Gateway"):
        return _gateway(kind)
    if not event:
        return _between(TASKS[kind])
    made = {
        "startEvent": _start,
        "endEvent": _end,
        "intermediateThrowEvent": _throw,
        "intermediateCatchEvent": _catch,
        "boundaryEvent": _boundary,
        "gebeurtenis-subproces": _by_event,
    }[kind]
    DEFINED.setdefault("", "")
    return made(NAMES[event])


def _rows() -> list[tuple[str, str]]:
    """(element, "ja" or the message) of every row of the table in the README; `a: b, c` are two rows."""
    text = (PROJECT / "README.md").read_text()
    table = re.search(r"\| element \| uitgevoerd \|\n\|[-| ]+\|\n((?:\|.*\n)+)", text)
    assert table is not None
    found = []
    for line in table.group(1).splitlines():
        names, answer = (cell.strip() for cell in line.strip("|").split("|"))
        if names in SPECIAL:
            found.append((names, answer))
            continue
        kinds, _, events = names.partition(": ")
        for kind in kinds.split(", "):
            rows = [f"{kind}: {event}" for event in events.split(", ")] if events else [kind]
            found += [(row, answer) for row in rows]
    return found


ROWS = _rows()


@pytest.mark.parametrize(("row", "answer"), ROWS, ids=[row for row, _ in ROWS])
def test_the_readme_tells_what_is_executed(row: str, answer: str) -> None:
    made, problems = load(_diagram(row), tables={"d.dmn": DECISION.encode()})
    if answer == "ja":
        assert problems == []
        assert made is not None
        return
    assert made is None
    wrong = [problem.message for problem in problems if problem.element_id == "x"]
    assert any(answer.strip('„”"').rstrip("…") in message for message in wrong), problems


def test_the_table_has_every_element_and_event() -> None:
    names = {row.partition(": ")[0] for row, _ in ROWS}
    assert set(FLOW_NODES) <= names
    assert set(SPECS) <= names
    assert set(SPECIAL) <= names
