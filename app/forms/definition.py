"""A form-js file (`.form`) -> `Form`: its components as a tree, checked.

https://bpmn.io/toolkit/form-js · schema: https://unpkg.com/@bpmn-io/form-json-schema
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import re2

from app import feel
from app.errors import Problem
from app.forms import templating

MAX_FILE_BYTES = 1024 * 1024

INPUTS = {
    *("textfield", "textarea", "number", "datetime", "checkbox", "checklist", "radio", "select", "taglist"),
    *("filepicker", "expression"),
}
"""Components that give an answer under their key."""
CONTAINERS = {"group", "dynamiclist"}
SHOWN = {"text", "html", "separator", "spacer", "table"}
OPTIONED = {"checklist", "radio", "select", "taglist"}
SUPPORTED = INPUTS | CONTAINERS | SHOWN | {"button"}
FORMATS = {"bsn"}

_WORD = re.compile(r"[a-z_]+")
_WHOLE = re.compile(r"[0-9]{1,9}")
_NUMBER = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,15})?(e[-+]?[0-9]{1,3})?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Component:
    """One component. `raw` is the JSON of the file; `path` the names above its own key, outermost first."""

    type: str
    id: str
    key: str
    raw: Mapping[str, Any]
    children: tuple["Component", ...] = ()

    @property
    def validate(self) -> Mapping[str, Any]:
        found = self.raw.get("validate")
        return found if isinstance(found, dict) else {}

    @property
    def label(self) -> str:
        return str(self.raw.get("label") or self.raw.get("dateLabel") or self.raw.get("timeLabel") or "")

    @property
    def required(self) -> bool:
        return self.validate.get("required") is True

    @property
    def hide(self) -> str | None:
        conditional = self.raw.get("conditional")
        text = conditional.get("hide") if isinstance(conditional, dict) else None
        return text if isinstance(text, str) and text else None

    @property
    def properties(self) -> Mapping[str, Any]:
        found = self.raw.get("properties")
        return found if isinstance(found, dict) else {}


@dataclass(frozen=True, slots=True)
class Form:
    """A form, by the id that diagrams name it by."""

    id: str
    file: str
    components: tuple[Component, ...]
    schema_version: int
    names: frozenset[str] = field(default_factory=frozenset)
    """The input names, with `[]` for the number of a row."""
    references: frozenset[str] = field(default_factory=frozenset)
    """The words that stand in it: of the reference data only what is among them can be asked for."""


def parse(content: bytes, *, file: str) -> tuple[Form | None, list[Problem]]:
    """Read and check a form; without a Form when it cannot be used."""
    if len(content) > MAX_FILE_BYTES:
        return None, [Problem(file, None, "Dit formulier is te groot.")]
    try:
        data = json.loads(content)
    except (ValueError, RecursionError) as error:
        return None, [Problem(file, None, f"Dit is geen geldige JSON: {error}.")]
    if not isinstance(data, dict) or not isinstance(data.get("components"), list):
        return None, [Problem(file, None, "Dit is geen formulier van form-js.")]
    if not isinstance(data.get("id"), str) or not data["id"]:
        return None, [Problem(file, None, "Het formulier heeft geen id.")]
    components = tuple(_component(one) for one in data["components"] if isinstance(one, dict))
    problems = [Problem(file, place, text) for place, text in _problems(components, set(), "")]
    if problems:
        return None, problems
    names = frozenset(_names(components, ""))
    words = frozenset(_WORD.findall(content.decode(errors="replace")))
    version = data.get("schemaVersion")
    return Form(data["id"], file, components, version if isinstance(version, int) else 0, names, words), []


def _component(raw: dict[str, Any]) -> Component:
    inner = raw.get("components")
    children = (
        tuple(_component(one) for one in inner if isinstance(one, dict)) if isinstance(inner, list) else ()
    )
    kind = str(raw.get("type") or "")
    key = raw.get("path") if kind in CONTAINERS else raw.get("key")
    return Component(kind, str(raw.get("id") or ""), str(key or ""), raw, children)


def prefix(component: Component, above: str) -> str:
    """What stands before the names of a container's children."""
    if not component.key:
        return above
    return f"{above}{component.key}{'[]' if component.type == 'dynamiclist' else ''}."


