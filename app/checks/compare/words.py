"""How differences are said: plain Dutch, for somebody who knows the work and not the notation."""

import re
from collections.abc import Callable

from app.engine.model import Element

MAX_SHOWN_CHARS = 90
CONTEXT_CHARS = 30

NOUNS = {
    "startEvent": "het begin",
    "endEvent": "het einde",
    "userTask": "de taak",
    "manualTask": "de handeling",
    "task": "de stap",
    "serviceTask": "de automatische stap",
    "sendTask": "de verzendstap",
    "receiveTask": "de wachtstap",
    "scriptTask": "de rekenstap",
    "businessRuleTask": "de beslisregel",
    "callActivity": "het deelproces",
    "subProcess": "de fase",
    "adHocSubProcess": "de vrije fase",
    "transaction": "de transactie",
    "exclusiveGateway": "de keuze",
    "inclusiveGateway": "de meerkeuze",
    "parallelGateway": "de splitsing",
    "eventBasedGateway": "het wachtpunt",
    "intermediateCatchEvent": "het wachtmoment",
    "intermediateThrowEvent": "de mijlpaal",
    "boundaryEvent": "de gebeurtenis",
}
_TYPES = {
    "exclusiveGateway": "een keuze voor één weg",
    "inclusiveGateway": "een keuze voor één of meer wegen",
    "parallelGateway": "een punt waar alle wegen tegelijk lopen",
    "eventBasedGateway": "een punt waar telt wat het eerst gebeurt",
}
_BOUNDARY = {"timer": "de termijn", "message": "het bericht", "error": "de uitzondering"}
_TEXT = re.compile(r'("(?:[^"\\]|\\.)*")')
_WORKDAYS = re.compile(r"add working days\(\s*now\(\)\s*,\s*(\d+)\s*\)")
_DURATION = re.compile(
    r"""(?:duration\(\s*)?"?P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?)?"?\)?"""
)
_SINCE_NOW = re.compile(r"now\(\)\s*\+\s*(.+)")


def noun(element: Element) -> str:
    """What kind of step it is, with its article."""
    if element.type == "boundaryEvent" and element.event is not None:
        return _BOUNDARY.get(element.event.kind, NOUNS["boundaryEvent"])
    if element.type in ("exclusiveGateway", "parallelGateway", "inclusiveGateway"):
        return NOUNS[element.type] if len(element.outgoing) > 1 else "het samenkomen"
    return NOUNS.get(element.type, "het onderdeel")


def kind(element: Element) -> str:
    """What kind of step it is, told apart from every other kind: `een taak`."""
    return _TYPES.get(element.type) or a(noun(element))


def a(text: str) -> str:
    """`de taak` -> `een taak`."""
    return "een " + text.split(" ", 1)[1]


def capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def quoted(text: str) -> str:
    return f"‘{' '.join(text.split())}’"


def plain(text: str | None) -> str:
    """A FEEL text without its sign; a term that can be said in words is."""
    bare = " ".join((text or "").strip().removeprefix("=").split())
    found = _WORKDAYS.fullmatch(bare)
    if found:
        return count(int(found[1]), "werkdag", "werkdagen")
    since = _SINCE_NOW.fullmatch(bare)
    return _duration(since[1] if since else bare) or bare


def _duration(text: str) -> str:
    found = _DURATION.fullmatch(text)
    if not found or not any(found.groups()):
        return ""
    units = [("jaar", "jaar"), ("maand", "maanden"), ("week", "weken"), ("dag", "dagen"), ("uur", "uur")]
    units.append(("minuut", "minuten"))
    counted = zip(found.groups(), units, strict=True)
    return " en ".join(count(int(number), *unit) for number, unit in counted if number)


def count(number: int, one: str, many: str) -> str:
    """`3 stappen`, `1 stap`"""
    return f"{number} {one if number == 1 else many}"


def normal(text: str | None) -> str:
    """A text without the white space that says nothing; what stands between quotes stays as it is."""
    return "".join(
        part if place % 2 else " ".join(part.split()) for place, part in enumerate(_TEXT.split(text or ""))
    )


def now_was(was: str | None, now: str | None, *, say: Callable[[str | None], str] = plain) -> str:
    """`nu ‘x’, was ‘y’`; of long texts only what differs, with some words around it."""
    before, after = say(was), say(now)
    if before == after:
        before, after = was or "", now or ""
    if max(len(before), len(after)) > MAX_SHOWN_CHARS:
        before, after = _around(before, after)
    return f"nu {quoted(after) if after else 'leeg'}, was {quoted(before) if before else 'leeg'}"


def told(
    what: str, whose: str, was: str | None, now: str | None, *, say: Callable[[str | None], str] = plain
) -> str:
    """That `what` ("de termijn") of `whose` ("de taak ‘Intake’") came, went or is something else."""
    bare = what.split(" ", 1)[1]
    if not (was or "").strip():
        return f"{capital(whose)} heeft nu een {bare}: {shown(say(now))}."
    if not (now or "").strip():
        return f"{capital(whose)} heeft geen {bare} meer; dat was {shown(say(was))}."
    return f"{capital(what)} van {whose} is {now_was(was, now, say=say)}."


def shown(text: str) -> str:
    """A text in quotes, cut off where it is long."""
    return quoted(text if len(text) <= MAX_SHOWN_CHARS else text[:MAX_SHOWN_CHARS].rstrip() + " …")


def as_it_is(text: str | None) -> str:
    """For `now_was`: a text for people, which is no FEEL."""
    return " ".join((text or "").split())


def _around(before: str, after: str) -> tuple[str, str]:
    """The parts of two long texts that differ, whole words, with some of what they share."""
    old, new = before.split(" "), after.split(" ")
    head = 0
    while head < min(len(old), len(new)) and old[head] == new[head]:
        head += 1
    tail = 0
    while tail < min(len(old), len(new)) - head and old[-1 - tail] == new[-1 - tail]:
        tail += 1
    return _stretch(old, head, tail), _stretch(new, head, tail)


def _stretch(words: list[str], head: int, tail: int) -> str:
    start, stop = head, len(words) - tail
    while start > 0 and len(" ".join(words[start:head])) < CONTEXT_CHARS:
        start -= 1
    end = stop
    while end < len(words) and len(" ".join(words[stop:end])) < CONTEXT_CHARS:
        end += 1
    text = " ".join(words[start:end])
    if len(text) > 3 * MAX_SHOWN_CHARS:
        text, end = text[: 3 * MAX_SHOWN_CHARS].rstrip(), 0
    return ("… " if start else "") + text + ("" if end == len(words) else " …")


def listed(names: list[str]) -> str:
    """`a, b en c`"""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} en {names[-1]}"
