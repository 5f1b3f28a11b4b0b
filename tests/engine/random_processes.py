"""Random block-structured processes, and what BPMN says they do: a token game without an engine.

A block is a tuple (kind, id, …). `diagrams` draws it as BPMN; `Game` plays it. The game knows nothing of
SpiffWorkflow, of states or of cutting: it is the measure that the engine is held against.
"""

import random
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from tests.engine.diagrams import element, extensions, flows, many, process, task

Block = tuple[Any, ...]
PLAIN = ("seq", "xor", "and", "sub", "loop")
ALL = (*PLAIN, "or", "call", "many", "many_sub", "interrupt", "beside", "either", "guarded", "stop")


class Maker:
    """Makes one random block, from a seed."""

    def __init__(self, seed: int, kinds: tuple[str, ...]) -> None:
        self.random, self.kinds, self.count = random.Random(seed), kinds, 0

    def whole(self) -> Block:
        # A last task behind it shows that the block is left once, and only once.
        return ("seq", "", [self.block(3, self.kinds), ("task", self.id("u"))])

    def id(self, prefix: str) -> str:
        self.count += 1
        return f"{prefix}{self.count}"

    def block(self, depth: int, kinds: tuple[str, ...]) -> Block:
        kind = self.random.choice(kinds) if depth else "task"
        number = self.random.randint(2, 3)
        match kind:
            case "seq":
                return ("seq", "", [self.block(depth - 1, kinds) for _ in range(number)])
            case "xor" | "and" | "or":
                return (kind, self.id("g"), [self.block(depth - 1, kinds) for _ in range(number)])
            case "sub" | "loop" | "call" | "guarded" | "stop":
                return (kind, self.id(kind[0]), self.block(depth - 1, kinds))
            case "many":
                return (
                    "many",
                    self.id("m"),
                    number,
                    self.random.random() < 0.5,
                    self.random.choice((0, 1, 2)),
                )
            case "many_sub":
                # Messages and calls would be told apart by a key there: that is for other tests.
                inside = self.block(depth - 1, ("seq", "xor", "and", "or"))
                return ("many_sub", self.id("m"), number, inside)
            case "interrupt" | "beside" | "either":
                return (kind, self.id("e"))
        return ("task", self.id("u"))


# ── drawing ──────────────────────────────────────────────────────────────────────────────────────────────

_SUBSCRIPTION = extensions('<zeebe:subscription correlationKey="=&quot;k&quot;"/>')


