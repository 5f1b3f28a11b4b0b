"""Every expression in a form, read with what the form is given."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from app.checks.dataflow import forms, types
from app.checks.dataflow.reading import Names, Path, Reading, null_tests, parse, read
from app.checks.dataflow.state import Fact
from app.checks.dataflow.types import UNKNOWN, Type
from app.feel.syntax import Node
from app.forms import Form, templating
from app.forms.definition import CONTAINERS, Component

Guards = frozenset[Path]
_TEMPLATES = ("label", "description", "text", "content")


@dataclass(frozen=True, slots=True)
class FormReading:
    """One expression. `element_id` is the key or id of its component, `place` what it is in words."""

    element_id: str | None
    place: str
    reading: Reading
    guards: Guards


def readings(form: Form, given: Mapping[str, Fact], *, open: bool = False) -> Iterator[FormReading]:
    """All expressions of a form that is given these variables."""
    around = Names(given, open=open)
    yield from _Reader(around, _seen(form, given)).all(form.components, None, frozenset())


def _seen(form: Form, given: Mapping[str, Fact]) -> dict[str, Fact]:
    """The form's own fields, laid over what the case knows under the same names."""
    found = {}
    for name, one in forms.fields(form).items():
        below = given.get(name)
        found[name] = Fact(one if below is None else types.merge(below.type, one))
    return found


class _Reader:
    def __init__(self, around: Names, fields: Mapping[str, Fact]) -> None:
        self.around = around
        self.names = Names(fields, around, own=True)

    def all(
        self, components: tuple[Component, ...], names: Names | None, guards: Guards
    ) -> Iterator[FormReading]:
        for one in components:
            yield from self.component(one, names or self.names, guards)

    def component(self, one: Component, names: Names, guards: Guards) -> Iterator[FormReading]:
        inner = guards | self._tested(one)
        for place, text in (
            ("De voorwaarde om te verbergen", one.hide),
            ("De lijst met keuzes", one.raw.get("valuesExpression") or one.raw.get("valuesKey")),
            ("De tabel", one.raw.get("dataSource")),
            ("De keuze van kolommen", one.raw.get("columnsExpression")),
        ):
            yield from self._one(one, place, text, names, inner)
        yield from self._one(one, "De beginwaarde", one.properties.get("beginwaarde"), self.around, inner)
        if one.type == "expression":
            yield from self._one(one, "De berekening", one.raw.get("expression"), names, inner)
        for name in _TEMPLATES:
            text = one.raw.get(name)
            if isinstance(text, str) and text:
                yield from self._template(one, text, names, inner)
        if one.type == "dynamiclist":
            row = forms.row_fields(one)
            local = types.context(row)
            names = names.inner({**row, "this": local, "i": types.NUMBER, "parent": UNKNOWN})
        if one.type in CONTAINERS:
            yield from self.all(one.children, names, inner)

    def _tested(self, one: Component) -> Guards:
        """What this component reckons with being empty, anywhere in it."""
        found: set[Path] = set()
        for text in _texts(one):
            node = parse(text)
            if node is not None:
                found.update(null_tests(node))
        return frozenset(found)

    def _one(
        self, one: Component, place: str, text: object, names: Names, guards: Guards
    ) -> Iterator[FormReading]:
        node = parse(text.removeprefix("=")) if isinstance(text, str) and text else None
        if node is not None:
            yield self._read(one, place, node, names, guards)

    def _read(
        self, one: Component, place: str, node: Node, names: Names, guards: Guards, *, shown: bool = False
    ) -> FormReading:
        reading = read(node, names, guards=guards, shown=shown)
        return FormReading(one.key or one.id or None, place, reading, guards)

    def _template(self, one: Component, text: str, names: Names, guards: Guards) -> Iterator[FormReading]:
        around: list[Names] = []
        for kind, expression in templating.parts(text):
            if kind == "end":
                names = around.pop() if around else names
                continue
            node = parse(expression)
            found = None if node is None else self._read(one, "De tekst", node, names, guards, shown=True)
            if found is not None:
                yield found
            if kind != "value":
                around.append(names)
            if kind == "loop":
                names = _looped(names, UNKNOWN if found is None else found.reading.type)


def _looped(names: Names, listed: Type) -> Names:
    """In a loop the members of the item are names, and `this` is the item."""
    item = (listed.item or UNKNOWN) if listed.kind == "list" else UNKNOWN
    members = dict(item.members or ()) if item.kind == "context" else {}
    unknown = item.kind == types.ANY or (item.kind == "context" and item.members is None)
    return names.inner({**members, "this": item}, open=unknown)


def _texts(one: Component) -> Iterator[str]:
    for text in (one.hide, one.raw.get("valuesExpression"), one.properties.get("beginwaarde")):
        if isinstance(text, str) and text:
            yield text.removeprefix("=")
    if one.type == "expression":
        yield str(one.raw.get("expression") or "null").removeprefix("=")
    for name in _TEMPLATES:
        text = one.raw.get(name)
        if isinstance(text, str) and text:
            yield from (part for kind, part in templating.parts(text) if kind != "end")
