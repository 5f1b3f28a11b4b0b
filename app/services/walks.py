"""The way that one case went through a diagram, from its facts alone: which steps and which arrows.

Everything that a token comes to and leaves is a fact, gateways too, and what is entered was opened by what
was left just before. So an arrow was taken where its end is entered right after its begin was left. Only
two things go without a word: the end of a step that is done for each item of a list, and the whole of such
a step where the list is empty. Where then more than one way is possible, that is said, and nothing is
guessed. Pure.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise

from app.engine.model import SUBPROCESSES, Element, Flow, Process
from app.store.practice import Fact

CHOOSING = ("exclusiveGateway", "inclusiveGateway")
"""Of what goes out of these, not everything is taken."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What has to be known of a diagram to follow a case through it."""

    elements: Mapping[str, Element]
    between: Mapping[tuple[str, str], str]
    """The arrow from one element to another: there is at most one."""
    repeated: frozenset[str]
    """What is done for each item of a list."""
    to_repeated: Mapping[str, tuple[Flow, ...]]
    """The arrows to those, of each element that has any."""
    awaited: Mapping[str, str]
    """The events behind a gateway that waits for the first of them: event -> gateway."""
    starts: frozenset[str]
    """The start events of the process itself."""


@dataclass(slots=True)
class Walk:
    """What one case did in one process, counted by the ids of elements and arrows."""

    runs: int = 0
    """How often the process began in this case."""
    came: Counter[str] = field(default_factory=Counter)
    done: Counter[str] = field(default_factory=Counter)
    taken: Counter[str] = field(default_factory=Counter)
    moved: Counter[tuple[str, str, bool]] = field(default_factory=Counter)
    """By hand (from, to, whether that had been done before); from is empty where it can't be told."""
    skipped: Counter[str] = field(default_factory=Counter)
    """By hand."""
    stopped: Counter[str] = field(default_factory=Counter)
    """Where it stood when somebody called the case off."""
    unclear: Counter[str] = field(default_factory=Counter)
    """Came here along an arrow, but more than one is possible."""
    beside: Counter[str] = field(default_factory=Counter)
    """Came here, but along no arrow, and nobody moved it."""

    @property
    def by_hand(self) -> bool:
        return bool(self.moved or self.skipped or self.stopped)


def plan(process: Process) -> Plan:
    elements = process.elements
    repeated = frozenset(one.id for one in elements.values() if one.loop is not None)
    return Plan(
        elements=elements,
        between={(flow.source, flow.target): flow.id for flow in process.flows},
        repeated=repeated,
        to_repeated={
            one.id: flows
            for one in elements.values()
            if (flows := tuple(flow for flow in one.outgoing if flow.target in repeated))
        },
        awaited={
            flow.target: one.id
            for one in elements.values()
            if one.type == "eventBasedGateway"
            for flow in one.outgoing
        },
        starts=frozenset(one.id for one in process.inside(process.id) if one.type == "startEvent"),
    )


def walk(plan: Plan, facts: Iterable[Fact]) -> Walk:
    """Follow one case through the diagram; `facts` are its own, in order."""
    walker = _Walker(plan)
    for fact in facts:
        walker.take(fact)
    return walker.walk


