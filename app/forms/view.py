"""A form as Jinja draws it: a tree of plain values, every text escaped or made safe here."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from markupsafe import Markup

from app.forms import markdown, sanitize, templating
from app.forms.answers import Answers, Node, lookup, nested
from app.forms.definition import CONTAINERS, Component
from app.forms.field_types import TYPES

Option = tuple[str, str, bool]
"""(value, label, chosen)"""


@dataclass(slots=True)
class RowView:
    number: int
    fields: list["FieldView"]


@dataclass(slots=True)
class FieldView:
    """One component. `template` names the macro that draws it."""

    template: str
    type: str
    name: str
    id: str
    label: str
    description: str
    required: bool
    hidden: bool
    readonly: bool
    error: str | None
    texts: list[list[str]]
    shown: str
    """The value in words, for reading only."""
    options: list[Option] = field(default_factory=list)
    children: list["FieldView"] = field(default_factory=list)
    rows: list[RowView] = field(default_factory=list)
    html: Markup = field(default_factory=Markup)
    columns: list[str] = field(default_factory=list)
    cells: list[list[str]] = field(default_factory=list)
    files: list[dict[str, Any]] = field(default_factory=list)
    attributes: dict[str, str] = field(default_factory=dict)
    prefix: str = ""
    suffix: str = ""
    subtype: str = ""
    changeable: bool = True
    """Rows may be added and removed."""
    width: str = ""

    @property
    def text(self) -> str:
        """The text of the first input."""
        return self.texts[0][0] if self.texts and self.texts[0] else ""

    @property
    def second_text(self) -> str:
        return self.texts[1][0] if len(self.texts) > 1 and self.texts[1] else ""


@dataclass(slots=True)
class FormView:
    """The whole form; `errors` are (id of the input, sentence) in the order of the fields."""

    fields: list[FieldView]
    errors: list[tuple[str, str]]
    has_conditions: bool
    readonly: bool


def draw(answers: Answers, *, errors: Mapping[str, str], readonly: bool) -> FormView:
    """The view of a form with its answers and what is wrong with them."""
    drawer = _Drawer(answers, errors, readonly)
    fields = drawer.fields(answers.nodes, answers.seen())
    listed = _summary(fields, errors)
    conditions = any(_conditional(one) for one in answers.form.components)
    return FormView(fields, listed, conditions, readonly)


def _summary(fields: list[FieldView], errors: Mapping[str, str]) -> list[tuple[str, str]]:
    """(id, sentence) in the order of the fields. A sentence that comes twice says in which part it is."""
    wrong = [(field, part) for field, part in _parts(fields, "") if field.name in errors]
    said = Counter(errors[field.name] for field, _ in wrong)
    listed = [(field.id, _said(errors[field.name], part, said)) for field, part in wrong]
    named = {field.name for field in _all(fields)}
    return [*listed, *(("", sentence) for name, sentence in errors.items() if name not in named)]


def _said(sentence: str, part: str, said: Mapping[str, int]) -> str:
    return f"{part}: {sentence}" if part and said[sentence] > 1 else sentence


def _parts(fields: list[FieldView], part: str) -> Iterator[tuple[FieldView, str]]:
    """Every field with the heading that it stands under."""
    for one in fields:
        yield one, part
        yield from _parts(one.children, one.label or part)
        for row in one.rows:
            yield from _parts(row.fields, f"{one.label}, regel {row.number}")


def _conditional(component: Component) -> bool:
    texts = [component.hide, component.raw.get("valuesExpression"), component.raw.get("expression")]
    return any(texts) or any(_conditional(child) for child in component.children)


def _all(fields: list[FieldView]) -> list[FieldView]:
    found: list[FieldView] = []
    for one in fields:
        found += [one, *_all(one.children)]
        for row in one.rows:
            found += _all(row.fields)
    return found


def input_id(name: str) -> str:
    """The id of the input with this name."""
    return "veld-" + name.replace("[", "-").replace("]", "").replace(".", "-")


class _Drawer:
    def __init__(self, answers: Answers, errors: Mapping[str, str], readonly: bool) -> None:
        self.answers, self.errors, self.readonly = answers, errors, readonly
        self.now: datetime = answers.now

    def fields(self, nodes: list[Node], seen: Mapping[str, Any]) -> list[FieldView]:
        return [self.field(node, seen) for node in nodes if node.component.type != "button"]

    def field(self, node: Node, seen: Mapping[str, Any]) -> FieldView:
        component = node.component
        raw = component.raw
        appearance = raw.get("appearance") if isinstance(raw.get("appearance"), dict) else {}
        name = node.name if component.key else component.id
        view = FieldView(
            template=_TEMPLATES.get(component.type, component.type),
            type=component.type,
            name=name,
            id=input_id(name or component.id),
            label=self._text(component.label, seen),
            description=self._text(str(raw.get("description") or ""), seen),
            required=component.required,
            hidden=node.hidden,
            readonly=self.readonly or raw.get("readonly") is True or raw.get("disabled") is True,
            error=self.errors.get(name),
            texts=node.texts,
            shown=_shown(node),
            options=_options(node),
            attributes=_attributes(component),
            prefix=str((appearance or {}).get("prefixAdorner") or ""),
            suffix=str((appearance or {}).get("suffixAdorner") or ""),
            subtype=str(raw.get("subtype") or "date"),
            changeable=raw.get("allowAddRemove", True) is not False,
            width=str(component.properties.get("breedte") or ""),
        )
        self._add_contents(view, node, seen)
        return view

    def _add_contents(self, view: FieldView, node: Node, seen: Mapping[str, Any]) -> None:
        component = node.component
        if component.type in CONTAINERS:
            view.children = self.fields(node.children, seen)
            for index, row in enumerate(node.rows):
                local = nested(row)
                inner = {**seen, **local, "this": local, "i": index + 1}
                view.rows.append(RowView(index + 1, self.fields(row, inner)))
        elif component.type == "text":
            text = str(component.raw.get("text") or "")
            filled = templating.write(text, seen, now=self.now, escape=markdown.escaped)
            view.html = markdown.render(filled)
        elif component.type == "html":
            text = str(component.raw.get("content") or "")
            view.html = sanitize.clean(
                templating.write(text, seen, now=self.now, escape=lambda value: str(Markup.escape(value)))
            )
        elif component.type == "table":
            self._add_table(view, component, seen)
        elif component.type == "filepicker":
            view.files = self.answers.files(node)

    def _add_table(self, view: FieldView, component: Component, seen: Mapping[str, Any]) -> None:
        source = str(component.raw.get("dataSource") or "")
        items = templating.evaluate(source.removeprefix("="), seen, now=self.now)
        columns = component.raw.get("columns")
        if component.raw.get("columnsExpression"):
            text = str(component.raw["columnsExpression"]).removeprefix("=")
            columns = templating.evaluate(text, seen, now=self.now)
        known = [one for one in columns if isinstance(one, Mapping)] if isinstance(columns, list) else []
        view.columns = [str(one.get("label") or one.get("key") or "") for one in known]
        view.cells = [
            [templating.in_words(lookup(item, str(one.get("key") or ""))) for one in known]
            for item in (items if isinstance(items, list) else [])
        ]

    def _text(self, text: str, seen: Mapping[str, Any]) -> str:
        return templating.write(text, seen, now=self.now) if text else ""


_TEMPLATES = {
    **{name: kind.template for name, kind in TYPES.items()},
    "group": "groep",
    "dynamiclist": "lijst",
    "text": "tekst",
    "html": "tekst",
    "table": "tabel",
    "separator": "streep",
    "spacer": "ruimte",
    "expression": "berekend",
}


def _options(node: Node) -> list[Option]:
    chosen = {text for texts in node.texts for text in texts}
    return [(value, label, value in chosen) for value, label in node.options]


def _shown(node: Node) -> str:
    labels = dict(node.options)
    if node.options and isinstance(node.value, list):
        return ", ".join(labels.get(str(one), str(one)) for one in node.value)
    if node.options and isinstance(node.value, str):
        return labels.get(node.value, node.value)
    return templating.in_words(node.value)


def _attributes(component: Component) -> dict[str, str]:
    """Attributes of the input itself that help people and browsers; the server checks all the same."""
    rules, found = component.validate, {}
    kind = rules.get("validationType")
    if component.type == "number":
        found["inputmode"] = "decimal"
    elif component.properties.get("opmaak") == "bsn":
        found["inputmode"] = "numeric"
    elif kind == "email":
        found |= {"type": "email", "autocomplete": "off"}
    elif kind == "phone":
        found |= {"type": "tel", "autocomplete": "off"}
    if component.properties.get("autocomplete"):
        found["autocomplete"] = str(component.properties["autocomplete"])
    if component.type in ("textfield", "textarea") and rules.get("maxLength"):
        found["data-hoogstens"] = str(rules["maxLength"])
    if component.type == "textarea":
        found["rows"] = str(component.properties.get("regels") or 4)
    return found
