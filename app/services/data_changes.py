"""Changing a variable of a running case: at once, or when a colleague agrees where it decides something."""

import json
import re
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from sqlalchemy.orm import Session

from app import safe_json
from app.checks import questions
from app.errors import Conflict, EngineError, Forbidden, Invalid, NotFound
from app.services import access, cases, changes, facts, organisation, releases, task_changes, uses
from app.services.access import Permission
from app.store import cases as case_rows
from app.store import data_requests as rows
from app.store.cases import Sight
from app.store.data_requests import WAITING
from app.store.models import Case, DataRequest, Person

APPROVED, REFUSED, WITHDRAWN = "approved", "refused", "withdrawn"
TEXT, NUMBER, TRUTH, DAY, CHOICE, DATA = "tekst", "getal", "ja_nee", "datum", "keuze", "json"
MAX_CHARS = 20_000
OURS = frozenset({"casus"})
"""What Casusroute itself says to a diagram: nobody changes that."""

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_NUMBER = re.compile(r"-?\d{1,15}([.,]\d{1,10})?")


@dataclass(frozen=True, slots=True)
class Datum:
    """A variable of a case: what it is called on forms, its value, and how a new one is asked."""

    name: str
    label: str
    value: Any
    kind: str
    options: tuple[tuple[str, str], ...] = ()

    @property
    def typed(self) -> str:
        """The value as it stands in its field."""
        match self.kind:
            case "ja_nee":
                return "ja" if self.value else "nee"
            case "json":
                return json.dumps(facts.plain(self.value), ensure_ascii=False, indent=2)
            case _:
                return "" if self.value is None else str(facts.plain(self.value))


def data(session: Session, case: Case) -> list[Datum]:
    """The variables that can be changed, those with a name on a form first. Contents."""
    labels: dict[str, questions.Field] = {}
    for form in releases.all_forms(session, cases.instance(session, case).release_number).values():
        for field in questions.fields(form):
            labels.setdefault(field.key, field)
    found = [
        _datum(name, value, labels.get(name))
        for name, value in cases.variables(session, case).items()
        if name not in OURS
    ]
    return sorted(found, key=lambda one: (one.label == one.name, one.label.lower()))


def datum(session: Session, case: Case, name: str) -> Datum:
    """One of them. Raises NotFound."""
    found = next((one for one in data(session, case) if one.name == name), None)
    if found is None:
        raise NotFound("Dit gegeven heeft deze casus niet.", case=case.key)
    return found


def _datum(name: str, value: Any, field: questions.Field | None) -> Datum:
    label = (field.label if field else "") or name
    options = tuple(field.values) if field and field.type == "string" else ()
    if options and isinstance(value, str | None):
        return Datum(name, label, value, CHOICE, options)
    return Datum(name, label, value, _kind(value, field.type if field else ""))


def _kind(value: Any, asked: str) -> str:
    match value:
        case bool():
            return TRUTH
        case int() | Decimal():
            return NUMBER
        case str():
            return DAY if _DAY.fullmatch(value) else TEXT
        case None:
            return {"boolean": TRUTH, "number": NUMBER, "string": TEXT, "date": DAY}.get(asked, DATA)
        case _:
            return DATA


def read(found: Datum, text: str) -> Any:
    """What somebody typed as a value of this kind. Raises Invalid."""
    text = text.strip()
    if len(text) > MAX_CHARS:
        raise _wrong("Dit is te lang.")
    match found.kind:
        case "ja_nee":
            if text not in ("ja", "nee"):
                raise _wrong("Kies ja of nee.")
            return text == "ja"
        case "getal":
            return _number(text)
        case "datum":
            return _day(text)
        case "keuze":
            if text not in {value for value, _ in found.options}:
                raise _wrong("Kies een van de mogelijkheden.")
            return text
        case "json":
            return _json(text)
        case _:
            return text


def _number(text: str) -> int | Decimal:
    if not _NUMBER.fullmatch(text):
        raise _wrong("Vul een getal in, zoals 12 of 3,5.")
    try:
        value = Decimal(text.replace(",", "."))
    except InvalidOperation as error:
        raise _wrong("Vul een getal in, zoals 12 of 3,5.") from error
    return int(value) if value == value.to_integral_value() else _exact(value)


