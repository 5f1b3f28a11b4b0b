"""A DMN file (1.1 to 1.5) -> `DecisionModel`, or the problems in it."""

from collections.abc import Callable, Iterator
from typing import Any, TypeVar

from lxml import etree

from app import feel
from app.decisions.model import Decision, DecisionModel, Input, Output, Rule, Table
from app.errors import Problem
from app.feel import Expression

T = TypeVar("T")

MAX_FILE_BYTES = 5 * 1024 * 1024
HIT_POLICIES = ("UNIQUE", "FIRST", "ANY", "PRIORITY", "RULE ORDER", "OUTPUT ORDER", "COLLECT")
AGGREGATIONS = ("", "SUM", "MIN", "MAX", "COUNT")


def parse(content: bytes, *, file: str) -> tuple[DecisionModel | None, list[Problem]]:
    """Read and check a DMN file; without a model when something in it cannot be used."""
    reader = _Reader(file)
    try:
        root = _root(content)
    except ValueError as error:
        return None, [Problem(file, None, str(error))]
    model = reader.model(root)
    return (None, reader.problems) if reader.problems else (model, [])


def _root(content: bytes) -> etree._Element:
    if len(content) > MAX_FILE_BYTES:
        raise ValueError("Dit bestand is te groot.")
    if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
        raise ValueError("Een DOCTYPE of ENTITY is hier niet toegestaan.")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True)
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise ValueError(f"Dit is geen geldige XML: {error}.") from error
    namespace = etree.QName(root).namespace or ""
    if etree.QName(root).localname != "definitions" or "/DMN/" not in namespace:
        raise ValueError("Dit bestand bevat geen DMN-model.")
    return root


def _children(node: etree._Element, *names: str) -> Iterator[etree._Element]:
    return (one for one in node if isinstance(one.tag, str) and etree.QName(one).localname in names)


def _child(node: etree._Element | None, name: str) -> etree._Element | None:
    return None if node is None else next(_children(node, name), None)


def _text(node: etree._Element | None) -> str:
    """The content of the `text` element inside."""
    inner = _child(node, "text")
    return "" if inner is None else (inner.text or "").strip()


class _Reader:
    def __init__(self, file: str) -> None:
        self.file = file
        self.problems: list[Problem] = []
        self.names: list[str] = []

    def problem(self, node: etree._Element, message: str) -> None:
        self.problems.append(Problem(self.file, node.get("id"), message))

    def model(self, root: etree._Element) -> DecisionModel:
        nodes = list(_children(root, "decision"))
        self.names = [name for node in _children(root, "decision", "inputData") for name in _names(node)]
        for node in _children(root, "businessKnowledgeModel", "decisionService", "import"):
            self.problem(node, f"'{etree.QName(node).localname}' wordt nog niet uitgevoerd.")
        if not nodes:
            self.problem(root, "Dit bestand bevat geen beslissing.")
        found = {decision.id: decision for decision in map(self._decision, nodes)}
        for node, decision in zip(nodes, found.values(), strict=False):
            for required in decision.requires:
                if required not in found:
                    self.problem(node, f"De beslissing '{required}' waar deze op steunt bestaat niet.")
        if not self.problems:
            self._refuse_circles(found)
        return DecisionModel(self.file, root.get("name") or self.file, found)

    def _refuse_circles(self, found: dict[str, Decision]) -> None:
        def visit(identifier: str, above: tuple[str, ...]) -> bool:
            if identifier in above:
                return True
            return any(visit(one, (*above, identifier)) for one in found[identifier].requires)

        circles = [identifier for identifier in found if visit(identifier, ())]
        if circles:
            self.problems.append(
                Problem(self.file, circles[0], "Beslissingen steunen in een kring op elkaar.")
            )

    def _decision(self, node: etree._Element) -> Decision:
        variable = _child(node, "variable")
        name = node.get("name") or node.get("id") or ""
        required = [
            (one.get("href") or "").removeprefix("#")
            for requirement in _children(node, "informationRequirement")
            for one in _children(requirement, "requiredDecision")
        ]
        documentation = _child(node, "description")
        return Decision(
            id=node.get("id") or name,
            name=name,
            variable=(variable.get("name") if variable is not None else None) or name,
            requires=tuple(required),
            logic=self._logic(node),
            documentation="" if documentation is None else (documentation.text or "").strip(),
        )

    def _logic(self, node: etree._Element) -> Table | Expression:
        table, literal = _child(node, "decisionTable"), _child(node, "literalExpression")
        if table is not None:
            return self._table(table)
        if literal is not None:
            return self._expression(_text(literal), literal)
        self.problem(node, "Deze beslissing heeft geen tabel en geen expressie.")
        return feel.compile("null")

    def _table(self, node: etree._Element) -> Table:
        policy, aggregation = node.get("hitPolicy") or "UNIQUE", node.get("aggregation") or ""
        if policy not in HIT_POLICIES:
            self.problem(node, f"De hit policy '{policy}' bestaat niet.")
        if aggregation not in AGGREGATIONS:
            self.problem(node, f"De aggregatie '{aggregation}' bestaat niet.")
        inputs = tuple(self._input(one) for one in _children(node, "input"))
        outputs = tuple(self._output(one) for one in _children(node, "output"))
        rules = tuple(self._rule(one, len(inputs), len(outputs)) for one in _children(node, "rule"))
        if not outputs:
            self.problem(node, "Deze tabel heeft geen uitkomst (output).")
        names = tuple(one.get("name") or "" for one in _children(node, "annotation"))
        return Table(policy, aggregation, inputs, outputs, rules, names)

    def _input(self, node: etree._Element) -> Input:
        expression = _child(node, "inputExpression")
        text = _text(expression)
        return Input(node.get("label") or text, self._expression(text, node))

    def _output(self, node: etree._Element) -> Output:
        values = _text(_child(node, "outputValues"))
        default = _text(_child(node, "defaultOutputEntry"))
        listed = self._expression(f"[{values}]", node) if values else None
        return Output(
            name=node.get("name") or node.get("id") or "",
            label=node.get("label") or node.get("name") or "",
            values=(listed,) if listed is not None else (),
            default=self._expression(default, node) if default else None,
        )

    def _rule(self, node: etree._Element, inputs: int, outputs: int) -> Rule:
        tests = [self._tests(_text(one) or "-", one) for one in _children(node, "inputEntry")]
        results = [self._expression(_text(one) or "null", one) for one in _children(node, "outputEntry")]
        if len(tests) != inputs or len(results) != outputs:
            self.problem(node, "Deze regel heeft niet voor elke kolom een vakje.")
        annotations = tuple(_text(one) for one in _children(node, "annotationEntry"))
        return Rule(node.get("id") or "", tuple(tests), tuple(results), annotations)

    def _expression(self, text: str, node: etree._Element) -> Expression:
        if not text:
            self.problem(node, "Hier ontbreekt een expressie.")
            text = "null"
        return self._compiled(feel.compile, text, node, "null")

    def _tests(self, text: str, node: etree._Element) -> Any:
        return self._compiled(feel.unary_tests, text, node, "-")

    def _compiled(self, compiler: Callable[..., T], text: str, node: etree._Element, instead: str) -> T:
        try:
            return compiler(text, names=self.names)
        except (feel.FeelSyntaxError, feel.FeelLimitError) as error:
            self.problem(node, f"'{text}': {error.message}")
            return compiler(instead)


def _names(node: etree._Element) -> list[str]:
    variable = _child(node, "variable")
    names = [node.get("name"), None if variable is None else variable.get("name")]
    return [name for name in names if name]
