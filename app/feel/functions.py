"""How a built-in function is written down: FEEL's own signature as text, and a Python function under it.

`@builtin("substring(string: string, start position: number, length: number = )")`: `= ` may be left out of
the call, a `?` behind the type lets null in, and `list*` takes either one list or the items one by one.
A wrong number, name or type of arguments gives null, as the standard asks (DMN 1.3, 10.3.4).
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from app.feel import limits
from app.feel.values import kind, known, types_of

F = TypeVar("F", bound=Callable[..., Any])

MISSING: Any = object()
"""Stands for an argument that was left out, in functions where null means something else."""

_PARAMETER = re.compile(r"\s*([^:*?=,]+?)\s*(\*)?\s*(?::\s*([a-z ]+?)\s*(\?)?\s*(\*)?\s*(=)?\s*)?")


@dataclass(frozen=True, slots=True)
class Parameter:
    name: str
    type: str
    nullable: bool
    optional: bool
    many: bool
    accepts: frozenset[Any]
    """The types of values that need no further look."""


@dataclass(frozen=True, slots=True)
class Overload:
    """One way to call a built-in. `clock`: the Python function gets `now` as its first argument."""

    parameters: tuple[Parameter, ...]
    function: Callable[..., Any]
    clock: bool
    required: int

    @property
    def plain(self) -> bool:
        """Whether it takes its arguments one by one, and no clock."""
        return not self.clock and not any(parameter.many for parameter in self.parameters)

    def fits(self, count: int) -> bool:
        if self.parameters and self.parameters[-1].many:
            return count >= self.required
        return self.required <= count <= len(self.parameters)

    def call(self, arguments: list[Any], now: Any) -> Any:
        """Null for arguments of a wrong type, or when the function can make nothing of them."""
        if not self._as_they_are(arguments):
            many = self.parameters and self.parameters[0].many
            ready = self._many(arguments) if many else self._each(arguments)
            if ready is None:
                return None
            arguments = ready
        limits.spend()
        try:
            return self.function(now, *arguments) if self.clock else self.function(*arguments)
        except (ValueError, ArithmeticError):
            return None

    def _as_they_are(self, arguments: list[Any]) -> bool:
        """Whether every argument is of the right type already, as it mostly is."""
        if len(arguments) > len(self.parameters):
            return False
        for parameter, value in zip(self.parameters, arguments, strict=False):
            if type(value) not in parameter.accepts:
                return False
        return True

    def _each(self, arguments: list[Any]) -> list[Any] | None:
        ready: list[Any] = []
        more = (self.parameters[-1],) * (len(arguments) - len(self.parameters)) if self.parameters else ()
        for parameter, value in zip((*self.parameters, *more), arguments, strict=False):
            if value is MISSING and parameter.optional:
                ready.append(MISSING)
                continue
            fitted = _fit(value, parameter)
            if fitted is MISSING:
                return None
            ready.append(fitted)
        # A later argument that was left out gets the Python default.
        while ready and ready[-1] is MISSING:
            ready.pop()
        return None if MISSING in ready[: self.required] else ready

    def _many(self, arguments: list[Any]) -> list[Any] | None:
        if len(arguments) == 1:
            if arguments[0] is None:
                return None
            return [arguments[0] if type(arguments[0]) is list else [arguments[0]]]
        return [arguments]


@dataclass(frozen=True, slots=True)
class Builtin:
    """A built-in function with all its ways to be called."""

    name: str
    overloads: list[Overload]

    def call(self, arguments: list[Any], now: Any) -> Any:
        result = None
        for overload in self.overloads:
            if overload.fits(len(arguments)):
                result = overload.call(arguments, now)
                if result is not None:
                    return result
        return result

    def call_named(self, arguments: dict[str, Any], now: Any) -> Any:
        for overload in self.overloads:
            names = [parameter.name for parameter in overload.parameters]
            if arguments.keys() <= set(names) and set(names[: overload.required]) <= arguments.keys():
                return overload.call([arguments.get(name, MISSING) for name in names], now)
        return None


TABLE: dict[str, Builtin] = {}


def builtin(signature: str, *, clock: bool = False) -> Callable[[F], F]:
    """Register one overload of a built-in function."""
    name, _, rest = signature.partition("(")
    parameters = tuple(_parameter(text) for text in rest.removesuffix(")").split(",") if text.strip())

    def register(function: F) -> F:
        required = sum(not parameter.optional for parameter in parameters)
        entry = TABLE.setdefault(name, Builtin(name, []))
        entry.overloads.append(Overload(parameters, function, clock, required))
        return function

    return register


def _parameter(text: str) -> Parameter:
    match = _PARAMETER.fullmatch(text)
    if match is None:
        raise ValueError(text)
    name, many, type_name, nullable, more, optional = match.groups()
    wanted = type_name or "any"
    accepts = frozenset() if many or more else types_of(wanted)
    return Parameter(name, wanted, bool(nullable), bool(optional), bool(many or more), accepts)


def _fit(value: Any, parameter: Parameter) -> Any:
    """The value as this parameter takes it; MISSING if it can't. A list of one and its item are the same."""
    value = known(value)
    wanted = parameter.type
    if wanted == "any" or (value is None and parameter.nullable):
        return value
    if value is None:
        return MISSING
    found = kind(value)
    if found == wanted:
        return value
    if wanted == "list":
        return [value]
    if found == "list" and len(value) == 1 and kind(value[0]) == wanted:
        return value[0]
    return MISSING