class Drawing:
    """One process: its elements, its flows, and the messages and processes beside it."""

    def __init__(self, id: str) -> None:
        self.id = id
        self.parts: list[str] = []
        self.beside: list[str] = []
        self.files: list[bytes] = []

    def done(self) -> list[bytes]:
        return [process(*self.parts, id=self.id, more="".join(self.beside)), *self.files]

    def message(self, name: str) -> str:
        self.beside.append(element("message", f"bericht_{name}", _SUBSCRIPTION, name=name))
        return f'<bpmn:messageEventDefinition messageRef="bericht_{name}"/>'

    def add(self, *parts: str) -> None:
        self.parts += parts

    def scope(self, id: str, block: Block, *, more: str = "", inner: str = "") -> str:
        """A subprocess with this block in it."""
        outside, self.parts = self.parts, []
        self.whole(block, id)
        inside, self.parts = "".join(self.parts), outside
        return element("subProcess", id, inner + inside + more)

    def whole(self, block: Block, id: str) -> None:
        first, last = self.block(block)
        self.add(element("startEvent", f"{id}_b"), element("endEvent", f"{id}_e"))
        self.add(flows(f"{id}_b>{first}", f"{last}>{id}_e"))

    def block(self, block: Block) -> tuple[str, str]:
        """Draws it; gives the ids of its first and last element."""
        kind, id, *rest = block
        match kind:
            case "task":
                self.add(task(id))
                return id, id
            case "seq":
                ends = [self.block(one) for one in rest[0]]
                self.add(flows(*(f"{a[1]}>{b[0]}" for a, b in pairwise(ends))))
                return ends[0][0], ends[-1][1]
            case "xor" | "or":
                return self._choice(kind, id, rest[0])
            case "and":
                self.add(element("parallelGateway", id), element("parallelGateway", f"{id}j"))
                for first, last in [self.block(one) for one in rest[0]]:
                    self.add(flows(f"{id}>{first}", f"{last}>{id}j"))
                return id, f"{id}j"
            case "loop":
                first, last = self.block(rest[0])
                self.add(element("exclusiveGateway", f"{id}m"), task(f"{id}d"))
                self.add(element("exclusiveGateway", id, default=f"{id}_{id}o"))
                self.add(element("exclusiveGateway", f"{id}o"))
                self.add(flows(f"{id}m>{first}", f"{last}>{id}d", f"{id}d>{id}", f"{id}>{id}m if c_{id} = 1"))
                self.add(flows(f"{id}>{id}o"))
                return f"{id}m", f"{id}o"
            case "sub":
                self.add(self.scope(id, rest[0]))
                return id, id
            case "stop":
                self.add(self._stopped(id, rest[0]))
                return id, id
            case "call":
                called = Drawing(f"proces_{id}")
                called.whole(rest[0], f"{id}p")
                self.files += called.done()
                said = extensions(f'<zeebe:calledElement processId="proces_{id}"/>')
                self.add(element("callActivity", id, said, name=id, calledElement=f"proces_{id}"))
                return id, id
            case "many":
                number, one_by_one, enough = rest
                self.add(task(id, inner=_many(id, number, one_by_one=one_by_one, enough=enough)))
                return id, id
            case "many_sub":
                self.add(self.scope(id, rest[1], inner=_many(id, rest[0])))
                return id, id
            case "guarded":
                start = element("startEvent", f"{id}hb", self.message(id), isInterrupting="true")
                inside = start + task(f"{id}h") + element("endEvent", f"{id}he")
                inside += flows(f"{id}hb>{id}h", f"{id}h>{id}he")
                by_event = element("subProcess", f"{id}g", inside, triggeredByEvent="true")
                self.add(self.scope(id, rest[0], more=by_event))
                return id, id
            case "interrupt" | "beside":
                cancel = str(kind == "interrupt").lower()
                self.add(task(id), task(f"{id}h"))
                self.add(
                    element(
                        "boundaryEvent", f"{id}w", self.message(id), attachedToRef=id, cancelActivity=cancel
                    )
                )
                if kind == "beside":
                    self.add(element("endEvent", f"{id}e"), flows(f"{id}w>{id}h", f"{id}h>{id}e"))
                    return id, id
                self.add(element("exclusiveGateway", f"{id}m"))
                self.add(flows(f"{id}w>{id}h", f"{id}h>{id}m", f"{id}>{id}m"))
                return id, f"{id}m"
            case "either":
                self.add(element("eventBasedGateway", id), element("exclusiveGateway", f"{id}m"))
                for side in "ab":
                    caught = element("intermediateCatchEvent", f"{id}{side}", self.message(f"{id}{side}"))
                    self.add(caught, flows(f"{id}>{id}{side}", f"{id}{side}>{id}m"))
                return id, f"{id}m"
        raise ValueError(kind)

    def _stopped(self, id: str, block: Block) -> str:
        """A phase with a task beside the block, behind which everything in the phase is terminated."""
        outside, self.parts = self.parts, []
        first, last = self.block(block)
        self.add(element("startEvent", f"{id}_b"), element("endEvent", f"{id}_e"), task(f"{id}t"))
        self.add(element("endEvent", f"{id}x", "<bpmn:terminateEventDefinition/>"))
        self.add(element("parallelGateway", f"{id}p"))
        self.add(flows(f"{id}_b>{id}p", f"{id}p>{first}", f"{last}>{id}_e", f"{id}p>{id}t", f"{id}t>{id}x"))
        inside, self.parts = "".join(self.parts), outside
        return element("subProcess", id, inside)

    def _choice(self, kind: str, id: str, blocks: list[Block]) -> tuple[str, str]:
        gateway = "exclusiveGateway" if kind == "xor" else "inclusiveGateway"
        ends = [self.block(one) for one in blocks]
        default = f"{id}_{ends[0][0]}"
        self.add(task(f"{id}d"), element(gateway, id, default=default), element(gateway, f"{id}m"))
        self.add(flows(f"{id}d>{id}"))
        for place, (first, last) in enumerate(ends):
            # Of an inclusive gateway each bit of the answer opens a branch.
            said = (
                f" if c_{id} = {place}" if kind == "xor" else f" if modulo(floor(c_{id} / {2**place}), 2) = 1"
            )
            self.add(flows(f"{id}>{first}{said if place else ''}", f"{last}>{id}m"))
        return f"{id}d", f"{id}m"


