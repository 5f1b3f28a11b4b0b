"""Where practice and drawing differ, in sentences: each about one element or arrow of the diagram. Pure."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeVar

from app.engine.model import Element, Flow, Process
from app.services.diagrams import KINDS
from app.services.practice_counts import NONE, OFTEN, STEPS, Practice, Tally, Way

_Key = TypeVar("_Key")
TOLD = ("userTask", "manualTask", "callActivity", "receiveTask", "boundaryEvent", "endEvent")
"""What a way is told by."""
MOST_NAMES = 3
MACHINES = ("serviceTask", "sendTask", "scriptTask", "businessRuleTask")
NOUNS = {
    "userTask": "De taak",
    "manualTask": "De handeling",
    "callActivity": "Het deelproces",
    "subProcess": "De fase",
    "transaction": "De fase",
    "businessRuleTask": "De beslisregel",
    "scriptTask": "De berekening",
    "serviceTask": "De automatische stap",
    "sendTask": "Het bericht",
    "intermediateCatchEvent": "Het wachten op",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One sentence, and the element or arrow that it is about."""

    id: str
    text: str


@dataclass(frozen=True, slots=True)
class Findings:
    """Sentences of one kind."""

    title: str
    sentences: tuple[Finding, ...]


Say = Callable[[int], str]
"""A number in words: `12`, or `minder dan 5`."""


def differences(process: Process, practice: Practice, say: Say) -> list[Findings]:
    """All that is worth telling; a kind without sentences is left out."""
    if not practice.cases:
        return []
    words = _Words(process, practice, say)
    found = (
        ("Nooit gedaan", words.never_done()),
        ("Wegen die niemand nam", words.never_taken()),
        ("Met de hand anders gedaan", words.by_hand()),
        ("Opnieuw gedaan", words.repeated()),
        ("Niet te volgen", words.not_followed()),
    )
    made = [Findings(title, tuple(sentences)) for title, sentences in found]
    return [one for one in made if one.sentences]


class _Words:
    """The diagram, what happened, and how numbers are said."""

    def __init__(self, process: Process, practice: Practice, say: Say) -> None:
        self.process, self.practice, self.say = process, practice, say
        self.elements = process.elements

    def never_done(self) -> Iterator[Finding]:
        for element in self.elements.values():
            if element.type not in STEPS or not element.name or element.id in self.practice.done:
                continue
            came = self.practice.came.get(element.id)
            if element.attached_to is not None:
                if element.attached_to in self.practice.came:
                    host = name_of(self.process, element.attached_to)
                    yield Finding(element.id, f"{quoted(element.name)} bij {host} is niet voorgekomen.")
            elif came is not None:
                text = f"{self._noun(element)} is {self._times(came)} begonnen, maar nooit afgerond."
                yield Finding(element.id, text)
            elif element.id not in self.practice.skipped and not self._follows_by_itself(element):
                yield Finding(element.id, f"{self._noun(element)} is nooit gedaan.")

    def _follows_by_itself(self, element: Element) -> bool:
        """Whether it is a machine's work behind what never happened: that one is told already."""
        before = [flow.source for flow in element.incoming]
        return element.type in MACHINES and not any(id in self.practice.came for id in before)

    def never_taken(self) -> Iterator[Finding]:
        for flow in self.process.flows:
            source = self.elements.get(flow.source)
            if source is None or len(source.outgoing) < 2 or flow.id in self.practice.taken:
                continue
            # Where nothing came nothing can go on; and what can't be told is not said.
            if source.id in self.practice.came and flow.target not in self.practice.unclear:
                where = name_of(self.process, flow.source)
                yield Finding(flow.id, f"Na {where} ging geen enkele casus {to(self.process, flow)}.")

    def by_hand(self) -> Iterator[Finding]:
        for (origin, target, back), tally in _by_cases(self.practice.moved):
            start = f"van {name_of(self.process, origin)} " if origin in self.elements else ""
            again = " Die stap was al gedaan, en is dus opnieuw gedaan." if back else ""
            moved = f"{self._upper(tally)} met de hand verplaatst {start}naar {name_of(self.process, target)}"
            yield Finding(target, f"{moved}.{again}")
        for id, tally in _by_cases(self.practice.skipped):
            what = name_of(self.process, id)
            yield Finding(id, f"{self._upper(tally)} is {what} met de hand overgeslagen.")
        for id, tally in _by_cases(self.practice.stopped):
            where = name_of(self.process, id)
            cases = self._cases(tally.cases, first=True)
            yield Finding(id, f"{cases} afgebroken bij {where}.")

    def repeated(self) -> Iterator[Finding]:
        found = sorted(self.practice.repeats.items(), key=lambda one: (-one[1].cases, one[0]))
        for id, repeat in found:
            what = name_of(self.process, id)
            more = f", in {self.say(repeat.often)} daarvan vaker dan {OFTEN} keer" if repeat.often else ""
            most = f" (hoogstens {repeat.most} keer)" if repeat.most > 2 else ""
            cases = self._cases(repeat.cases)
            yield Finding(id, f"{_capital(what)} is in {cases} vaker dan één keer gedaan{more}{most}.")

    def not_followed(self) -> Iterator[Finding]:
        for id, tally in _by_cases(self.practice.unclear):
            yield Finding(
                id,
                f"Hoe casussen bij {name_of(self.process, id)} kwamen is {self._times(tally)} niet te zien: "
                "er zijn meer pijlen mogelijk. Die zijn daarom niet meegeteld.",
            )
        for id, tally in _by_cases(self.practice.beside):
            yield Finding(
                id, f"{_capital(name_of(self.process, id))} begon {self._times(tally)} zonder pijl daarheen."
            )

    def _noun(self, element: Element) -> str:
        return f"{NOUNS.get(element.type, 'De stap')} {quoted(element.name)}"

    def _times(self, tally: Tally) -> str:
        return f"{self.say(tally.times)} keer"

    def _upper(self, tally: Tally) -> str:
        cases = "" if tally.times == tally.cases else f" (in {self._cases(tally.cases)})"
        return _capital(f"{self._times(tally)}{cases}")

    def _cases(self, number: int, *, first: bool = False) -> str:
        told = _cases(self.say(number))
        return _capital(f"{told} {'is' if told == '1 casus' else 'zijn'}") if first else told


