"""A way of working with something of everything: people, timers, mail, messages, and a case begun by each."""

from tests.engine.diagrams import element, extensions, flows, process, script, task, timer

PROCESS, CHILD = "drukte", "kind"
ROUNDS = 3
MESSAGE = element("message", "bericht", name="Kind")
_FORM = (
    '<zeebe:formDefinition formId="klein"/><zeebe:properties>'
    '<zeebe:property name="casus.titel" value="=onderwerp"/>'
    '<zeebe:property name="casus.huis" value="arnhem"/></zeebe:properties>'
)
_MAIL = (
    '<zeebe:taskDefinition type="mail"/><zeebe:ioMapping>'
    '<zeebe:input source="wie@voorbeeld.test" target="aan"/><zeebe:input source="Vraag" target="onderwerp"/>'
    "</zeebe:ioMapping>"
)
_MESSAGE = (
    '<zeebe:taskDefinition type="bericht"/><zeebe:ioMapping>'
    '<zeebe:input source="Kind" target="bericht"/>'
    "<zeebe:input source='={van: casus.nummer}' target='gegevens'/></zeebe:ioMapping>"
)
FILES = {
    "drukte.bpmn": process(
        element("startEvent", "begin", extensions(_FORM)),
        element("exclusiveGateway", "ronde_begin"),
        element("parallelGateway", "uit"),
        task("links"),
        task("rechts"),
        element("intermediateCatchEvent", "wacht", timer("timeDuration", "PT0.2S")),
        element("sendTask", "mail", extensions(_MAIL), name="Mail"),
        element("serviceTask", "schrijf", extensions(_MESSAGE), name="Bericht"),
        element("parallelGateway", "in"),
        script("tel", "=get or else(ronde, 0) + 1", "ronde"),
        element("exclusiveGateway", "nog_een", default="nog_een_ronde_begin"),
        element("endEvent", "einde"),
        flows(
            "begin>ronde_begin",
            "ronde_begin>uit",
            *(f"uit>{step}" for step in ("links", "rechts", "wacht", "schrijf")),
            "wacht>mail",
            *(f"{step}>in" for step in ("links", "rechts", "mail", "schrijf")),
            "in>tel",
            "tel>nog_een",
            "nog_een>ronde_begin",
            f"nog_een>einde if ronde >= {ROUNDS}",
        ),
        id=PROCESS,
    ),
    "kind.bpmn": process(
        element("startEvent", "begin", '<bpmn:messageEventDefinition messageRef="bericht"/>'),
        element("intermediateCatchEvent", "wacht", timer("timeDuration", "PT0.1S")),
        element("endEvent", "einde"),
        flows("begin>wacht", "wacht>einde"),
        id=CHILD,
        more=MESSAGE,
    ),
}
ONCE_A_ROUND = ("links", "rechts", "wacht", "mail", "schrijf", "tel")
