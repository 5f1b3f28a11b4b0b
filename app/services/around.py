"""What happened around a case: who looked into it, what came and went, and what machines still must do."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from app.engine.definitions import Definitions
from app.services import access, audit, steps, waits
from app.services.migration import MIGRATE
from app.store import cases as case_rows
from app.store import messages as message_rows
from app.store import tasks as task_rows
from app.store.models import Case, Event

LOOKS = (audit.LOOKED, access.OPENED, audit.EXPORTED)
FILES = {"csv": "CSV", "xlsx": "Excel"}
POST = ("message", "signal", "completed")
SENDING = {"mail": "Mail verstuurd", "bericht": "Bericht verstuurd"}
WORK = {
    steps.TIMER: "wacht op een termijn",
    "mail": "mail versturen",
    "bericht": "bericht sturen",
    "proces": "een ander proces beginnen",
    "herinner": "herinneren",
    "escaleer": "opschalen",
    MIGRATE: "naar een andere versie van de werkwijze",
    waits.MESSAGE: "een bericht bezorgen",
    waits.SIGNAL: "een signaal geven",
    waits.CATCH: "een signaal bezorgen",
}


@dataclass(frozen=True, slots=True)
class Look:
    """Somebody read something of the case on that day; `reason` only where they had to give one.

    `file` is the kind of the file in which they took the case along with others; empty where they only read.
    """

    at: datetime
    who: str
    reason: str
    file: str = ""


@dataclass(frozen=True, slots=True)
class Post:
    """A mail or message that came or went, or that is waited for (then without a moment)."""

    at: datetime | None
    text: str


@dataclass(frozen=True, slots=True)
class Task:
    """Work that a machine must still do for the case."""

    step: str
    what: str
    due_at: datetime
    attempts: int
    parked: bool


@dataclass(frozen=True, slots=True)
class Around:
    """All of it, the newest first; work that is due first comes first."""

    looks: tuple[Look, ...]
    post: tuple[Post, ...]
    work: tuple[Task, ...]


def around(
    session: Session, case: Case, definitions: Definitions, events: Sequence[Event], *, contents: bool
) -> Around:
    """From all facts of the case; the reason of a look only for who may read the contents."""
    looked = [event for event in events if event.kind in LOOKS]
    names = task_rows.person_names(session, {one.person_key for one in looked if one.person_key})
    looks = [
        Look(
            one.at,
            names.get(one.person_key or 0, "Iemand"),
            str(one.data.get("reason", "")) if contents else "",
            _file(one),
        )
        for one in reversed(looked)
    ]
    waiting = [
        Post(None, f"Wacht op {'het signaal' if one.kind == 'signal' else 'het bericht'} ‘{one.name}’.")
        for one in message_rows.subscriptions_of(session, case.key)
    ]
    sent = [Post(one.at, text) for one in reversed(events) if (text := _post(one, definitions))]
    work = [
        Task(
            _step(definitions, one.process_id, one.element_id),
            WORK.get(one.kind, one.kind),
            one.due_at,
            one.attempts,
            one.parked,
        )
        for one in sorted(case_rows.jobs(session, case.key), key=lambda one: one.due_at)
    ]
    return Around(tuple(looks), (*waiting, *sent), tuple(work))


def _file(event: Event) -> str:
    kind = str(event.data.get("kind", "")) if event.kind == audit.EXPORTED else ""
    return FILES.get(kind, kind)


def _post(event: Event, definitions: Definitions) -> str:
    name = event.name or event.element_id or ""
    match event.kind:
        case "message":
            return f"Bericht ‘{event.data.get('name', '')}’ ontvangen bij ‘{name}’."
        case "signal":
            return f"Signaal ‘{event.data.get('name', '')}’ bij ‘{name}’."
        case "completed":
            process = definitions.models.get(event.process_id or "")
            element = process.elements.get(event.element_id or "") if process else None
            sending = SENDING.get(element.job_type or "") if element else None
            return f"{sending}: ‘{name}’." if sending else ""
    return ""


def _step(definitions: Definitions, process_id: str, element_id: str) -> str:
    process = definitions.processes.get(process_id)
    for element in process.elements if process else ():
        if element.id == element_id:
            return element.name or element.id
    return element_id or "De hele casus"
