"""The item definitions of one DMN file, and those of the files that it imports."""

from collections.abc import Callable, Collection
from typing import Any

from app import feel
from app.decisions import xml
from app.decisions.types import ItemType, builtin, fit
from app.feel.syntax import MISFIT, Type

Report = Callable[[xml.Node, str], None]
"""Tells what is wrong at which element."""


class ItemTypes:
    """Types by name. `imports` maps the name of an import to the types of that file."""

    def __init__(self, root: xml.Node, report: Report) -> None:
        self._nodes = {xml.name(node): node for node in xml.children(root, "itemDefinition")}
        self._made: dict[str, ItemType] = {}
        self._report = report
        self.imports: dict[str, ItemTypes] = {}

    def find(self, name: str) -> ItemType | None:
        """The type with this name, here or imported (`import.type`); None if there is none."""
        name = name.strip()
        if not name:
            return None
        if name in self._made:
            return self._made[name]
        if name in self._nodes:
            # Known before it is filled: a definition may refer to itself.
            made = self._made[name] = ItemType(name)
            self._fill(made, self._nodes[name])
            return made
        under, _, rest = name.partition(".")
        if rest and under in self.imports:
            return self.imports[under].find(rest)
        found = builtin(name)
        return found or (self.imports[""].find(name) if "" in self.imports else None)

    @property
    def names(self) -> Collection[str]:
        """What an expression may call them, the imported ones with the name of the import before it."""
        own = list(self._nodes)
        return [
            *own,
            *(
                f"{under}.{one}" if under else one
                for under, types in self.imports.items()
                for one in types._nodes
            ),
        ]

    def fit(self, name: str, value: Any) -> Any:
        found = self.find(name)
        return MISFIT if found is None else fit(value, found)

    def allowed(self, name: str) -> feel.UnaryTests | None:
        """What a value of this type may be, if its definition lists that."""
        found = self.find(name) if name else None
        return None if found is None or found.collection else found.allowed

    def check(self) -> None:
        """Report every definition that refers to nothing."""
        for name in self._nodes:
            self.find(name)

    def _fill(self, made: ItemType, node: xml.Node) -> None:
        made.collection = node.get("isCollection") == "true"
        made.components = tuple(
            (xml.name(one), self._component(one)) for one in xml.children(node, "itemComponent")
        )
        reference = xml.content(xml.child(node, "typeRef"))
        if reference:
            made.base = self._base(reference, node)
        function = xml.child(node, "functionItem")
        if function is not None:
            made.base = Type("function")
            made.returns = self.find(function.get("outputTypeRef") or "")
        made.allowed = self._tests(node, "allowedValues")
        made.constraint = self._tests(node, "typeConstraint")

    def _component(self, node: xml.Node) -> ItemType:
        made = ItemType(xml.name(node))
        self._fill(made, node)
        return made

    def _base(self, reference: str, node: xml.Node) -> ItemType | Type | None:
        found = self.find(reference)
        if found is None:
            self._report(node, f"Het type '{reference}' bestaat niet.")
            return None
        simple = isinstance(found.base, Type) and not found.collection and found.allowed is None
        return found.base if simple and found.constraint is None else found

    def _tests(self, node: xml.Node, name: str) -> feel.UnaryTests | None:
        text = xml.text(xml.child(node, name))
        if not text:
            return None
        try:
            return feel.unary_tests(text)
        except (feel.FeelSyntaxError, feel.FeelLimitError) as error:
            self._report(node, f"'{text}': {error.message}")
            return None
