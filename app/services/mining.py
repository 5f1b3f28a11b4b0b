"""The histories of cases for process mining, without personal data, and the ways that cases really go.

XES: IEEE 1849-2016. OCEL 2.0: https://www.ocel-standard.org (its JSON form). Cases have a number of their
own in each export, which nothing outside it knows; people are roles, and no answer is in it.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from itertools import groupby
from statistics import median
from typing import Any, BinaryIO

from lxml import etree
from sqlalchemy.orm import Session

from app.store import histories as rows
from app.store import ways as way_rows
from app.store.cases import Sight
from app.store.histories import Fact, Span
from app.store.models import Case

ACTIVITIES = (
    *("userTask", "manualTask", "serviceTask", "sendTask", "receiveTask", "scriptTask", "businessRuleTask"),
    *("callActivity", "subProcess", "transaction"),
)
"""The elements that are activities of a log."""
TASKS = ("userTask",)
DAY_SECONDS = 86_400
XES = "http://www.xes-standard.org/"
_EXTENSIONS = (
    ("Concept", "concept", "http://www.xes-standard.org/concept.xesext"),
    ("Time", "time", "http://www.xes-standard.org/time.xesext"),
    ("Lifecycle", "lifecycle", "http://www.xes-standard.org/lifecycle.xesext"),
    ("Organizational", "org", "http://www.xes-standard.org/org.xesext"),
)
_TRANSITIONS = {"entered": "start", "completed": "complete", "cancelled": "ate_abort"}


@dataclass(frozen=True, slots=True)
class Variant:
    """One way through the work: the names of the user tasks in the order in which they were done."""

    steps: tuple[str, ...]
    cases: int
    median_days: float | None
    """From the start of a case to its end, of those that ended."""


def activity(fact: Fact) -> str:
    """What a log calls a step: its name, with its process where it has none."""
    return fact.name or f"{fact.process_id}/{fact.element_id}"


@dataclass(frozen=True, slots=True)
class Ways:
    """How many cases there are, and the ways that they went, the most frequent first."""

    cases: int
    variants: list[Variant]


Lasted = list[int | None]
"""Seconds from start to end of each case; None of one that is not over."""


def ways(
    session: Session, sight: Sight | None, span: Span, *, ended_only: bool = True, least: int = 1
) -> Ways:
    """The ways that cases went, of which at least so many went the same; those with equal steps are one."""
    by_way: dict[int, Lasted] = {}
    by_case: dict[int, Lasted] = {}
    for way_key, case_key, lasted in way_rows.lasted(session, sight, span, ended_only=ended_only):
        if way_key is None:
            by_case[case_key] = lasted
        else:
            by_way[way_key] = lasted
    cases = sum(len(lasted) for lasted in (*by_way.values(), *by_case.values()))
    found: defaultdict[tuple[str, ...], Lasted] = defaultdict(list)
    for case_key, steps in _steps_of(session, list(by_case)):
        found[steps] += by_case[case_key]
    # A worker may have found the same way in other cases.
    for hash, steps in {_hash(steps): steps for steps in found}.items():
        way_key = way_rows.key(session, hash)
        if way_key is not None:
            found[steps] += by_way.pop(way_key, [])
    often = [way_key for way_key, lasted in by_way.items() if len(lasted) >= least]
    for way_key, names in way_rows.steps(session, often):
        found[tuple(names)] += by_way[way_key]
    variants = [
        Variant(steps, len(lasted), _median_days(lasted))
        for steps, lasted in found.items()
        if len(lasted) >= least
    ]
    return Ways(cases, sorted(variants, key=lambda one: (-one.cases, one.steps)))


def _steps_of(session: Session, case_keys: Sequence[int]) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Each of these cases with the tasks that were done in it."""
    for begin in range(0, len(case_keys), rows.BATCH):
        some = case_keys[begin : begin + rows.BATCH]
        steps: dict[int, tuple[str, ...]] = dict.fromkeys(some, ())
        done = rows.facts_of(session, some, kinds=("completed",), types=TASKS)
        for key, facts in groupby(done, key=lambda fact: fact.case_key):
            steps[key] = tuple(activity(fact) for fact in facts)
        yield from steps.items()


def _hash(steps: Sequence[str]) -> str:
    return sha256(json.dumps(steps, ensure_ascii=False).encode()).hexdigest()


def _median_days(lasted: Lasted) -> float | None:
    seconds = [one for one in lasted if one is not None]
    return median(seconds) / DAY_SECONDS if seconds else None


def any_to_find(session: Session) -> bool:
    """Whether the way of some case is still to be found, looked up by reading."""
    return way_rows.any_to_find(session)


def find_ways(session: Session, *, most: int = rows.BATCH) -> int:
    """Find the ways of cases that are over, for workers; gives of how many.

    What happened in a case that is over is not added to, so its way stays what it is.
    """
    cases = way_rows.take(session, most)
    by_steps: defaultdict[tuple[str, ...], list[int]] = defaultdict(list)
    for case_key, steps in _steps_of(session, cases):
        by_steps[steps].append(case_key)
    for hash, steps in sorted((_hash(steps), steps) for steps in by_steps):
        way_rows.keep(session, hash, steps, by_steps[steps])
    return len(cases)


# ── XES ──────────────────────────────────────────────────────────────────────────────────────────────────


