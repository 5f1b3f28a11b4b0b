"""A second, plain interpreter of BPMN, to hold the engine against: nothing is written, cut or shared in it.

It is slow and simple on purpose, knows nothing of SpiffWorkflow or FEEL, and keeps everything in memory:
tokens lie on flows, activities are objects, and each scope of variables is a dict with the one around it.
What can go on does so in the order in which it came, as in the engine, so that the two agree where BPMN
leaves a race open.
"""

from collections import deque
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from tests.engine.graphs import Event, Flow, Graph, Mappings, Node, key, value

WAITS_FOR = ("timer", "message", "signal")


class Vars:
    """The variables of a scope; what is written behind a wall stays behind it."""

    def __init__(
        self, own: Mapping[str, Any] = {}, outer: "Vars | None" = None, *, wall: bool = False
    ) -> None:
        self.own, self.outer, self.wall = dict(own), outer, wall
        self.written: set[str] = set()

    def seen(self) -> dict[str, Any]:
        return {**(self.outer.seen() if self.outer else {}), **self.own}

    def put(self, name: str, said: Any, *, out: bool = False) -> None:
        """`out` passes the nearest wall."""
        here = self
        while name not in here.own and here.outer is not None:
            if here.wall and not out:
                break
            out = out and not here.wall
            here = here.outer
        here.own[name] = said
        here.written.add(name)


class Run:
    """One run of a process or subprocess. `tokens` lie on flows into joins."""

    def __init__(self, graph: Graph, variables: Vars, caller: "Active | None") -> None:
        self.graph, self.vars, self.caller = graph, variables, caller
        self.active: list[Active] = []
        self.tokens: list[tuple[int, Flow]] = []
        self.done: list[str] = []
        self.over = False

    @property
    def empty(self) -> bool:
        return not self.tokens and all(one.listens for one in self.active)


class Active:
    """An element at work in a run. `parts` are those of a multi-instance, or the events behind a gateway."""

    def __init__(self, node: Node, run: Run, number: int, variables: Vars) -> None:
        self.node, self.run, self.number, self.vars, self.outer = node, run, number, variables, variables
        self.listens = False
        self.waits = False
        self.failed = False
        self.event: Event | None = None
        self.due: datetime | None = None
        self.left: int | None = None
        self.key = ""
        self.host: Active | None = None
        self.beside: list[Active] = []
        self.inner: Run | None = None
        self.whole: Active | None = None
        self.index = -1
        self.parts: list[Active] = []
        self.results: list[Any] = []
        self.begun = self.finished = 0
        self.undo: list[str] = []
        self.gone = False