class _Walker:
    """How far a case is while its facts are read."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.walk = Walk()
        self.left = ""
        """What a token left last; behind it the next ones are entered."""
        self.used: set[str] = set()
        """The arrows that were taken since then."""
        self.passing: Counter[str] = Counter()
        """Arrows to what is done for each item of a list, which was not begun: there the list is empty."""
        self.open: Counter[str] = Counter()
        """Elements for each item of a list that were begun and not left yet."""
        self.unfinished: Counter[str] = Counter()
        self.chosen: Counter[str] = Counter()
        """Gateways for the first event of which one came."""
        self.again: Counter[tuple[datetime, str]] = Counter()
        """What is tried again, and when."""
        self.standing: Counter[str] = Counter()
        self.skipping = ""
        self.hand: Fact | None = None
        """What somebody did in this very moment."""
        self.stood: list[str] = []
        """What stopped because of that."""

    def take(self, fact: Fact) -> None:
        if self.hand is not None and fact.at != self.hand.at:
            self.hand, self.stood = None, []
        if fact.kind in ("moved", "case_cancelled"):
            self.hand, self.stood = fact, []
        elif fact.kind == "retried":
            self.again[fact.at, fact.said] += 1
        elif fact.element_id in self.plan.elements:
            match fact.kind:
                case "entered":
                    self._entered(fact)
                case "completed":
                    self.standing[fact.element_id] -= 1
                    self._completed(fact)
                case "cancelled":
                    self.standing[fact.element_id] -= 1
                    self._cancelled(fact)
                case "skipped":
                    self.walk.skipped[fact.element_id] += 1
                    self.skipping = fact.element_id

    def _entered(self, fact: Fact) -> None:
        id, element = fact.element_id, self.plan.elements[fact.element_id]
        if self.again and self.again[fact.at, id] and self.standing[id]:
            self.again[fact.at, id] -= 1  # it stood there already: it only tries again
            return
        self.standing[id] += 1
        if fact.item is not None and fact.item > 1:
            return
        if id in self.plan.awaited:
            return  # it only waits: which one came is known when the gateway is left
        self.walk.came[id] += 1
        self.walk.runs += id in self.plan.starts
        if fact.item is not None:
            self.unfinished[id] += 1
        if self._is_moved_to(id):
            return
        if element.incoming:
            self._arrive(id)
        if fact.item is not None:
            self.open[id] += 1

    def _is_moved_to(self, id: str) -> bool:
        hand = self.hand
        if hand is None or hand.kind != "moved" or hand.said != id:
            return False
        origin = self.stood[-1] if self.stood else ""
        self.walk.moved[origin, id, self.walk.done[id] > 0] += 1
        self.hand, self.stood = None, []
        return True

    def _completed(self, fact: Fact) -> None:
        id = fact.element_id
        if id == self.skipping:
            self.skipping = ""
        elif fact.item is None:
            self.walk.done[id] += 1
        elif self.unfinished[id]:
            self.unfinished[id] -= 1
            self.walk.done[id] += 1
        if self.plan.elements[id].attached_to is not None and fact.item is None:
            self.walk.came[id] += 1  # it waits without a word until it comes
        gateway = self.plan.awaited.get(id)
        if gateway is not None and self.chosen[gateway]:
            self.chosen[gateway] -= 1
            self.walk.came[id] += 1
            self._count(gateway, id)
        if self.plan.elements[id].type == "eventBasedGateway":
            self.chosen[id] += 1
        self._leave(id)

    def _leave(self, id: str) -> None:
        ahead = self.plan.to_repeated.get(self.left, ())
        if ahead and not (self.used and self.plan.elements[self.left].type in CHOOSING):
            self.passing.update(flow.id for flow in ahead if flow.id not in self.used)
        self.left = id
        self.used.clear()

    def _cancelled(self, fact: Fact) -> None:
        id = fact.element_id
        if fact.item is None and self.open[id]:
            self.open[id] -= 1
            self.unfinished[id] = max(0, self.unfinished[id] - 1)
        if self.hand is None:
            return
        self.stood.append(id)
        if self.hand.kind == "case_cancelled" and self.plan.elements[id].type not in SUBPROCESSES:
            self.walk.stopped[id] += 1

    # ── along which arrow ──

    def _arrive(self, id: str) -> None:
        if self._free(self.left, id):
            self._count(self.left, id)
            return
        ways = self._silent_ways(id)
        if not ways:
            self.walk.beside[id] += 1
        elif len(ways) > 1:
            self.walk.unclear[id] += 1
        else:
            for source, target in ways[0]:
                self._count(source, target)

    def _free(self, source: str, target: str) -> bool:
        """Whether there is an arrow between these that was not taken since its begin was left."""
        flow = self.plan.between.get((source, target))
        return flow is not None and flow not in self.used

    def _count(self, source: str, target: str) -> None:
        flow = self.plan.between[source, target]
        self.walk.taken[flow] += 1
        self.used.add(flow)
        self.passing[flow] -= self.passing[flow] > 0
        if self.open[source]:
            self.open[source] -= 1

    def _silent_ways(self, id: str) -> list[list[tuple[str, str]]]:
        """The ways to get here without a word: out of or over what is done for each item of a list."""
        found: list[list[tuple[str, str]]] = []
        begun = [one for one, number in self.open.items() if number and one != self.left]
        ahead: list[list[str]] = [[id]]
        while ahead:
            way = ahead.pop()
            for flow in self.plan.elements[way[0]].incoming:
                source = flow.source
                if source in way[:-1] or source == way[0]:
                    continue
                longer = [source, *way]
                left = source == self.left and self._free(source, way[0])
                if source in begun or left or self.passing[flow.id]:
                    found.append(list(pairwise(longer)))
                elif source in self.plan.repeated:
                    ahead.append(longer)
        return found
