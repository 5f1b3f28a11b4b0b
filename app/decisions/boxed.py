"""Boxed expressions (DMN 1.3, 10.2.2; the newer ones 1.4, 10.2.2) as trees of FEEL."""

from collections.abc import Callable, Iterable
from typing import Any, Literal, TypeVar

from app import feel
from app.decisions import xml
from app.decisions.item_types import ItemTypes
from app.decisions.model import Input, Output, Rule, Table
from app.decisions.table import runner
from app.decisions.types import coercion
from app.errors import Problem
from app.feel import syntax, values
from app.feel.compiler import compile_node
from app.feel.scope import Scope
from app.feel.syntax import Node, Type

T = TypeVar("T")

HIT_POLICIES = ("UNIQUE", "FIRST", "ANY", "PRIORITY", "RULE ORDER", "OUTPUT ORDER", "COLLECT")
DESCRIPTION = "Toelichting"
"""The head of the column with the descriptions of rules, where a table has no columns of notes of its own."""
AGGREGATIONS = ("", "SUM", "MIN", "MAX", "COUNT")
_NULL = syntax.Constant(0, None)


class BoxedReader:
    """Reads the expressions of one file. What is wrong with them lands in `problems`, and gives null."""

    def __init__(self, file: str, types: ItemTypes, names: Iterable[str], members: Iterable[str]) -> None:
        self.file, self.types = file, types
        self.names, self.members = tuple(names), tuple(members)
        self.problems: list[Problem] = []

    def problem(self, node: xml.Node, message: str) -> None:
        self.problems.append(Problem(self.file, xml.id_near(node), message))

    def logic(self, parent: xml.Node, owner: tuple[str, str]) -> tuple[Node, Table | None]:
        """The expression inside an element, and the table if that is what it is. `owner`: id and name."""
        inner = xml.child(parent, *_READERS)
        if inner is None:
            return _NULL, None
        if xml.local_name(inner) == "decisionTable":
            table = self.table(inner, ())
            return _embedded(table, owner), table
        return self.expression(inner, (), owner), None

    def expression(self, node: xml.Node, local: tuple[str, ...], owner: tuple[str, str]) -> Node:
        """One boxed expression; `local` are the names that the boxes around it bring."""
        return _READERS[xml.local_name(node)](self, node, local, owner)

    def inside(self, node: xml.Node | None, local: tuple[str, ...], owner: tuple[str, str]) -> Node:
        """The boxed expression in an element such as `then` or `binding`; null when it is empty."""
        inner = xml.child(node, *_READERS)
        return _NULL if inner is None else self.expression(inner, local, owner)

    def literal(self, node: xml.Node, local: tuple[str, ...], owner: tuple[str, str]) -> Node:
        language = node.get("expressionLanguage") or ""
        if language and "feel" not in language.lower():
            self.problem(node, f"De taal '{language}' wordt niet uitgevoerd, alleen FEEL.")
            return _NULL
        if not xml.text(node):
            self.problem(node, "Hier ontbreekt een expressie.")
            return _NULL
        return self.compiled(node, local).tree

    def compiled(self, node: xml.Node, local: tuple[str, ...] = ()) -> feel.Expression:
        return self._compiled(feel.compile, xml.text(node), node, local, "null")

    def tests(self, node: xml.Node, text: str, local: tuple[str, ...] = ()) -> feel.UnaryTests:
        return self._compiled(feel.unary_tests, text, node, local, "-")

    def _compiled(
        self, compiler: Callable[..., T], text: str, node: xml.Node, local: tuple[str, ...], instead: str
    ) -> T:
        try:
            return compiler(text, names=(*self.names, *local), members=self.members, types=self.types)
        except (feel.FeelSyntaxError, feel.FeelLimitError) as error:
            self.problem(node, f"'{text}': {error.message}")
            return compiler(instead)

    def context(self, node: xml.Node, local: tuple[str, ...], owner: tuple[str, str]) -> Node:
        entries: list[tuple[str, Node]] = []
        result = None
        for entry in xml.children(node, "contextEntry"):
            variable = xml.child(entry, "variable")
            value = self.inside(entry, local, owner)
            if variable is None:
                result = value
                continue
            name = xml.name(variable)
            entries.append((name, self.coerced(value, variable.get("typeRef"), variable)))
            local = (*local, name)
        if result is not None:
            return syntax.Boxed(0, tuple(entries), result)
        return syntax.ContextLiteral(0, tuple(entries))

    def coerced(self, value: Node, type_name: str | None, node: xml.Node) -> Node:
        """A value that has to be of a type, if one is named."""
        wanted = self.types.find(type_name) if type_name else None
        if type_name and wanted is None:
            self.problem(node, f"Het type '{type_name}' bestaat niet.")
        return value if wanted is None else syntax.Coerced(0, value, coercion(wanted))

    def function(
        self, node: xml.Node, local: tuple[str, ...], owner: tuple[str, str]
    ) -> syntax.FunctionLiteral:
        kind = node.get("kind") or "FEEL"
        parameters = list(xml.children(node, "formalParameter"))
        names = tuple(xml.name(one) for one in parameters)
        body = self.inside(node, (*local, *names), owner)
        if kind != "FEEL":
            self.problem(node, f"Een functie in {kind} wordt niet uitgevoerd, alleen FEEL.")
            body = _NULL
        body = self.result(body, node)
        typed = tuple(
            (name, self.coerced(syntax.Name(0, name), one.get("typeRef"), one))
            for name, one in zip(names, parameters, strict=True)
            if one.get("typeRef")
        )
        # A typed parameter is the same name once more, made to fit its type.
        inner = syntax.Boxed(0, typed, body) if typed else body
        return syntax.FunctionLiteral(0, names, (None,) * len(names), inner)

    def result(self, body: Node, node: xml.Node) -> Node:
        """The body of a function, made to fit its type; that may be written as the type of the function."""
        wanted = self.types.find(node.get("typeRef") or "")
        if wanted is not None and isinstance(wanted.base, Type) and wanted.base.name == "function":
            wanted = wanted.returns
        return body if wanted is None else syntax.Coerced(0, body, coercion(wanted))

    def invocation(self, node: xml.Node, local: tuple[str, ...], owner: tuple[str, str]) -> Node:
        target = self.inside(node, local, owner)
        names, arguments = [], []
        for binding in xml.children(node, "binding"):
            parameter = xml.child(binding, "parameter")
            names.append("" if parameter is None else xml.name(parameter))
            arguments.append(self.inside(binding, local, owner))
        return syntax.Call(0, target, tuple(arguments), tuple(names))

    def list(self, node: xml.Node, local: tuple[str, ...], owner: tuple[str, str]) -> Node:
        items = [self.expression(one, local, owner) for one in xml.children(node, *_READERS)]
        return syntax.ListLiteral(0, tuple(items))

    def relation(self, node: xml.Node, local: tuple[str, ...], owner: tuple[str, str]) -> Node:
        columns = [xml.name(one) for one in xml.children(node, "column")]
        rows = []
        for row in xml.children(node, "row"):
            cells = [self.expression(one, local, owner) for one in xml.children(row, *_READERS)]
            if len(cells) != len(columns):
                self.problem(row, "Deze rij heeft niet voor elke kolom een vakje.")
            rows.append(syntax.ContextLiteral(0, tuple(zip(columns, cells, strict=False))))
        return syntax.ListLiteral(0, tuple(rows))

    def conditional(self, node: xml.Node, local: tuple[str, ...], owner: tuple[str, str]) -> Node:
        parts = [self.inside(xml.child(node, one), local, owner) for one in ("if", "then", "else")]
        return _strict(parts[0], lambda test: syntax.If(0, test, parts[1], parts[2]))

    def filter(self, node: xml.Node, local: tuple[str, ...], owner: tuple[str, str]) -> Node:
        target = self.inside(xml.child(node, "in"), local, owner)
        match = self.inside(xml.child(node, "match"), (*local, *self.members, "item"), owner)
        return _strict(match, lambda test: syntax.Filter(0, target, test))

    def iteration(self, node: xml.Node, local: tuple[str, ...], owner: tuple[str, str]) -> Node:
        kind = xml.local_name(node)
        name = node.get("iteratorVariable") or ""
        iterator = syntax.Iterator(name, self.inside(xml.child(node, "in"), local, owner), None)
        inner = (*local, name, "partial")
        if kind == "for":
            return syntax.For(0, (iterator,), self.inside(xml.child(node, "return"), inner, owner))
        quantifier: Literal["some", "every"] = "some" if kind == "some" else "every"
        condition = self.inside(xml.child(node, "satisfies"), inner, owner)
        return _strict(condition, lambda test: syntax.Quantified(0, quantifier, (iterator,), test))

    def embedded(self, node: xml.Node, local: tuple[str, ...], owner: tuple[str, str]) -> Node:
        return _embedded(self.table(node, local), owner)

    def table(self, node: xml.Node, local: tuple[str, ...]) -> Table:
        policy, aggregation = node.get("hitPolicy") or "UNIQUE", node.get("aggregation") or ""
        if policy not in HIT_POLICIES:
            self.problem(node, f"De hit policy '{policy}' bestaat niet.")
        if aggregation not in AGGREGATIONS:
            self.problem(node, f"De aggregatie '{aggregation}' bestaat niet.")
        inputs = tuple(self._input(one, local) for one in xml.children(node, "input"))
        outputs = tuple(self._output(one, local) for one in xml.children(node, "output"))
        if not outputs:
            self.problem(node, "Deze tabel heeft geen uitkomst (output).")
        if aggregation and len(outputs) > 1:
            self.problem(node, "Optellen, kleinste, grootste of aantal kan alleen met één uitkomst.")
        rules = tuple(self._rule(one, len(inputs), len(outputs), local) for one in xml.children(node, "rule"))
        names = tuple(xml.name(one) for one in xml.children(node, "annotation"))
        if not names and any(rule.annotations for rule in rules):
            names = (DESCRIPTION,)
        return Table(node.get("id") or "", policy, aggregation, inputs, outputs, rules, names)

    def _input(self, node: xml.Node, local: tuple[str, ...]) -> Input:
        inner = xml.child(node, "inputExpression")
        text = xml.text(inner)
        if inner is None or not text:
            self.problem(node, "Hier ontbreekt een expressie.")
            return Input(node.get("label") or "", feel.compile("null"))
        type_name = inner.get("typeRef") or ""
        allowed = xml.text(xml.child(node, "inputValues"))
        return Input(
            label=node.get("label") or text,
            expression=self.compiled(inner, local),
            type_name=type_name,
            allowed=self.tests(node, allowed, local) if allowed else self.types.allowed(type_name),
        )

    def _output(self, node: xml.Node, local: tuple[str, ...]) -> Output:
        listed = xml.text(xml.child(node, "outputValues"))
        if not listed:
            allowed = self.types.allowed(node.get("typeRef") or "")
            listed = allowed.text if allowed is not None else ""
        default = xml.child(node, "defaultOutputEntry")
        order = self._compiled(feel.compile, f"[{listed}]", node, local, "[]") if listed else None
        return Output(
            name=xml.name(node) or node.get("id") or "",
            label=node.get("label") or xml.name(node),
            values=(order,) if order is not None else (),
            default=self.compiled(default, local) if default is not None and xml.text(default) else None,
        )

    def _rule(self, node: xml.Node, inputs: int, outputs: int, local: tuple[str, ...]) -> Rule:
        tests = [self.tests(one, xml.text(one) or "-", local) for one in xml.children(node, "inputEntry")]
        results = [
            self._compiled(feel.compile, xml.text(one) or "null", one, local, "null")
            for one in xml.children(node, "outputEntry")
        ]
        if len(tests) != inputs or len(results) != outputs:
            self.problem(node, "Deze regel heeft niet voor elke kolom een vakje.")
        annotations = tuple(xml.text(one) for one in xml.children(node, "annotationEntry"))
        said = xml.content(xml.child(node, "description"))
        if not annotations and said:
            # The column that dmn-js and Camunda Modeler have at the end of a table.
            annotations = (said,)
        return Rule(node.get("id") or "", tuple(tests), tuple(results), annotations)