def _day(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError as error:
        raise _wrong("Vul een datum in.") from error


def _json(text: str) -> Any:
    try:
        # As the only entry of a group: so that a list or a text may stand by itself.
        value = safe_json.group(f'{{"waarde": {text or "null"}\n}}')
    except Invalid as error:
        raise _wrong(error.message) from error
    if set(value) != {"waarde"}:
        raise _wrong("Dit is geen JSON.")
    return _exact(value["waarde"])


def _exact(value: Any) -> Any:
    """Raises Invalid for a number that can't be kept as it was typed."""
    if _variable(facts.plain(value)) != value:
        raise _wrong("Een getal heeft te veel cijfers.")
    return value


def _wrong(message: str) -> Invalid:
    return Invalid(message, {"waarde": message})


def _variable(value: Any) -> Any:
    """A value that was kept as JSON, as the engine has it: numbers exact."""
    match value:
        case float():
            return Decimal(repr(value))
        case list():
            return [_variable(one) for one in value]
        case dict():
            return {name: _variable(one) for name, one in value.items()}
        case _:
            return value


def decides(session: Session, case: Case, name: str) -> list[str]:
    """What this variable decides in the way of working that the case follows, in words."""
    number = cases.instance(session, case).release_number
    return uses.uses(releases.definitions(session, number), case.process_id, name)


def needs_colleague(session: Session, case: Case, name: str) -> bool:
    """Whether somebody else must agree: where it decides something, unless the organisation says no."""
    return organisation.four_eyes(session) and bool(decides(session, case, name))


def mark(value: Any) -> str:
    """What tells one value from another, to send along with a page."""
    return json.dumps(facts.plain(value), ensure_ascii=False, sort_keys=True)


def change(
    session: Session, case: Case, name: str, text: str, *, was: str, why: str, by: Person, now: datetime
) -> DataRequest | None:
    """Change it at once, or ask a colleague: then gives the request. `was` is the `mark` of what was seen.

    Raises NotFound, Forbidden, Invalid, Conflict where it is no longer what was seen.
    """
    _hold(session, case, by)
    found = datum(session, case, name)
    if mark(found.value) != was:
        raise _changed_meanwhile()
    value, reason = read(found, text), changes.reason(why)
    if mark(value) == was:
        raise _wrong("Dit is dezelfde waarde.")
    if not needs_colleague(session, case, name):
        changes.change_data(session, case, {name: value}, why=reason, by=by, now=now)
        return None
    _require_running(case)
    if any(one.name == name for one in rows.waiting_in(session, case.key)):
        raise Conflict("Voor dit gegeven wacht al een verzoek op akkoord.", case=case.key)
    made = DataRequest(
        case_key=case.key,
        case=case,
        name=name,
        before=facts.plain(found.value),
        after=facts.plain(value),
        why=reason,
        state=WAITING,
        asked_at=now,
        asked_by=by.key,
    )
    session.add(made)
    session.add(facts.fact("data_requested", case, now=now, by=by, data={"name": name, "why": reason}))
    session.flush()
    return made


def waiting_in(session: Session, case: Case) -> list[DataRequest]:
    """The requests of this case that wait for a colleague."""
    return rows.waiting_in(session, case.key)


def waiting(session: Session, person: Person) -> list[DataRequest]:
    """The requests that this person may decide about or asked, the oldest first."""
    houses = access.houses(person, Permission.CHANGE_CASES)
    found = rows.waiting(session, Sight(frozenset(houses), frozenset(person.compartments)))
    return [one for one in found if access.may_see_case(person, one.case)]


def is_stale(session: Session, request: DataRequest) -> bool:
    """Whether the variable is no longer what it was when the change was asked."""
    now = cases.variables(session, request.case)
    return request.name not in now or mark(now[request.name]) != mark(request.before)


def approve(session: Session, case: Case, key: int, *, by: Person, now: datetime) -> None:
    """Let it happen. Raises Forbidden for who asked it, Conflict where it was decided or is stale."""
    request = _waiting(session, case, key, by)
    if request.asked_by == by.key:
        raise Forbidden("U vroeg dit zelf. Een collega moet akkoord gaan.", case=case.key)
    _require_running(case)
    if is_stale(session, request):
        raise _changed_meanwhile()
    changes.change_data(
        session,
        case,
        {request.name: _variable(request.after)},
        why=request.why,
        by=by,
        now=now,
        asked_by=request.asked_by,
    )
    _decide(request, APPROVED, by=by, now=now)


def refuse(session: Session, case: Case, key: int, *, by: Person, now: datetime) -> None:
    """Do not let it happen; who asked it takes it back. Raises Conflict where it was decided."""
    request = _waiting(session, case, key, by)
    withdrawn = request.asked_by == by.key
    _decide(request, WITHDRAWN if withdrawn else REFUSED, by=by, now=now)
    kind = "data_request_withdrawn" if withdrawn else "data_request_refused"
    session.add(facts.fact(kind, case, now=now, by=by, data={"name": request.name}))


def _waiting(session: Session, case: Case, key: int, by: Person) -> DataRequest:
    """The request, under the lock of its case: of two who decide at once, the second is told."""
    _hold(session, case, by)
    request = rows.by_key(session, case.key, key)
    if request is None:
        raise NotFound("Dit verzoek bestaat niet.", case=case.key)
    if request.state != WAITING:
        raise Conflict("Over dit verzoek is al beslist.", case=case.key)
    return request


def _hold(session: Session, case: Case, by: Person) -> None:
    task_changes.require_may_change(case, by)
    if case_rows.lock_instance(session, case.key) is None:
        raise EngineError("De stand van deze casus ontbreekt.", case=case.key)
    session.refresh(case)


def _require_running(case: Case) -> None:
    if case.state in (cases.ENDED, cases.CANCELLED):
        raise Conflict("Deze casus is al afgesloten.", case=case.key)


def _decide(request: DataRequest, state: str, *, by: Person, now: datetime) -> None:
    request.state, request.decided_by, request.decided_at = state, by.key, now


def _changed_meanwhile() -> Conflict:
    return Conflict("Dit gegeven is intussen veranderd. Kijk opnieuw of de wijziging nog klopt.")
