"""One step in two versions: a sentence for everything that is different in it, also what no picture shows."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from app.checks.compare.model import Change, Kind
from app.checks.compare.side import Side
from app.checks.compare.words import (
    a,
    as_it_is,
    capital,
    kind,
    listed,
    normal,
    noun,
    now_was,
    plain,
    quoted,
    shown,
    told,
)
from app.engine.model import Element, Event, Loop, Mappings

SPLITS_IN_ORDER = "exclusiveGateway"
_EVENTS = {
    "timer": "een termijn",
    "message": "een bericht",
    "signal": "een signaal",
    "error": "een fout",
    "escalation": "een escalatie",
    "link": "een sprong",
    "compensate": "terugdraaien",
    "cancel": "afbreken",
    "terminate": "alles beëindigen",
}
_ARTICLES = {
    "message": "het bericht",
    "signal": "het signaal",
    "error": "de fout",
    "escalation": "de escalatie",
    "link": "de sprong",
}
_TIMERS = {"timeDate": "op een moment", "timeDuration": "na een tijd", "timeCycle": "telkens na een tijd"}


class Names:
    """What processes and decisions are called, by kind and id; read when somebody asks for the first."""

    def __init__(self, read: Callable[[], Mapping[tuple[str, str], str]]) -> None:
        self._read = read
        self._known: Mapping[tuple[str, str], str] | None = None

    def of(self, kind: str, id: str | None) -> str:
        """The name, or the id itself where nothing has it."""
        if not id:
            return ""
        if self._known is None:
            self._known = self._read()
        return self._known.get((kind, id), plain(id))


@dataclass(frozen=True, slots=True)
class Steps:
    """Compares steps; `same` is id before -> id after."""

    before: Side
    after: Side
    same: Mapping[str, str]
    names: Names

    def added(self, id: str) -> Change:
        element = self.after.elements[id]
        facts = list(self._facts(element))
        more = f" ({', '.join(facts)})" if facts else ""
        name = f": {quoted(element.name)}" if element.name else self._where(self.after, element)
        return Change("added", "step", f"Er is {a(noun(element))} bijgekomen{name}{more}.", None, id)

    def removed(self, id: str) -> Change:
        text = f"{capital(self.before.called(id))} is vervallen."
        return Change("removed", "step", text, id, None)

    def _where(self, side: Side, element: Element) -> str:
        text = side.called(element.id).removeprefix(noun(element))
        return text if text != " zonder naam" else ""

    def _facts(self, element: Element) -> Iterator[str]:
        who = plain(element.candidate_groups) or element.lane
        if element.type in ("userTask", "manualTask") and who:
            yield f"voor {who}"
        if element.form_id:
            yield f"met het formulier {quoted(self.names.of('form', element.form_id))}"
        if element.due_date:
            yield f"termijn {plain(element.due_date)}"
        if element.calls:
            yield f"start het proces {quoted(self.names.of('process', element.calls))}"
        if element.decision_id:
            yield f"gebruikt de beslissing {quoted(self.names.of('decision', element.decision_id))}"
        if element.job_type:
            yield f"soort werk {quoted(element.job_type)}"
        if element.script:
            yield f"rekent {shown(plain(element.script))} uit"
        if element.event is not None and element.event.kind in ("timer", "message") and element.event.text:
            yield plain(element.event.text)
        if element.loop is not None:
            yield f"voor elk van {plain(element.loop.collection)}"

    def changes(self, before_id: str) -> list[Change]:
        """All that is different in a step that both versions have."""
        b, now = self.before.elements[before_id], self.after.elements[self.same[before_id]]
        name = self.after.called(now.id)
        found = [*self._basics(b, now, name), *self._who(b, now, name), *self._work(b, now, name)]
        found += [*self._event(b, now, name), *_loop(b.loop, now.loop, name), *self._ways(b, now, name)]
        found += [*_mappings(b, now, name), *_settings(b, now, name)]
        return [
            Change(kind, about, sentence, b.id, now.id, was, is_now)
            for kind, about, sentence, was, is_now in found
        ]

    def _basics(self, b: Element, now: Element, name: str) -> "Iterator[_Found]":
        if b.name != now.name:
            before = self.before.called(b.id)
            text = f"{capital(before)} heet nu {quoted(now.name)}." if now.name else ""
            yield _changed("name", text or f"{capital(before)} heeft geen naam meer.", b.name, now.name)
        if b.id != now.id:
            text = (
                f"{capital(name)} heeft intern een andere id: nu {quoted(now.id)}, was {quoted(b.id)}. "
                "Voor lopende casussen is het een andere stap."
            )
            yield _changed("id", text, b.id, now.id)
        if b.type != now.type:
            kinds = [kind(now), kind(b)]
            if kinds[0] == kinds[1]:
                kinds = [now.type, b.type]
            yield _changed("type", f"{capital(self.after.place(now.id))} is nu {kinds[0]}, was {kinds[1]}.")
        if self.same.get(b.scope_id, b.scope_id) != now.scope_id:
            inside = self._scope(self.after, now)
            text = f"{capital(name)} staat nu {inside}, was {self._scope(self.before, b)}."
            yield ("moved", "scope", text, b.scope_id, now.scope_id)
        attached = self.same.get(b.attached_to or "", b.attached_to or "")
        if attached != (now.attached_to or ""):
            ends = [self.after.place(now.attached_to or ""), self.before.place(b.attached_to or "")]
            called = f"{capital(noun(now))} {quoted(now.name)}" if now.name else capital(noun(now))
            yield _changed("attached", f"{called} hoort nu bij {ends[0]}, was bij {ends[1]}.")
        if normal(b.documentation) != normal(now.documentation):
            text = told("de uitleg", name, b.documentation, now.documentation, say=as_it_is)
            yield _changed("documentation", text, b.documentation, now.documentation)
        if b.interrupting != now.interrupting:
            what = "de stap" if now.attached_to else "de fase"
            text = f"breekt {what} nu af" if now.interrupting else f"breekt {what} niet meer af"
            yield _changed("interrupting", f"{capital(name)} {text}.")
        if b.by_event != now.by_event:
            text = "wordt nu door een gebeurtenis gestart" if now.by_event else "is nu een gewone fase"
            yield _changed("by_event", f"{capital(name)} {text}.")
        if b.compensates != now.compensates:
            text = "maakt nu iets ongedaan" if now.compensates else "maakt niets meer ongedaan"
            yield _changed("compensates", f"{capital(name)} {text}.")

    def _scope(self, side: Side, element: Element) -> str:
        scope = side.elements.get(element.scope_id)
        return f"in {side.place(scope.id)}" if scope is not None else "in geen fase"

    def _who(self, b: Element, now: Element, name: str) -> "Iterator[_Found]":
        lanes = self.before.lanes.get(b.id), self.after.lanes.get(now.id)
        ids = [None if lane is None else lane.key[1] for lane in lanes]
        moved = (None if ids[0] is None else self.same.get(ids[0])) != ids[1]
        if normal(b.candidate_groups) != normal(now.candidate_groups):
            was, groups = (plain(one.candidate_groups) or one.lane or "niemand" for one in (b, now))
            text = f"{capital(name)} is nu voor {quoted(groups)}, was voor {quoted(was)}."
            yield _changed("who", text, b.candidate_groups or "", now.candidate_groups or "")
        elif moved:
            yield ("moved", "who", self._lane(b, now, name), b.lane or "", now.lane or "")
        yield from _expression("who", "de behandelaar", name, b.assignee, now.assignee)
        yield from _expression("who", "de lijst van personen", name, b.candidate_users, now.candidate_users)

    def _lane(self, b: Element, now: Element, name: str) -> str:
        own = now.candidate_groups or now.assignee or now.candidate_users
        does = now.type == "userTask" and not own
        kinds = ("is nu voor", "was voor") if does else ("staat nu in de baan", "was in de baan")
        text = f"{kinds[0]} {quoted(now.lane)}" if now.lane else "staat in geen baan meer"
        return f"{capital(name)} {text}" + (f", {kinds[1]} {quoted(b.lane)}." if b.lane else ".")

    def _work(self, b: Element, now: Element, name: str) -> "Iterator[_Found]":
        yield from self._named("form", "het formulier", name, b.form_id, now.form_id, "gebruikt")
        yield from _expression("due", "de termijn", name, b.due_date, now.due_date)
        yield from _expression("follow_up", "de opvolgdatum", name, b.follow_up_date, now.follow_up_date)
        yield from _expression("priority", "de voorrang", name, b.priority, now.priority)
        yield from self._named("process", "het proces", name, b.calls, now.calls, "start")
        yield from self._named("decision", "de beslissing", name, b.decision_id, now.decision_id, "gebruikt")
        yield from _expression("script", "de berekening", name, b.script, now.script)
        yield from _expression("result", "de uitkomst", name, b.result_variable, now.result_variable)
        yield from _expression("job", "de soort werk", name, b.job_type, now.job_type)
        if b.job_retries != now.job_retries:
            was, tries = (1 if one is None else one for one in (b.job_retries, now.job_retries))
            text = f"{capital(name)} wordt bij een storing nu {tries} keer geprobeerd, was {was} keer."
            yield _changed("retries", text)
        if b.parent_variables != now.parent_variables:
            text = "alle gegevens" if now.parent_variables else "alleen wat is toegewezen"
            yield _changed("parent_variables", f"{capital(name)} krijgt nu {text} mee.")
        if b.child_variables != now.child_variables:
            text = "alle gegevens" if now.child_variables else "alleen wat is toegewezen"
            yield _changed("child_variables", f"{capital(name)} geeft nu {text} terug.")

    def _named(
        self, kind: str, what: str, name: str, was: str | None, now: str | None, verb: str
    ) -> "Iterator[_Found]":
        """Something of the release that a step uses."""
        if normal(was) == normal(now):
            return
        ids = [self.names.of(kind, one) for one in (was, now)]
        if ids[0] == ids[1]:
            ids = [was or "", now or ""]
        if not now:
            text = f"{capital(name)} {verb} {what} {quoted(ids[0])} niet meer."
        elif not was:
            text = f"{capital(name)} {verb} nu {what} {quoted(ids[1])}."
        else:
            text = f"{capital(name)} {verb} nu {what} {quoted(ids[1])}, was {quoted(ids[0])}."
        yield _changed(kind, text, was or "", now or "")

    def _event(self, b: Element, now: Element, name: str) -> "Iterator[_Found]":
        was, event = b.event, now.event
        if was == event:
            return
        if was is None or event is None or was.kind != event.kind:
            kinds = [_EVENTS.get(one.kind, "iets anders") if one else "niets" for one in (was, event)]
            text = f"{capital(name)} gaat nu over {kinds[1]}, was over {kinds[0]}."
            yield _changed("event", text, was.text if was else "", event.text if event else "")
            return
        yield from self._event_text(was, event, name)
        if normal(was.correlation_key) != normal(event.correlation_key):
            text = told("de sleutel", name, was.correlation_key, event.correlation_key)
            yield _changed("correlation", text, was.correlation_key or "", event.correlation_key or "")

    def _event_text(self, was: Event, event: Event, name: str) -> "Iterator[_Found]":
        if event.kind == "timer" and (was.timer != event.timer or normal(was.text) != normal(event.text)):
            kinds = [_TIMERS.get(one.timer, "") for one in (event, was)]
            how = f" Het gaat nu af {kinds[0]}, was {kinds[1]}." if kinds[0] != kinds[1] else ""
            text = told("de tijd", name, was.text, event.text) if was.text != event.text else ""
            yield _changed("timer", f"{text}{how}".strip(), was.text, event.text)
        elif event.kind == "compensate" and self.same.get(was.text, was.text) != event.text:
            meant = self.after.place(event.text) if event.text else "alles"
            yield _changed("event", f"{capital(name)} draait nu {meant} terug.")
        elif event.kind not in ("timer", "compensate") and was.text != event.text:
            texts = [quoted(one.text) if one.text else "zonder naam" for one in (event, was)]
            what = _ARTICLES.get(event.kind, "de gebeurtenis")
            text = f"{capital(name)} gaat nu over {what} {texts[0]}, was {texts[1]}."
            yield _changed("event", text, was.text, event.text)

    def _ways(self, b: Element, now: Element, name: str) -> "Iterator[_Found]":
        default = self.same.get(b.default_flow or "", b.default_flow or "")
        if default != (now.default_flow or ""):
            was = self._leads(self.before, b.default_flow)
            to = self._leads(self.after, now.default_flow)
            if not to:
                text = f"{capital(name)} heeft geen standaardweg meer; dat was die {was}."
            elif not was:
                text = f"{capital(name)} heeft nu een standaardweg: die {to}."
            else:
                text = f"De standaardweg van {name} is nu die {to}, was die {was}."
            yield _changed("default", text, b.default_flow or "", now.default_flow or "")
        if now.type == SPLITS_IN_ORDER and b.type == now.type:
            yield from self._order(b, now, name)
        undone = self.same.get(b.undone_by or "", b.undone_by or "")
        if undone != (now.undone_by or "") and now.undone_by:
            text = f"{capital(name)} wordt nu ongedaan gemaakt door {self.after.place(now.undone_by)}."
            yield _changed("undone", text)

    def _leads(self, side: Side, flow_id: str | None) -> str:
        flow = side.flows.get(flow_id or "")
        return "" if flow is None else f"naar {side.end_of(flow)}"

    def _order(self, b: Element, now: Element, name: str) -> "Iterator[_Found]":
        """The first way whose condition holds is taken: so their order says something."""
        kept = [self.same[flow.id] for flow in b.outgoing if flow.id in self.same]
        asked = [flow.id for flow in now.outgoing if flow.id != now.default_flow]
        order = [id for id in asked if id in kept]
        if order == [id for id in kept if id in order]:
            return
        names = [self.after.end_of(self.after.flows[id]) for id in order]
        text = f"{capital(name)} bekijkt de voorwaarden nu in deze volgorde: {listed(names)}."
        yield ("moved", "order", text, "", "")


_Found = tuple[Kind, str, str, str, str]
"""kind, about, sentence, was, now"""


def _changed(about: str, sentence: str, was: str = "", now: str = "") -> _Found:
    return ("changed", about, sentence, was, now)


def _expression(about: str, what: str, name: str, was: str | None, now: str | None) -> Iterator[_Found]:
    if normal(was) != normal(now):
        yield _changed(about, told(what, name, was, now), was or "", now or "")


def _loop(b: Loop | None, now: Loop | None, name: str) -> Iterator[_Found]:
    if b is None and now is not None:
        how = "één voor één" if now.sequential else "tegelijk"
        text = f"{capital(name)} gebeurt nu voor elk van {shown(plain(now.collection))}, {how}."
        yield _changed("loop", text)
    elif b is not None and now is None:
        text = f"{capital(name)} gebeurt nu één keer, was voor elk van {shown(plain(b.collection))}."
        yield _changed("loop", text)
    if b is None or now is None:
        return
    if b.sequential != now.sequential:
        ways = ("één voor één", "tegelijk") if now.sequential else ("tegelijk", "één voor één")
        yield _changed("loop", f"{capital(name)} gebeurt nu {ways[0]}, was {ways[1]}.")
    for what, was, is_now in (
        ("de lijst", b.collection, now.collection),
        ("de naam van één uit de lijst", b.item_name, now.item_name),
        ("de lijst met uitkomsten", b.output_collection, now.output_collection),
        ("de uitkomst per keer", b.output_element, now.output_element),
        ("de voorwaarde om te stoppen", b.completion_condition, now.completion_condition),
    ):
        yield from _expression("loop", what, name, was, is_now)


def _mappings(b: Element, now: Element, name: str) -> Iterator[_Found]:
    yield from _mapping(b.inputs, now.inputs, f"Bij het begin van {name}")
    yield from _mapping(b.outputs, now.outputs, f"Na {name}")


def _mapping(b: Mappings, now: Mappings, when: str) -> Iterator[_Found]:
    was = {target: source for source, target in b}
    is_now = {target: source for source, target in now}
    for target in {**was, **is_now}:
        old, new = was.get(target), is_now.get(target)
        if normal(old) == normal(new):
            continue
        if old is None:
            text = f"{when} wordt {quoted(target)} nu gevuld met {shown(plain(new))}."
        elif new is None:
            text = f"{when} wordt {quoted(target)} niet meer gevuld; dat was met {shown(plain(old))}."
        else:
            text = f"{when} wordt {quoted(target)} anders gevuld: {now_was(old, new)}."
        yield _changed("mapping", text, old or "", new or "")
    if was == is_now and b != now:
        yield _changed("mapping", f"{when} worden de gegevens in een andere volgorde gevuld.")


def _settings(b: Element, now: Element, name: str) -> Iterator[_Found]:
    yield from pairs("header", "instelling", name, b.headers, now.headers)
    yield from pairs("property", "eigenschap", name, b.properties, now.properties)
    if b.unknown != now.unknown:
        yield _changed("unknown", f"{capital(name)} heeft andere onderdelen die Casusroute niet uitvoert.")


def pairs(about: str, what: str, name: str, b: Mapping[str, str], now: Mapping[str, str]) -> Iterator[_Found]:
    """Settings or properties by their key."""
    for key in {**b, **now}:
        if normal(b.get(key)) != normal(now.get(key)):
            text = told(f"de {what} {quoted(key)}", name, b.get(key), now.get(key))
            yield _changed(about, text, b.get(key, ""), now.get(key, ""))
