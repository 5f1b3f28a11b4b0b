"""A form with what somebody typed in it: which fields there are now, which are hidden, what they hold.

Input names: the dotted path of the keys, `acties[0].doel` in the first row of a dynamic list. How many rows
there are stands in `_rijen:<name>`, so that an empty row is a row too.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from app.forms.definition import CONTAINERS, OPTIONED, Component, Form
from app.forms.field_types import TYPES, FieldError
from app.forms.templating import evaluate, in_words

Raw = Mapping[str, list[str]]
Documents = Mapping[str, list[dict[str, Any]]]

MAX_ROWS = 50
MAX_PASSES = 4
"""A condition may hang on a field that another condition hides, so many deep."""


@dataclass(slots=True)
class Node:
    """One component in its place; in a dynamic list there is one for each row."""

    component: Component
    name: str
    texts: list[list[str]] = field(default_factory=list)
    value: Any = None
    """What the texts mean; None where they are wrong."""
    options: list[tuple[str, str]] = field(default_factory=list)
    hidden: bool = False
    children: list["Node"] = field(default_factory=list)
    rows: list[list["Node"]] = field(default_factory=list)

    @property
    def is_input(self) -> bool:
        return self.component.type in TYPES


class Answers:
    """The nodes of a form, filled from a page (`raw`), from variables, or empty."""

    def __init__(
        self,
        form: Form,
        *,
        context: Mapping[str, Any],
        raw: Raw | None = None,
        values: Mapping[str, Any] | None = None,
        documents: Documents | None = None,
        now: datetime,
    ) -> None:
        self.form, self.context, self.raw, self.now = form, context, raw, now
        self.documents = documents or {}
        given = {**context, **values} if values is not None else context
        self.nodes = self._nodes(form.components, "", given)
        self._settle()

    def _nodes(self, components: tuple[Component, ...], above: str, given: Any) -> list[Node]:
        return [self._node(one, above, given) for one in components]

    def _node(self, component: Component, above: str, given: Any) -> Node:
        if component.type == "dynamiclist":
            return self._list(component, above, given)
        node = Node(component, above + component.key)
        if component.type in CONTAINERS:
            inner = lookup(given, component.key) if component.key else given
            below = f"{above}{component.key}." if component.key else above
            node.children = self._nodes(component.children, below, inner)
        elif node.is_input:
            node.texts = self._texts(node, given)
        return node

    def _list(self, component: Component, above: str, given: Any) -> Node:
        node = Node(component, above + component.key)
        items = lookup(given, component.key)
        items = items if isinstance(items, list) else None
        for index in range(self._row_count(component, node.name, items)):
            item = items[index] if items is not None and index < len(items) else {}
            node.rows.append(self._nodes(component.children, f"{node.name}[{index}].", item))
        return node

    def _row_count(self, component: Component, name: str, items: list[Any] | None) -> int:
        if self.raw is None:
            count = len(items) if items else int(component.raw.get("defaultRepetitions", 1))
        else:
            said = self.raw.get(f"_rijen:{name}", [""])[0]
            count = int(said) if said.isdigit() and len(said) < 4 else 0
            pattern = re.compile(re.escape(name) + r"\[(\d{1,3})\]\.")
            used = [int(match[1]) + 1 for key in self.raw if (match := pattern.match(key))]
            count = max([count, *used])
        return min(count, MAX_ROWS)

    def _texts(self, node: Node, given: Any) -> list[list[str]]:
        kind = TYPES[node.component.type]
        if self.raw is not None:
            return [list(self.raw.get(node.name + suffix, [])) for suffix in kind.suffixes]
        value = lookup(given, node.component.key)
        if value is None:
            value = self._first_value(node.component)
        return kind.write(node.component, value)

    def _first_value(self, component: Component) -> Any:
        """What stands in a field that nobody filled in yet: `defaultValue`, or our property `beginwaarde`."""
        said = component.properties.get("beginwaarde")
        if isinstance(said, str) and said:
            return evaluate(said.removeprefix("="), self.context, now=self.now)
        return component.raw.get("defaultValue")

    # ── conditions ──

    def _settle(self) -> None:
        """Work out options, values and what is hidden, until nothing changes any more."""
        before: object = None
        for _ in range(MAX_PASSES):
            self._pass(self.nodes, self.seen(), hidden=False)
            now = [(node.name, node.hidden) for node in walk(self.nodes)]
            if now == before:
                return
            before = now

    def seen(self) -> dict[str, Any]:
        """What expressions can use: the context, with the current answers over it."""
        return merged(self.context, self.answers())

    def _pass(self, nodes: list[Node], seen: Mapping[str, Any], *, hidden: bool) -> None:
        for node in nodes:
            hide = node.component.hide
            node.hidden = hidden or (
                hide is not None and evaluate(hide.removeprefix("="), seen, now=self.now) is True
            )
            if node.component.type in OPTIONED:
                node.options = self._options(node.component, seen)
            if node.component.type == "expression":
                text = str(node.component.raw.get("expression") or "null").removeprefix("=")
                node.value = evaluate(text, seen, now=self.now)
            elif node.is_input:
                node.value = self._value(node)
            self._pass(node.children, seen, hidden=node.hidden)
            for index, row in enumerate(node.rows):
                local = nested(row)
                inner = {**seen, **local, "this": local, "i": index + 1, "parent": seen}
                self._pass(row, inner, hidden=node.hidden)

    def _options(self, component: Component, seen: Mapping[str, Any]) -> list[tuple[str, str]]:
        found: Any = component.raw.get("values")
        if component.raw.get("valuesKey"):
            found = lookup(seen, str(component.raw["valuesKey"]))
        elif component.raw.get("valuesExpression"):
            text = str(component.raw["valuesExpression"]).removeprefix("=")
            found = evaluate(text, seen, now=self.now)
        return [option(one) for one in found] if isinstance(found, list) else []

    def _value(self, node: Node) -> Any:
        if node.component.type == "filepicker":
            return self.files(node) or None
        try:
            return TYPES[node.component.type].read(
                node.component, node.texts, options=node.options, now=self.now
            )
        except FieldError:
            return None

    def files(self, node: Node) -> list[dict[str, Any]]:
        """The documents of a file field: those sent along, or, untouched, those that it had."""
        if node.name in self.documents:
            return self.documents[node.name]
        wanted = set(node.texts[0]) if node.texts else set()
        before = lookup(self.context, node.name)
        known = before if isinstance(before, list) else []
        return [one for one in known if isinstance(one, dict) and str(one.get("id")) in wanted]

    def answers(self) -> dict[str, Any]:
        """All answers by key; what is hidden is null."""
        return nested(self.nodes)


def nested(nodes: list[Node]) -> dict[str, Any]:
    """The values of these nodes, by their keys."""
    made: dict[str, Any] = {}
    for node in nodes:
        key = node.component.key
        if node.component.type == "dynamiclist":
            put(made, key, [] if node.hidden else [nested(row) for row in node.rows])
        elif node.component.type in CONTAINERS:
            inner = nested(node.children)
            if key:
                put(made, key, merged(lookup(made, key) or {}, inner))
            else:
                made = merged(made, inner)
        elif node.is_input or node.component.type == "expression":
            put(made, key, None if node.hidden else node.value)
    return made


def walk(nodes: list[Node]) -> Iterator[Node]:
    """Every node, containers before what is in them."""
    for node in nodes:
        yield node
        yield from walk(node.children)
        for row in node.rows:
            yield from walk(row)


def lookup(values: Any, path: str) -> Any:
    """What stands at a dotted path; None where it stops."""
    for part in path.split(".") if path else ():
        values = values.get(part) if isinstance(values, Mapping) else None
    return values


def put(values: dict[str, Any], path: str, value: Any) -> None:
    *above, last = path.split(".")
    for part in above:
        values = values.setdefault(part, {})
    values[last] = value


def merged(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """Two contexts in one, deep; `above` wins."""
    made = dict(below)
    for key, value in above.items():
        old = made.get(key)
        both = isinstance(old, Mapping) and isinstance(value, Mapping)
        made[key] = merged(old, value) if both and old is not None else value
    return made


def option(one: Any) -> tuple[str, str]:
    """A choice as (value, label); a bare value is its own label."""
    if isinstance(one, Mapping):
        value = one.get("value")
        label = one.get("label")
        return str(value), in_words(value if label is None else label)
    return str(one), in_words(one)
