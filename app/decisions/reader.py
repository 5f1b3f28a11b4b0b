"""DMN files (1.1 to 1.5) -> `DecisionModel`s that know each other, and the problems in them."""

import dataclasses
from collections.abc import Iterator, Mapping

from app.decisions import xml
from app.decisions.boxed import BoxedReader
from app.decisions.item_types import ItemTypes
from app.decisions.model import Decision, DecisionModel, Element, InputData, Knowledge, Reference, Service
from app.decisions.types import ItemType, coercion
from app.errors import Invalid, Problem
from app.feel import Expression, syntax
from app.feel.syntax import Type


def parse(content: bytes, *, file: str) -> tuple[DecisionModel | None, list[Problem]]:
    """Read and check one DMN file; without a model when something in it cannot be used."""
    models, problems = parse_all({file: content})
    return (None, problems) if problems else (models[0], [])


def parse_all(files: Mapping[str, bytes]) -> tuple[list[DecisionModel], list[Problem]]:
    """Read and check DMN files that may import each other.

    An element with a problem is in its model all the same, and gives null: only a release without problems
    is executed, but a draft can be tried out as far as it goes.
    """
    problems: list[Problem] = []
    roots: dict[str, xml.Node] = {}
    for file, content in files.items():
        try:
            roots[file] = xml.root(content)
        except Invalid as error:
            problems.append(Problem(file, None, error.message))
    readers = [_FileReader(file, root, problems) for file, root in roots.items()]
    by_namespace: dict[str, _FileReader] = {}
    for reader in readers:
        if reader.namespace in by_namespace and reader.namespace in _imported(readers):
            problems.append(Problem(reader.file, None, "Een ander bestand heeft dezelfde namespace."))
        by_namespace.setdefault(reader.namespace, reader)
    for reader in readers:
        reader.link(by_namespace)
    others: dict[str, DecisionModel] = {}
    models = [reader.model(others) for reader in readers]
    for model in models:
        others.setdefault(model.namespace, model)
    for model in models:
        problems += _unknown(model) or _circles(model)
    return models, problems


def _imported(readers: list["_FileReader"]) -> set[str]:
    return {namespace for reader in readers for namespace in reader.imports}


