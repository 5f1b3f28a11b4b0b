"""The variables in one process: what is known before each step, by going round until nothing changes.

It follows what the engine does (`engine.specs`, `engine.scope`): one set of variables a process, local ones
where something is mapped in, a wall around each child of a list, and a copy for what a called process gets.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Final

from app.checks.dataflow import forms, tables, types
from app.checks.dataflow.branches import GATEWAYS, narrowed
from app.checks.dataflow.graph import Edge, Scope, Shape, shape
from app.checks.dataflow.outcome import Facts, Outcome, Summary
from app.checks.dataflow.reading import Names, Reading, parse, read
from app.checks.dataflow.state import Fact, State, all_of, one_of
from app.checks.dataflow.types import UNKNOWN, Type
from app.checks.dataflow.world import World
from app.engine.model import SUBPROCESSES, Element, Process

MAX_ROUNDS = 60
"""A process that has not settled by then holds something that this can't follow; then nothing is told."""
COUNTS: Final = (
    *("numberOfInstances", "numberOfCompletedInstances", "numberOfActiveInstances"),
    "numberOfTerminatedInstances",
)


def follow(process: Process, entry: State, world: World, summaries: Mapping[str, Summary]) -> Outcome:
    """Follow the variables from the start of a process; `summaries` are those of the processes it calls."""
    flow = _Flow(process, world, summaries)
    exit = flow.scope(process.id, entry)
    if not flow.found.settled and exit is not None:
        exit = exit.opened()
    flow.found.writes = flow.outer
    flow.found.summary = Summary(exit, flow.inner.get(process.id, {}))
    return flow.found


