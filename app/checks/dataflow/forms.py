"""What a form fills in, with the types of its fields."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from app.checks.cached import by_identity
from app.checks.dataflow import types
from app.checks.dataflow.reading import Names, parse, read
from app.checks.dataflow.state import Fact
from app.checks.dataflow.types import Type
from app.forms import Form
from app.forms.definition import CONTAINERS, INPUTS, Component

FILE: Final = types.context({"id": types.TEXT, "name": types.TEXT, "size": types.NUMBER})
_HOLDS: Final = {"date": "date", "time": "time", "datetime": "date and time"}


@by_identity(512)
def filled_in(form: Form) -> Mapping[str, Type]:
    """The variables that handing in a form gives, with what they can be."""
    plain = _fields(form.components, hidden=False)
    computed = list(_computed(form.components, "", hidden=False))
    found = dict(plain)
    names = Names({name: Fact(one) for name, one in plain.items()}, open=True)
    for path, text, hidden in computed:
        node = parse(text)
        one = types.UNKNOWN if node is None else read(node, names).type
        _put(found, path, types.nullable(one, hidden))
        names = Names({name: Fact(known) for name, known in found.items()}, open=True)
    return found


def fields(form: Form) -> Mapping[str, Type]:
    """The fields as the form's own expressions see them, while somebody fills it in: any may be empty yet."""
    return {name: _unfilled(one) for name, one in filled_in(form).items()}


def row_fields(component: Component) -> Mapping[str, Type]:
    """The fields of one row of a dynamic list."""
    return {name: _unfilled(one) for name, one in _fields(component.children, hidden=False).items()}


def _unfilled(one: Type) -> Type:
    if one.kind == "context" and one.members is not None:
        return types.context({name: _unfilled(member) for name, member in one.members})
    return types.nullable(one)


def _fields(components: tuple[Component, ...], *, hidden: bool) -> dict[str, Type]:
    found: dict[str, Type] = {}
    for one in components:
        gone = hidden or one.hide is not None
        if one.type == "dynamiclist":
            item = types.context(_fields(one.children, hidden=False))
            _put(found, one.key, Type("list", item=item, filled=_has_rows(one) and not gone))
        elif one.type in CONTAINERS:
            inner = _fields(one.children, hidden=gone)
            if one.key:
                _put(found, one.key, types.context(inner))
            else:
                for name, known in inner.items():
                    _put(found, name, known)
        elif one.type in INPUTS and one.type != "expression" and one.key:
            _put(found, one.key, _value(one, hidden=gone))
    return found


def _has_rows(component: Component) -> bool:
    """Whether nobody can hand it in without a row."""
    repetitions = component.raw.get("defaultRepetitions", 1)
    return isinstance(repetitions, int) and repetitions > 0


def _put(found: dict[str, Type], path: str, one: Type) -> None:
    name, *rest = path.split(".")
    made = types.with_at(types.context({}), tuple(rest), one) if rest else one
    old = found.get(name)
    found[name] = made if old is None else types.merge(old, made)


def _value(one: Component, *, hidden: bool) -> Type:
    empty = hidden or not one.required
    match one.type:
        case "number":
            return types.nullable(types.NUMBER, empty)
        case "checkbox":
            return types.nullable(types.BOOLEAN, hidden)
        case "datetime":
            return Type("string", empty, holds=_HOLDS.get(str(one.raw.get("subtype", "date")), ""))
        case "radio" | "select":
            return types.text(options(one), nullable=empty)
        case "checklist" | "taglist":
            return Type("list", hidden, item=types.text(options(one)), filled=one.required and not hidden)
        case "filepicker":
            return types.list_of(FILE, nullable=empty)
    return types.nullable(types.TEXT, empty)


def options(one: Component) -> frozenset[str] | None:
    """The values of the choices, where the file lists them."""
    given: Any = one.raw.get("values")
    if not isinstance(given, list):
        return None
    return frozenset(
        str(option["value"]) for option in given if isinstance(option, dict) and "value" in option
    )


def _computed(
    components: tuple[Component, ...], above: str, *, hidden: bool
) -> Iterator[tuple[str, str, bool]]:
    """Every computed field outside a list: its path, its expression, and whether it can be hidden."""
    for one in components:
        gone = hidden or one.hide is not None
        if one.type == "expression" and one.key:
            yield above + one.key, str(one.raw.get("expression") or "null").removeprefix("="), gone
        elif one.type == "group":
            yield from _computed(one.children, f"{above}{one.key}." if one.key else above, hidden=gone)
