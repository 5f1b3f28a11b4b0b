"""Which variables are filled in before each element of a process: what a formula there can use.

Pure. It says what *may* be there, on some path: enough to offer names while typing. Whether something is
there on every path is the data flow check's to say.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from app.engine.model import Element, Process
from app.forms import Component, Form
from app.forms.definition import CONTAINERS, INPUTS

TYPES = {
    "number": "number",
    "checkbox": "boolean",
    "checklist": "list",
    "taglist": "list",
    "filepicker": "list",
    "datetime": "date",
    "expression": "any",
}
"""What a field of a form gives; every other gives text."""


@dataclass(frozen=True, slots=True)
class Field:
    """A question of a form. `key` is the path of its variable, such as `melder.naam`."""

    key: str
    label: str
    type: str
    values: tuple[tuple[str, str], ...] = ()
    """Value and label of each option, where the form itself has them."""


@dataclass(frozen=True, slots=True)
class Variable:
    """`type` is FEEL's word; `source` the name of the step that fills it in."""

    name: str
    type: str
    source: str


Known = dict[str, Variable]
"""By name."""


def fields(form: Form) -> tuple[Field, ...]:
    """The questions of a form, in order. The rows of a list are one variable."""
    return tuple(_fields(form.components, ""))


def _fields(components: Iterable[Component], above: str) -> Iterator[Field]:
    for one in components:
        if one.type == "dynamiclist":
            yield Field(above + one.key, one.label, "list")
        elif one.type in CONTAINERS:
            yield from _fields(one.children, f"{above}{one.key}." if one.key else above)
        elif one.type in INPUTS:
            yield Field(above + one.key, one.label, TYPES.get(one.type, "string"), tuple(_options(one)))


def _options(component: Component) -> Iterator[tuple[str, str]]:
    values = component.raw.get("values")
    for one in values if isinstance(values, list) else ():
        if isinstance(one, dict) and isinstance(one.get("value"), str):
            yield one["value"], str(one.get("label") or one["value"])


def variables_before(
    process: Process, processes: Mapping[str, Process], forms: Mapping[str, Form]
) -> dict[str, list[Variable]]:
    """By element id, the variables that are filled in on some way to it, by name.

    What stands at a step itself is not before it. A called process knows what its callers know, and gives
    back what it fills in, where the call passes that on.
    """
    reading = _Reading(processes, forms)
    outside = reading.at_start(process)
    return {
        element.id: sorted(
            (outside | reading.within(process, element)).values(), key=lambda variable: variable.name
        )
        for element in process.elements.values()
    }


class _Reading:
    """Remembers what was worked out. Loops, of steps and of calls, have an end: nothing is visited twice."""

    def __init__(self, processes: Mapping[str, Process], forms: Mapping[str, Form]) -> None:
        self.processes = processes
        self.questions = {identifier: fields(form) for identifier, form in forms.items()}
        self.calls: dict[str, list[tuple[Process, Element]]] = {}
        """By the id of a process, what calls it."""
        for process in processes.values():
            for element in process.elements.values():
                if element.calls is not None:
                    self.calls.setdefault(element.calls, []).append((process, element))
        self.earlier: dict[str, Mapping[str, frozenset[str]]] = {}
        self.given: dict[str, Known] = {}

    def at_start(self, process: Process) -> Known:
        """What those who call the process know where they do, and those who call them."""
        found: Known = {}
        seen, ahead = {process.id}, [process.id]
        while ahead:
            for caller, element in self.calls.get(ahead.pop(), ()):
                found |= {name: Variable(name, "any", _name(element)) for _, name in element.inputs}
                if not element.parent_variables:
                    continue
                found |= self.within(caller, element)
                if caller.id not in seen:
                    seen.add(caller.id)
                    ahead.append(caller.id)
        return found

    def within(self, process: Process, element: Element) -> Known:
        """What the process itself fills in before the element, and the items of the loops that it is in."""
        if process.id not in self.earlier:
            self.earlier[process.id] = _earlier(
                process, {one for one in process.elements if self._fills(process.elements[one])}
            )
        found: Known = {}
        for identifier in self.earlier[process.id][element.id]:
            found |= self._fills(process.elements[identifier])
        here: Element | None = element
        while here is not None:
            if here.loop is not None and here.loop.item_name:
                found[here.loop.item_name] = Variable(here.loop.item_name, "any", _name(here))
            here = process.elements.get(here.scope_id)
        return found

    def _fills(self, element: Element) -> Known:
        """What an element fills in, with what the process that it calls gives back."""
        called = self.processes.get(element.calls or "")
        if called is None or not element.child_variables:
            return self._own(element)
        return self._gives(called) | self._own(element)

    def _own(self, element: Element) -> Known:
        source = _name(element)
        found = [Variable(one.key, one.type, source) for one in self.questions.get(element.form_id or "", ())]
        if element.result_variable:
            found.append(Variable(element.result_variable, "any", source))
        if element.loop is not None and element.loop.output_collection:
            found.append(Variable(element.loop.output_collection, "list", source))
        found += [Variable(target, "any", source) for _, target in element.outputs]
        return {one.name: one for one in found}

    def _gives(self, process: Process) -> Known:
        """All that a process fills in anywhere, with the processes that it calls."""
        if process.id not in self.given:
            found: Known = {}
            seen, ahead = {process.id}, [process]
            while ahead:
                for element in ahead.pop().elements.values():
                    found |= self._own(element)
                    called = self.processes.get(element.calls or "")
                    if called is not None and element.child_variables and called.id not in seen:
                        seen.add(called.id)
                        ahead.append(called)
            self.given[process.id] = found
        return self.given[process.id]


def _earlier(process: Process, wanted: set[str]) -> dict[str, frozenset[str]]:
    """By element, those of `wanted` that stand on some way to it."""
    after: dict[str, set[str]] = {one: set() for one in process.elements}
    for source, target in _steps(process):
        after[source].add(target)
    found: dict[str, set[str]] = {one: set() for one in process.elements}
    for one in wanted:
        seen: set[str] = set()
        ahead = list(after[one])
        while ahead:
            reached = ahead.pop()
            if reached not in seen:
                seen.add(reached)
                found[reached].add(one)
                ahead += after[reached]
    return {one: frozenset(earlier) for one, earlier in found.items()}


def _steps(process: Process) -> Iterator[tuple[str, str]]:
    """Which element may come right after which: along an arrow, to what is attached, into a subprocess and
    out of it.
    """
    elements = process.elements
    for element in elements.values():
        if element.attached_to in elements:
            yield str(element.attached_to), element.id
        for flow in element.outgoing:
            if flow.target in elements:
                yield element.id, flow.target
        around = elements.get(element.scope_id)
        if around is not None:
            yield from ((flow.source, element.id) for flow in around.incoming if flow.source in elements)
            yield from ((element.id, flow.target) for flow in around.outgoing if flow.target in elements)


def _name(element: Element) -> str:
    return element.name or element.id
