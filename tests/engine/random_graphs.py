"""Random diagrams: blocks of everything that the engine runs, and graphs of gateways without any blocks."""

import itertools
import random
from collections.abc import Callable
from dataclasses import replace

from tests.engine.graphs import Event, Expr, Graph, Many, Node

FLOW = ("seq", "xor", "and", "or", "loop")
PLAIN = (*FLOW, "task", "job", "script")
SCOPED = ("sub", "call", "many_task", "many_sub", "many_call")
EVENTS = ("beside", "either", "fail", "raise", "throw", "wait", "guard", "stop", "undo", "transaction")
ALL = (*PLAIN, *SCOPED, *EVENTS, "beside", "fail")
SIGNALS, CODES = ("S1", "S2"), ("C1", "C2", "")
MAX_DEPTH = 4

Ends = tuple[str, str]


class Maker:
    """Makes one random process, from a seed."""

    def __init__(self, seed: int, kinds: tuple[str, ...] = ALL) -> None:
        self.random, self.kinds, self.count = random.Random(seed), kinds, 0

    def whole(self) -> Graph:
        graph = Graph("proef")
        self.filled(graph, MAX_DEPTH, self.kinds)
        return graph

    def id(self, prefix: str) -> str:
        self.count += 1
        return f"{prefix}{self.count}"

    def chance(self, of: float = 0.5) -> bool:
        return self.random.random() < of

    def filled(self, graph: Graph, depth: int, kinds: tuple[str, ...]) -> Graph:
        """A start, a block, a last task that shows that the block is left once, and an end."""
        start, end = graph.add(Node(self.id("b"), "start")), graph.add(Node(self.id("e"), "end"))
        first, last = (self._seq if depth == MAX_DEPTH else self.block)(graph, depth, kinds)
        after = graph.add(Node(self.id("u"), "task"))
        graph.connect(start, first)
        graph.connect(last, after)
        graph.connect(after, end)
        return graph

    def inside(self, around: Graph, depth: int, kinds: tuple[str, ...], *, item: str = "") -> Graph:
        graph = Graph(self.id("proces_"), (*around.around, *([item] if item else [])))
        return self.filled(graph, depth - 1, kinds)

    def task(self, graph: Graph, kind: str = "task") -> Node:
        node = Node(self.id("u"), kind)
        if self.chance(0.25):
            node.inputs = ((("var", "laatste"), f"in_{node.id}"),)
        if self.chance(0.25):
            taken = (
                (("var", f"v_{node.id}"), f"uit_{node.id}"),
                (("plus", f"uit_{node.id}", 1), f"meer_{node.id}"),
            )
            node.outputs = taken[: self.random.randint(1, 2)]
        graph.add(node)
        return node

    def block(self, graph: Graph, depth: int, kinds: tuple[str, ...]) -> Ends:
        kind = (
            self.random.choice(kinds) if depth > 0 else self.random.choice(("task", "task", "job", "script"))
        )
        made: Callable[[Graph, int, tuple[str, ...]], Ends] = getattr(self, f"_{kind}")
        return made(graph, depth, kinds)

    # ── one element ──

    def _task(self, graph: Graph, depth: int, kinds: tuple[str, ...]) -> Ends:
        node = self.task(graph)
        return node.id, node.id

    def _job(self, graph: Graph, depth: int, kinds: tuple[str, ...]) -> Ends:
        node = self.task(graph, "job")
        return node.id, node.id

    def _script(self, graph: Graph, depth: int, kinds: tuple[str, ...]) -> Ends:
        id = self.id("s")
        expression: Expr = self.random.choice(
            (("const", 0), ("plus", f"n_{id}", 1), ("var", "laatste"), ("const", None))
        )
        graph.add(Node(id, "script", script=(expression, f"n_{id}")))
        return id, id

    # ── gateways ──

    def _seq(self, graph: Graph, depth: int, kinds: tuple[str, ...]) -> Ends:
        ends = [self.block(graph, depth - 1, kinds) for _ in range(self.random.randint(2, 3))]
        for (_, last), (first, _) in itertools.pairwise(ends):
            graph.connect(last, first)
        return ends[0][0], ends[-1][1]

    def _and(self, graph: Graph, depth: int, kinds: tuple[str, ...]) -> Ends:
        split, join = graph.add(Node(self.id("g"), "and")), graph.add(Node(self.id("g"), "and"))
        for _ in range(self.random.randint(2, 3)):
            first, last = self.block(graph, depth - 1, kinds)
            graph.connect(split, first)
            graph.connect(last, join)
        return split, join

    def _choice(self, graph: Graph, depth: int, kinds: tuple[str, ...], kind: str) -> Ends:
        split, join = Node(self.id("g"), kind), Node(self.id("g"), kind)
        ask = self.task(graph)
        ask.outputs = ()
        graph.add(split)
        graph.add(join)
        graph.connect(ask.id, split.id)
        without = self.chance(0.06)
        for place in range(self.random.randint(2, 3)):
            first, last = self.block(graph, depth - 1, kinds)
            said: Expr = ("is", f"c_{ask.id}", place) if kind == "xor" else ("bit", f"c_{ask.id}", place)
            flow = graph.connect(split.id, first, said if place or without else None)
            if not place and not without:
                split.default = flow
            graph.connect(last, join.id)
        return ask.id, join.id

    def _xor(self, graph: Graph, depth: int, kinds: tuple[str, ...]) -> Ends:
        return self._choice(graph, depth, kinds, "xor")

    def _or(self, graph: Graph, depth: int, kinds: tuple[str, ...]) -> Ends:
        return self._choice(graph, depth, kinds, "or")

    def _loop(self, graph: Graph, depth: int, kinds: tuple[str, ...]) -> Ends:
        again, ask = graph.add(Node(self.id("g"), "xor")), self.task(graph)
        ask.outputs = ()
        out = Node(self.id("g"), "xor")
        graph.add(out)
        after = graph.add(Node(self.id("p"), "pass"))
        first, last = self.block(graph, depth - 1, kinds)
        graph.connect(again, first)
        graph.connect(last, ask.id)
        graph.connect(ask.id, out.id)
        graph.connect(out.id, again, ("is", f"c_{ask.id}", 1))
        out.default = graph.connect(out.id, after)
        return again, after

    # ── scopes ──

    def _sub(self, graph: Graph, depth: int, kinds: tuple[str, ...]) -> Ends:
        id = self.id("s")
        node = Node(id, "sub", inner=self.inside(graph, depth, kinds))
        self._mapped(node)
        graph.add(node)
        return id, id

    def _mapped(self, node: Node) -> None:
        if self.chance(0.3):
            node.inputs = ((("var", "laatste"), f"in_{node.id}"), (("plus", f"in_{node.id}", 1), "laatste"))
        if self.chance(0.3):
            node.outputs = ((("var", "laatste"), f"uit_{node.id}"),)

    def _call(self, graph: Graph, depth: int, kinds: tuple[str, ...]) -> Ends:
        id = self.id("c")
        node = Node(id, "call", inner=self.inside(graph, depth, kinds), gets=True, gives=self.chance(0.8))
        if not graph.around:
            node.gets = self.chance(0.8)
        self._mapped(node)
        graph.add(node)
        return id, id

    def _many(self, id: str, result: Expr | None = None) -> Many:
        number = self.random.randint(0, 3)
        items = [10 * self.count + at for at in range(number)]
        if items and self.chance(0.2):
            items[self.random.randrange(number)] = None
        result = result or ("pair", f"i_{id}", "laatste")
        enough = self.random.choice((0, 0, 1, 2))
        return Many(tuple(items), f"i_{id}", f"uit_{id}", result, self.chance(), enough)

    def _many_task(self, graph: Graph, depth: int, kinds: tuple[str, ...]) -> Ends:
        node = self.task(graph, self.random.choice(("task", "job")))
        own: Expr = ("var", f"v_{node.id}")
        node.many = self._many(node.id, self.random.choice((own, ("pair", f"i_{node.id}", f"v_{node.id}"))))
        return node.id, node.id

    def _many_sub(self, graph: Graph, depth: int, kinds: tuple[str, ...]) -> Ends:
        id = self.id("m")
        inner = self.inside(graph, depth, kinds, item=f"i_{id}")
        last = next(node for node in inner.nodes.values() if node.kind == "task")
        graph.add(Node(id, "sub", inner=inner, many=self._many(id, ("var", f"v_{last.id}"))))
        return id, id

    def _many_call(self, graph: Graph, depth: int, kinds: tuple[str, ...]) -> Ends:
        id = self.id("m")
        node = Node(id, "call", inner=self.inside(graph, depth, kinds, item=f"i_{id}"), many=self._many(id))
        if self.chance():
            node.outputs = ((("var", "laatste"), f"uit_{id}_een"),)
        graph.add(node)
        return id, id

    # ── events ──

    def _event(self, *kinds: str) -> Event:
        kind = self.random.choice(kinds)
        match kind:
            case "timer":
                return Event("timer", minutes=100 + self.count)
            case "cycle":
                return Event("timer", minutes=150 + self.count, times=self.random.choice((0, 2, 3)))
            case "message":
                return Event("message", self.id("bericht"))
            case "signal":
                return Event("signal", self.random.choice(SIGNALS))
        return Event(kind, self.random.choice(CODES))

    def _stands_on(
        self, graph: Graph, host: str, last: str, *events: Event, interrupting: bool | None = None
    ) -> str:
        """Boundary events with a task behind each; what interrupts meets the others at what is given back."""
        after = graph.add(Node(self.id("g"), "xor"))
        graph.connect(last, after)
        for event in events:
            stops = self.chance() if interrupting is None else interrupting
            if event.times is not None:
                stops = False
            node = Node(self.id("r"), "boundary", event=event, host=host, interrupting=stops)
            if self.chance(0.2) and event.kind == "message":
                node.outputs = ((("var", f"m_{event.name}"), f"uit_{node.id}"),)
            graph.add(node)
            task = self.task(graph)
            graph.connect(node.id, task.id)
            if stops:
                graph.connect(task.id, after)
            else:
                graph.connect(task.id, graph.add(Node(self.id("e"), "end")))
        return after

    def _beside(self, graph: Graph, depth: int, kinds: tuple[str, ...]) -> Ends:
        """Up to three events on one activity."""
        first, last = self.random.choice(
            (self._task, self._sub, self._call, self._many_task, self._many_sub)
        )(graph, depth, kinds)
        events = [
            self._event("timer", "cycle", "message", "signal") for _ in range(self.random.randint(1, 3))
        ]
        return first, self._stands_on(graph, first, last, *events)

    def _either(self, graph: Graph, depth: int, kinds: tuple[str, ...]) -> Ends:
        gateway, after = graph.add(Node(self.id("g"), "either")), graph.add(Node(self.id("g"), "xor"))
        for _ in range(self.random.randint(2, 3)):
            caught = graph.add(self._caught())
            graph.connect(gateway, caught)
            graph.connect(caught, after)
        return gateway, after

    def _caught(self) -> Node:
        node = Node(self.id("w"), "catch", event=self._event("timer", "message", "signal"))
        if node.event and node.event.kind == "message" and self.chance(0.3):
            node.outputs = ((("var", f"m_{node.event.name}"), f"uit_{node.id}"),)
        return node

    def _wait(self, graph: Graph, depth: int, kinds: tuple[str, ...]) -> Ends:
        id = graph.add(self._caught())
        return id, id

    def _throw(self, graph: Graph, depth: int, kinds: tuple[str, ...]) -> Ends:
        event = self.random.choice(
            (Event("signal", self.random.choice(SIGNALS)), Event("escalation", self.random.choice(CODES)))
        )
        id = graph.add(Node(self.id("t"), "throw", event=event))
        return id, id

    def _throwing(self, graph: Graph, depth: int, kinds: tuple[str, ...], ending: Event) -> None:
        """A start, a block, and a choice between an ordinary end and one that throws."""
        start, end = graph.add(Node(self.id("b"), "start")), graph.add(Node(self.id("e"), "end"))
        first, last = self.block(graph, depth - 1, kinds)
        ask, split = self.task(graph), Node(self.id("g"), "xor")
        ask.outputs = ()
        graph.add(split)
        thrown = graph.add(Node(self.id("t"), "end", event=ending))
        graph.connect(start, first)
        graph.connect(last, ask.id)
        graph.connect(ask.id, split.id)
        graph.connect(split.id, thrown, ("is", f"c_{ask.id}", 1))
        split.default = graph.connect(split.id, end)

    def _holder(self, graph: Graph, kind: str, inner: Graph) -> Node:
        node = Node(self.id("h"), kind, inner=inner)
        if self.chance(0.3) and not inner.around[len(graph.around) :]:
            self._mapped(node)
        graph.add(node)
        return node

    def _fail(self, graph: Graph, depth: int, kinds: tuple[str, ...]) -> Ends:
        """An error out of a subprocess or called process, that something around catches, or nothing does."""
        many = self.chance(0.25)
        item = f"i_{self.id('m')}"
        inner = Graph(self.id("proces_"), (*graph.around, *([item] if many else [])))
        self._throwing(inner, depth, kinds, Event("error", self.random.choice(CODES)))
        node = self._holder(graph, self.random.choice(("sub", "call")), inner)
        if many:
            every = self._many(node.id, ("pair", item, "laatste"))
            node.many = replace(every, item=item, enough=0)
        events = {event.name: event for event in (self._event("error") for _ in range(2))}
        return node.id, self._stands_on(graph, node.id, node.id, *events.values(), interrupting=True)

    def _raise(self, graph: Graph, depth: int, kinds: tuple[str, ...]) -> Ends:
        inner = Graph(self.id("proces_"), graph.around)
        self._throwing(
            inner, depth, (*kinds, "throw", "throw"), Event("escalation", self.random.choice(CODES))
        )
        node = self._holder(graph, self.random.choice(("sub", "call")), inner)
        events = {event.name: event for event in (self._event("escalation") for _ in range(2))}
        return node.id, self._stands_on(graph, node.id, node.id, *events.values())

    def _guard(self, graph: Graph, depth: int, kinds: tuple[str, ...]) -> Ends:
        """A phase with event subprocesses."""
        inner = Graph(self.id("proces_"), graph.around)
        self._throwing(inner, depth, (*kinds, "fail", "fail"), self._event("error", "escalation"))
        for _ in range(self.random.randint(1, 2)):
            event = self._event("timer", "cycle", "message", "signal", "error", "escalation")
            stops = event.kind == "error" or (event.times is None and self.chance())
            handler = Graph(self.id("proces_"), graph.around)
            start = handler.add(Node(self.id("b"), "start", event=event, interrupting=stops))
            task = self.task(handler)
            handler.connect(start, task.id)
            handler.connect(task.id, handler.add(Node(self.id("e"), "end")))
            inner.add(Node(handler.id, "by_event", inner=handler))
        node = self._holder(graph, "sub", inner)
        return node.id, self._stands_on(graph, node.id, node.id, self._event("error"), interrupting=True)

    def _stop(self, graph: Graph, depth: int, kinds: tuple[str, ...]) -> Ends:
        """A phase with a task beside the block, behind which everything in the phase is terminated."""
        inner = Graph(self.id("proces_"), graph.around)
        start, split = inner.add(Node(self.id("b"), "start")), inner.add(Node(self.id("g"), "and"))
        first, last = self.block(inner, depth - 1, kinds)
        task = self.task(inner)
        stop = inner.add(Node(self.id("e"), "end", event=Event("terminate")))
        inner.connect(start, split)
        inner.connect(split, first)
        inner.connect(split, task.id)
        inner.connect(task.id, stop)
        inner.connect(last, inner.add(Node(self.id("e"), "end")))
        node = self._holder(graph, self.random.choice(("sub", "call")), inner)
        return node.id, node.id

    def _undoable(self, graph: Graph, kinds: tuple[str, ...]) -> Ends:
        """A block in which some activities can be undone."""
        flow = tuple(kind for kind in kinds if kind in PLAIN) or PLAIN
        first, last = self.block(graph, 2, flow)
        for node in list(graph.nodes.values()):
            if node.kind in ("task", "job", "script") and self.chance(0.6):
                undo = self.task(graph) if self.chance() else Node(self.id("s"), "script")
                if undo.kind == "script":
                    undo.script = (("plus", "ongedaan", 1), "ongedaan")
                undo.undoes = True
                node.undone_by = graph.add(undo)
        if not any(node.undone_by for node in graph.nodes.values()):
            more = Node(self.id("u"), "task", undone_by=graph.add(Node(self.id("u"), "task", undoes=True)))
            graph.connect(last, graph.add(more))
            last = more.id
        return first, last

    def _undo(self, graph: Graph, depth: int, kinds: tuple[str, ...]) -> Ends:
        """A phase of which what was done is undone halfway, all of it or one activity."""
        inner = Graph(self.id("proces_"), graph.around)
        start, end = inner.add(Node(self.id("b"), "start")), inner.add(Node(self.id("e"), "end"))
        first, last = self._undoable(inner, kinds)
        can = [node.id for node in inner.nodes.values() if node.undone_by]
        event = Event("compensate", ref=self.random.choice(("", self.random.choice(can))))
        asks, after = (
            inner.add(Node(self.id("t"), "throw", event=event)),
            inner.add(Node(self.id("u"), "task")),
        )
        for source, target in ((start, first), (last, asks), (asks, after), (after, end)):
            inner.connect(source, target)
        node = self._holder(graph, "sub", inner)
        return node.id, node.id

    def _transaction(self, graph: Graph, depth: int, kinds: tuple[str, ...]) -> Ends:
        """A transaction that is cancelled by a choice, while a task beside it may still be at work."""
        inner = Graph(self.id("proces_"), graph.around)
        start, split = inner.add(Node(self.id("b"), "start")), inner.add(Node(self.id("g"), "and"))
        first, last = self._undoable(inner, kinds)
        ask, choice = Node(self.id("u"), "task"), Node(self.id("g"), "xor")
        inner.add(ask)
        inner.add(choice)
        cancel = inner.add(Node(self.id("e"), "end", event=Event("cancel")))
        task = self.task(inner)
        for source, target in (
            (start, split),
            (split, first),
            (split, task.id),
            (last, ask.id),
            (ask.id, choice.id),
        ):
            inner.connect(source, target)
        inner.connect(choice.id, cancel, ("is", f"c_{ask.id}", 1))
        choice.default = inner.connect(choice.id, inner.add(Node(self.id("e"), "end")))
        inner.connect(task.id, inner.add(Node(self.id("e"), "end")))
        node = self._holder(graph, "sub", inner)
        node.transaction = True
        after = self._stands_on(graph, node.id, node.id, Event("cancel"), interrupting=True)
        return node.id, after


