"""Why a decision table said what it said, in plain Dutch. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any


def explain(fired: Sequence[Mapping[str, Any]]) -> str:
    """What each table said and why, the one that was asked first, then those it needed.

    `fired` is what the engine kept of each table, in the order in which they were worked out.
    """
    return " ".join(_one(table) for table in reversed(fired))


def _one(table: Mapping[str, Any]) -> str:
    name = table.get("decision_name") or table.get("decision_id") or "De tabel"
    inputs = table.get("inputs") or {}
    parts = [f"{name}: {in_words(table.get('output'))}"]
    if inputs:
        cells = _cells(table)
        told = (
            f"{label} = {in_words(value)}{_met(value, cells.get(label))}" for label, value in inputs.items()
        )
        parts.append("omdat " + ", ".join(told))
    if table.get("rules"):
        parts.append(_rules(table["rules"], table.get("release")))
    notes = [str(note).strip().rstrip(".") for note in table.get("annotations") or () if str(note).strip()]
    return " ".join(parts) + "." + "".join(f" {note}." for note in notes)


def _cells(table: Mapping[str, Any]) -> dict[str, str]:
    """The cell that each input met, where one rule held."""
    tests = table.get("tests") or []
    return dict(zip(table["inputs"], tests[0], strict=False)) if len(tests) == 1 else {}


def _met(value: Any, cell: str | None) -> str:
    """The cell, where it says more than the value does."""
    same = cell in (None, "-", f'"{value}"', str(value), str(value).lower())
    return "" if same else f" (past bij {cell})"


def _rules(rules: Sequence[Any], release: Any) -> str:
    version = f" in versie {release} van de werkwijze" if release else ""
    if len(rules) == 1:
        return f"(regel {rules[0]}{version})"
    return f"(regels {', '.join(str(rule) for rule in rules[:-1])} en {rules[-1]}{version})"


def in_words(value: Any) -> str:
    """A value as people read it."""
    if value is None:
        return "niets"
    if isinstance(value, bool):
        return "ja" if value else "nee"
    if isinstance(value, Mapping):
        return ", ".join(f"{key} {in_words(item)}" for key, item in value.items())
    if isinstance(value, list | tuple):
        return ", ".join(in_words(item) for item in value) or "niets"
    return str(value)
