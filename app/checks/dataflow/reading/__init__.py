"""What one expression reads, of which type it is, and what in it can't be right.

It goes through FEEL's own syntax tree with the types of the names; only what is certain is told.
"""

from collections.abc import Iterable

from app import feel
from app.checks.dataflow.reading import lists, names, operators
from app.checks.dataflow.reading.model import Assumed, Fault, Names, Path, Reading, Use
from app.checks.dataflow.reading.reader import Reader, null_tests
from app.feel import syntax
from app.feel.syntax import Node

__all__ = ["Assumed", "Fault", "Names", "Path", "Reading", "Use", "null_tests", "parse", "read"]

PARTS = (names, operators, lists)
"""They say what each kind of node gives."""


def read(
    node: Node,
    names: Names,
    *,
    guards: Iterable[Path] = (),
    assumed: Assumed | None = None,
    shown: bool = False,
) -> Reading:
    """Read an expression. `shown`: people see its value, so that copying a name is a use of it."""
    reader = Reader({*guards, *null_tests(node)}, assumed or {})
    found = reader.found
    found.guards = frozenset(reader.guards)
    found.type = reader.visit(node, names, copied=not shown)
    if isinstance(node, syntax.Name) and found.uses:
        found.copy = found.uses[0].fact
    return found


def parse(text: str) -> Node | None:
    """The tree of a text of a diagram or form, without its `=`; None where it is no FEEL."""
    try:
        return feel.compile(text).tree
    except (feel.FeelSyntaxError, feel.FeelLimitError):
        return None
