"""What a decision gives, and which variables it reads."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from app.checks.cached import by_identity
from app.checks.dataflow import types
from app.checks.dataflow.reading import Names, read
from app.checks.dataflow.state import Fact
from app.checks.dataflow.types import Type
from app.decisions import Decision, DecisionModel, Table
from app.decisions.model import Element, InputData
from app.decisions.types import ItemType
from app.feel import Expression, UnaryTests, free_names
from app.feel.syntax import Node
from app.feel.syntax import Type as FeelType

MAX_DEPTH = 8
_LISTS = ("RULE ORDER", "OUTPUT ORDER", "COLLECT")


def outcome(model: DecisionModel, decision_id: str) -> Type:
    """What comes out of a decision; that no rule may fit is reckoned with."""
    found = model.elements.get(decision_id)
    if not isinstance(found, Decision):
        return types.UNKNOWN
    return _outcome(found)


@by_identity(512)
def _outcome(decision: Decision) -> Type:
    if decision.table is None:
        return types.UNKNOWN if decision.type is None else types.nullable(of_item_type(decision.type))
    table = decision.table
    columns = {one.name: _column(table, at) for at, one in enumerate(table.outputs)}
    if table.hit_policy == "COLLECT" and table.aggregation:
        return types.nullable(types.NUMBER)
    row = next(iter(columns.values())) if len(columns) == 1 else types.context(columns)
    if table.hit_policy in _LISTS:
        return types.list_of(row, nullable=True)
    return types.nullable(row, not _answers_all(table))


def _answers_all(table: Table) -> bool:
    """Whether a last rule or a default answers what no other rule does."""
    if table.outputs and all(one.default is not None for one in table.outputs):
        return True
    return any(not any(cell.tree.tests for cell in rule.tests) for rule in table.rules)


def _column(table: Table, at: int) -> Type:
    cells = [rule.outputs[at] for rule in table.rules if at < len(rule.outputs)]
    default = table.outputs[at].default
    found = [read(cell.tree, Names({}, open=True)).type for cell in cells]
    if default is not None:
        found.append(read(default.tree, Names({}, open=True)).type)
    return types.joined(found)


def of_item_type(one: ItemType, depth: int = 0) -> Type:
    """A type of a DMN file."""
    if depth > MAX_DEPTH:
        return types.UNKNOWN
    if one.components:
        members = {name: types.nullable(of_item_type(part, depth + 1)) for name, part in one.components}
        made = types.context(members)
    elif isinstance(one.base, ItemType):
        made = of_item_type(one.base, depth + 1)
    elif isinstance(one.base, FeelType) and one.base.name in types.DUTCH:
        made = Type(one.base.name, nullable=one.base.name == "any")
    else:
        return types.UNKNOWN
    return types.list_of(made) if one.collection else made


@dataclass(frozen=True, slots=True)
class Question:
    """An expression of a decision that asks for process variables. `allowed` is what the column takes."""

    element_id: str
    place: str
    node: Node
    allowed: UnaryTests | None = None


def questions(model: DecisionModel, decision_id: str) -> list[Question]:
    """Everything in a decision, and in those that it requires, that may read a process variable."""
    return list(_questions(model, decision_id))


def _questions(model: DecisionModel, decision_id: str) -> Iterator[Question]:
    for owner, element in required(model, decision_id).items():
        if not isinstance(element, Decision):
            continue
        if element.table is None:
            yield Question(owner, f"De beslissing '{element.name}'", element.logic.tree)
            continue
        for one in element.table.inputs:
            place = f"De kolom '{one.label}' van '{element.name}'"
            yield Question(element.table.id or owner, place, one.expression.tree, one.allowed)
        for rule in element.table.rules:
            for cell in rule.tests:
                for test in _asking(cell):
                    yield Question(rule.id or owner, f"Een regel van '{element.name}'", test)
            for output in rule.outputs:
                if _reads(output):
                    yield Question(rule.id or owner, f"Een uitkomst van '{element.name}'", output.tree)


def _reads(cell: Expression) -> bool:
    return bool(cell.variables)


def _asking(cell: UnaryTests) -> Iterator[Node]:
    for test in cell.tree.tests:
        if free_names.variables(test.operand) - {("?",)}:
            yield test.operand


def required(model: DecisionModel, decision_id: str) -> Mapping[str, Element]:
    """A decision and all that it requires in its own file, by id."""
    found: dict[str, Element] = {}
    ahead = [decision_id]
    while ahead:
        id = ahead.pop()
        element = model.elements.get(id)
        if id in found or element is None:
            continue
        found[id] = element
        ahead += [
            one.id for one in getattr(element, "requires", ()) if one.namespace in ("", model.namespace)
        ]
    return found


def brought(model: DecisionModel, decision_id: str) -> dict[str, Fact]:
    """The names that a decision has beside the process variables: what it requires."""
    found: dict[str, Fact] = {}
    for id, element in required(model, decision_id).items():
        if isinstance(element, InputData) or id == decision_id:
            continue
        one = _outcome(element) if isinstance(element, Decision) else types.UNKNOWN
        found[getattr(element, "variable", element.name)] = Fact(one)
    for name in model.imports.values():
        found[name] = Fact(types.UNKNOWN)
    return found


def inputs(model: DecisionModel, decision_id: str) -> dict[str, Type]:
    """The input data that a decision asks for, by name, with the types that it says they have."""
    return {
        element.name: types.UNKNOWN if element.type is None else of_item_type(element.type)
        for element in required(model, decision_id).values()
        if isinstance(element, InputData)
    }


def handed_in(given: Type, wanted: Type) -> Type | None:
    """What a decision makes of a variable; None when that never is what it wants.

    Of a date, time or duration the text that a variable holds is read (`decisions.evaluate`).
    """
    if not (given.known and wanted.known):
        return given if given.known else types.nullable(wanted)
    if given.kind == wanted.kind:
        return given
    if wanted.kind in types.TEMPORAL and given.kind == "string" and given.holds in ("", wanted.kind):
        return Type(wanted.kind, given.nullable)
    if wanted.kind == "list" or given.kind == "list":
        # A list of one and its item stand for each other.
        return types.UNKNOWN
    return None