def _cases(number: str) -> str:
    return f"{number} {'casus' if number == '1' else 'casussen'}"


def _by_cases(counted: Mapping[_Key, Tally]) -> list[tuple[_Key, Tally]]:
    return sorted(counted.items(), key=lambda one: (-one[1].times, str(one[0])))


def _capital(text: str) -> str:
    # A name in quotes begins with a quote; the letter behind it is as the diagram has it.
    return text[:1].upper() + text[1:]


def quoted(name: str) -> str:
    return f"‘{name}’"


# ── Names ────────────────────────────────────────────────────────────────────────────────────────────────


def name_of(process: Process, id: str) -> str:
    """What people call an element; one without a name by what stands before it."""
    element = process.elements.get(id)
    if element is None:
        return quoted(id)
    if element.name:
        return quoted(element.name)
    before = _named(process, id, backward=True)
    kind = KINDS.get(element.type, "stap")
    return f"de {kind} na {before}" if before else f"de {kind}"


def to(process: Process, flow: Flow) -> str:
    """Where an arrow leads, in names: `naar ‘A’`, or what comes behind a fork that has none."""
    return f"naar {_named(process, flow.target, backward=False) or name_of(process, flow.target)}"


def _named(process: Process, id: str, *, backward: bool) -> str:
    """The nearest elements with a name, this one included."""
    names: list[str] = []
    seen: set[str] = set()
    ahead = [id]
    while ahead:
        element = process.elements[ahead.pop(0)]
        if element.id in seen:
            continue
        seen.add(element.id)
        if element.name:
            names.append(quoted(element.name))
        elif backward:
            ahead += [flow.source for flow in element.incoming]
        else:
            ahead += [flow.target for flow in element.outgoing]
    more = " of een andere stap" if len(names) > MOST_NAMES else ""
    return " of ".join(names[:MOST_NAMES]) + more


# ── Ways ─────────────────────────────────────────────────────────────────────────────────────────────────


def steps_of(process: Process, order: Mapping[str, int], way: Way) -> list[str]:
    """The names of what a way comes by, in reading order."""
    ids = sorted(_told(process, way), key=lambda id: order.get(id, len(order)))
    return [process.elements[id].name for id in ids]


def in_words(process: Process, order: Mapping[str, int], way: Way, usual: Way) -> str:
    """A way beside the most usual one: what it does more, and what it leaves out."""
    hand = "met de hand veranderd" if way.by_hand else ""
    if way.key == usual.key:
        return "; ".join(
            filter(None, (" → ".join(steps_of(process, order, way)) or "geen stap met een naam", hand))
        )

    def names(ids: frozenset[str]) -> str:
        ordered = sorted(ids, key=lambda id: order.get(id, len(order)))
        return ", ".join(quoted(process.elements[id].name) for id in ordered)

    more, less = (
        names(_told(process, way) - _told(process, usual)),
        names(_told(process, usual) - _told(process, way)),
    )
    said = [f"met {more}" if more else "", f"zonder {less}" if less else "", hand]
    told = "; ".join(filter(None, said))
    return f"Als weg 1, maar {told}" if told else "Dezelfde stappen als weg 1, langs andere pijlen"


def _told(process: Process, way: Way) -> frozenset[str]:
    elements = (process.elements[id] for id in way.steps if id in process.elements)
    return frozenset(one.id for one in elements if one.name and one.type in TOLD)


# ── One line of the list ─────────────────────────────────────────────────────────────────────────────────


def of_step(practice: Practice, element: Element, say: Say) -> str:
    """How often a step was done, or a choice or event was passed."""
    came, done = practice.came.get(element.id, NONE), practice.done.get(element.id, NONE)
    if not came.times and not done.times:
        return "nooit"
    cases = f" in {_cases(say(done.cases))}" if done.times != done.cases else ""
    if element.type.endswith(("Event", "Gateway")):
        return f"{say(came.times)} keer{cases}"
    told = f"{say(done.times)} keer gedaan{cases}" if done.times else "nooit afgerond"
    return f"{told}, {say(came.times)} keer begonnen" if came.times > done.times else told


def of_flow(practice: Practice, flow: Flow, say: Say) -> str:
    """How often an arrow was taken."""
    taken = practice.taken.get(flow.id, NONE)
    if flow.target in practice.unclear and practice.unclear[flow.target].times:
        return f"{say(taken.times)} keer of vaker" if taken.times else "niet te zien"
    return f"{say(taken.times)} keer" if taken.times else "nooit"
