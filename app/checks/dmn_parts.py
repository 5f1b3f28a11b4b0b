"""The parts of a DMN file: decisions, what they need, and of their tables the columns, rules and cells."""

from app.checks.xml_parts import Document, Ignored, Key, Node, Part, document
from app.errors import Invalid

_DI = "DMNDI"
NEEDS = ("informationRequirement", "knowledgeRequirement", "authorityRequirement")
LOGIC = (
    *(
        "literalExpression",
        "decisionTable",
        "context",
        "functionDefinition",
        "invocation",
        "list",
        "relation",
    ),
    *("conditional", "filter", "for", "some", "every"),
)
COLUMNS = {"input": "in", "output": "out", "annotation": "note"}
CELLS = {"inputEntry": "in", "outputEntry": "out", "annotationEntry": "note"}
IGNORED = Ignored(
    of_root=frozenset({"exporter", "exporterVersion"}),
    attributes=frozenset({"{http://camunda.org/schema/modeler/1.0}executionPlatformVersion"}),
    unordered=frozenset({"extensionElements"}),
    numbers=frozenset({"x", "y", "width", "height"}),
)


def read(content: bytes) -> Document:
    """Keys: `("id", id)` of what stands in the file, `("need", owner, href)`, `("logic" | "table", owner)`,
    `("in" | "out" | "note", owner, column)`, `("rule", owner, rule)`, `("cell", owner, rule, column)`.

    Raises Invalid.
    """
    made = document(content, _key, IGNORED)
    if made.root.node.name != "definitions" or "/DMN/" not in made.root.node.space:
        raise Invalid("Dit bestand bevat geen DMN-model.")
    return made


def _key(node: Node, parent: Part | None, place: int) -> Key | None:
    if parent is None:
        return ("root",)
    if _DI in node.space:
        return _drawn(node, parent)
    owner = parent.key[-1] if parent.key[0] == "id" else parent.key[1] if len(parent.key) > 1 else ""
    match parent.key[0]:
        case "root":
            return ("id", node.id or f"{node.name}:{node.attributes.get('name', place)}")
        case "id" if node.name in NEEDS:
            return ("need", owner, next((one.attributes.get("href", "") for one in node.children), node.id))
        case "id" if node.name == "encapsulatedLogic":
            return ("function", owner)
        case "id" | "function" if node.name in LOGIC:
            return ("table" if node.name == "decisionTable" else "logic", owner)
        case "table" if node.name in COLUMNS:
            return (COLUMNS[node.name], owner, column_id(node, parent.node))
        case "table" if node.name == "rule":
            return ("rule", owner, node.id or f"#{_number(node, parent.node)}")
        case "rule" if node.name in CELLS and parent.parent is not None:
            return ("cell", owner, parent.key[2], _column(node, parent.node, parent.parent.node))
    return None


def _drawn(node: Node, parent: Part) -> Key | None:
    if node.name == "DMNDI":
        return ("drawing",)
    if node.name == "DMNDiagram":
        return ("diagram", node.id)
    if node.name in ("DMNShape", "DMNEdge"):
        return ("shape", parent.key[-1], node.attributes.get("dmnElementRef", "") or node.id)
    return None


def _number(node: Node, around: Node) -> int:
    """The place among its like, from 0."""
    alike = [one for one in around.children if one.name == node.name]
    return next(place for place, one in enumerate(alike) if one is node)


def column_id(node: Node, table: Node) -> str:
    """The id of a column, or its place where it has none."""
    return f"{COLUMNS[node.name]}:{node.id or f'#{_number(node, table)}'}"


def _column(cell: Node, rule: Node, table: Node) -> str:
    kind = CELLS[cell.name]
    columns = [one for one in table.children if COLUMNS.get(one.name) == kind]
    place = _number(cell, rule)
    return column_id(columns[place], table) if place < len(columns) else f"{kind}:+{place}"


def text_of(node: Node | None) -> str:
    """The content of the `text` element inside."""
    inner = None if node is None else node.child("text")
    return "" if inner is None else inner.text.strip()