def unstructured(seed: int, *, nodes: int = 14) -> Graph:
    """Tasks and gateways with flows anywhere, also back: joins that meet nothing, or everything twice."""
    dice = random.Random(seed)
    graph = Graph("proef")
    graph.add(Node("b", "start"))
    kinds = [dice.choice(("task", "task", "xor", "xor", "or", "or", "and")) for _ in range(nodes)]
    ids = [graph.add(Node(f"x{at}", kind)) for at, kind in enumerate(kinds)]
    graph.connect("b", ids[0])
    for at, id in enumerate(ids):
        node = graph.nodes[id]
        ahead = ids[at + 1 :]
        if not ahead:
            graph.connect(id, graph.add(Node(f"e{at}", "end")))
            continue
        wide = 1 if node.kind == "task" else dice.randint(1, 3)
        # The next one always, so that everything is reached.
        targets = list(dict.fromkeys([ahead[0], *(dice.choice(ahead[:5]) for _ in range(wide - 1))]))
        if node.kind != "task" and dice.random() < 0.1:
            targets.append(graph.add(Node(f"e{at}", "end")))
        if node.kind != "task" and at > 1 and dice.random() < 0.35:
            # Back, by way of a task: no circle goes round by itself.
            task = graph.add(Node(f"t{at}", "task"))
            graph.connect(task, dice.choice(ids[:at]))
            targets.append(task)
        for place, target in enumerate(targets):
            conditional = node.kind in ("xor", "or") and len(targets) > 1
            first = conditional and place == 0
            said: Expr = ("is", "c", place) if node.kind == "xor" else ("bit", "c", place)
            flow = graph.connect(id, target, said if conditional and not first else None)
            if first:
                node.default = flow
    return graph