def _names(components: tuple[Component, ...], above: str) -> Iterator[str]:
    for one in components:
        if one.type in CONTAINERS:
            yield from _names(one.children, prefix(one, above))
        elif one.type == "filepicker":
            yield from (f"{above}{one.key}", f"{above}{one.key}__documenten")
        elif one.type == "datetime":
            yield from (f"{above}{one.key}", f"{above}{one.key}__tijd")
        elif one.type in INPUTS - {"expression"}:
            yield f"{above}{one.key}"


def _problems(
    components: tuple[Component, ...], seen: set[str], above: str
) -> Iterator[tuple[str | None, str]]:
    for one in components:
        place = one.key or one.id or None
        if one.type not in SUPPORTED:
            yield place, f"Het onderdeel '{one.type}' wordt niet ondersteund."
            continue
        if one.type in INPUTS or one.type == "dynamiclist":
            name = above + one.key
            if not one.key:
                yield place, f"Een onderdeel '{one.type}' heeft geen sleutel (key)."
            elif name in seen:
                yield place, f"De sleutel '{name}' komt twee keer voor."
            elif not all(part.isidentifier() for part in one.key.split(".")):
                yield place, f"De sleutel '{one.key}' mag alleen letters, cijfers en _ hebben."
            seen.add(name)
        yield from ((place, text) for text in _own_problems(one))
        yield from _problems(one.children, seen, prefix(one, above) if one.type in CONTAINERS else above)


def _own_problems(one: Component) -> Iterator[str]:
    if one.type in INPUTS - {"expression"} and not one.label:
        yield "Dit veld heeft geen label."
    if one.type in OPTIONED:
        given = [name for name in ("values", "valuesKey", "valuesExpression") if one.raw.get(name)]
        if len(given) != 1:
            yield "Geef precies één bron van keuzes: values, valuesKey of valuesExpression."
        if "values" in given and not _are_options(one.raw["values"]):
            yield "Elke keuze heeft een label en een value nodig."
    if one.type == "datetime" and one.raw.get("subtype", "date") not in ("date", "time", "datetime"):
        yield "Het subtype van datetime is date, time of datetime."
    pattern = one.validate.get("pattern")
    if pattern:
        try:
            re2.compile(str(pattern))
        except re2.error:
            yield f"Het patroon '{pattern}' is geen reguliere expressie."
    said = one.properties.get("opmaak")
    if said is not None and not (isinstance(said, str) and said in FORMATS):
        yield f"De opmaak '{said}' bestaat niet."
    yield from _number_problems(one)
    for text in _expressions(one):
        try:
            feel.compile(text)
        except (feel.FeelSyntaxError, feel.FeelLimitError) as error:
            yield f"'{text}': {error.message}"


def _number_problems(one: Component) -> Iterator[str]:
    """What must be a number and is none: a page could not be made of it."""
    for place, name in ((one.validate, "minLength"), (one.validate, "maxLength"), (one.raw, "decimalDigits")):
        if place.get(name) is not None and not _WHOLE.fullmatch(str(place[name])):
            yield f"'{name}' moet een heel getal zijn."
    if one.type == "dynamiclist" and not _WHOLE.fullmatch(str(one.raw.get("defaultRepetitions", 1))):
        yield "'defaultRepetitions' moet een heel getal zijn."
    for name in ("min", "max"):
        if one.validate.get(name) is not None and not _NUMBER.fullmatch(str(one.validate[name])):
            yield f"'{name}' moet een getal zijn."


def _are_options(values: object) -> bool:
    return isinstance(values, list) and all(
        isinstance(one, dict) and one.get("label") and isinstance(one.get("value"), str) for one in values
    )


def _expressions(one: Component) -> Iterator[str]:
    texts = [
        one.hide,
        one.raw.get("valuesExpression"),
        one.raw.get("dataSource"),
        one.raw.get("columnsExpression"),
        one.properties.get("beginwaarde"),
    ]
    if one.type == "expression":
        texts.append(one.raw.get("expression"))
    yield from (text.removeprefix("=") for text in texts if isinstance(text, str) and text)
    for name in ("label", "description", "text", "content"):
        text = one.raw.get(name)
        if isinstance(text, str):
            yield from templating.expressions(text)