class Reference:
    """One case."""

    def __init__(self, graph: Graph, *, now: datetime) -> None:
        self.now, self.count = now, 0
        self.ready: deque[tuple[Run, Active | None, Callable[[], None]]] = deque()
        self.top = self._open(graph, Vars(), None)
        self._advance()

    # ── what can be seen ──

    def everything(self, run: Run | None = None) -> Iterator[Active]:
        for one in (run or self.top).active:
            for each in (one, *one.parts):
                yield each
                yield from each.beside
                if each.inner:
                    yield from self.everything(each.inner)

    def runs(self, run: Run | None = None) -> Iterator[Run]:
        run = run or self.top
        yield run
        for one in run.active:
            for each in (one, *one.parts):
                if each.inner:
                    yield from self.runs(each.inner)

    @property
    def over(self) -> bool:
        return self.top.over

    def tasks(self, kind: str) -> list[Active]:
        return [one for one in self.everything() if one.node.kind == kind and one.waits]

    def waiting(self, kind: str) -> list[Active]:
        return [one for one in self.everything() if one.event and one.event.kind == kind and one.waits]

    def failures(self) -> list[str]:
        lost = [flow.target for run in self.runs() for flow in self._stuck(run)]
        return sorted([*(one.node.id for one in self.everything() if one.failed), *lost])

    def calls(self) -> bool:
        return any(one.node.kind == "call" for one in self.everything())

    # ── what comes from outside ──

    def complete(self, one: Active, answers: dict[str, Any]) -> None:
        one.waits = False
        self._out(one, answers)
        self._complete(one)
        self._advance()

    def message(self, name: str, said: str, answers: dict[str, Any]) -> bool:
        found = [
            one for one in self.waiting("message") if one.event and (one.event.name, one.key) == (name, said)
        ]
        if found:
            self._trigger(min(found, key=lambda one: one.number), answers)
            self._advance()
        return bool(found)

    def signal(self, name: str) -> None:
        self._broadcast(name)
        self._advance()

    def time(self, now: datetime) -> None:
        self.now = now
        while due := [one for one in self.waiting("timer") if one.due and one.due <= now]:
            self._trigger(min(due, key=lambda one: (one.due, one.number)), {})
            self._advance()

    # ── going on ──

    def _advance(self) -> None:
        while True:
            if self.ready:
                run, one, work = self.ready.popleft()
                if not run.over and not (one and one.gone):
                    work()
                    self._close(run)
            elif not self._join_inclusively():
                return

    def _later(self, run: Run, one: Active | None, work: Callable[[], None]) -> None:
        self.ready.append((run, one, work))

    def _close(self, run: Run) -> None:
        """End a run in which nothing is left to do."""
        moving = any(other is run and not (one and one.gone) for other, one, _ in self.ready)
        if run.over or moving or not run.empty:
            return
        run.over, run.active = True, []
        caller = run.caller
        if caller is None:
            return
        caller.inner = None
        if caller.node.kind == "call":
            if caller.node.outputs:
                self._out(caller, run.vars.own)
            elif caller.node.gives:
                for name in run.vars.written:
                    caller.vars.put(name, run.vars.own[name])
        else:
            self._out(caller, {})
        self._later(caller.run, caller, lambda: self._complete(caller))

    def _open(self, graph: Graph, variables: Vars, caller: Active | None) -> Run:
        run = Run(graph, variables, caller)
        if caller:
            caller.inner = run
        for node in graph.nodes.values():
            if node.kind == "by_event" and node.inner:
                listener = self._active(node, run)
                listener.listens = True
                self._wait(listener, node.inner.start.event)
        self._arrive(run, graph.start.id, None)
        return run

    def _active(self, node: Node, run: Run, variables: Vars | None = None) -> Active:
        self.count += 1
        one = Active(node, run, self.count, variables or run.vars)
        run.active.append(one)
        return one

    def _leave(self, run: Run, node: Node, chosen: list[Flow] | None = None) -> None:
        for flow in run.graph.out_of(node.id) if chosen is None else chosen:
            self._arrive(run, flow.target, flow)

    def _arrive(self, run: Run, node_id: str, flow: Flow | None) -> None:
        """What waits begins to wait at once; what goes on by itself has its turn later."""
        node = run.graph.nodes[node_id]
        if node.kind in ("and", "or") and flow:
            self.count += 1
            run.tokens.append((self.count, flow))
            here = [one for _, one in run.tokens if one.target == node_id]
            if {one.id for one in here} == {one.id for one in run.graph.into(node_id)}:
                self._join(run, node)
        else:
            self._begin(self._active(node, run))

    def _join(self, run: Run, node: Node) -> None:
        for flow in run.graph.into(node.id):
            first = next((one for one in run.tokens if one[1].id == flow.id), None)
            if first:
                run.tokens.remove(first)
        one = self._active(node, run)
        self._later(run, one, lambda: self._choose(one))

    def _choose(self, one: Active) -> None:
        """Which ways a token takes out of a gateway."""
        node, run = one.node, one.run
        ways = run.graph.out_of(node.id)
        if node.kind != "and":
            known = run.vars.seen()
            plain = [way for way in ways if way.id != node.default]
            holds = [way for way in plain if way.condition is None or value(way.condition, known) is True]
            holds = holds or [way for way in ways if way.id == node.default]
            if not holds:
                one.failed = True
                return
            ways = holds[:1] if node.kind == "xor" else holds
        self._gone(one)
        self._leave(run, node, ways)

    # ── activities ──

    def _begin(self, one: Active) -> None:
        node, run = one.node, one.run
        if node.kind in ("xor", "and", "or"):
            self._later(run, one, lambda: self._choose(one))
            return
        for boundary in run.graph.boundaries(node.id):
            if boundary.event and boundary.event.kind in WAITS_FOR:
                self.count += 1
                beside = Active(boundary, run, self.count, run.vars)
                beside.host = one
                one.beside.append(beside)
                self._wait(beside, boundary.event)
        if node.many is None:
            self._begin_one(one)
            return
        one.results = [None] * len(node.many.items)
        if not node.many.items:
            one.vars.put(node.many.collection, [])
            self._later(run, one, lambda: self._complete(one))
        for _ in node.many.items[: 1 if node.many.one_by_one else None]:
            self._begin_part(one)

    def _begin_part(self, whole: Active) -> None:
        node, many = whole.node, whole.node.many
        assert many is not None
        index, whole.begun = whole.begun, whole.begun + 1
        own: dict[str, Any] = {str(many.result[1]): None} if many.result[0] == "var" else {}
        own |= {"loopCounter": index + 1, many.item: many.items[index]}
        self.count += 1
        part = Active(node, whole.run, self.count, Vars(own, whole.vars, wall=True))
        part.whole, part.index = whole, index
        whole.parts.append(part)
        self._begin_one(part)

    def _begin_one(self, one: Active) -> None:
        node, run = one.node, one.run
        if node.inputs:
            one.vars = Vars(outer=one.outer)
            for source, target in node.inputs:
                one.vars.own[target] = value(source, one.vars.seen())
        match node.kind:
            case "task" | "job":
                one.waits = True
            case "catch":
                self._wait(one, node.event)
            case "either":
                for flow in run.graph.out_of(node.id):
                    self.count += 1
                    part = Active(run.graph.nodes[flow.target], run, self.count, run.vars)
                    part.whole = one
                    one.parts.append(part)
                    self._begin_one(part)
            case "sub" if node.inner:
                self._open(node.inner, one.vars, one)
            case "call" if node.inner:
                own = one.vars.seen() if node.gets else one.vars.own if node.inputs else {}
                self._open(node.inner, Vars(own), one)
            case "throw" | "end" if node.event and node.event.kind in ("compensate", "cancel"):
                if node.event.kind == "cancel":
                    for other in [each for each in run.active if each is not one]:
                        self._cancel(other)
                    run.tokens = []
                one.undo = [each for each in reversed(run.done) if node.event.ref in ("", each)]
                for each in one.undo:
                    run.done.remove(each)
                self._undo_next(one)
            case _:
                self._later(run, one, lambda: self._run(one))

    def _run(self, one: Active) -> None:
        node = one.node
        if node.script:
            self._out(one, {node.script[1]: value(node.script[0], one.vars.seen())})
        if node.kind in ("throw", "end") and node.event:
            self._throw(one, node.event)
        else:
            self._complete(one)

    def _out(self, one: Active, answers: Mapping[str, Any]) -> None:
        if not one.node.outputs:
            for name, said in answers.items():
                one.vars.put(name, said)
            return
        for target, said in mapped(one.node.outputs, one.vars, answers):
            one.outer.put(target, said, out=one.index >= 0)

    def _complete(self, one: Active) -> None:
        whole, node, run = one.whole, one.node, one.run
        if whole is not None and whole.node.kind == "either":
            for other in [each for each in whole.parts if each is not one]:
                self._cancel(other)
            self._gone(whole)
        elif whole is not None and whole.node.kind in ("throw", "end"):
            whole.parts.remove(one)
            one.gone = True
            self._undo_next(whole)
            return
        elif whole is not None:
            self._part_done(whole, one)
            return
        self._gone(one)
        if node.undone_by:
            run.done.append(node.id)
        self._leave(run, node)
        self._close(run)

    def _part_done(self, whole: Active, one: Active) -> None:
        many = whole.node.many
        assert many is not None
        whole.results[one.index] = value(many.result, one.outer.seen())
        whole.finished += 1
        whole.parts.remove(one)
        one.gone = True
        if whole.finished == len(many.items) or (many.enough and whole.finished >= many.enough):
            for other in list(whole.parts):
                self._cancel(other)
            whole.vars.put(many.collection, whole.results)
            self._later(whole.run, whole, lambda: self._complete(whole))
        elif many.one_by_one:
            self._begin_part(whole)

    def _gone(self, one: Active) -> None:
        """It is no longer at work, and nothing stands on it any more."""
        one.gone, one.waits, one.beside = True, False, []
        if one in one.run.active:
            one.run.active.remove(one)

    def _cancel(self, one: Active) -> None:
        for part in list(one.parts):
            self._cancel(part)
        if one.inner:
            self._cancel_all(one.inner)
        if one.whole and one in one.whole.parts:
            one.whole.parts.remove(one)
        self._gone(one)

    def _cancel_all(self, run: Run) -> None:
        for other in list(run.active):
            self._cancel(other)
        run.over, run.tokens = True, []

    # ── events ──

    def _wait(self, one: Active, event: Event | None) -> None:
        one.event, one.waits = event, event is not None and event.kind in WAITS_FOR
        if event and event.kind == "timer":
            one.due, one.left = self.now + timedelta(minutes=event.minutes), event.times
        elif event and event.kind == "message":
            one.key = key(one.vars.seen(), one.run.graph.around)

    def _again(self, one: Active) -> bool:
        """Whether an event beside the flow keeps waiting after this time."""
        event = one.event
        if event is None or event.kind != "timer" or one.due is None:
            return True
        if event.times is None or one.left == 1:
            return False
        one.left = one.left and one.left - 1
        while one.due <= self.now:
            one.due += timedelta(minutes=event.minutes)
        return True

    def _trigger(self, one: Active, answers: Mapping[str, Any]) -> None:
        """What it waited for is there."""
        node, run = one.node, one.run
        if node.kind == "catch":
            one.waits = False
            self._out(one, answers)
            self._later(run, one, lambda: self._complete(one))
            if one.whole:
                for other in [each for each in one.whole.parts if each is not one]:
                    self._cancel(other)
        elif node.kind == "boundary" and one.host:
            host = one.host
            for target, said in mapped(node.outputs, host.outer, answers):
                host.outer.put(target, said)
            self._out_of_boundary(one, host)
        else:
            assert node.inner is not None
            start = node.inner.start
            found = mapped(start.outputs, run.vars, answers)
            running = one
            if start.interrupting:
                for other in [each for each in run.active if each is not one]:
                    self._cancel(other)
                run.tokens = []
                one.listens = one.waits = False
            else:
                if not self._again(one):
                    self._gone(one)
                running = self._active(node, run)
            for target, said in found:
                run.vars.put(target, said)
            running.event = None
            self._open(node.inner, run.vars, running)

    def _out_of_boundary(self, one: Active, host: Active) -> None:
        leaving = self._active(one.node, one.run)
        if one.node.interrupting:
            self._cancel(host)
        elif not self._again(one):
            host.beside.remove(one)
        self._later(one.run, leaving, lambda: self._complete(leaving))

    def _throw(self, one: Active, event: Event) -> None:
        run = one.run
        if event.kind in ("error", "escalation", "cancel"):
            catcher = self._catcher(run, event.kind, event.name)
            if catcher is None and event.kind == "error":
                one.failed = True
                return
            if catcher:
                catcher()
        elif event.kind == "signal":
            self._broadcast(event.name)
        elif event.kind == "terminate":
            for other in list(run.active):
                self._cancel(other)
            run.tokens = []
        if not one.gone:  # what it threw may have ended it
            self._gone(one)
            self._leave(run, one.node)

    def _catcher(self, run: Run, kind: str, code: str) -> Callable[[], None] | None:
        """The nearest around: in the scope itself first, and a code of its own before one that is for all."""
        here: Run | None = run
        while here is not None:
            caller = here.caller
            holder = caller if caller is None or caller.index < 0 else caller.whole
            for wanted in (code, ""):
                for one in here.active:
                    said = one.node.inner.start.event if one.listens and one.node.inner else None
                    if said and (said.kind, said.name) == (kind, wanted):
                        return lambda one=one: self._trigger(one, {})
                for node in holder.run.graph.boundaries(holder.node.id) if holder else ():
                    if holder and node.event and (node.event.kind, node.event.name) == (kind, wanted):
                        beside = Active(node, holder.run, 0, holder.run.vars)
                        return lambda one=beside, host=holder: self._caught(one, host)
            here = None if caller is None else caller.run
        return None

    def _caught(self, one: Active, host: Active) -> None:
        for target, said in mapped(one.node.outputs, host.outer, {}):
            host.outer.put(target, said)
        leaving = self._active(one.node, one.run)
        if one.node.interrupting:
            self._cancel(host)
        self._later(one.run, leaving, lambda: self._complete(leaving))

    def _broadcast(self, name: str) -> None:
        for one in [each for each in self.waiting("signal") if each.event and each.event.name == name]:
            if one.waits and not one.gone and not (one.host and one.host.gone):
                self._trigger(one, {})

    def _undo_next(self, one: Active) -> None:
        if not one.undo:
            self._later(one.run, one, lambda: self._run(one))
            return
        graph = one.run.graph
        self.count += 1
        part = Active(graph.nodes[graph.nodes[one.undo.pop(0)].undone_by], one.run, self.count, one.run.vars)
        part.whole = one
        one.parts.append(part)
        self._begin_one(part)

    # ── joins that must look around ──

    def _join_inclusively(self) -> bool:
        """Go on at the inclusive gateway whose token waits longest and need not wait (BPMN 2.0, 13.4.3)."""
        for run in self.runs():
            for _, flow in sorted(run.tokens, key=lambda one: one[0]):
                node = run.graph.nodes[flow.target]
                if node.kind == "or" and not self._must_wait(run, node):
                    self._join(run, node)
                    return True
        return False

    def _must_wait(self, run: Run, node: Node) -> bool:
        into = {flow.id for flow in run.graph.into(node.id)}
        filled = {flow.id for _, flow in run.tokens if flow.target == node.id}
        for begins in self._places(run, but=node.id):
            found = self._flows_ahead(run.graph, begins, but=node.id)
            if found & (into - filled) and not found & filled:
                return True
        return False

    def _places(self, run: Run, *, but: str = "") -> list[set[str]]:
        """For each token in a run, the nodes that it can be at next: where it is."""
        at = [{flow.target} for _, flow in run.tokens if flow.target != but]
        for one in run.active:
            if one.node.id != but:
                at.append({one.node.id, *(part.node.id for part in one.parts)})
        return at

    def _flows_ahead(self, graph: Graph, nodes: set[str], *, but: str) -> set[str]:
        seen: set[str] = set()
        found: set[str] = set()
        ahead = list(nodes)
        while ahead:
            here = ahead.pop()
            if here in seen or here == but:
                continue
            seen.add(here)
            ahead += [boundary.id for boundary in graph.boundaries(here)]
            for flow in graph.out_of(here):
                found.add(flow.id)
                ahead.append(flow.target)
        return found

    def _stuck(self, run: Run) -> list[Flow]:
        """Flows whose token waits at a join for one that can't come: from no token that can still move."""
        held = {flow.target for _, flow in run.tokens}
        live = [{one.node.id, *(part.node.id for part in one.parts)} for one in run.active]
        while True:
            freed = set()
            for node_id in held:
                into = {flow.id for flow in run.graph.into(node_id)}
                missing = into - {flow.id for _, flow in run.tokens if flow.target == node_id}
                ahead = [self._flows_ahead(run.graph, at, but=node_id) for at in live]
                can_come = missing & set().union(*ahead)
                inclusive = run.graph.nodes[node_id].kind == "or"
                if can_come if inclusive else can_come == missing:
                    freed.add(node_id)
            if not freed:
                return [flow for _, flow in run.tokens if flow.target in held]
            held -= freed
            live += [{node_id} for node_id in freed]


def mapped(outputs: Mappings, around: Vars, answers: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """What an output mapping makes of answers; all of them without one."""
    if not outputs:
        return list(answers.items())
    seen, found = {**around.seen(), **answers}, []
    for source, target in outputs:
        seen[target] = value(source, seen)
        found.append((target, seen[target]))
    return found
