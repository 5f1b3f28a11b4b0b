"""Where tokens rest in a scope, and where it matters when they go on.

From all that does not wait for somebody or something outside, the engine goes on at once.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from app.checks.soundness.layout import Layout
from app.engine.model import Element

RESTS = (
    *("userTask", "serviceTask", "sendTask", "receiveTask", "intermediateCatchEvent", "eventBasedGateway"),
    *("callActivity", "subProcess", "transaction"),
)
_ENDING = ("terminate", "error", "escalation", "cancel")
"""What can put an end to other tokens."""


@dataclass(slots=True)
class Resting:
    """What is known of the elements of one scope."""

    rests: set[str]
    """Where a token waits for something from outside."""
    meeting: set[str] = field(default_factory=set)
    """Those of them where two tokens can be seen that came one after another."""
    piling: set[str] = field(default_factory=set)
    """Those of them where tokens can pile up that come out of a loop."""
    waits: set[str] = field(default_factory=set)
    """The elements of which it matters when a token goes on; all others may as well go first."""
    has_inclusive_join: bool = False
    races: bool = False
    """Whether a branch can be ended in the very moment that it begins: then each rest counts."""


def resting(layout: Layout, scope_id: str) -> Resting:
    """Look at the elements of a scope."""
    inside = layout.inside.get(scope_id, [])
    found = Resting({element.id for element in inside if element.type in RESTS})
    for name in found.rests:
        _look_back(layout, name, found)
    found.has_inclusive_join = any(layout.is_inclusive_join(element.id) for element in inside)
    found.races = any(_ends_at_once(layout, element, found.rests) for element in inside)
    every = found.has_inclusive_join or found.races
    found.waits = set(found.rests) if every else found.rests & (found.meeting | layout.cyclic.keys())
    return found


def _look_back(layout: Layout, name: str, found: Resting) -> None:
    """Tokens meet behind a merge, and behind an inclusive join, which can go on twice.

    They pile up outside a loop that brings them time and again. At what does not rest, the one is gone
    before the other comes.
    """
    seen: set[str] = set()
    behind = [name]
    while behind:
        one = behind.pop()
        element = layout.elements[one]
        sources = layout.sources(element)
        if element.attached_to is not None and element.interrupting:
            sources = tuple(host for host in (element.attached_to,) if host in layout.elements)
        waits_for_all = one != name and element.type == "parallelGateway"
        if len(sources) > 1 and not waits_for_all:
            found.meeting.add(name)
        for source in sources:
            if source in layout.cyclic and layout.cyclic[source] != layout.cyclic.get(name):
                found.meeting.add(name)
                found.piling.add(name)
            if source not in found.rests and source not in seen:
                seen.add(source)
                behind.append(source)


def _ends_at_once(layout: Layout, element: Element, rests: set[str]) -> bool:
    """Whether a token of this split can end the others before any of them has come to rest."""
    if element.type not in ("parallelGateway", "inclusiveGateway") or len(layout.out_of(element)) < 2:
        return False

    def goes_on(name: str) -> Iterable[str]:
        return () if name in rests else layout.next_of(name)

    reached = (layout.elements[name] for name in layout.reached([element.id], goes_on))
    return any(one.event is not None and one.event.kind in _ENDING for one in reached if not one.attached_to)
