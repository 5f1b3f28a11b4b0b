"""What would run otherwise than it is drawn is refused; what is only written otherwise runs."""

from datetime import timedelta

import pytest

from tests.engine.diagrams import (
    END,
    NOW,
    START,
    boundary,
    element,
    ends,
    extensions,
    flows,
    load,
    play,
    process,
    task,
    timer,
)

HOUR = timedelta(hours=1)
ANY_ERROR = "<bpmn:errorEventDefinition/>"
MESSAGE = element("message", "bericht", extensions('<zeebe:subscription correlationKey="=k"/>'), name="B")
MAPPED_IN = extensions("<zeebe:ioMapping><zeebe:input source='=1' target='x'/></zeebe:ioMapping>")
MESSAGED = '<bpmn:messageEventDefinition messageRef="bericht"/>'


def test_ids_that_the_library_uses_itself_are_ids_like_others() -> None:
    diagram = process(
        element("startEvent", "Start"),
        task("Root"),
        element("endEvent", "End"),
        flows("Start>Root", "Root>End"),
    )
    assert play(diagram).start().do("Root").ended


def test_a_boolean_may_be_written_as_a_number() -> None:
    text = process(
        START,
        task("a"),
        boundary("later", "a", timer("timeDuration", "PT1H"), interrupting=False),
        END,
        ends("1"),
        flows("begin>a", "a>einde", "later>einde_1"),
    ).decode()
    case = play(
        text.replace('isExecutable="true"', 'isExecutable="1"').replace('"false"', '"0"').encode()
    ).start()
    assert case.wait_until(NOW + HOUR).open == ["a"]


@pytest.mark.parametrize(
    ("change", "wrong", "why"),
    [
        (('id="a"', 'id="a" startQuantity="2"'), "a", 'startQuantity="2"'),
        (('<bpmn:endEvent id="einde">', '<bpmn:endEvent id="einde">' + ANY_ERROR[:-2] + ' errorRef="weg"/>'),
         "einde", "verwijzing naar niets"),
        (('<bpmn:startEvent id="begin">',
          '<bpmn:startEvent id="begin"><bpmn:eventDefinitionRef>x</bpmn:eventDefinitionRef>'),
         "begin", "eventDefinitionRef"),
        (('<bpmn:exclusiveGateway id="g"', '<bpmn:exclusiveGateway default="weg" id="g"'),
         "g", "standaardweg"),
        (('<bpmn:exclusiveGateway id="g">', '<bpmn:exclusiveGateway id="g">' + MAPPED_IN),
         "g", "invoertoewijzing"),
        (('<zeebe:userTask/>', "<zeebe:userTask/><zeebe:ioMapping><zeebe:output source='=1' target='=x'/>"
          "</zeebe:ioMapping>"), "a", "geen naam"),
        (('"a"', '"a [child]"'), "a [child]", "spatie"),
        (('"a"', '"a/b"'), "a/b", "schuine streep"),
        (('id="proef"', 'id="proef/x"'), "proef/x", "schuine streep"),
    ],
)  # fmt: skip
def test_what_would_run_otherwise_than_it_says_is_refused(
    change: tuple[str, str], wrong: str, why: str
) -> None:
    text = process(
        START,
        task("a"),
        element("exclusiveGateway", "g"),
        END,
        flows("begin>a", "a>g", "g>einde"),
    ).decode()
    assert change[0] in text
    made, problems = load(text.replace(*change).encode())
    assert made is None
    assert [problem.element_id for problem in problems if why in problem.message] == [wrong]


def test_a_reference_may_have_a_prefix() -> None:
    text = process(
        START,
        element("intermediateCatchEvent", "w", MESSAGED),
        END,
        flows("begin>w", "w>einde"),
        more=MESSAGE,
    ).decode()
    case = play(text.replace('messageRef="bericht"', 'messageRef="tns:bericht"').encode()).start(k="1")
    assert case.message("B", "1").ended
