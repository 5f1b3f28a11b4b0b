"""The timeline of a case: its facts in plain Dutch, oldest first."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy.orm import Session

from app.services import decision_words
from app.services.task_access import in_words
from app.store import cases as case_rows
from app.store import tasks as task_rows
from app.store.models import Case, Event

KINDS = (
    "started",
    "entered",
    "completed",
    "cancelled",
    "timer_fired",
    "decision",
    "claimed",
    "released",
    "assigned",
    "reminded",
    "escalated",
    "incident",
    "retried",
    "moved",
    "skipped_by_hand",
    "data_changed",
    "data_requested",
    "data_request_withdrawn",
    "data_request_refused",
    "suspended",
    "resumed",
    "case_cancelled",
    "migrated",
    "due_changed",
    "priority_changed",
    "note",
    "ended",
)

NORMAL_PRIORITY = 50


BY_HAND = frozenset(
    (
        *("retried", "moved", "skipped_by_hand", "data_changed", "suspended", "resumed", "case_cancelled"),
        *("migrated", "due_changed", "priority_changed"),
    )
)


@dataclass(frozen=True, slots=True)
class Change:
    """A variable that had a value before, and another one after."""

    name: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """One line: what happened, in a sentence. `detail` explains; `answers` is what was handed in.

    `answers`, `changes` and `tables` are contents: they are there only when they were asked for.
    """

    at: datetime
    text: str
    who: str | None
    detail: str
    kind: str = ""
    element_id: str | None = None
    task_key: int | None = None
    answers: Mapping[str, Any] | None = None
    key: int = 0
    """Of the (last) fact that it tells of."""
    by_hand: bool = False
    """Somebody changed the course of the case, where the diagram alone would have gone on."""
    changes: Sequence[Change] = ()
    """What became something else than it was."""
    tables: Sequence[Mapping[str, Any]] = ()
    """The decision tables that were asked, as the engine kept them."""


@dataclass(frozen=True, slots=True)
class Names:
    """Names for the keys in the facts: people by key, candidate groups by group."""

    people: Mapping[int, str] = field(default_factory=dict)
    groups: Mapping[str, str] = field(default_factory=dict)

    def person(self, key: int | None) -> str:
        return self.people.get(key, "Iemand") if key is not None else "Casusroute"

    def group_list(self, groups: Collection[str]) -> str:
        return ", ".join(self.groups.get(group, group) for group in groups)


def timeline(session: Session, case: Case, *, contents: bool = False) -> list[TimelineEntry]:
    """What happened in the case, oldest first. `contents` only for who may see the contents of the case."""
    return told(session, case_rows.events(session, case.key, kinds=KINDS), contents=contents)


def told(session: Session, events: Sequence[Event], *, contents: bool = False) -> list[TimelineEntry]:
    """The lines of these facts, with the names of people and groups."""
    people = {event.person_key for event in events} | {event.data.get("to") for event in events}
    people |= {event.data.get(role) for event in events for role in ("assignee", "asked_by")}
    groups = {group for event in events for group in _groups(event)}
    names = Names(
        people=task_rows.person_names(session, {key for key in people if key is not None}),
        groups=task_rows.group_names(session, groups),
    )
    return entries(events, names, contents=contents)


def entries(events: Sequence[Event], names: Names, *, contents: bool) -> list[TimelineEntry]:
    """The lines of these facts; a fact that says nothing to people has none. Pure."""
    lines = []
    known: dict[str, Any] = {}
    for event, decisions in _tables_together(events):
        changes = _changes(event, known)
        text = _SENTENCES[event.kind](event, names) if event.kind in _SENTENCES else None
        if text is None:
            continue
        lines.append(
            TimelineEntry(
                at=event.at,
                text=text,
                who=names.person(event.person_key) if event.person_key is not None else None,
                detail=_detail(event, decisions) if contents else "",
                kind=event.kind,
                element_id=event.element_id,
                task_key=event.task_key,
                answers=event.data.get("answers") if contents else None,
                key=event.key or 0,
                by_hand=event.kind in BY_HAND,
                changes=changes if contents else (),
                tables=decisions if contents else (),
            )
        )
    return lines


def _changes(event: Event, known: dict[str, Any]) -> list[Change]:
    """What this fact makes different of what was said before; `known` is what was said, and is kept up."""
    by_hand = event.data.get("changed") or {}
    if by_hand:
        known |= {name: one.get("to") for name, one in by_hand.items()}
        return [Change(name, one.get("from"), one.get("to")) for name, one in by_hand.items()]
    answers = event.data.get("answers") or {}
    found = [
        Change(name, known[name], value)
        for name, value in answers.items()
        if name in known and known[name] != value
    ]
    known |= answers
    return found


def _detail(event: Event, decisions: Sequence[Mapping[str, Any]]) -> str:
    return str(event.data.get("text", "")) if event.kind == "note" else decision_words.explain(decisions)


def _groups(event: Event) -> list[str]:
    group = event.data.get("group")
    return [*event.data.get("groups", []), *([group] if group else [])]


def _quoted(event: Event) -> str:
    return f"‘{event.name or event.element_id}’"


def _started(event: Event, names: Names) -> str | None:
    return f"{names.person(event.person_key)} startte de casus."


def _entered(event: Event, names: Names) -> str | None:
    return f"{_quoted(event)} is begonnen." if _is_part(event) else None


def _completed(event: Event, names: Names) -> str | None:
    if event.element_type == "userTask":
        return f"{names.person(event.person_key)} rondde {_quoted(event)} af." if event.task_key else None
    if _is_part(event):
        return f"{_quoted(event)} is klaar."
    if event.element_type in ("endEvent", "intermediateThrowEvent") and event.name:
        return f"Bereikt: {_quoted(event)}."
    return None


def _cancelled(event: Event, names: Names) -> str | None:
    if event.element_type == "userTask" and event.task_key:
        return f"De taak {_quoted(event)} is vervallen: de casus is verder gegaan zonder deze taak."
    return f"{_quoted(event)} is gestopt." if _is_part(event) else None


def _timer_fired(event: Event, names: Names) -> str | None:
    return f"De termijn {_quoted(event)} is verstreken." if event.name else None


def _decision(event: Event, names: Names) -> str | None:
    return f"De beslistabel adviseerde bij {_quoted(event)}." if event.name else "De beslistabel adviseerde."


def _claimed(event: Event, names: Names) -> str | None:
    return f"{names.person(event.person_key)} pakte {_quoted(event)} op."


def _released(event: Event, names: Names) -> str | None:
    return f"{names.person(event.person_key)} gaf {_quoted(event)} terug."


def _assigned(event: Event, names: Names) -> str | None:
    who, to = names.person(event.person_key), event.data.get("to")
    if to == event.person_key:
        return f"{who} nam {_quoted(event)} over."
    return f"{who} gaf {_quoted(event)} aan {names.person(to)}."


def _reminded(event: Event, names: Names) -> str | None:
    assignee = event.data.get("assignee")
    to = names.person(assignee) if assignee is not None else names.group_list(event.data.get("groups", []))
    return (
        f"Herinnering gestuurd aan {to}: {_quoted(event)}." if to else f"Herinnering voor {_quoted(event)}."
    )


def _escalated(event: Event, names: Names) -> str | None:
    group = event.data.get("group")
    extra = f" {names.group_list([group])} kan de taak nu ook doen." if group else ""
    return f"De taak {_quoted(event)} kreeg meer voorrang.{extra}"


def _incident(event: Event, names: Names) -> str | None:
    where = f" bij {_quoted(event)}" if event.name else ""
    return f"Er is een storing{where}: een automatische stap lukte niet. Bij de casus kan het opnieuw."


def _by_hand(doing: str) -> Callable[[Event, Names], str | None]:
    """Somebody changed the course of the case, and said why."""

    def sentence(event: Event, names: Names) -> str | None:
        data = {name: event.data.get(name) for name in ("target", "release_before", "release")}
        return f"{names.person(event.person_key)} {doing.format(**data)}.{_why(event)}"

    return sentence


def _moved(event: Event, names: Names) -> str | None:
    begin = f" van ‘{event.data['name']}’" if event.data.get("name") else ""
    target = event.data.get("target_name") or event.data.get("target")
    who = names.person(event.person_key)
    return f"{who} verplaatste de casus met de hand{begin} naar ‘{target}’.{_why(event)}"


def _skipped(event: Event, names: Names) -> str | None:
    step = f"de stap ‘{event.data['name']}’" if event.data.get("name") else "een stap"
    return f"{names.person(event.person_key)} sloeg {step} over.{_why(event)}"


def _data_changed(event: Event, names: Names) -> str | None:
    asked = event.data.get("asked_by")
    on_request = f" op verzoek van {names.person(asked)}" if asked is not None else ""
    return f"{names.person(event.person_key)} wijzigde gegevens met de hand{on_request}.{_why(event)}"


def _due_changed(event: Event, names: Names) -> str | None:
    who, due = names.person(event.person_key), event.data.get("due_at")
    if due is None:
        return f"{who} haalde de termijn van {_quoted(event)} weg.{_why(event)}"
    until = in_words(datetime.fromisoformat(due))
    return f"{who} zette de termijn van {_quoted(event)} op {until}.{_why(event)}"


def _priority_changed(event: Event, names: Names) -> str | None:
    urgent = event.data.get("priority", 0) > NORMAL_PRIORITY
    what = "gaf {} voorrang" if urgent else "haalde de voorrang van {} weg"
    return f"{names.person(event.person_key)} {what.format(_quoted(event))}.{_why(event)}"


def _note(event: Event, names: Names) -> str | None:
    return f"{names.person(event.person_key)} schreef een notitie."


def _why(event: Event) -> str:
    return f" Reden: {event.data['why']}" if event.data.get("why") else ""


def _retried(event: Event, names: Names) -> str | None:
    return f"{names.person(event.person_key)} liet de mislukte stap opnieuw proberen."


def _ended(event: Event, names: Names) -> str | None:
    return None if event.data.get("path") else "De casus is afgesloten."


_SENTENCES: Mapping[str, Callable[[Event, Names], str | None]] = {
    "started": _started,
    "entered": _entered,
    "completed": _completed,
    "cancelled": _cancelled,
    "timer_fired": _timer_fired,
    "decision": _decision,
    "claimed": _claimed,
    "released": _released,
    "assigned": _assigned,
    "reminded": _reminded,
    "escalated": _escalated,
    "incident": _incident,
    "retried": _retried,
    "moved": _moved,
    "skipped_by_hand": _skipped,
    "data_changed": _data_changed,
    "data_requested": _by_hand("vroeg een collega akkoord om een gegeven te wijzigen"),
    "data_request_withdrawn": _by_hand("trok het verzoek in om een gegeven te wijzigen"),
    "data_request_refused": _by_hand("wees het verzoek af om een gegeven te wijzigen"),
    "suspended": _by_hand("schortte de casus op"),
    "resumed": _by_hand("hervatte de casus"),
    "case_cancelled": _by_hand("brak de casus af"),
    "migrated": _by_hand(
        "bracht de casus van versie {release_before} naar versie {release} van de werkwijze"
    ),
    "due_changed": _due_changed,
    "priority_changed": _priority_changed,
    "note": _note,
    "ended": _ended,
}


def _is_part(event: Event) -> bool:
    # Of a part that is done for each item of a list, the tasks in it say enough.
    parts = event.element_type in ("callActivity", "subProcess")
    return parts and bool(event.name) and "item" not in event.data


def _tables_together(events: Sequence[Event]) -> Iterator[tuple[Event, list[Mapping[str, Any]]]]:
    """The facts; tables that were asked at once as one, with what each of them said."""
    for (kind, *_), group in groupby(events, key=_moment_of_asking):
        same = list(group)
        if kind == "decision":
            yield same[-1], [event.data for event in same]
        else:
            yield from ((event, []) for event in same)


def _moment_of_asking(event: Event) -> tuple[object, ...]:
    return event.kind, event.at, event.element_id, tuple(event.data.get("path", ()))
