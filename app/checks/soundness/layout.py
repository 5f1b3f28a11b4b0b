"""A process as the proof looks at it: what stands where, and who catches what is thrown."""

from collections.abc import Callable, Iterable
from functools import cached_property
from typing import NamedTuple

from app.checks.soundness.circles import circles
from app.engine.model import SUBPROCESSES, Element, Flow, Process

CAUGHT = ("error", "escalation", "cancel")
"""Events that something in the process throws; all others come from outside, at any moment or never."""
JOINS = ("parallelGateway", "inclusiveGateway")


class Catch(NamedTuple):
    """The event that catches: a boundary event, or the event subprocess that it starts."""

    element: Element
    interrupting: bool


class Layout:
    """Looks up the elements of one process. Flows that lead nowhere are left out."""

    def __init__(self, process: Process, *, called: bool = False) -> None:
        self.process, self.elements = process, process.elements
        self.called = called
        """Whether another process calls it: then that one may catch what is thrown here."""
        self.inside: dict[str, list[Element]] = {}
        self.attached: dict[str, list[Element]] = {}
        self.undoing: dict[str, str] = {}
        """The activity that undoes another one, by that one."""
        for element in process.elements.values():
            self.inside.setdefault(element.scope_id, []).append(element)
            if element.undone_by is not None and element.attached_to is not None:
                self.undoing[element.attached_to] = element.undone_by
            elif element.attached_to is not None:
                self.attached.setdefault(element.attached_to, []).append(element)
        self._out: dict[str, tuple[Flow, ...]] = {}
        self._sources: dict[str, tuple[str, ...]] = {}
        for element in process.elements.values():
            self._out[element.id] = tuple(
                one for one in element.outgoing if self._is_here(one.target, element)
            )
            found = (flow.source for flow in element.incoming)
            here = dict.fromkeys(source for source in found if self._is_here(source, element))
            self._sources[element.id] = tuple(here)
        self.scopes = [process.id, *(one.id for one in process.subprocesses())]

    def start_of(self, scope_id: str) -> Element | None:
        """The one start event of a scope; None where there is not exactly one."""
        starts = [one for one in self.inside.get(scope_id, ()) if one.type == "startEvent"]
        return starts[0] if len(starts) == 1 else None

    def has_scope(self, element: Element) -> bool:
        return element.type in SUBPROCESSES

    def out_of(self, element: Element) -> tuple[Flow, ...]:
        return self._out[element.id]

    def sources(self, element: Element) -> tuple[str, ...]:
        """The elements that a flow comes from, each once."""
        return self._sources[element.id]

    def _is_here(self, other_id: str, element: Element) -> bool:
        other = self.elements.get(other_id)
        return other is not None and other.scope_id == element.scope_id

    def is_inclusive_join(self, name: str) -> bool:
        return self.elements[name].type == "inclusiveGateway" and self.is_join(self.elements[name])

    def is_join(self, element: Element) -> bool:
        return element.type in JOINS and len(self.sources(element)) > 1

    def listeners(self, scope_id: str) -> list[Element]:
        """The event subprocesses that stand directly in a scope."""
        return [one for one in self.inside.get(scope_id, ()) if one.by_event and self.start_of(one.id)]

    def trigger(self, listener: Element) -> Element:
        """The event that an event subprocess or boundary event waits for stands in this element."""
        return (self.start_of(listener.id) or listener) if listener.by_event else listener

    def can_be_undone(self, element: Element) -> bool:
        return element.id in self.undoing

    # ── catching: as `engine.workflow._catcher` does it ──

    def catcher(self, scope_id: str, kind: str, code: str) -> Catch | None:
        """Who catches what is thrown in a scope: the nearest around, a code of its own before any code."""
        listening = True
        while True:
            host = self.elements.get(scope_id)
            holders = self.listeners(scope_id) if listening else []
            found = self._among([*holders, *self._on(host)], kind, code)
            if found is not None or host is None:
                return found
            # The event subprocess that interrupted is the only thing left in its scope.
            listening = not (host.by_event and self.trigger(host).interrupting)
            scope_id = host.scope_id

    def catcher_of_call(self, call: Element, kind: str, code: str) -> Catch | None:
        """Who catches what a called process throws."""
        on_it = self._among(self._on(call), kind, code)
        return on_it or self.catcher(call.scope_id, kind, code)

    def _on(self, host: Element | None) -> list[Element]:
        return [] if host is None else self.attached.get(host.id, [])

    def _among(self, holders: Iterable[Element], kind: str, code: str) -> Catch | None:
        for wanted in dict.fromkeys((code, "")):
            for holder in holders:
                event = self.trigger(holder).event
                if event is not None and (event.kind, event.text) == (kind, wanted):
                    return Catch(holder, self.trigger(holder).interrupting)
        return None

    # ── going round ──

    def repeats(self, element: Element) -> bool:
        """Whether a token can come back here, or it is done for each item of a list."""
        return element.loop is not None or element.id in self.cyclic

    def next_of(self, name: str) -> list[str]:
        """The elements that can get a token next, the events that stand on it included."""
        events = (one.id for one in self.attached.get(name, ()))
        return [*(flow.target for flow in self.out_of(self.elements[name])), *events]

    def reached(self, names: Iterable[str], step: Callable[[str], Iterable[str]]) -> set[str]:
        """All that is reached from these by one step or more."""
        seen: set[str] = set()
        ahead = [other for name in names for other in step(name)]
        while ahead:
            name = ahead.pop()
            if name not in seen:
                seen.add(name)
                ahead += step(name)
        return seen

    @cached_property
    def cyclic(self) -> dict[str, int]:
        """The elements from which a way leads back to themselves, with the number of that circle."""
        return circles({name: self.next_of(name) for name in self.elements})
