"""The elements that a process never comes to, though flows lead there."""

from collections.abc import Iterator

from app.checks.soundness.layout import CAUGHT
from app.checks.soundness.proof import Proof, Scope
from app.checks.soundness.words import Words
from app.engine.model import Element


class Unreached:
    """What runs in a scope, and what of the rest is worth telling."""

    def __init__(self, proof: Proof, scope: Scope) -> None:
        self.layout, self.scope = proof.layout, scope
        self.inside = {one.id: one for one in proof.layout.inside.get(scope.found.net.scope_id, ())}
        opened = (name for firing in scope.found.net.opening for name in (firing.element, *firing.gives))
        self.run = {scope.found.net.begin, *scope.found.first, *scope.found.net.free, *opened}
        """The elements that get a token in some run."""

    def problems(self, words: Words) -> Iterator[tuple[Element, str]]:
        """The first elements of each part that never runs; what nothing leads to, is said elsewhere."""
        if not self.scope.found.complete or self.scope.found.growing:
            return
        connected = self._connected()
        never = {name for name in connected if name not in self.run}
        for name in (one for one in connected if one in never):
            element = self.inside[name]
            if element.undone_by is not None or not self._is_first(element):
                continue
            behind = self.layout.reached([name], self._next_of) & never - {name}
            yield element, self._text(element, len(behind), words)

    def _connected(self) -> list[str]:
        """All that flows, events and compensation lead to, in the order of the file."""
        start = self.layout.start_of(self.scope.found.net.scope_id)
        begins = {name for name, element in self.inside.items() if element.by_event}
        begins |= {start.id} if start is not None else set()
        reached = begins | self.layout.reached(begins, self._next_of)
        return [name for name in self.inside if name in reached]

    def _next_of(self, name: str) -> list[str]:
        undoing = self.layout.undoing.get(name)
        return self.layout.next_of(name) + ([undoing] if undoing in self.inside else [])

    def _is_first(self, element: Element) -> bool:
        before = {*self.layout.sources(element), element.attached_to}
        before |= {done for done, undo in self.layout.undoing.items() if undo == element.id}
        return element.by_event or bool(before & self.run)

    def _text(self, element: Element, behind: int, words: Words) -> str:
        here = words.of(element.id)
        event = self.layout.trigger(element).event
        if element.compensates:
            return (
                f"{here} wordt nooit gedaan: er wordt nooit om gevraagd nadat er iets ongedaan te maken is."
            )
        if (element.type == "boundaryEvent" or element.by_event) and event and event.kind in CAUGHT:
            what = {"error": "deze fout", "escalation": "deze escalatie"}.get(event.kind, "de annulering")
            return f"{here} gebeurt nooit: {what} treedt daar nergens op.{_also(behind)}"
        stops = [one for one in self.layout.sources(element) if one in self.run]
        if element.attached_to is not None:
            stops.append(element.attached_to)
        why = f": {words.of(stops[0])} komt nooit zover" if stops else ""
        return f"bij {here} komt het proces nooit{why}.{_also(behind)}"


def _also(behind: int) -> str:
    if behind < 1:
        return ""
    return " Ook niet bij de stap erna." if behind == 1 else f" Ook niet bij de {behind} stappen erna."
