"""Every expression in a diagram: where it stands, in words, and when it is worked out."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from app.engine.model import Element

When = Literal["before", "input", "inside", "answered", "collected", "host"]
"""Before the element, while its local variables are made, with them, with what came out of it, with what one
of many gave, or when the activity begins that it stands on."""


@dataclass(frozen=True, slots=True)
class Text:
    """One expression, without its `=`. `needed`: the case stands still here when it gives nothing.

    `place` says where it stands, as the subject of a sentence.
    """

    place: str
    text: str
    when: When
    needed: bool = False
    flow_target: str = ""
    """Of a condition: the element that its flow leads to."""
    number: int = 0
    """Which of the input mappings."""


def texts(element: Element) -> Iterator[Text]:
    """The expressions of an element; those of its outgoing flows belong to it."""
    for number, (source, target) in enumerate(element.inputs):
        if source.startswith("="):
            yield Text(f"De toewijzing aan '{target}'", source[1:], "input", number=number)
    yield from _who(element)
    for place, text in (
        ("De termijn", element.due_date),
        ("De opvolgdatum", element.follow_up_date),
        ("De prioriteit", element.priority),
        ("De keuze van de beslissing", element.decision_id),
    ):
        if text and text.startswith("="):
            yield Text(place, text[1:], "inside")
    if element.script:
        yield Text("Het script", element.script.removeprefix("="), "inside")
    yield from _event(element)
    for source, target in element.outputs:
        if source.startswith("="):
            yield Text(f"De toewijzing aan '{target}'", source[1:], "answered")
    yield from _loop(element)
    for flow in element.outgoing:
        if flow.condition and flow.id != element.default_flow:
            text = flow.condition.removeprefix("=")
            yield Text("De voorwaarde van de pijl naar", text, "inside", flow_target=flow.target)


def _who(element: Element) -> Iterator[Text]:
    given = [
        ("De behandelaar", element.assignee),
        ("De groep", element.candidate_groups),
        ("De keuze van personen", element.candidate_users),
    ]
    said = [(place, text) for place, text in given if text]
    for place, text in said:
        if text.startswith("="):
            yield Text(place, text[1:], "inside", needed=len(said) == 1)


def _event(element: Element) -> Iterator[Text]:
    event = element.event
    if event is None:
        return
    when: When = "host" if element.attached_to else "inside"
    if event.kind == "timer" and event.text.startswith("="):
        yield Text("De timer", event.text[1:], when, needed=True)
    key = event.correlation_key
    if key and key.startswith("="):
        yield Text("De correlatiesleutel", key[1:], when, needed=True)


def _loop(element: Element) -> Iterator[Text]:
    loop = element.loop
    if loop is None:
        return
    if loop.collection.startswith("="):
        yield Text("De lijst om te herhalen", loop.collection[1:], "before", needed=True)
    if loop.output_element:
        yield Text("Het uitvoerelement", loop.output_element.removeprefix("="), "collected")
    if loop.completion_condition:
        yield Text("De stopvoorwaarde", loop.completion_condition.removeprefix("="), "collected")
