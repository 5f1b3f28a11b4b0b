"""The questions of a form, as an editor offers them: the variable that each gives, its type and options."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from app.forms import Component, Form
from app.forms.definition import CONTAINERS, INPUTS

TYPES = {
    "number": "number",
    "checkbox": "boolean",
    "checklist": "list",
    "taglist": "list",
    "filepicker": "list",
    "datetime": "date",
    "expression": "any",
}
"""What a field of a form gives; every other gives text."""


@dataclass(frozen=True, slots=True)
class Field:
    """A question of a form. `key` is the path of its variable, such as `melder.naam`."""

    key: str
    label: str
    type: str
    values: tuple[tuple[str, str], ...] = ()
    """Value and label of each option, where the form itself has them."""


def fields(form: Form) -> tuple[Field, ...]:
    """The questions of a form, in order. The rows of a list are one variable."""
    return tuple(_fields(form.components, ""))


def _fields(components: Iterable[Component], above: str) -> Iterator[Field]:
    for one in components:
        if one.type == "dynamiclist":
            yield Field(above + one.key, one.label, "list")
        elif one.type in CONTAINERS:
            yield from _fields(one.children, f"{above}{one.key}." if one.key else above)
        elif one.type in INPUTS:
            yield Field(above + one.key, one.label, TYPES.get(one.type, "string"), tuple(_options(one)))


def _options(component: Component) -> Iterator[tuple[str, str]]:
    values = component.raw.get("values")
    for one in values if isinstance(values, list) else ():
        if isinstance(one, dict) and isinstance(one.get("value"), str):
            yield one["value"], str(one.get("label") or one["value"])
