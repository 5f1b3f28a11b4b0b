"""The choices of a field in two versions: which came and went, which are called otherwise, their order."""

from collections.abc import Iterator
from typing import Any

from app.checks.compare.order import moved
from app.checks.compare.words import capital, listed, quoted

_Found = tuple[str, str, str, str]


def options(was: Any, now: Any, name: str) -> Iterator[_Found]:
    """Sentences about lists of {value, label}; by value, which is what tables and conditions know."""
    old, new = _by_value(was), _by_value(now)
    gone = {value: label for value, label in old.items() if value not in new}
    come = {value: label for value, label in new.items() if value not in old}
    for value, label in list(come.items()):
        same = [one for one, text in gone.items() if text == label]
        if len(same) == 1:
            del gone[same[0]], come[value]
            text = (
                f"De keuze {quoted(label)} bij {name} heet intern nu {quoted(value)}, was {quoted(same[0])}."
            )
            yield "options", text, same[0], value
    if come:
        what = "is een keuze" if len(come) == 1 else "zijn keuzes"
        text = f"Bij {name} {what} bijgekomen: {listed([quoted(one) for one in come.values()])}."
        yield "options", text, "", ", ".join(come)
    if gone:
        what = "is een keuze" if len(gone) == 1 else "zijn keuzes"
        text = f"Bij {name} {what} vervallen: {listed([quoted(one) for one in gone.values()])}."
        yield "options", text, ", ".join(gone), ""
    for value, label in old.items():
        if value in new and new[value] != label:
            text = f"De keuze {quoted(label)} bij {name} heet nu {quoted(new[value])}."
            yield "options", text, label, new[value]
    kept = [value for value in old if value in new]
    order = list(new)
    if moved([order.index(value) for value in kept]):
        yield "options", f"{capital(name)} heeft de keuzes in een andere volgorde.", "", ""


def _by_value(values: Any) -> dict[str, str]:
    if not isinstance(values, list):
        return {}
    return {
        str(one.get("value")): str(one.get("label") or one.get("value"))
        for one in values
        if isinstance(one, dict)
    }
