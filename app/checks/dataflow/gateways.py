"""What a gateway leaves out, in words."""

from app.checks.dataflow import words
from app.checks.dataflow.branches import Gap, gaps
from app.checks.dataflow.state import State
from app.engine.model import Element


def uncovered(state: State, gateway: Element) -> list[tuple[str, bool]] | None:
    """A sentence for what is left out, and whether that is a value and not just an answer that is missing.

    None where it can't be told; an empty list where there is a way out for everything.
    """
    found = gaps(state, gateway)
    if found is None:
        return None
    filled = [gap for gap in found if all(value is not None for _, value in gap.values)]
    empty = [gap for gap in found if gap not in filled]
    return [(_told(some), some is filled) for some in (filled, empty) if some]


def _told(found: list[Gap]) -> str:
    (path, first), *others = found[0].values
    nothing = "gaat hier geen enkele pijl verder"
    if not others:
        if first is None:
            return f"Als '{'.'.join(path)}' niet is ingevuld, {nothing}."
        values = words.values(gap.values[0][1] for gap in found)
        return f"Als '{'.'.join(path)}' {values} is, {nothing}."
    shown = " en ".join(f"'{'.'.join(one)}' {words.values([value])}" for one, value in found[0].values)
    more = f" Zo zijn er nog {len(found) - 1} combinaties." if len(found) > 1 else ""
    return f"Als {shown} is, {nothing}.{more}"
