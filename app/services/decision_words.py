"""Why a decision table said what it said, in plain Dutch. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any


def explain(data: Mapping[str, Any]) -> str:
    """The answer of the table and of the tables behind it: inputs, rules that fired, outcome."""
    fired: Sequence[Mapping[str, Any]] = data.get("trace") or [data]
    return " ".join(_one(table) for table in fired)


def _one(table: Mapping[str, Any]) -> str:
    name = table.get("decision_name") or table.get("decision_id") or "De tabel"
    inputs = table.get("inputs") or {}
    parts = [f"{name}: {_words(table.get('output'))}"]
    if inputs:
        parts.append("omdat " + ", ".join(f"{label} = {_words(value)}" for label, value in inputs.items()))
    if table.get("rules"):
        parts.append(_rules(table["rules"]))
    return " ".join(parts) + "."


def _rules(rules: Sequence[Any]) -> str:
    if len(rules) == 1:
        return f"(regel {rules[0]})"
    return f"(regels {', '.join(str(rule) for rule in rules[:-1])} en {rules[-1]})"


def _words(value: Any) -> str:
    if value is None:
        return "niets"
    if isinstance(value, bool):
        return "ja" if value else "nee"
    if isinstance(value, Mapping):
        return ", ".join(f"{key} {_words(item)}" for key, item in value.items())
    if isinstance(value, list | tuple):
        return ", ".join(_words(item) for item in value) or "niets"
    return str(value)
