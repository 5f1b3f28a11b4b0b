"""What tokens may do in one firing, written down as plainly as it can be: to check the runs that are shown.

It knows nothing of the proof: no nets, no summaries, no reductions. A state is a bag of (element, where the
token came from). An activity with a scope can also be done as a whole: an inner scope is not always shown.
"""

from collections import Counter
from collections.abc import Iterator, Mapping

from app.engine.model import Element, Flow, Process

State = tuple[tuple[str, str], ...]
JOINS = ("parallelGateway", "inclusiveGateway")


class Game:
    def __init__(self, process: Process, processes: Mapping[str, Process]) -> None:
        self.process, self.elements, self.processes = process, process.elements, processes

    def start_of(self, scope_id: str) -> Element:
        return next(one for one in self.process.inside(scope_id) if one.type == "startEvent")

    def start(self) -> State:
        return ((self.start_of(self.process.id).id, ""),)

    def firings(self, state: State) -> Iterator[State]:
        """Every state that one firing leads to."""
        for name in dict.fromkeys(name for name, _ in state):
            yield from self.of(self.elements[name], state)
        for listener in (one for one in self.elements.values() if one.by_event):
            yield from self.begins(listener, state)

    def of(self, element: Element, state: State) -> Iterator[State]:
        sources = sorted({flow.source for flow in element.incoming})
        waiting = {came for name, came in state if name == element.id}
        if element.type in JOINS and len(sources) > 1:
            fires = (
                waiting == set(sources) if element.type == "parallelGateway" else self.is_last(element, state)
            )
            taken = [(element.id, source) for source in waiting] if fires else []
            yield from (self.after(state, taken, flows) for flows in self.ways(element) if taken)
            return
        token = next(one for one in state if one[0] == element.id)
        if element.type in ("subProcess", "transaction"):
            inner = self.within(element.id)
            if not any(name in inner for name, _ in state):
                yield (*state, (self.start_of(element.id).id, ""))
                yield self.after(state, [token], element.outgoing)
        elif element.type == "callActivity":
            called = self.processes.get(element.calls or "")
            if called is None or ends(called, self.processes):
                yield self.after(state, [token], element.outgoing)
        elif element.event is not None and element.type in ("endEvent", "intermediateThrowEvent"):
            yield from self.thrown(element, token, state)
        else:
            yield from (self.after(state, [token], flows) for flows in self.ways(element))
        yield from self.on_it(element, token, state)

    def ways(self, element: Element) -> Iterator[tuple[Flow, ...]]:
        out = element.outgoing
        if element.type in ("exclusiveGateway", "eventBasedGateway"):
            yield from ((flow,) for flow in out)
        elif element.type == "inclusiveGateway" and len(out) > 1:
            others = [flow for flow in out if flow.id != element.default_flow]
            yield from ((flow,) for flow in out if flow.id == element.default_flow)
            for number in range(1, 2 ** len(others)):
                yield tuple(flow for place, flow in enumerate(others) if number >> place & 1)
        else:
            yield out

    def after(self, state: State, taken: list[tuple[str, str]], flows: tuple[Flow, ...]) -> State:
        left = list(state)
        for token in taken:
            left.remove(token)
        return (*left, *((flow.target, flow.source) for flow in flows))

    def within(self, scope_id: str) -> set[str]:
        """All elements in a scope, at any depth."""
        found = {one.id for one in self.process.inside(scope_id)}
        return found | {deeper for one in found for deeper in self.within(one)} if found else found

    def is_last(self, element: Element, state: State) -> bool:
        """Whether no token can come any more to a flow where none waits."""
        waiting = {came for name, came in state if name == element.id}
        missing = {flow.source for flow in element.incoming} - waiting
        active = {name for name, _ in state if name != element.id}
        for name in list(active):
            active |= {one.id for one in self.elements.values() if one.attached_to == name}
            if self.elements[name].type == "eventBasedGateway":
                active |= {flow.target for flow in self.elements[name].outgoing}
        before = [self.before(names, element.id) for names in (missing, waiting)]
        return not (active & before[0]) - before[1]

    def before(self, names: set[str], gateway: str) -> set[str]:
        seen: set[str] = set()
        ahead = [name for name in names if name != gateway]
        while ahead:
            name = ahead.pop()
            if name not in seen:
                seen.add(name)
                element = self.elements[name]
                sources = [flow.source for flow in element.incoming] + [element.attached_to or ""]
                ahead += [source for source in sources if source and source != gateway]
        return seen

    # ── events ──

    def thrown(self, element: Element, token: tuple[str, str], state: State) -> Iterator[State]:
        kind = element.event.kind if element.event else ""
        on = self.after(state, [token], element.outgoing)
        if kind == "terminate":
            within = self.within(element.scope_id)
            yield tuple(one for one in state if one[0] not in within)
        elif kind in ("error", "escalation", "cancel"):
            scope_id = element.scope_id
            while True:
                holders = [one for one in self.process.inside(scope_id) if one.by_event]
                holders += [one for one in self.elements.values() if one.attached_to == scope_id]
                for holder in holders:
                    if holder.by_event and self.interrupts(holder) and holder.id in dict(state):
                        # It came already.
                        continue
                    yield from self.caught(holder, kind, on if kind == "escalation" else state)
                if scope_id == self.process.id:
                    break
                scope_id = self.elements[scope_id].scope_id
            if kind == "escalation":
                yield on
        elif kind == "compensate":
            yield on
            undoing = (one.undone_by for one in self.process.inside(element.scope_id))
            yield from ((*state, (name, "")) for name in undoing if name and name not in dict(state))
        else:
            yield on

    def caught(self, holder: Element, kind: str, state: State) -> Iterator[State]:
        listens = self.start_of(holder.id) if holder.by_event else holder
        if listens.event is None or listens.event.kind != kind:
            return
        host = holder.scope_id if holder.by_event else holder.attached_to or ""
        gone = self.within(host) | (set() if holder.by_event else {host})
        left = tuple(one for one in state if not listens.interrupting or one[0] not in gone)
        yield (*left, (holder.id, "")) if holder.by_event else self.after(left, [], holder.outgoing)

    def interrupts(self, holder: Element) -> bool:
        return self.start_of(holder.id).interrupting

    def on_it(self, element: Element, token: tuple[str, str], state: State) -> Iterator[State]:
        """An event on an activity comes; one that is thrown inside can come when that is not shown."""
        for boundary in (one for one in self.elements.values() if one.attached_to == element.id):
            inner = self.within(element.id)
            kind = boundary.event.kind if boundary.event else ""
            shown_inside = kind in ("error", "escalation", "cancel") and any(
                name in inner for name, _ in state
            )
            if boundary.undone_by is None and not shown_inside:
                left = tuple(one for one in state if one[0] not in inner)
                taken = [token] if boundary.interrupting else []
                yield self.after(left if boundary.interrupting else state, taken, boundary.outgoing)

    def begins(self, listener: Element, state: State) -> Iterator[State]:
        around = {listener.scope_id, *self.within(listener.scope_id)}
        start = self.start_of(listener.id)
        thrown = start.event is not None and start.event.kind in ("error", "escalation")
        came = self.interrupts(listener) and listener.id in dict(state)
        if thrown or came or not any(name in around for name, _ in state):
            return
        inner = self.within(listener.scope_id)
        left = tuple(one for one in state if not start.interrupting or one[0] not in inner)
        yield (*left, (listener.id, ""))


def shown(state: State) -> tuple[str, ...]:
    return tuple(sorted(name for name, _ in state))


def states(trace: tuple[tuple[str, ...], ...], game: Game) -> set[State]:
    """The states that a shown run can end in; empty when some step of it can't be made."""
    assert trace
    found = {game.start()} if trace[0] == shown(game.start()) else set()
    for moment in trace[1:]:
        nexts = (tuple(sorted(after)) for state in found for after in game.firings(state))
        found = {state for state in nexts if shown(state) == moment}
    return found


def reached(found: set[State], game: Game, most: int = 3_000) -> set[State]:
    """All states from these, or the first so many."""
    seen, ahead = set(found), list(found)
    while ahead and len(seen) < most:
        for after in game.firings(ahead.pop(0)):
            state = tuple(sorted(after))
            if state not in seen and max(Counter(state).values(), default=0) < 3:
                seen.add(state)
                ahead.append(state)
    return seen


def ends(process: Process, processes: Mapping[str, Process]) -> bool:
    if any(one.calls == process.id for one in process.elements.values()):
        return False
    game = Game(process, processes)
    return () in reached({game.start()}, game)
