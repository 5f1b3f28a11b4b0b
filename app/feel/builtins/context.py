"""Context functions (DMN 1.3, 10.3.4.10), and Camunda's `get or else` and `is defined`."""

from typing import Any

from app.feel import limits, values
from app.feel.errors import FeelValueError
from app.feel.functions import builtin
from app.feel.values import known


@builtin("get value(m: context, key: string)")
def get_value(context: dict[str, Any], key: str) -> Any:
    return known(context.get(key))


@builtin("get value(context: context, keys: list)")
def get_value_deep(context: dict[str, Any], keys: list[Any]) -> Any:
    found: Any = context
    for key in keys:
        if type(found) is not dict or type(key) is not str:
            return None
        found = known(found.get(key))
    return found


@builtin("get entries(m: context)")
def get_entries(context: dict[str, Any]) -> list[dict[str, Any]]:
    limits.check_list(len(context))
    return [{"key": key, "value": known(value)} for key, value in context.items()]


@builtin("context(entries: list)")
def context_of(entries: list[Any]) -> dict[str, Any] | None:
    made: dict[str, Any] = {}
    limits.spend(len(entries))
    for entry in entries:
        key = entry.get("key") if type(entry) is dict else None
        if type(key) is not str or "value" not in entry or key in made:
            return None
        made[key] = entry["value"]
    return made


@builtin("context put(context: context, key: string, value: any)")
def context_put(context: dict[str, Any], key: str, value: Any) -> dict[str, Any]:
    limits.check_list(len(context) + 1)
    return {**context, key: value}


@builtin("context put(context: context, keys: list, value: any)")
def context_put_deep(context: dict[str, Any], keys: list[Any], value: Any) -> dict[str, Any] | None:
    if not keys or type(keys[0]) is not str:
        return None
    if len(keys) == 1:
        return context_put(context, keys[0], value)
    inner = context.get(keys[0], {})
    if type(inner) is not dict:
        return None
    changed = context_put_deep(inner, keys[1:], value)
    return None if changed is None else context_put(context, keys[0], changed)


@builtin("context merge(contexts: list)")
def context_merge(contexts: list[Any]) -> dict[str, Any] | None:
    made: dict[str, Any] = {}
    for context in contexts:
        if type(context) is not dict:
            return None
        limits.spend(len(context))
        made |= context
    return made


@builtin("get or else(value: any, default: any)")
def get_or_else(value: Any, default: Any) -> Any:
    return default if value is None else value


@builtin("assert(value: any, condition: any, cause: string =)")
def assert_(value: Any, condition: Any, cause: Any = None) -> Any:
    """Camunda's: the value if the condition is true; else the whole evaluation fails with FeelValueError."""
    if condition is True:
        return value
    raise FeelValueError(cause if type(cause) is str else "Aan een voorwaarde van 'assert' is niet voldaan.")


@builtin("is defined(value: any)")
def is_defined(value: Any) -> bool:
    """Null is what an unknown name gives, so a null that was put there counts as not defined."""
    return value is not None


@builtin("is(value1: any =, value2: any =)")
def is_same(left: Any = None, right: Any = None) -> bool:
    """The same value of the same type; moments are the same only in the same zone."""
    if values.kind(left) != values.kind(right):
        return False
    if getattr(left, "tzinfo", None) != getattr(right, "tzinfo", None):
        return False
    return values.equal(left, right) is True
