"""All built-in functions, gathered from the modules that define them, one a group of the standard."""

from app.feel.builtins import context, conversion, list, numeric, range, string, temporal
from app.feel.functions import TABLE, Builtin

GROUPS = (conversion, string, list, numeric, temporal, range, context)

SORT = "sort"
"""The one function that calls back into an expression; the compiler defines it."""

BUILTIN_NAMES: tuple[str, ...] = (*TABLE, SORT)

__all__ = ["BUILTIN_NAMES", "GROUPS", "SORT", "TABLE", "Builtin"]
