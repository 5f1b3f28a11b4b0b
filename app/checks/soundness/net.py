"""One scope of a process -> the moves that its tokens can make, as our engine runs them (app/engine)."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import combinations

from app.checks.soundness import events
from app.checks.soundness.layout import Layout
from app.checks.soundness.moves import DONE, LEFT, LISTENS, Exit, Firing, InclusiveJoin, Move, Net, Place
from app.checks.soundness.resting import resting
from app.engine.model import Element, Flow

MAX_WAYS = 12
"""An inclusive gateway with more ways out has too many combinations to look at each."""
CHOICES = ("exclusiveGateway", "eventBasedGateway", "complexGateway")


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
"""Where a token ends up that takes a flow (nowhere when it ends), and what it passes on the way."""


class Builder:
    """Makes the net of the scope that begins at `start`.

    `inner` tells of the scope or called process in an element.
    """

    def __init__(self, layout: Layout, start: Element, inner: Callable[[Element], Summary | None]) -> None:
        self.layout, self.start, self.inner = layout, start, inner
        self.scope_id = start.scope_id
        self.elements = {one.id: one for one in layout.inside.get(self.scope_id, ())}
        self.ahead: list[str] = []
        """The elements that a token comes to and whose moves are still to be made."""
        self._budgets: dict[Place, int] = {}
        self.resting = resting(layout, self.scope_id)
        self.net = Net(self.scope_id, start.id, resting=self.resting)

    def build(self) -> Net:
        """The net of the whole scope."""
        net, start = self.net, self.start
        listeners = self.layout.listeners(self.scope_id)
        first = self.move(start, (Place(start.id),), self.layout.out_of(start))
        if listeners and any(not self.elements[name].by_event for name in self.resting.rests):
            # There must be a moment at which its events can come.
            net.start, net.moves = (Place(start.id),), [first]
            self.resting.waits.add(start.id)
        else:
            net.start, net.opening = first.gives, first.firings
        for listener in listeners:
            net.moves += events.subprocess_moves(self, listener)
        made = {start.id, *(one.id for one in listeners)}
        while self.ahead:
            name = self.ahead.pop()
            if name not in made:
                made.add(name)
                self._element(self.elements[name])
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
        firings: list[Firing] = []
        rested = 0
        while not self._vanishes(element := self.elements[flow.target]):
            rests = element.id in self.resting.rests
            if (rests and self._stays(element)) or not self._passes(element):
                break
            [flow] = self.layout.out_of(element)
            firings.append(Firing(element.id, (element.id,), (flow.target,)))
            rested = len(firings) if rests else rested
        else:
            return (), (*firings, Firing(element.id, (element.id,), ()))
        chooses = not (rests or self.layout.is_join(element))
        if self.resting.has_inclusive_join and rested and chooses:
            # For an inclusive join it matters whether what lies behind that rest was chosen already.
            return (self.place(self.elements[firings[rested - 1].element], ""),), tuple(firings[: rested - 1])
        return (self.place(element, flow.source),), tuple(firings)

    def _stays(self, element: Element) -> bool:
        """Whether it must be seen that a token rests here."""
        return self.resting.races or element.id in self.resting.meeting

    def place(self, element: Element, source: str) -> Place:
        self.ahead.append(element.id)
        return Place(element.id, source if self.layout.is_join(element) else "")

    def _vanishes(self, element: Element) -> bool:
        """Whether a token that comes here is gone, without any effect."""
        if element.type != "endEvent":
            return not self.layout.out_of(element) and self._is_simple(element)
        return element.event is None or events.is_silent(self.layout, element)

    def _passes(self, element: Element) -> bool:
        """Whether a token here can only go on."""
        one_way = len(self.layout.out_of(element)) == 1
        return one_way and self._is_simple(element) and not self.layout.is_join(element)

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
        if element.type in CHOICES:
            out = self.layout.out_of(element)
            for flow in out:
                self.add(element, (Place(element.id),), [flow], chosen=len(out) > 1)
        elif element.type == "parallelGateway":
            self.add(element, self._taken(element), self.layout.out_of(element))
        elif element.type == "inclusiveGateway":
            self._inclusive(element)
        elif element.type in ("endEvent", "intermediateThrowEvent"):
            self.net.moves += events.throw_moves(self, element)
        else:
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
            sizes = (1, len(others))
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
