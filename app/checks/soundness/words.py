"""Elements in words for a process owner, also those without a name of their own."""

from collections import deque
from collections.abc import Callable, Iterable

from app.checks.soundness.layout import Layout
from app.checks.soundness.moves import Firing
from app.engine.model import Element

_KINDS = {
    "endEvent": "het eindpunt",
    "startEvent": "het beginpunt",
    "subProcess": "het subproces",
    "transaction": "de transactie",
    "callActivity": "het aangeroepen proces",
    "boundaryEvent": "de gebeurtenis",
    "intermediateCatchEvent": "de gebeurtenis",
    "intermediateThrowEvent": "de gebeurtenis",
}


class Words:
    """Tells of the elements of one process."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout

    def of(self, name: str) -> str:
        """‘Its name’, or where it is: "de samenkomst vóór ‘Besluit’"."""
        element = self.layout.elements[name]
        if element.name.strip():
            return f"‘{element.name.strip()}’"
        if element.type.endswith("Gateway"):
            return self._gateway(element)
        host = self.layout.elements.get(element.attached_to or "")
        where = f" bij {self.of(host.id)}" if host is not None else ""
        return f"{_KINDS.get(element.type, 'de stap')}{where or self._after(element)}"

    def _gateway(self, element: Element) -> str:
        targets = [flow.target for flow in self.layout.out_of(element)]
        if len(self.layout.sources(element)) > 1:
            return f"de samenkomst vóór {self.branch(targets[0])}" if targets else "de samenkomst"
        kind = "de splitsing" if element.type == "parallelGateway" else "de keuze"
        before = self._named(element, self.layout.sources)
        if before is not None or not targets:
            return f"{kind}{self._after(element)}"
        return f"{kind} tussen {listed(map(self.branch, targets))}"

    def _after(self, element: Element) -> str:
        before = self._named(element, self.layout.sources)
        return f" na {before}" if before else f" ({element.id})"

    def _named(self, element: Element, step: Callable[[Element], Iterable[str]]) -> str | None:
        """The nearest element with a name, that way."""
        seen = {element.id}
        ahead = deque(step(element))
        while ahead:
            name = ahead.popleft()
            if name in seen:
                continue
            seen.add(name)
            one = self.layout.elements[name]
            if one.name.strip():
                return f"‘{one.name.strip()}’"
            ahead += step(one)
        return None

    def branch(self, name: str) -> str:
        """A way, by the first element with a name on it."""
        element = self.layout.elements[name]
        if element.name.strip():
            return self.of(name)
        behind = self._named(element, lambda one: [flow.target for flow in self.layout.out_of(one)])
        return behind or _KINDS.get(element.type, "de volgende stap")

    def coming(self, name: str) -> str:
        """A way that leads to a join, by the last element with a name on it."""
        element = self.layout.elements[name]
        return (
            self.of(name)
            if element.name.strip()
            else self._named(element, self.layout.sources) or self.of(name)
        )

    def when(self, firing: Firing) -> str:
        """What was chosen or happened, as the beginning of a sentence: "Als bij ‘Akkoord?’ …"."""
        element = self.layout.elements[firing.element]
        if element.type.endswith("Gateway"):
            ways = listed(self.branch(name) for name in firing.gives)
            if element.type == "eventBasedGateway":
                return f"Als na {self.of(element.id)} {ways} gebeurt"
            only = "alleen " if element.type == "inclusiveGateway" else ""
            return f"Als bij {self.of(element.id)} {only}voor {ways} wordt gekozen"
        if element.type == "boundaryEvent":
            where = f" bij {self.of(element.attached_to)}" if element.attached_to and element.name else ""
            return f"Als {self.of(element.id)} komt{where}"
        if element.by_event:
            return f"Als {self.of(element.id)} begint"
        return f"Als {self.of(element.id)} wordt afgerond zonder dat er iets tussenkomt"


def listed(texts: Iterable[str]) -> str:
    """a, b en c"""
    found = list(dict.fromkeys(texts))
    return " en ".join([", ".join(found[:-1]), found[-1]] if len(found) > 1 else found)


def sentence(text: str) -> str:
    """With a capital."""
    return text[:1].upper() + text[1:]
