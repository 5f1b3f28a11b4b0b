"""What is filled in before each step, as a list to choose from while somebody writes an expression."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from app.checks.dataflow import types, words
from app.checks.dataflow.calls import Followed
from app.checks.dataflow.state import Fact, State
from app.engine.model import Process


@dataclass(frozen=True, slots=True)
class Variable:
    """`name` with a dot is a member. `certain`: every way to here fills it in, be it with nothing."""

    name: str
    type: str
    filled_by: str
    certain: bool
    values: tuple[str, ...] = ()
    """What it can be, where that is a choice."""
    kind: str = "any"
    """FEEL's name of the type; of a text that holds a date or time, of what it holds."""


def variables_before(process: Process, found: Followed) -> Mapping[str, tuple[Variable, ...]]:
    """By element, the variables that its expressions can use, by name."""
    outcome = found.outcomes.get(process.id)
    if outcome is None:
        return {}
    told: dict[int, tuple[Variable, ...]] = {}
    result = {}
    for element_id, state in outcome.inside.items():
        if id(state) not in told:
            told[id(state)] = tuple(_variables(state, process, found))
        result[element_id] = told[id(state)]
    return result


def _variables(state: State, process: Process, found: Followed) -> Iterator[Variable]:
    for name, fact in sorted(state.facts.items()):
        source = _source(name, fact, process, found)
        for path, one in types.paths(name, fact.type):
            values = () if one.options is None else tuple(sorted(one.options))
            yield Variable(path, one.label, source, fact.certain, values, one.holds or one.kind)


def _source(name: str, fact: Fact, process: Process, found: Followed) -> str:
    """Who fills it in, in words."""
    if name == "casus" and not fact.sources:
        return "de casus zelf"
    steps = []
    for process_id, element_id in sorted(fact.sources, key=lambda one: (one[0] != process.id, one)):
        there = found.world.processes[process_id]
        step = words.step(there.elements[element_id])
        steps.append(step if there is process else f"{step} ({there.name})")
    return words.either(steps)
