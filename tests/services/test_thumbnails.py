"""The small picture of a diagram: every shape in it, and nothing that somebody typed."""

import re

import pytest
from lxml import etree

from app.services import thumbnails
from tests.town import shipped

DIAGRAMS = {name: content for name, content in shipped().items() if name.endswith(".bpmn")}
BPMN = '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:di="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:dc="http://www.omg.org/spec/DD/20100524/DC">'  # noqa: E501


def drawn(content: bytes) -> etree._Element:
    return etree.fromstring(thumbnails.picture(content))


@pytest.mark.parametrize("name", DIAGRAMS)
def test_every_shape_and_flow_of_the_shipped_diagrams_is_in_it(name: str):
    picture = drawn(DIAGRAMS[name])
    whole = etree.fromstring(DIAGRAMS[name])
    shapes = len(whole.findall(".//{*}BPMNShape"))
    assert sum(1 for _ in picture.iter("{*}rect", "{*}circle", "{*}polygon")) == shapes
    assert len(picture.findall(".//{*}polyline")) == len(whole.findall(".//{*}BPMNEdge"))


def shape(**bounds: str) -> bytes:
    place = " ".join(f'{name}="{value}"' for name, value in bounds.items())
    return (
        f'{BPMN}<process id="p"><task id="t" name="&lt;script>alert(1)&lt;/script>"/></process>'
        f'<di:BPMNDiagram><di:BPMNPlane bpmnElement="p"><di:BPMNShape bpmnElement="t"><dc:Bounds {place}/>'
        "</di:BPMNShape></di:BPMNPlane></di:BPMNDiagram></definitions>"
    ).encode()


def test_nothing_that_somebody_typed_is_in_it():
    picture = drawn(shape(x="1", y="2", width="100", height="80"))
    values = {value for node in picture.iter() for value in node.attrib.values()}
    assert all(re.fullmatch(r"none|#[0-9a-f]{6}|[-0-9. ,]+", value) for value in values), values
    assert [node.text for node in picture.iter() if node.text] == []


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"geen xml",
        b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>',
        f"{BPMN}</definitions>".encode(),
        shape(x="NaN", y="Infinity", width="-5", height="x"),
        shape(x="&quot;/><script/>", y="0", width="0", height="0"),
    ],
)
def test_what_cannot_be_drawn_is_an_empty_picture(content: bytes):
    assert thumbnails.svg(content) == thumbnails.EMPTY


def test_a_diagram_of_thousands_of_shapes_is_drawn_up_to_a_limit():
    one = '<di:BPMNShape bpmnElement="t"><dc:Bounds x="1e300" y="2" width="9" height="9"/></di:BPMNShape>'
    content = (
        f"{BPMN}<di:BPMNDiagram><di:BPMNPlane>{one * 9_000}</di:BPMNPlane></di:BPMNDiagram></definitions>"
    )
    picture = drawn(content.encode())
    assert len(picture.findall(".//{*}rect")) == thumbnails.MAX_PARTS
