"""All built-in functions, gathered from the modules that define them, one a group of the standard."""

from app.feel import (
    builtins_context,
    builtins_conversion,
    builtins_list,
    builtins_numeric,
    builtins_range,
    builtins_string,
    builtins_temporal,
)
from app.feel.functions import TABLE, Builtin

GROUPS = (
    builtins_conversion,
    builtins_string,
    builtins_list,
    builtins_numeric,
    builtins_temporal,
    builtins_range,
    builtins_context,
)

SORT = "sort"
"""The one function that calls back into an expression; the compiler defines it."""

BUILTIN_NAMES: tuple[str, ...] = (*TABLE, SORT)

__all__ = ["BUILTIN_NAMES", "GROUPS", "SORT", "TABLE", "Builtin"]
