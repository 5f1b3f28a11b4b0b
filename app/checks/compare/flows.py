"""The flows of two versions: which came and went, where they lead, and when they hold."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from app.checks import bpmn_parts
from app.checks.compare.model import Change
from app.checks.compare.side import Side
from app.checks.compare.words import as_it_is, capital, normal, now_was, plain, shown


@dataclass(frozen=True, slots=True)
class Flows:
    """`same` is id before -> id after."""

    before: Side
    after: Side
    same: Mapping[str, str]

    def all(self) -> Iterator[Change]:
        kept = set(self.same.values())
        for id in self.before.flows:
            if id not in self.same:
                yield Change("removed", "flow", f"{capital(self.before.way(id))} is vervallen.", id, None)
            elif self.same[id] in self.after.flows:
                yield from self._changes(id, self.same[id])
        for id, flow in self.after.flows.items():
            if id not in kept:
                when = f", als {shown(plain(flow.condition))}" if flow.condition else ""
                way = self.after.way(id).removeprefix("de weg ")
                yield Change("added", "flow", f"Er is een weg bijgekomen {way}{when}.", None, id)

    def _changes(self, before: str, after: str) -> Iterator[Change]:
        was, now = self.before.flows[before], self.after.flows[after]
        way = self.after.way(after)
        if self.same.get(was.target) != now.target:
            text = f"{capital(self.before.way(before))} gaat nu naar {self.after.end_of(now)}."
            if self.before.end_of(was) == self.after.end_of(now):
                text = f"{capital(way)} loopt nu langs een ander punt."
            yield Change("changed", "target", text, before, after, was.target, now.target)
        if self.same.get(was.source) != now.source:
            places = [self.after.place(now.source), self.before.place(was.source)]
            text = f"De weg naar {self.after.end_of(now)} begint nu bij {places[0]}, was bij {places[1]}."
            yield Change("changed", "source", text, before, after, was.source, now.source)
        if normal(was.condition) != normal(now.condition):
            text = self._condition(was.condition, now.condition, way)
            yield Change(
                "changed", "condition", text, before, after, was.condition or "", now.condition or ""
            )
        names = [_name(self.before, before), _name(self.after, after)]
        if names[0] != names[1]:
            text = f"Bij {way} staat {now_was(names[0], names[1], say=as_it_is)}."
            yield Change("changed", "name", text, before, after, *names)

    def _condition(self, was: str | None, now: str | None, way: str) -> str:
        if not was:
            return f"{capital(way)} geldt nu alleen als {shown(plain(now))}; eerst was er geen voorwaarde."
        if not now:
            return f"{capital(way)} heeft geen voorwaarde meer; die was {shown(plain(was))}."
        said = now_was(was, now).removeprefix("nu ")
        return f"{capital(way)} geldt nu als {said}."


def _name(side: Side, id: str) -> str:
    part = side.part(id)
    return "" if part is None else bpmn_parts.name_of(part)
