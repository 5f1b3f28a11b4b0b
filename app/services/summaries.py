"""The daily summary by mail: what needs attention, in numbers and case numbers, never a name or a title.

It leaves Casusroute, so it is taken in one transaction, sent, and told in another. Who dies in between leaves
it to be tried again; the mail goes again with the same Message-ID.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy.orm import Session

from app import workdays
from app.clock import AMSTERDAM
from app.errors import Forbidden, Invalid
from app.services import access, mail
from app.services.access import Permission
from app.store import summaries as rows
from app.store.cases import Sight
from app.store.models import Person, Summary

MORNING = time(7, 30)
"""When it goes out on a working day, in Amsterdam."""
SOON_DAYS, STILL_DAYS = 2, 10
"""In working days: a term that is nearly over, and a case that nothing moved in."""
SHOWN = 20
"""So many cases are named under a heading."""
MAX_ATTEMPTS = 5
LEASE = timedelta(minutes=2)
FIRST_WAIT = timedelta(minutes=1)


class _Site:
    address = "http://127.0.0.1:8000"


def configure(address: str) -> None:
    """Where people find Casusroute: for the links in a mail. Once, when a process starts."""
    _Site.address = address.rstrip("/")


@dataclass(frozen=True, slots=True)
class Part:
    """One heading: the numbers of the cases under it, and where all of them stand."""

    heading: str
    numbers: tuple[str, ...]
    address: str


@dataclass(frozen=True, slots=True)
class Leased:
    """A summary that is ours to send. `attempt` tells it from a later lease."""

    person_key: int
    attempt: int
    day: date

    def send(self, told: Mapping[str, Any] | None) -> Exception | None:
        """Send the mail, outside any transaction; None is no mail. Gives what went wrong."""
        try:
            if told is not None:
                mail.send(told, key=f"overzicht-{self.person_key}-{self.day.isoformat()}")
        except Exception as error:  # whatever happens outside is tried again later
            return error
        return None


# ── who wants it ──


def may_have(person: Person) -> bool:
    return bool(_sight(person).houses)


def of(session: Session, person: Person) -> Summary | None:
    """What this person chose."""
    return session.get(Summary, person.key)


def switch_on(session: Session, person: Person, address: str, *, now: datetime) -> None:
    """From the next working morning on. Raises Forbidden, Invalid for what is no address."""
    if not may_have(person):
        raise Forbidden("Dit overzicht hoort niet bij uw rol.")
    address = address.strip()
    if not mail.is_address(address):
        message = "Vul een e-mailadres in, zoals naam@organisatie.nl."
        raise Invalid(message, {"adres": message})
    found = of(session, person)
    if found is None:
        found = Summary(person_key=person.key, done_day=_settled_day(now), attempts=0, failed=False)
        session.add(found)
    found.address, found.failed = address, False


def switch_off(session: Session, person: Person) -> None:
    found = of(session, person)
    if found is not None:
        session.delete(found)


def _settled_day(now: datetime) -> date:
    """The last day whose mail is not sent to who switches it on now."""
    today = now.astimezone(AMSTERDAM).date()
    return today if now >= morning(today) else today - timedelta(days=1)


# ── sending ──


def morning(day: date) -> datetime:
    """When the summary of a day is due."""
    return datetime.combine(day, MORNING, AMSTERDAM)


def day_due(now: datetime) -> date | None:
    """The day whose summary may go out now; None before the morning and on days that nobody works."""
    today = now.astimezone(AMSTERDAM).date()
    return today if workdays.is_working_day(today) and now >= morning(today) else None


def is_due(session: Session, *, now: datetime) -> bool:
    """Whether there is a summary to be made, looked up by reading."""
    day = day_due(now)
    return day is not None and bool(rows.due(session, day, now=now))


def take(session: Session, *, now: datetime) -> Leased | None:
    """One summary that is due, for this worker alone until the lease ends."""
    day = day_due(now)
    for person_key in rows.due(session, day, now=now) if day else ():
        taken = rows.take(session, person_key, day, until=now + LEASE, now=now) if day else None
        if taken is not None and day is not None:
            return Leased(person_key, taken.attempts, day)
    return None


def finish(session: Session, leased: Leased, error: Exception | None, *, now: datetime) -> None:
    """Done for that day, or tried again later; after MAX_ATTEMPTS the next one is of another day."""
    if error is None or leased.attempt >= MAX_ATTEMPTS:
        done = {"done_day": leased.day, "attempts": 0, "not_before": None, "failed": error is not None}
        rows.finish(session, leased.person_key, leased.attempt, **done)
    else:
        wait = FIRST_WAIT * 4 ** (leased.attempt - 1)
        rows.finish(session, leased.person_key, leased.attempt, not_before=now + wait)


# ── what stands in it ──


def message(session: Session, leased: Leased, *, now: datetime) -> Mapping[str, Any] | None:
    """The mail; None where there is nothing to tell, or this person may not know of any case any more."""
    summary = session.get(Summary, leased.person_key, populate_existing=True)
    found = [part for part in parts(session, summary.person, now=now) if part.numbers] if summary else []
    if summary is None or not found:
        return None
    return {
        "aan": summary.address,
        "onderwerp": f"Casusroute: overzicht van {leased.day:%d-%m-%Y}",
        "tekst": _text(found),
    }


def parts(session: Session, person: Person, *, now: datetime) -> list[Part]:
    """What needs attention. A closed compartment is never in it: a mail may be read by others."""
    sight = _sight(person)
    if not sight.houses:
        return []
    soon, still = workdays.add(now, SOON_DAYS), workdays.add(now, -STILL_DAYS)
    listed = "/casussen?stand=running"
    found = (
        ("Te laat", rows.with_tasks_due(session, sight, begin=None, end=now), f"{listed}&te_laat=ja"),
        ("Bijna te laat", rows.with_tasks_due(session, sight, begin=now, end=soon), listed),
        (
            f"Staat stil, al {STILL_DAYS} werkdagen of langer",
            rows.standing_still(session, sight, since=still),
            listed,
        ),
        ("Storingen", rows.with_incidents(session, sight), "/regie/storingen"),
    )
    return [Part(heading, tuple(numbers), address) for heading, numbers, address in found]


def _sight(person: Person) -> Sight:
    knows = access.houses(person, Permission.SEE_CASES) | access.houses(person, Permission.SEE_COURSE)
    return Sight(houses=knows & access.houses(person, Permission.SEE_OVERVIEW))


def _text(found: list[Part]) -> str:
    lines = ["Dit vraagt vandaag aandacht.", ""]
    for part in found:
        number = len(part.numbers)
        lines.append(f"{part.heading}: {number} {'casus' if number == 1 else 'casussen'}")
        lines += [f"- {one}  {_Site.address}/casussen/{one}" for one in part.numbers[:SHOWN]]
        if number > SHOWN:
            lines.append(f"- en {number - SHOWN} andere  {_Site.address}{part.address}")
        lines.append("")
    lines += [
        "Namen en titels staan hier niet in, en casussen in een gesloten compartiment ook niet.",
        f"U hebt dit overzicht zelf aangezet. Uitzetten kan op {_Site.address}/account",
    ]
    return "\n".join(lines) + "\n"
