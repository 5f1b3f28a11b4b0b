"""Many cases that each wait for a moment, and how late they went on."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import quantiles

from sqlalchemy import bindparam, func, select, update
from sqlalchemy.orm import Session

from app import clock
from app.services import cases
from app.store.models import Event, Incident, Job, UserTask
from tests import copies
from tests.engine.diagrams import element, extensions, flows, process, task, timer

PROCESS = "wekker"
FILES = {
    "wekker.bpmn": process(
        element("startEvent", "begin", extensions('<zeebe:formDefinition formId="klein"/>')),
        element("intermediateCatchEvent", "wacht", timer("timeDuration", "PT0S")),
        task("daarna"),
        element("endEvent", "einde"),
        flows("begin>wacht", "wacht>daarna", "daarna>einde"),
        id=PROCESS,
    )
}
"""A timer, and a task behind it."""

Moments = Mapping[int, datetime]
"""When each case, by its key, should go on."""


def wait(session: Session, number: int, *, seconds: float, ahead_seconds: float = 1) -> Moments:
    """So many cases that wait for a moment each, evenly over so many seconds."""
    first = cases.begin(session, PROCESS, {"onderwerp": "wacht"}, house_key="arnhem", now=clock.now())
    keys = [first.key, *copies.make(session, first.key, number - 1)]
    begin = clock.now() + timedelta(seconds=ahead_seconds)
    moments = {key: begin + timedelta(seconds=seconds * place / number) for place, key in enumerate(keys)}
    # In the state they are due already: a timer fires when its job says so.
    query = update(Job).where(Job.case_key == bindparam("of")).values(due_at=bindparam("at"))
    due = [{"of": key, "at": moment} for key, moment in moments.items()]
    session.connection().execute(query, due)
    return moments


def left(session: Session) -> int:
    """How many timers have not fired yet."""
    return session.scalar(select(func.count()).where(Job.process_id == PROCESS)) or 0


def fired(session: Session, moments: Moments) -> dict[int, list[datetime]]:
    """When the timer of each case fired: once, if all is well."""
    found: dict[int, list[datetime]] = {key: [] for key in moments}
    query = select(Event.case_key, Event.at).where(Event.kind == "timer_fired")
    for case_key, at in session.execute(query):
        if case_key in found:
            found[case_key].append(at)
    return found


def check_once(session: Session, moments: Moments) -> None:
    """Every timer fired, once, not before its moment; each case went on to its task, and to one."""
    when = fired(session, moments)
    assert {key: len(moments) for key, moments in when.items() if len(moments) != 1} == {}
    assert all(at >= moments[key] for key, [at] in when.items())
    tasks = session.execute(select(UserTask.case_key, UserTask.state))
    opened = Counter((case_key, state) for case_key, state in tasks if case_key in moments)
    assert opened == Counter((key, "open") for key in moments)
    assert session.scalars(select(Incident.message)).all() == []


@dataclass(frozen=True, slots=True)
class Lateness:
    """How long after its moment a timer fired, in seconds."""

    p50: float
    p99: float
    longest: float

    @classmethod
    def of(cls, session: Session, moments: Moments) -> "Lateness":
        late = sorted(
            (at - moments[key]).total_seconds()
            for key, found in fired(session, moments).items()
            for at in found
        )
        cuts = quantiles(late, n=100)
        return cls(cuts[49], cuts[98], late[-1])

    def __str__(self) -> str:
        return f"p50 {self.p50:.3f} s, p99 {self.p99:.3f} s, langste {self.longest:.3f} s"
