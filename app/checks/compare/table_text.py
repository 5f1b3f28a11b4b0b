"""A decision table as it was written: columns and rules with their ids and texts."""

from dataclasses import dataclass
from typing import Literal

from app.checks.dmn_parts import CELLS, COLUMNS, column_id, text_of
from app.checks.xml_parts import Node

Kind = Literal["in", "out", "note"]
NOTE = "note:description"
"""The column for the description of a rule, which some tools use for a note."""


@dataclass(frozen=True, slots=True)
class Column:
    """`expression` of a condition; of a result its name. `allowed` is the list of values that it may have."""

    id: str
    kind: Kind
    label: str
    expression: str
    type: str
    allowed: str
    default: str


@dataclass(frozen=True, slots=True)
class Rule:
    """`cells` by the id of the column."""

    id: str
    number: int
    cells: dict[str, str]


@dataclass(frozen=True, slots=True)
class Table:
    policy: str
    aggregation: str
    columns: tuple[Column, ...]
    rules: tuple[Rule, ...]


def read_table(node: Node) -> Table:
    """A `decisionTable` element."""
    columns = [_column(one, node) for one in node.children if one.name in COLUMNS]
    rules = [one for one in node.children if one.name == "rule"]
    if any(one.child("description") is not None for one in rules):
        columns.append(Column(NOTE, "note", "Toelichting", "", "", "", ""))
    return Table(
        policy=node.attributes.get("hitPolicy") or "UNIQUE",
        aggregation=node.attributes.get("aggregation", ""),
        columns=tuple(columns),
        rules=tuple(_rule(one, place, columns) for place, one in enumerate(rules)),
    )


def _column(node: Node, table: Node) -> Column:
    kind: Kind = "in" if node.name == "input" else "out" if node.name == "output" else "note"
    inner = node.child("inputExpression")
    expression = text_of(inner) if kind == "in" else node.attributes.get("name", "")
    typed = node.attributes if inner is None else inner.attributes
    return Column(
        id=column_id(node, table),
        kind=kind,
        label=node.attributes.get("label") or expression or "zonder naam",
        expression=expression,
        type=typed.get("typeRef", ""),
        allowed=text_of(node.child("inputValues") or node.child("outputValues")),
        default=text_of(node.child("defaultOutputEntry")),
    )


def _rule(node: Node, place: int, columns: list[Column]) -> Rule:
    cells: dict[str, str] = {}
    for kind in ("in", "out", "note"):
        entries = [one for one in node.children if CELLS.get(one.name) == kind]
        listed = [one for one in columns if one.kind == kind and one.id != NOTE]
        for column, entry in zip(listed, entries, strict=False):
            cells[column.id] = text_of(entry)
    note = node.child("description")
    if note is not None:
        cells[NOTE] = note.text.strip()
    return Rule(node.id, place + 1, cells)