def write_xes(session: Session, sight: Sight | None, span: Span, out: BinaryIO) -> int:
    """Write a log; gives the number of cases in it."""
    cases, roles = rows.cases(session, sight, span), rows.task_roles(session, sight, span)
    facts = _Histories(rows.facts(session, sight, span, kinds=tuple(_TRANSITIONS), types=ACTIVITIES))
    with etree.xmlfile(out, encoding="utf-8") as file:
        file.write_declaration()
        with file.element("log", {"xes.version": "1849.2016", "xes.features": ""}, nsmap={None: XES}):
            for name, prefix, uri in _EXTENSIONS:
                file.write(etree.Element("extension", {"name": name, "prefix": prefix, "uri": uri}))
            file.write(_globals("trace", "concept:name"))
            file.write(_globals("event", "concept:name", "lifecycle:transition"))
            keys = {"name": "Stap", "keys": "concept:name lifecycle:transition"}
            file.write(etree.Element("classifier", keys))
            for number, case in enumerate(cases, start=1):
                file.write(_trace(case, number, facts.of(case.key), roles))
    return len(cases)


def _globals(scope: str, *names: str) -> etree._Element:
    made = etree.Element("global", {"scope": scope})
    for name in names:
        etree.SubElement(made, "string", {"key": name, "value": "onbekend"})
    return made


def _trace(case: Case, number: int, facts: Iterable[Fact], roles: dict[int, str]) -> etree._Element:
    made = etree.Element("trace")
    for key, value in (("concept:name", case_name(number)), *about(case)):
        etree.SubElement(made, "string", {"key": key, "value": value})
    for fact in facts:
        event = etree.SubElement(made, "event")
        said = {
            "concept:name": activity(fact),
            "lifecycle:transition": _TRANSITIONS[fact.kind],
            "proces": fact.process_id,
            "element": fact.element_id,
            **({"org:role": roles[fact.task_key]} if fact.task_key in roles else {}),
        }
        for key, value in said.items():
            etree.SubElement(event, "string", {"key": key, "value": value})
        etree.SubElement(event, "date", {"key": "time:timestamp", "value": fact.at.isoformat()})
    return made


def case_name(number: int) -> str:
    """What a case is called in an export: its place in it, and nothing else."""
    return f"casus-{number:06d}"


def about(case: Case) -> list[tuple[str, str]]:
    """What an export says of a case; nothing that points to a person."""
    said = {"huis": case.house_key, "proces": case.process_id, "route": case.route, "thema": case.theme}
    return [(key, value) for key, value in {**said, "stand": case.state}.items() if value]


class _Histories:
    """Facts that come case after case, asked for in the same order; a case without any has none."""

    def __init__(self, facts: Iterator[Fact]) -> None:
        self._groups = groupby(facts, key=lambda fact: fact.case_key)
        self._next: tuple[int, list[Fact]] | None = None
        self._advance()

    def _advance(self) -> None:
        key, found = next(self._groups, (None, iter(())))
        self._next = None if key is None else (key, list(found))

    def of(self, case_key: int) -> list[Fact]:
        if self._next is None or self._next[0] != case_key:
            return []
        found = self._next[1]
        self._advance()
        return found


# ── OCEL 2.0 ─────────────────────────────────────────────────────────────────────────────────────────────


def write_ocel(session: Session, sight: Sight | None, span: Span, out: BinaryIO) -> int:
    """Write an object-centric log: cases, and the tasks in them; gives the number of cases in it."""
    cases, roles = rows.cases(session, sight, span), rows.task_roles(session, sight, span)
    names = {case.key: case_name(number) for number, case in enumerate(cases, start=1)}
    objects: dict[str, dict[str, Any]] = {
        names[case.key]: _object(names[case.key], "casus", about(case), at=case.started_at) for case in cases
    }
    events: list[dict[str, Any]] = []
    kinds: set[str] = set()
    tasks: dict[int, str] = {}
    facts = rows.facts(session, sight, span, kinds=("completed",), types=ACTIVITIES)
    for number, fact in enumerate(facts, start=1):
        name = activity(fact)
        kinds.add(name)
        related = [{"objectId": names[fact.case_key], "qualifier": "in casus"}]
        if fact.task_key is not None:
            id = tasks.setdefault(fact.task_key, f"taak-{len(tasks) + 1}")
            if id not in objects:
                said = [("rol", roles[fact.task_key])] if fact.task_key in roles else []
                objects[id] = _object(id, "taak", said, at=fact.at)
                objects[id]["relationships"] = [{"objectId": names[fact.case_key], "qualifier": "van"}]
            related.append({"objectId": id, "qualifier": "taak"})
        events.append(
            {
                "id": f"gebeurtenis-{number}",
                "type": name,
                "time": fact.at.isoformat(),
                "attributes": [
                    {"name": "proces", "value": fact.process_id},
                    {"name": "element", "value": fact.element_id},
                ],
                "relationships": related,
            }
        )
    text = [{"name": name, "type": "string"} for name in ("huis", "proces", "route", "thema", "stand")]
    document = {
        "objectTypes": [
            {"name": "casus", "attributes": text},
            {"name": "taak", "attributes": [{"name": "rol", "type": "string"}]},
        ],
        "eventTypes": [
            {
                "name": name,
                "attributes": [{"name": "proces", "type": "string"}, {"name": "element", "type": "string"}],
            }
            for name in sorted(kinds)
        ],
        "objects": list(objects.values()),
        "events": events,
    }
    out.write(json.dumps(document, ensure_ascii=False, indent=1).encode())
    return len(cases)


def _object(id: str, kind: str, said: Sequence[tuple[str, str]], *, at: datetime) -> dict[str, Any]:
    attributes = [{"name": name, "value": value, "time": at.isoformat()} for name, value in said]
    return {"id": id, "type": kind, "attributes": attributes, "relationships": []}
