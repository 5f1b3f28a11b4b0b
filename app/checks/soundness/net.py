"""One scope of a process -> the moves that its tokens can make, as our engine runs them (app/engine)."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import combinations

from app.checks.soundness import events
from app.checks.soundness.layout import Layout
from app.checks.soundness.moves import DONE, LEFT, LISTENS, Exit, Firing, InclusiveJoin, Move, Net, Place
from app.engine.model import Element, Flow

MAX_WAYS = 12
"""An inclusive gateway with more ways out has too many combinations to look at each."""
CHOICES = ("exclusiveGateway", "eventBasedGateway", "complexGateway")
GATEWAYS = (*CHOICES, "parallelGateway", "inclusiveGateway")

RESTS = (
    *("userTask", "serviceTask", "sendTask", "receiveTask", "intermediateCatchEvent"),
    *("callActivity", "subProcess", "transaction"),
)
"""Where a token can wait for something that comes from outside."""


@dataclass(frozen=True, slots=True)
class Summary:
    """What the outside sees of a scope or called process."""

    ends: bool
    exits: frozenset[Exit] = frozenset()
    sticks: bool = False
    """Whether all that is left in it can wait for ever."""
    circles: bool = False
    """Whether it can go on for ever without a way to its end."""

    @property
    def is_plain(self) -> bool:
        return self.ends and not (self.exits or self.sticks or self.circles)


Arrival = tuple[tuple[Place, ...], tuple[Firing, ...]]
"""Where a token ends up that takes a flow, and what it passes on the way."""


class Builder:
    """Makes the net of the scope that begins at `start`.

    `inner` tells of the scope or called process in an element.
    """

    def __init__(self, layout: Layout, start: Element, inner: Callable[[Element], Summary | None]) -> None:
        self.layout, self.start, self.inner = layout, start, inner
        self.scope_id = scope_id = start.scope_id
        self.elements = {one.id: one for one in layout.inside.get(scope_id, ())}
        self._arrivals: dict[str, Arrival] = {}
        self.net = Net(scope_id, start.id)
        self._budgets: dict[Place, int] = {}

    def build(self) -> Net:
        net, start = self.net, self.start
        net.cyclic = self.layout.cyclic
        first = self.move(start, (Place(start.id),), self.layout.out_of(start))
        if self.layout.listeners(self.scope_id):
            # There must be a moment at which its events can come.
            net.start, net.moves = (Place(start.id),), [first]
        else:
            net.start, net.opening = first.gives, first.firings
        for element in self.elements.values():
            if not (element.attached_to or element.compensates):
                self._element(element)
        net.start += tuple(place for place, number in self._budgets.items() for _ in range(number))
        if net.inclusive:
            splits = [split for join in net.inclusive for split in join.splits]
            places = {place for move in (*net.moves, *splits) for place in (*move.takes, *move.gives)}
            places |= {place for join in net.inclusive for place in join.waiting.values()}
            net.active = {place: self._active(place) for place in places | set(net.start) if place.is_token}
        return net

    # ── following a token ──

    def arrival(self, flow: Flow) -> Arrival:
        """Past all that only passes a token on: what remains is where something can happen."""
        places, firings = self._followed(flow)
        if not places and flow.source in self.layout.cyclic:
            # What can rest here time and again must be seen to pile up.
            for at, firing in enumerate(firings):
                if self.elements[firing.element].type in RESTS:
                    return (Place(firing.element),), firings[:at]
        return places, firings

    def _followed(self, flow: Flow) -> Arrival:
        passed: list[Flow] = []
        known: Arrival | None = None
        ahead = flow
        while known is None:
            known = self._arrivals.get(ahead.id)
            if known is None:
                element = self.elements[ahead.target]
                passed.append(ahead)
                out = self.layout.out_of(element)
                if self._vanishes(element):
                    known = (), (Firing(element.id, (element.id,), ()),)
                elif len(passed) > len(self.elements) or not self._passes(element):
                    known = (self.place(element, ahead.source),), ()
                else:
                    ahead = out[0]
                    continue
                self._arrivals[passed.pop().id] = known
        for one in reversed(passed):
            places, firings = known
            here = Firing(
                one.target, (one.target,), (self.layout.out_of(self.elements[one.target])[0].target,)
            )
            known = self._arrivals[one.id] = places, (here, *firings)
        return known

    def place(self, element: Element, source: str) -> Place:
        return Place(element.id, source if self.layout.is_join(element) else "")

    def _vanishes(self, element: Element) -> bool:
        """Whether a token that comes here is gone, without any effect."""
        if element.type != "endEvent":
            return not self.layout.out_of(element) and self._is_simple(element)
        return element.event is None or events.is_silent(self.layout, element)

    def _passes(self, element: Element) -> bool:
        """Whether a token here can only go on, and where no two branches meet that run at once."""
        out = self.layout.out_of(element)
        if len(out) != 1 or not self._is_simple(element) or self.layout.is_join(element):
            return False
        if len(self.layout.sources(element)) == 1:
            return True
        return self._is_last(element)

    def _is_last(self, element: Element) -> bool:
        """A gateway that leads straight to an end: it does not run anything twice."""
        out = self.layout.out_of(element)
        behind = self.elements[out[0].target] if len(out) == 1 else element
        return element.type in CHOICES and behind.type == "endEvent" and self._vanishes(behind)

    def _is_simple(self, element: Element) -> bool:
        """Whether nothing but the flow of tokens matters here."""
        inner = self.inner(element)
        special = element.id in self.layout.attached or self.layout.can_be_undone(element)
        thrown = element.type == "intermediateThrowEvent" and not events.is_silent(self.layout, element)
        return not (special or thrown) and (inner is None or inner.is_plain)

    def may_come(self, listener: Element, *, often: bool) -> Place:
        """How often an event beside the flow is still let come: more than twice shows nothing new."""
        place = Place(listener.id, LEFT)
        self._budgets[place] = min(2, self._budgets.get(place, 0) + (2 if often else 1))
        return place

    def listens(self, listener: Element) -> Place:
        """That an event subprocess still waits for the event that interrupts."""
        place = Place(listener.id, LISTENS)
        self._budgets[place] = 1
        return place

    # ── what an element does ──

    def _element(self, element: Element) -> None:
        if element.by_event:
            self.net.moves += events.subprocess_moves(self, element)
        elif element.type in CHOICES:
            out = self.layout.out_of(element)
            for flow in out:
                self.add(element, (Place(element.id),), [flow], chosen=len(out) > 1)
        elif element.type == "parallelGateway":
            self.add(element, self._taken(element), self.layout.out_of(element))
        elif element.type == "inclusiveGateway":
            self._inclusive(element)
        elif element.type in ("endEvent", "intermediateThrowEvent"):
            self.net.moves += events.throw_moves(self, element)
        elif element.type != "startEvent":
            self.net.moves += events.activity_moves(self, element)

    def add(
        self, element: Element, takes: tuple[Place, ...], flows: Iterable[Flow], *, chosen: bool = False
    ) -> None:
        self.net.moves.append(self.move(element, takes, flows, chosen=chosen))

    def move(
        self, element: Element, takes: tuple[Place, ...], flows: Iterable[Flow], *, chosen: bool = False
    ) -> Move:
        """The element passes its tokens on over these flows."""
        flows = list(flows)
        arrivals = [self.arrival(flow) for flow in flows]
        own = Firing(
            element.id,
            tuple(place.element for place in takes),
            tuple(flow.target for flow in flows),
            chosen=chosen,
        )
        return Move(
            takes,
            tuple(place for places, _ in arrivals for place in places),
            (own, *(firing for _, firings in arrivals for firing in firings)),
            done=(Place(element.id, DONE),) if self.layout.can_be_undone(element) else (),
        )

    def _taken(self, element: Element) -> tuple[Place, ...]:
        if not self.layout.is_join(element):
            return (Place(element.id),)
        return tuple(Place(element.id, source) for source in self.layout.sources(element))

    def _inclusive(self, element: Element) -> None:
        ways = list(self._ways(element))
        if not self.layout.is_join(element):
            for flows in ways:
                self.add(element, (Place(element.id),), flows, chosen=len(ways) > 1)
            return
        sources = self.layout.sources(element)
        self.net.inclusive.append(
            InclusiveJoin(
                element.id,
                {source: Place(element.id, source) for source in sources},
                tuple(self.move(element, (), flows, chosen=len(ways) > 1) for flows in ways),
                {source: self._before(source, element.id) for source in sources},
            )
        )

    def _ways(self, element: Element) -> Iterable[tuple[Flow, ...]]:
        """The flows that an inclusive gateway can choose together."""
        out = self.layout.out_of(element)
        if len(out) <= 1:
            yield tuple(out)
            return
        default = [flow for flow in out if flow.id == element.default_flow]
        others = [flow for flow in out if flow.id != element.default_flow]
        sizes: Iterable[int] = range(1, len(others) + 1)
        if len(others) > MAX_WAYS:
            self.net.complete = False
            sizes = (1, 2, len(others))
        for size in sizes:
            yield from combinations(others, size)
        if default:
            yield tuple(default)

    def _before(self, source: str, gateway: str) -> frozenset[str]:
        """As `engine.routing.Inclusive._before`."""
        seen: set[str] = set()
        ahead = [source]
        while ahead:
            name = ahead.pop()
            if name in seen or name == gateway:
                continue
            seen.add(name)
            element = self.elements[name]
            ahead += self.layout.sources(element)
            if element.attached_to in self.elements:
                ahead.append(element.attached_to)
        return frozenset(seen)

    def _active(self, place: Place) -> frozenset[str]:
        element = self.elements[place.element]
        listening = [one.id for one in self.layout.attached.get(element.id, ())]
        if element.type == "eventBasedGateway":
            listening += [flow.target for flow in self.layout.out_of(element)]
        return frozenset({element.id, *listening})