def _many(id: str, number: int, *, one_by_one: bool = False, enough: int = 0) -> str:
    stop = f"=numberOfCompletedInstances &gt;= {enough}" if enough else ""
    items = "=[" + ", ".join(str(n) for n in range(number)) + "]"
    return many(items, "een", f"uit_{id}", "=een", one_by_one=one_by_one, stop=stop)


def diagrams(block: Block) -> list[bytes]:
    """The files: the process `proef`, and those that it calls."""
    drawing = Drawing("proef")
    drawing.whole(block, "top")
    return drawing.done()


# ── playing ──────────────────────────────────────────────────────────────────────────────────────────────


class Vars:
    """The variables of a scope; a wall keeps inside what is written inside."""

    def __init__(self, outer: "Vars | None" = None, start: dict[str, Any] | None = None) -> None:
        self.own: dict[str, Any] = dict(start or {})
        self.written: set[str] = set()
        self.outer = outer

    def put(self, name: str, value: Any) -> None:
        self.own[name] = value
        self.written.add(name)


class Game:
    """One block that is being played. `tasks` and `messages` are what it waits for."""

    def __init__(self, block: Block, variables: Vars, scope: "Game | None") -> None:
        self.block, self.vars = block, variables
        self.kind, self.id, *self.rest = block
        self.over = False
        self.inside: list[Game] = []
        self.beside: list[Game] = []
        """Tokens of a scope that no flow leads back: it ends when they do."""
        self.scope = scope or self
        self.begin()

    def open(self, block: Block, variables: Vars | None = None, scope: "Game | None" = None) -> "Game":
        game = Game(block, variables or self.vars, scope or self.scope)
        self.inside.append(game)
        return game

    def begin(self) -> None:
        self.place, self.inside = 0, []
        match self.kind:
            case "seq":
                self.open(self.rest[0][0])
            case "and":
                for one in self.rest[0]:
                    self.open(one)
            case "loop":
                self.open(self.rest[0])
            case "sub" | "guarded" | "stop":
                self.open(self.rest[0], scope=self)
            case "call":
                self.called = Vars(start=_seen(self.vars))
                self.open(self.rest[0], self.called, self)
            case "many":
                self.left = list(range(self.rest[0]))
                self.results: list[Any] = [None] * self.rest[0]
            case "many_sub":
                for _ in range(self.rest[0]):
                    self.open(("sub", self.id, self.rest[1]), Vars(self.vars))
        self.settle()

    def children(self) -> Iterator["Game"]:
        yield from self.inside
        yield from self.beside

    def own_tasks(self) -> list[str]:
        """What waits for a person in this block itself."""
        if self.over:
            return []
        match self.kind, self.place:
            case (("task" | "interrupt" | "beside"), 0):
                return [self.id]
            case (("interrupt" | "guarded"), 1):
                return [f"{self.id}h"]
            case (("xor" | "or"), 0) | ("loop", 1):
                return [f"{self.id}d"]
            case "many", _:
                return [self.id] * (1 if self.rest[1] else len(self.left))
            case "stop", _:
                return [f"{self.id}t"]
        return []

    def own_messages(self) -> list[str]:
        if self.over or self.place:
            return []
        if self.kind == "either":
            return [f"{self.id}a", f"{self.id}b"]
        return [self.id] if self.kind in ("interrupt", "beside", "guarded") else []

    def tasks(self) -> list[str]:
        inside = [] if self.over else [one for game in self.children() for one in game.tasks()]
        return self.own_tasks() + inside

    def messages(self) -> list[str]:
        inside = [] if self.over else [one for game in self.children() for one in game.messages()]
        return self.own_messages() + inside

    def complete(self, name: str, answers: dict[str, Any], choice: int, item: int | None) -> bool:
        """A task with this id is done; `item` is which one of many. False when it does not wait in here."""
        if name in self.own_tasks():
            self._done(answers, choice, item)
            self.settle()
            return True
        if name not in self.tasks():
            return False
        within = list(self.children())
        if self.kind == "many_sub" and item is not None:
            within = [self.inside[item]]
        found = any(game.complete(name, answers, choice, item) for game in within)
        self.settle()
        return found

    def _done(self, answers: dict[str, Any], choice: int, item: int | None) -> None:
        if self.kind == "many":
            self._one_of_many(self.left[0] if item is None else item)
            return
        for key, value in answers.items():
            self.vars.put(key, value)
        blocks = self.rest[0] if self.rest else []
        match self.kind:
            case "xor":
                self.place = 1
                self.open(blocks[choice if choice < len(blocks) else 0])
            case "or":
                self.place = 1
                chosen = [place for place in range(1, len(blocks)) if choice >> place & 1]
                for place in chosen or [0]:
                    self.open(blocks[place])
            case "loop" if choice == 1:
                self.begin()
            case _:
                self.over = True

    def _one_of_many(self, place: int) -> None:
        self.left.remove(place)
        self.results[place] = place
        done = self.rest[0] - len(self.left)
        if not self.left or (self.rest[2] and done >= self.rest[2]):
            self.over = True
            self.vars.put(f"uit_{self.id}", self.results)

    def receive(self, name: str) -> bool:
        """A message with this name came. False when nothing in here waits for it."""
        if name not in self.own_messages():
            found = any(game.receive(name) for game in list(self.children()))
            self.settle()
            return found
        if self.kind == "interrupt":
            self.place = 1
        elif self.kind == "beside":
            self.scope.beside.append(Game(("task", f"{self.id}h"), self.vars, self.scope))
        elif self.kind == "guarded":
            self.place, self.inside, self.beside = 1, [], []
        else:
            self.over = True
        return True

    def settle(self) -> None:
        """Go on where all that was inside is done."""
        if self.over or not all(game.over for game in self.children()):
            return
        match self.kind, self.place:
            case "seq", _:
                self.place += 1
                if self.place < len(self.rest[0]):
                    self.inside = []
                    self.open(self.rest[0][self.place])
                    self.settle()
                else:
                    self.over = True
            case (("and" | "sub"), _):
                self.over = True
            case (("xor" | "or"), 1):
                self.over = True
            case "loop", 0:
                self.place = 1
            case "guarded", 0:
                self.over = True
            case "call", _:
                self.over = True
                for name in self.called.written:
                    self.vars.put(name, self.called.own[name])
            case "many_sub", _:
                self.over = True
                self.vars.put(f"uit_{self.id}", list(range(self.rest[0])))

    def calls(self) -> bool:
        """Whether a called process runs: what it wrote is not in its caller's variables yet."""
        return not self.over and (self.kind == "call" or any(game.calls() for game in self.children()))


def _seen(variables: Vars) -> dict[str, Any]:
    outer = {} if variables.outer is None else _seen(variables.outer)
    return {**outer, **variables.own}
