"""All scopes of a process explored, each by itself: of an inner scope the outer one only knows a summary."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from app.checks.soundness.explore import Explored, Explorer
from app.checks.soundness.layout import Layout
from app.checks.soundness.moves import Exit
from app.checks.soundness.net import Builder, Summary
from app.checks.soundness.reduce import reduced
from app.engine.model import Element, Process

CALLED_LIMIT = 20_000
"""So many markings of a called process are looked at; what is not seen is taken for possible."""


@dataclass(slots=True)
class Scope:
    """One scope that was explored."""

    found: Explored
    ahead: set[int]
    """The markings from which the scope can still end or be left."""
    circling: list[int]
    """Those from which it goes on for ever, whatever is chosen, without coming to a stop."""
    summary: Summary
    seen_all: bool
    """Whether all markings were looked at."""


@dataclass(slots=True)
class Proof:
    """What was found of one process."""

    layout: Layout
    scopes: dict[str, Scope] = field(default_factory=dict)
    calls: dict[str, Summary] = field(default_factory=dict)
    """Of the call activities: what is known of the process that they call."""
    complete: bool = True
    markings: int = 0

    def inner(self, element: Element) -> Summary | None:
        """Of the scope or called process in an element."""
        scope = self.scopes.get(element.id)
        return scope.summary if scope is not None else self.calls.get(element.id)


class Prover:
    """Proves processes, and remembers what it knows of those that are called."""

    def __init__(self, processes: Mapping[str, Process], limit: int) -> None:
        self.processes, self.limit = processes, limit
        self.called = {one.calls for process in processes.values() for one in process.elements.values()}
        self.known: dict[str, Summary] = {}

    def prove(self, process: Process, limit: int | None = None) -> Proof:
        limit = self.limit if limit is None else limit
        self.get_to_know(process)
        proof = Proof(Layout(process, called=process.id in self.called))
        for element in process.elements.values():
            if element.type == "callActivity":
                # One that does not exist is said elsewhere.
                proof.calls[element.id] = self.known.get(element.calls or "", Summary(ends=True))
        for scope_id in _inner_first(proof.layout):
            start = proof.layout.start_of(scope_id)
            if start is None:
                proof.complete = False
                continue
            net = Builder(proof.layout, start, proof.inner).build()
            found = Explorer(reduced(net), max(1, limit - proof.markings)).all()
            proof.markings += len(found.markings)
            proof.complete &= found.complete
            proof.scopes[scope_id] = _judged(found, proof.layout)
        return proof

    def get_to_know(self, process: Process) -> None:
        """Work out what callers must know of all that this process calls, also through others."""
        order = [one for one in self.called_first(process) if one.id not in self.known]
        # Those that call each other are taken never to end, until it shows that they can.
        self.known |= {one.id: Summary(ends=False) for one in order}
        places = {one.id: place for place, one in enumerate(order)}
        circular = any(
            places.get(called, -1) >= place for place, one in enumerate(order) for called in _calls(one)
        )
        for _ in order:
            before = dict(self.known)
            for one in order:
                self.known[one.id] = self.summary(one)
            if not circular or self.known == before:
                return

    def called_first(self, process: Process) -> list[Process]:
        """All processes that this one calls, each behind those that it calls itself."""
        found: dict[str, Process] = {}
        seen: set[str] = set()
        ahead = [(process.id, False)]
        while ahead:
            name, is_done = ahead.pop()
            one = self.processes.get(name)
            if one is None or not one.executable or name in self.known:
                continue
            if is_done:
                found[name] = one
            elif name not in seen:
                seen.add(name)
                ahead.append((name, True))
                ahead += [(called, False) for called in _calls(one)]
        calls_itself = any(process.id in _calls(one) for one in found.values())
        return [one for one in found.values() if one is not process or calls_itself]

    def summary(self, process: Process) -> Summary:
        """What a caller must know of a process."""
        proof = self.prove(process, min(self.limit, CALLED_LIMIT))
        whole = proof.scopes.get(process.id)
        if whole is None:
            return Summary(ends=True)
        exits = frozenset(exit for exit in whole.summary.exits if exit.catcher is None)
        return Summary(whole.summary.ends, exits)


def _calls(process: Process) -> list[str]:
    """The processes that it calls."""
    called = (one.calls for one in process.elements.values() if one.calls is not None)
    return list(dict.fromkeys(called))


def _inner_first(layout: Layout) -> Iterable[str]:
    """The scopes, each before the one that it stands in."""
    # In the file an inner scope comes after the one around it.
    return reversed(layout.scopes)


def _judged(found: Explored, layout: Layout) -> Scope:
    everything = range(len(found.markings))
    seen_all = found.complete and not found.growing
    unseen = [] if seen_all else [one for one in everything if one >= len(found.following)]
    ahead = _leading_to(found, {*found.ends, *found.left, *unseen})
    stops = _leading_to(found, {*found.dead})
    # Where an event may not come again only because we let it not, it could still bring an end.
    others = ahead | stops | found.worn
    circling = [one for one in everything if seen_all and one not in others]
    exits: dict[Exit, bool] = {}
    for exit, throwers in found.exits.items():
        often = len(throwers) > 1 or any(layout.repeats(layout.elements[one]) for one in throwers)
        plain = exit._replace(often=False)
        exits[plain] = exits.get(plain, False) or exit.often or often or plain in exits
    summary = Summary(
        ends=bool(found.ends) or not seen_all,
        exits=frozenset(exit._replace(often=often) for exit, often in exits.items()),
        sticks=bool(found.dead),
        circles=bool(circling),
    )
    return Scope(found, ahead, circling, summary, seen_all)


def _leading_to(found: Explored, targets: set[int]) -> set[int]:
    """The markings from which one of these can be reached."""
    before: dict[int, list[int]] = {}
    for number, following in enumerate(found.following):
        for one in following:
            before.setdefault(one, []).append(number)
    reached = set(targets)
    left = list(targets)
    while left:
        for number in before.get(left.pop(), ()):
            if number not in reached:
                reached.add(number)
                left.append(number)
    return reached