class _FileReader:
    def __init__(self, file: str, root: xml.Node, problems: list[Problem]) -> None:
        self.file, self.root, self.problems = file, root, problems
        self.namespace = root.get("namespace") or file
        self.imports = {
            one.get("namespace") or "": xml.name(one)
            for one in xml.children(root, "import")
            if "DMN" in (one.get("importType") or "DMN")
        }
        self.types = ItemTypes(root, self.problem)
        self.names = [name for node in xml.children(root, *_ELEMENTS) for name in _names(node)]
        self.members = [
            *(xml.name(one) for one in xml.everything(root, "itemComponent", "column", "output")),
            *(xml.name(one) for one in xml.everything(root, "variable")),
        ]

    def problem(self, node: xml.Node, message: str) -> None:
        self.problems.append(Problem(self.file, xml.id_near(node), message))

    def link(self, others: Mapping[str, "_FileReader"]) -> None:
        """Make the names and types of the imported files known here."""
        for namespace, name in self.imports.items():
            other = others.get(namespace)
            if other is None:
                node = next(one for one in xml.children(self.root, "import"))
                self.problem(node, f"Het bestand met namespace '{namespace}' is er niet.")
                continue
            self.types.imports[name] = other.types
            self.members += [*other.names, *other.members]
            self.names += [name] if name else other.names

    def model(self, others: dict[str, DecisionModel]) -> DecisionModel:
        self.types.check()
        boxed = BoxedReader(self.file, self.types, filter(None, self.names), filter(None, self.members))
        elements: dict[str, Element] = {}
        for node in xml.children(self.root, *_ELEMENTS):
            element = self._element(node, boxed)
            if element.id in elements:
                self.problem(node, f"Het id '{element.id}' staat twee keer in dit bestand.")
            elements[element.id] = element
        self.problems += boxed.problems
        if not elements and xml.child(self.root, "itemDefinition") is None:
            self.problem(self.root, "Dit bestand bevat geen beslissing.")
        return DecisionModel(
            self.file, xml.name(self.root) or self.file, self.namespace, elements, self.imports, others
        )

    def _element(self, node: xml.Node, boxed: BoxedReader) -> Element:
        name = xml.name(node)
        id = node.get("id") or name
        variable = xml.child(node, "variable")
        called = (xml.name(variable) if variable is not None else "") or name
        wanted = self._type(variable, node)
        kind = xml.local_name(node)
        if kind == "inputData":
            return InputData(id, called, wanted)
        if kind == "decisionService":
            return Service(
                id,
                name,
                called,
                wanted,
                outputs=tuple(self._references(node, "outputDecision")),
                inputs=tuple(self._references(node, "inputData", "inputDecision")),
            )
        requires = tuple(self._requirements(node))
        if kind == "decision":
            tree, table = boxed.logic(node, (id, name))
            text = xml.text(xml.child(node, "literalExpression"))
            documentation = xml.content(xml.child(node, "description"))
            return Decision(id, name, called, wanted, requires, Expression(text, tree), table, documentation)
        return self._knowledge(node, boxed, id, name, called, requires, wanted)

    def _knowledge(
        self,
        node: xml.Node,
        boxed: BoxedReader,
        id: str,
        name: str,
        called: str,
        requires: tuple[Reference, ...],
        wanted: ItemType | None,
    ) -> Knowledge:
        inner = xml.child(node, "encapsulatedLogic")
        if inner is None:
            self.problem(node, f"'{name}' heeft geen inhoud.")
            return Knowledge(
                id, name, called, requires, Expression("null", boxed.context(node, (), ("", "")))
            )
        tree = boxed.function(inner, (), (id, name))
        if wanted is not None and not (isinstance(wanted.base, Type) and wanted.base.name == "function"):
            # Older files give the type of what comes out as that of the function.
            tree = dataclasses.replace(tree, body=syntax.Coerced(0, tree.body, coercion(wanted)))
        text = xml.text(xml.child(inner, "literalExpression"))
        return Knowledge(id, name, called, requires, Expression(text, tree))

    def _type(self, variable: xml.Node | None, node: xml.Node) -> ItemType | None:
        reference = None if variable is None else variable.get("typeRef")
        if not reference:
            return None
        found = self.types.find(reference)
        if found is None:
            self.problem(node, f"Het type '{reference}' bestaat niet.")
        return found

    def _requirements(self, node: xml.Node) -> Iterator[Reference]:
        for requirement in xml.children(node, "informationRequirement", "knowledgeRequirement"):
            yield from self._references(requirement, "requiredInput", "requiredDecision", "requiredKnowledge")

    def _references(self, node: xml.Node, *names: str) -> Iterator[Reference]:
        """In the order of `names`, and within each as they stand in the file."""
        for name in names:
            for one in xml.children(node, name):
                namespace, _, id = (one.get("href") or "").rpartition("#")
                yield Reference(id, "" if namespace == self.namespace else namespace)


_ELEMENTS = ("inputData", "decision", "businessKnowledgeModel", "decisionService")


def _names(node: xml.Node) -> list[str]:
    variable = xml.child(node, "variable")
    return [name for name in (xml.name(node), "" if variable is None else xml.name(variable)) if name]


def _required(element: Element) -> tuple[Reference, ...]:
    if isinstance(element, Service):
        return (*element.outputs, *element.inputs)
    return () if isinstance(element, InputData) else element.requires


def _unknown(model: DecisionModel) -> list[Problem]:
    problems = []
    for element in model.elements.values():
        for reference in _required(element):
            try:
                model.find(reference)
            except LookupError:
                message = f"'{reference.id}' waar dit op steunt bestaat niet."
                problems.append(Problem(model.file, element.id, message))
    return problems


def _circles(model: DecisionModel) -> list[Problem]:
    done: set[tuple[str, str]] = set()

    def visit(place: DecisionModel, element: Element, above: tuple[tuple[str, str], ...]) -> bool:
        key = (place.namespace, element.id)
        if key in above:
            return True
        if key in done or not isinstance(element, Decision):
            return False
        done.add(key)
        try:
            return any(visit(*place.find(one), (*above, key)) for one in element.requires)
        except LookupError:
            return False

    for decision in model.decisions.values():
        if visit(model, decision, ()):
            return [Problem(model.file, decision.id, "Beslissingen steunen in een kring op elkaar.")]
    return []