class _Flow:
    def __init__(self, process: Process, world: World, summaries: Mapping[str, Summary]) -> None:
        self.process, self.world, self.summaries = process, world, summaries
        self.shape: Shape = shape(process)
        self.found = Outcome()
        self.inner: dict[str, dict[str, Fact]] = {}
        """By scope, all that may be written in it."""
        self.outer: dict[str, dict[str, Fact]] = {}
        """By element, all that it may write around it."""
        self.changes = 0
        self.budget = MAX_ROUNDS * (len(process.elements) + 1)
        self._ways: dict[str, tuple[State, Mapping[str, State]]] = {}

    # ── scopes ──

    def scope(self, id: str, entry: State) -> State | None:
        """Go through a scope in order, and round its loops until they have settled."""
        scope = self.shape.scope(id)
        entry = entry.opened() if scope.crowded else entry
        changes = -1
        while changes != self.changes and self.found.settled:
            changes = self.changes
            for node in scope.order:
                self._pass(scope, node, entry)
        return self._leaving(scope, entry)

    def _pass(self, scope: Scope, id: str, entry: State) -> None:
        self.budget -= 1
        if self.budget < 0:
            self.found.settled = False
        element = scope.nodes[id]
        state = self._arriving(scope, id, entry)
        same = self.found.before.get(id) == state
        if state is None or (same and element.type not in SUBPROCESSES):
            return
        self.found.before[id] = state
        after = self.element(element, state)
        self.changes += not same or self.found.after.get(id) != after
        if after is None:
            self.found.after.pop(id, None)
        else:
            self.found.after[id] = after

    def _arriving(self, scope: Scope, id: str, entry: State) -> State | None:
        element = scope.nodes[id]
        if id in scope.by_event or id in scope.undoing:
            state: State | None = entry.perhaps(self.inner.get(scope.id, {}))
            if state is not None and id in scope.by_event and self._brings_anything(id):
                state = state.opened()
        elif element.attached_to is not None:
            state = self._interrupting(scope, element)
        elif id in scope.starts:
            state = entry
        else:
            combine = all_of if element.type == "parallelGateway" else one_of
            state = combine(self._along(scope, edge) for edge in scope.into[id])
        if state is None:
            return None
        missing = self._missing(state, scope.beside.get(id, frozenset()))
        return state.perhaps(missing) if missing else state

    def _missing(self, state: State, others: Iterable[str]) -> Facts:
        """What runs beside it may have written by now."""
        return {
            name: fact
            for other in others
            for name, fact in self.outer.get(other, {}).items()
            if name not in state.facts
        }

    def _brings_anything(self, id: str) -> bool:
        start = next((one for one in self.process.inside(id) if one.type == "startEvent"), None)
        return start is not None and start.event is not None and start.event.kind == "message"

    def _interrupting(self, scope: Scope, element: Element) -> State | None:
        """What an event on an activity begins with: nothing of that is done, but some of it may be."""
        host = scope.nodes.get(element.attached_to or "")
        state = None if host is None else self.found.before.get(host.id)
        if state is None or host is None:
            return None
        if host.type in SUBPROCESSES and host.loop is None:
            state = state.perhaps(self.outer.get(host.id, {}))
        brings = element.event is not None and element.event.kind == "message"
        return state.opened() if brings else state

    def _along(self, scope: Scope, edge: Edge) -> State | None:
        after = self.found.after.get(edge.source)
        source = scope.nodes[edge.source]
        if after is None or edge.flow is None or source.type not in GATEWAYS or len(source.outgoing) < 2:
            return after
        known = self._ways.get(source.id)
        if known is None or known[0] is not after:
            known = self._ways[source.id] = (after, narrowed(after, source))
        return known[1].get(edge.flow.id, after)

    def _leaving(self, scope: Scope, entry: State) -> State | None:
        """What is known when the scope ends: its last token is gone."""
        ended = {id: state for id in scope.ends if (state := self.found.after.get(id)) is not None}
        units = {id: (id, state) for id, state in ended.items() if id not in scope.extra}
        stopped = [id for id in ended if _terminates(scope.nodes[id])]
        if not stopped:
            for ways in scope.together():
                states = [one_of(units[id][1] for id in way if id in units) for way in ways]
                whole = all_of(states)
                for way in ways:
                    for id in way & set(units):
                        if whole is not None:
                            units[id] = (id, whole)
        exits = [state for _, state in units.values()]
        exits += [ended[id] for id in stopped if id in scope.extra]
        exits += [
            state
            for id in scope.by_event
            if self._interrupts(id) and (state := self.found.after.get(id)) is not None
        ]
        exit = one_of(exits)
        if exit is None:
            return None
        for id in scope.extra:
            exit = exit.perhaps(self.outer.get(id, {}))
        inner = self.inner.get(scope.id, {})
        missing = {name: fact for name, fact in inner.items() if name not in exit.facts}
        return exit.perhaps(missing)

    def _interrupts(self, id: str) -> bool:
        start = next((one for one in self.process.inside(id) if one.type == "startEvent"), None)
        return start is None or start.interrupting

    # ── what is written ──

    def wrote(self, element: Element, facts: Facts) -> None:
        """Note what an element writes in the variables around it, for all scopes that see it."""
        around: Element | None = element
        while facts and around is not None:
            self._note(self.outer, around.id, facts)
            self._note(self.inner, around.scope_id, facts)
            around = self.process.elements.get(around.scope_id)
            if around is None or around.loop is not None:
                return
            hidden = _locals(around)
            facts = {name: fact for name, fact in facts.items() if name not in hidden}

    def _note(self, notes: dict[str, dict[str, Fact]], id: str, facts: Facts) -> None:
        known = notes.setdefault(id, {})
        for name, fact in facts.items():
            more = known[name].or_else(fact) if name in known else fact
            if more != known.get(name):
                known[name] = more
                self.changes += 1

    # ── elements ──

    def element(self, element: Element, before: State) -> State | None:
        """What is known behind an element; None when no token comes out, as far as is known."""
        if element.loop is None:
            return self._once(element, before)
        loop = element.loop
        listed = self.read(loop.collection, before)
        item = (listed.type.item or UNKNOWN) if listed.type.kind == "list" else UNKNOWN
        names = {"loopCounter": self._fact(element, types.NUMBER)}
        if loop.item_name:
            names[loop.item_name] = self._fact(element, item)
        done = self._once(element, before.local(names), walled=True)
        if done is None:
            return None
        counts = {name: self._fact(element, types.NUMBER) for name in COUNTS}
        self.found.collected[element.id] = done = done.local(counts)
        if not loop.output_collection:
            return before
        result = types.UNKNOWN
        if loop.output_element:
            result = self.read("=" + loop.output_element.removeprefix("="), done).type
        fact = self._fact(element, types.list_of(result))
        self.wrote(element, {loop.output_collection: fact})
        return before.put(loop.output_collection, fact)

    def _once(self, element: Element, before: State, *, walled: bool = False) -> State | None:
        inside = before
        if element.inputs:
            self.found.inputs[element.id] = []
        for source, target in element.inputs:
            self.found.inputs[element.id].append(inside)
            inside = inside.local(self._mapped(source, target, inside, inside, element))
        self.found.inside[element.id] = inside
        if element.type in SUBPROCESSES:
            after = self.scope(element.id, inside)
            return None if after is None else after.outside(before, _locals(element))
        if element.event is not None and element.event.kind == "compensate" and not element.attached_to:
            return self._undone(element, inside)
        if element.type == "callActivity":
            return self._called(element, before, inside, walled=walled)
        return self._take_out(element, before, inside, self._answers(element, inside), walled=walled)

    def _undone(self, element: Element, state: State) -> State:
        """Compensation is thrown: what undoes may write before the token goes on."""
        for id in self.shape.scope(element.scope_id).undoing:
            state = state.perhaps(self.outer.get(id, {}))
        return state

    def _answers(self, element: Element, inside: State) -> Facts | None:
        """What comes out of an element by itself; None when that may be anything."""
        match element.type:
            case "userTask":
                form = self.world.forms.get(element.form_id or "")
                if form is None:
                    return None
                return {name: self._fact(element, one) for name, one in forms.filled_in(form).items()}
            case "scriptTask":
                reading = self.read("=" + (element.script or "").removeprefix("="), inside)
                return {element.result_variable or "result": self._copied(element, reading)}
            case "businessRuleTask":
                return {element.result_variable or "result": self._fact(element, self._decided(element))}
            case "serviceTask" | "sendTask":
                given = self.world.jobs.get(element.job_type or "")
                if given is None:
                    return None
                return {name: self._fact(element, UNKNOWN) for name in given}
            case "intermediateCatchEvent" | "receiveTask":
                kind = element.event.kind if element.event else ""
                return None if kind == "message" else {}
        return {}

    def _decided(self, element: Element) -> Type:
        model = self.world.decisions.get(element.decision_id or "")
        return UNKNOWN if model is None else tables.outcome(model, element.decision_id or "")

    def _take_out(
        self, element: Element, before: State, inside: State, answers: Facts | None, *, walled: bool
    ) -> State:
        """As `engine.specs.Activity.take_out`: by the output mapping, or all answers as they are."""
        anything = answers is None
        given = answers or {}
        local = _locals(element)
        if element.outputs:
            seen = inside.local(given)
            self.found.answered[element.id] = seen = seen.opened() if anything else seen
            after = inside.outside(before, local)
            return self._mapped_out(element, seen, after, walled=walled)
        outer = {name: fact for name, fact in given.items() if name not in local}
        if not walled:
            self.wrote(element, outer)
        after = inside.outside(before, local).put_all(outer)
        return after.opened() if anything else after

    def _mapped_out(self, element: Element, seen: State, after: State, *, walled: bool) -> State:
        made: dict[str, Fact] = {}
        for source, target in element.outputs:
            made |= self._mapped(source, target, seen, after.local(made), element)
        if not walled:
            self.wrote(element, made)
        return after.put_all(made)

    def _called(self, element: Element, before: State, inside: State, *, walled: bool) -> State | None:
        called = element.calls or ""
        if element.parent_variables:
            entry = State(inside.facts, inside.open)
        else:
            own = {name: inside.facts[name] for name in _locals(element) if name in inside.facts}
            entry = State(own)
        if not self.world.callable(called):
            return self._take_out(element, before, inside, None, walled=walled)
        self.found.calls[element.id] = (called, entry)
        summary = self.summaries.get(called)
        if summary is None or summary.exit is None:
            return None
        exit = summary.exit
        if element.outputs:
            seen = inside.local(exit.facts)
            self.found.answered[element.id] = seen = seen.opened() if exit.open else seen
            return self._mapped_out(element, seen, inside.outside(before, _locals(element)), walled=walled)
        after = inside.outside(before, _locals(element))
        if not element.child_variables:
            return after
        local = _locals(element)
        surely = {n: exit.facts[n] for n in exit.written if n in exit.facts and n not in local}
        others = {n: fact for n, fact in summary.writes.items() if n not in exit.written and n not in local}
        if not walled:
            self.wrote(element, {**surely, **others})
        after = after.put_all(surely).perhaps(others)
        return after.opened() if exit.open else after

    # ── expressions ──

    def read(self, text: str, state: State) -> Reading:
        """A value of the diagram: an expression behind `=`, else just this text."""
        if not text.startswith("="):
            return Reading(types.text([text]))
        node = parse(text[1:])
        if node is None:
            return Reading()
        return read(node, Names(state.facts, open=state.open))

    def _mapped(
        self, source: str, target: str, seen: State, into: State, element: Element
    ) -> dict[str, Fact]:
        name, *path = target.split(".")
        fact = self._copied(element, self.read(source, seen))
        if not path:
            return {name: fact}
        old = into.facts.get(name)
        under = types.NULL if old is None else old.type
        if into.open and old is None:
            under = UNKNOWN
        made = types.shallow(types.with_at(under, tuple(path), fact.type))
        return {name: replace(fact, type=made, certain=True)}

    def _copied(self, element: Element, reading: Reading) -> Fact:
        """What a value is; the copy of a variable that may be missing may be missing as well."""
        fact = self._fact(element, reading.type)
        only = reading.copy
        if only is None or only.certain:
            return fact
        return replace(fact, type=only.type, certain=False)

    def _fact(self, element: Element, one: Type) -> Fact:
        return Fact(types.shallow(one), True, frozenset([(self.process.id, element.id)]))


def _locals(element: Element) -> frozenset[str]:
    """The names that only an element itself sees, by its input mapping."""
    return frozenset(target.split(".")[0] for _, target in element.inputs)


def _terminates(element: Element) -> bool:
    return element.type == "endEvent" and element.event is not None and element.event.kind == "terminate"