def _embedded(table: Table, owner: tuple[str, str]) -> Node:
    parts = [one.expression.tree for one in table.inputs]
    for rule in table.rules:
        parts += [test.operand for cell in rule.tests for test in cell.tree.tests]
        parts += [cell.tree for cell in rule.outputs]
    return syntax.Embedded(0, tuple(parts), runner(table, id=owner[0], name=owner[1]))


class _NoBoolean(Exception):
    pass


def _strict(condition: Node, around: Callable[[Node], Node]) -> Node:
    """Boxed conditions are stricter than those in a text: one that is no boolean makes it all null."""
    test = compile_node(condition)

    def checked(scope: Scope) -> Any:
        value = test(scope)
        if value is not None and type(value) is not bool and values.kind(value) != "number":
            raise _NoBoolean
        return value

    whole = compile_node(around(syntax.Embedded(0, (condition,), checked)))

    def run(scope: Scope) -> Any:
        try:
            return whole(scope)
        except _NoBoolean:
            return None

    return syntax.Embedded(0, (around(condition),), run)


_Reader = Callable[[BoxedReader, xml.Node, tuple[str, ...], tuple[str, str]], Node]
_READERS: dict[str, _Reader] = {
    "literalExpression": BoxedReader.literal,
    "context": BoxedReader.context,
    "decisionTable": BoxedReader.embedded,
    "functionDefinition": BoxedReader.function,
    "invocation": BoxedReader.invocation,
    "list": BoxedReader.list,
    "relation": BoxedReader.relation,
    "conditional": BoxedReader.conditional,
    "filter": BoxedReader.filter,
    "for": BoxedReader.iteration,
    "some": BoxedReader.iteration,
    "every": BoxedReader.iteration,
}
