"""The shape of one scope: in which order tokens go round, what runs beside what, and how it ends."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from app.checks.cached import by_identity
from app.engine.model import SUBPROCESSES, Element, Flow, Process

MAX_SIDE_BY_SIDE = 500
"""In a larger scope it is not looked at what runs beside what."""

_FORKS = ("parallelGateway", "inclusiveGateway")


@dataclass(frozen=True, slots=True)
class Edge:
    """The way of a token from one element to another; without a flow it is to an event that stands on it."""

    source: str
    target: str
    flow: Flow | None


class Scope:
    """A process or subprocess: `nodes` are the elements directly in it, by id."""

    def __init__(self, process: Process, scope_id: str) -> None:
        self.id = scope_id
        self.nodes: dict[str, Element] = {one.id: one for one in process.inside(scope_id)}
        self.into: dict[str, list[Edge]] = {id: [] for id in self.nodes}
        self.out: dict[str, list[Edge]] = {id: [] for id in self.nodes}
        for one in self.nodes.values():
            for flow in one.outgoing:
                if flow.target in self.nodes:
                    self._add(Edge(one.id, flow.target, flow))
            if one.attached_to in self.nodes and one.attached_to is not None and not one.undone_by:
                self._add(Edge(one.attached_to, one.id, None))
        undo = {one.undone_by for one in self.nodes.values() if one.undone_by}
        self.starts = [
            one.id
            for one in self.nodes.values()
            if not self.into[one.id]
            and not one.attached_to
            and not one.by_event
            and one.id not in undo
            and not one.compensates
        ]
        self.by_event = [one.id for one in self.nodes.values() if one.by_event and one.type in SUBPROCESSES]
        self.undoing = [id for id in self.nodes if id in undo or self.nodes[id].compensates]

    def _add(self, edge: Edge) -> None:
        self.out[edge.source].append(edge)
        self.into[edge.target].append(edge)

    @cached_property
    def order(self) -> list[str]:
        """Reverse postorder from the beginnings: who comes first stands first, as far as loops allow it."""
        seen: set[str] = set()
        done: list[str] = []
        for root in reversed([*self.starts, *self.by_event, *self.undoing]):
            ahead = [(root, iter(self.out[root]))] if root not in seen else []
            seen.add(root)
            while ahead:
                id, edges = ahead[-1]
                following = next((edge.target for edge in edges if edge.target not in seen), None)
                if following is None:
                    done.append(id)
                    ahead.pop()
                else:
                    seen.add(following)
                    ahead.append((following, iter(self.out[following])))
        return done[::-1]

    def reach(self, starts: Iterable[str], *, without: frozenset[str] = frozenset()) -> set[str]:
        """What a token can come to from here, these elements among it."""
        seen: set[str] = set()
        ahead = [one for one in starts if one not in without]
        while ahead:
            id = ahead.pop()
            if id not in seen:
                seen.add(id)
                ahead += [edge.target for edge in self.out[id] if edge.target not in without]
        return seen

    @cached_property
    def extra(self) -> frozenset[str]:
        """What only the token of an event that does not interrupt comes to."""
        events = frozenset(one.id for one in self.nodes.values() if one.attached_to and not one.interrupting)
        return frozenset(self.nodes) - self.reach(self.starts, without=events)

    @cached_property
    def ends(self) -> list[str]:
        """Where tokens end in the ordinary way."""
        thrown = ("error", "cancel")
        return [
            one.id
            for one in self.nodes.values()
            if not any(edge.flow for edge in self.out[one.id])
            and not one.by_event
            and one.id not in self.undoing
            and not (one.type == "endEvent" and one.event is not None and one.event.kind in thrown)
            and not (one.type == "boundaryEvent" and one.undone_by)
        ]

    @cached_property
    def crowded(self) -> bool:
        """Whether things run beside each other, and are too many to see which."""
        beside = (
            one.type in _FORKS or one.by_event or (one.attached_to and not one.interrupting)
            for one in self.nodes.values()
        )
        return len(self.nodes) > MAX_SIDE_BY_SIDE and any(beside)

    @cached_property
    def forks(self) -> dict[str, list[set[str]]]:
        """By gateway that makes tokens: for each way out what lies on it, up to where all come together."""
        gateways = [one for one in self.nodes.values() if one.type in _FORKS and len(self.out[one.id]) > 1]
        if not gateways or self.crowded:
            return {}
        behind = self._behind
        return {
            one.id: [
                self.reach([edge.target], without=behind.get(one.id, frozenset()) | {one.id})
                for edge in self.out[one.id]
            ]
            for one in gateways
        }

    @cached_property
    def _behind(self) -> dict[str, frozenset[str]]:
        """By element: what every token passes that goes on from it."""
        order = self.order
        place = {id: number for number, id in enumerate(order)}
        everything = (1 << len(order)) - 1
        masks = [everything] * len(order)
        changed = True
        while changed:
            changed = False
            for number in range(len(order) - 1, -1, -1):
                following = [place[edge.target] for edge in self.out[order[number]]]
                mask = everything if following else 0
                for one in following:
                    mask &= masks[one]
                mask |= 1 << number
                if mask != masks[number]:
                    masks[number] = mask
                    changed = True
        found: dict[str, frozenset[str]] = {}
        for number, id in enumerate(order):
            if self.nodes[id].type in _FORKS:
                others = masks[number] & ~(1 << number)
                found[id] = frozenset(one for at, one in enumerate(order) if others >> at & 1)
        return found

    @cached_property
    def beside(self) -> Mapping[str, frozenset[str]]:
        """By element: what may run while it does."""
        found: dict[str, set[str]] = {}
        if self.crowded:
            return {}
        for ways in self.forks.values():
            every = set().union(*ways)
            counted = Counter(id for way in ways for id in way)
            twice = {id for id, count in counted.items() if count > 1}
            for way in ways:
                others = (every - way) | twice
                for id in way:
                    found.setdefault(id, set()).update(every if id in twice else others)
        for one in self.nodes.values():
            if one.attached_to in self.nodes and one.attached_to is not None and not one.interrupting:
                beside, going_on = self.reach([one.id]), self.reach([one.attached_to])
                for id in beside:
                    found.setdefault(id, set()).update(going_on)
                for id in going_on:
                    found.setdefault(id, set()).update(beside)
        for id in self.by_event:
            for other in self.nodes:
                found.setdefault(other, set()).add(id)
            found[id] = set(self.nodes)
        return {id: frozenset(others - {id}) for id, others in found.items()}

    def together(self) -> list[list[set[str]]]:
        """By gateway whose ways never join, the inner ones first: the ends of each way, all of which come."""
        ends = {id for id in self.ends if id not in self.extra}
        found = []
        for id, ways in self.forks.items():
            if self.nodes[id].type != "parallelGateway":
                continue
            reached = [way & ends for way in ways]
            apart = sum(map(len, reached)) == len(set().union(*reached))
            around = self.reach(self.starts, without=frozenset([id]))
            if all(reached) and apart and not (set().union(*reached) & around):
                found.append(reached)
        return sorted(found, key=lambda one: sum(map(len, one)))


class Shape:
    """All scopes of a process, made once a process."""

    def __init__(self, process: Process) -> None:
        self.process = process
        self.scopes: dict[str, Scope] = {}

    def scope(self, id: str) -> Scope:
        if id not in self.scopes:
            self.scopes[id] = Scope(self.process, id)
        return self.scopes[id]


@by_identity(256)
def shape(process: Process) -> Shape:
    """The shape of a process; the same one for the same process."""
    return Shape(process)
