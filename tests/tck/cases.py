"""Reading the TCK's test files: which decision is asked, with which inputs, and what must come out."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from lxml import etree

from app.feel import temporal

XSI = "{http://www.w3.org/2001/XMLSchema-instance}"


@dataclass(frozen=True)
class Expected:
    """A result node: the decision (or the output of a service) by name, and its value."""

    name: str
    value: Any


@dataclass(frozen=True)
class Case:
    """`given` are the inputs by name. `invocable` is set where no decision is asked but a service or BKM."""

    model: str
    id: str
    invocable: str
    given: dict[str, Any]
    expected: tuple[Expected, ...]


def read(file: Path) -> Iterator[Case]:
    root = etree.parse(file).getroot()
    model = _child(root, "modelName").text.strip()
    for node in _children(root, "testCase"):
        yield Case(
            model=model,
            id=node.get("id") or "",
            invocable=node.get("invocableName") or "",
            given={one.get("name"): value(one) for one in _children(node, "inputNode")},
            expected=tuple(_expected(result) for result in _children(node, "resultNode")),
        )


def _expected(result: Any) -> Expected:
    inner = _child(result, "expected")
    return Expected(result.get("name"), None if inner is None else value(inner))


def value(node: Any) -> Any:
    """The FEEL value of an element that holds a `value`, a `list` or `component`s."""
    components = _children(node, "component")
    if components:
        return {one.get("name"): value(one) for one in components}
    listed = _child(node, "list")
    if listed is not None:
        return None if _nil(listed) else [value(item) for item in _children(listed, "item")]
    inner = _child(node, "value")
    return None if inner is None or _nil(inner) else _simple(inner)


def _simple(node: Any) -> Any:
    text = node.text or ""
    kind = (node.get(XSI + "type") or "xsd:string").split(":")[-1]
    if kind in ("decimal", "double", "integer", "int", "long", "float"):
        return Decimal(text.strip())
    if kind == "boolean":
        return text.strip() == "true"
    readers = {
        "date": temporal.parse_date,
        "time": temporal.parse_time,
        "dateTime": temporal.parse_moment,
        "duration": temporal.parse_duration,
    }
    return readers[kind](text.strip()) if kind in readers else text


def _nil(node: Any) -> bool:
    return node.get(XSI + "nil") == "true"


def _children(node: Any, name: str) -> list[Any]:
    return [one for one in node if isinstance(one.tag, str) and etree.QName(one).localname == name]


def _child(node: Any, name: str) -> Any:
    return next(iter(_children(node, name)), None)
