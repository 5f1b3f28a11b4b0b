"""Try-outs (proefritten): a draft or release, run with its real forms and tables in a place of its own.

Nothing of it is a case: no task in an inbox, no mail, no figure. What somebody did is kept, so that it can be
done again on other files: a scenario.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from app import forms
from app.checks import trial as pure
from app.checks.trial import Act, Difference, Moment, Played, Stop, Way
from app.engine.definitions import ElementInfo
from app.errors import Conflict, Invalid, NotFound
from app.services import facts, reference, releases
from app.store import releases as release_rows
from app.store import trials as rows
from app.store.models import House, Person, Scenario, Trial

KEPT = timedelta(days=30)
"""A try-out is forgotten after this; a scenario is not."""
MAX_ACTS = 500
NUMBER = "PROEF-1"
"""The case number in every try-out."""


@dataclass(frozen=True, slots=True)
class Result:
    """A scenario that was played again; `differences` is empty when it went as expected."""

    scenario: Scenario
    played: Played
    differences: tuple[Difference, ...] = field(default=())

    @property
    def same(self) -> bool:
        return not self.differences and self.played.problem is None


def start(
    session: Session,
    files: Mapping[str, bytes],
    *,
    process_id: str,
    house_key: str,
    release: int,
    draft_id: UUID | None = None,
    by: Person,
    now: datetime,
) -> Trial:
    """A new try-out of these files; a process without a start form begins at once.

    Raises Invalid with what keeps the files from being run, NotFound for another process or house.
    """
    rows.forget_before(session, now - KEPT)
    definitions, _ = releases.read(session, files)
    process = definitions.processes.get(process_id)
    if process is None or not process.executable:
        raise NotFound("Dit proces bestaat niet, of wordt niet uitgevoerd.", process=process_id)
    if session.get(House, house_key) is None:
        raise Invalid("Kies een veiligheidshuis.", {"huis": "Kies een veiligheidshuis."})
    made = Trial(
        draft_id=draft_id,
        release_number=release,
        files=releases.keep(session, files),
        process_id=process_id,
        house_key=house_key,
        began_at=now,
        now_at=now,
        state=None,
        acts=[],
        moments=[],
        started_at=now,
        started_by=by.key,
    )
    session.add(made)
    session.flush()
    if process.start_form_id is None:
        begin(session, made, {}, by=by)
    return made


def trial(session: Session, id: UUID, *, lock: bool = False) -> Trial:
    """Raises NotFound."""
    found = rows.trial(session, id, lock=lock)
    if found is None:
        raise NotFound("Deze proefrit bestaat niet (meer). Een proefrit wordt dertig dagen bewaard.")
    return found


def recent(session: Session, *, limit: int = 20) -> list[Trial]:
    return rows.recent(session, limit=limit)


def way(session: Session, row: Trial) -> Way:
    """The files of a try-out, ready to run by who began it."""
    by = session.get_one(Person, row.started_by)
    return _way(session, release_rows.contents(session, row.files), by=by, now=row.now_at)


def _way(session: Session, files: Mapping[str, bytes], *, by: Person, now: datetime) -> Way:
    definitions, found = releases.read(session, files)
    known = reference.context(session, now, person=by)
    return Way(definitions, found, known["referentie"], known["ik"])


def stand(session: Session, row: Trial) -> pure.Trial:
    """How it stands now. Raises Conflict before it has begun."""
    if row.state is None:
        raise Conflict("Deze proefrit is nog niet begonnen: vul eerst het startformulier in.")
    return pure.look(way(session, row), row.state, now=row.now_at)


def moments(row: Trial) -> list[Moment]:
    """All that happened, the first first."""
    return [_moment(one) for one in row.moments]


def start_context(session: Session, by: Person, *, now: datetime) -> dict[str, Any]:
    """What the expressions of a start form may use."""
    return reference.context(session, now, person=by)


# ── doing something ──────────────────────────────────────────────────────────────────────────────────────


def begin(session: Session, row: Trial, raw: Mapping[str, list[str]], *, by: Person) -> None:
    """Hand in the start form. Raises Invalid, Conflict when it began already, EngineError."""
    if row.state is not None:
        raise Conflict("Deze proefrit is al begonnen.")
    on = way(session, row)
    act = Act("begin", row.process_id, raw=dict(raw))
    begun = pure.start_by(on, act, case=_case(session, row, by), now=row.now_at)
    form_id = on.definitions.processes[row.process_id].start_form_id
    _keep(row, replace(act, raw=_asked(on, form_id, raw)), begun)


def begin_at(session: Session, row: Trial, element_id: str, *, by: Person) -> None:
    """Begin at a step of the process, with example data from the forms before it. Raises Conflict."""
    if row.state is not None:
        raise Conflict("Deze proefrit is al begonnen.")
    on = way(session, row)
    known = _examples(on, row, element_id, by=by)
    act = Act("begin", row.process_id, variables=known)
    begun = pure.start_by(on, act, case=_case(session, row, by), now=row.now_at)
    _keep(row, act, begun)
    if element_id not in {token.element_id for token in begun.step.tokens}:
        _do(
            session,
            row,
            Act("jump", row.process_id, element_id),
            lambda on, at: pure.jump(on, at, element_id),
        )


def _examples(on: Way, row: Trial, element_id: str, *, by: Person) -> dict[str, Any]:
    process = on.definitions.processes[row.process_id]
    places = {one.id: one.order for one in process.elements}
    if element_id not in places:
        raise NotFound("Deze stap staat niet in dit proces.", element=element_id)
    earlier = [one.form_id for one in process.elements if one.form_id and one.order < places[element_id]]
    wanted = [*([process.start_form_id] if process.start_form_id else []), *earlier]
    return pure.before(dict.fromkeys(wanted), on.forms, context=on.given, now=row.now_at)


def steps(on: Way, process_id: str) -> list[ElementInfo]:
    """The steps that a try-out can begin at: those directly in the process that somebody does or asks."""
    kinds = {
        "userTask",
        "callActivity",
        "businessRuleTask",
        "scriptTask",
        "serviceTask",
        "sendTask",
        "subProcess",
    }
    process = on.definitions.processes[process_id]
    return [one for one in process.elements if one.type in kinds and one.parent_id is None]


def complete(
    session: Session, row: Trial, task_id: str, raw: Mapping[str, list[str]], *, role: str = ""
) -> str:
    """Hand in the form of an open task; gives its name. Raises Invalid, NotFound, EngineError."""
    at = stand(session, row)
    task = at.task(task_id)
    kept = _asked(way(session, row), task.form_id, raw)
    act = pure.with_place(Act("task", task.process_id, task.element_id, role=role, raw=kept), at, task)

    def work(on: Way, at: pure.Trial) -> pure.Trial:
        return pure.answer(on, at, task_id, pure.read_answers(on, at, task, raw))

    _do(session, row, act, work)
    return task.name


def _asked(on: Way, form_id: str | None, raw: Mapping[str, list[str]]) -> dict[str, list[str]]:
    """What was typed in the fields of the form, and nothing else that a page sends."""
    form = on.form(form_id)
    return {} if form is None else forms.read_draft(form, raw)


def forward(session: Session, row: Trial, until: datetime) -> None:
    """Turn the clock on. Raises Conflict."""
    act = Act("clock", seconds=int((until - row.began_at).total_seconds()))
    _do(session, row, act, lambda on, at: pure.forward(on, at, until))


def send(session: Session, row: Trial, name: str, key: str | None, variables: Mapping[str, Any]) -> None:
    """A message from outside. Raises NotFound when the case does not wait for it."""
    act = Act("message", name=name, key=key, variables=dict(variables))
    _do(session, row, act, lambda on, at: pure.send(on, at, name, key, variables))


def _do(session: Session, row: Trial, act: Act, work: Callable[[Way, pure.Trial], pure.Trial]) -> None:
    if len(row.acts) >= MAX_ACTS:
        raise Conflict("Deze proefrit is te lang geworden. Begin een nieuwe.")
    on = way(session, row)
    if row.state is None:
        raise Conflict("Deze proefrit is nog niet begonnen: vul eerst het startformulier in.")
    _keep(row, act, work(on, pure.look(on, row.state, now=row.now_at)))


def _keep(row: Trial, act: Act, at: pure.Trial) -> None:
    row.state, row.now_at = at.state, at.now
    row.acts = [*row.acts, facts.plain(asdict(act))]
    row.moments = [*row.moments, *(facts.plain(asdict(one)) for one in at.moments)]


def _case(session: Session, row: Trial | Scenario, by: Person) -> dict[str, Any]:
    house = session.get_one(House, row.house_key)
    return {
        "nummer": NUMBER,
        "huis": house.key,
        "huis_naam": house.name,
        "gestart_door": by.name,
        "kanaal_organisatie": by.organisation_key,
    }


# ── scenarios ────────────────────────────────────────────────────────────────────────────────────────────


def keep_scenario(session: Session, row: Trial, name: str, *, by: Person, now: datetime) -> Scenario:
    """Keep what was done as a scenario, with the way it went as the way it must go. Raises Invalid."""
    name = " ".join(name.split())[:120]
    if not name:
        raise Invalid("Geef het scenario een naam.", {"naam": "Geef het scenario een naam."})
    if rows.scenario_named(session, name) is not None:
        message = "Er is al een scenario met deze naam."
        raise Invalid(message, {"naam": message})
    if row.state is None:
        raise Conflict("Deze proefrit is nog niet begonnen.")
    made = Scenario(
        name=name,
        process_id=row.process_id,
        house_key=row.house_key,
        began_at=row.began_at,
        acts=row.acts,
        route=[asdict(stop) for stop in pure.route(moments(row))],
        made_by=by.key,
        made_at=now,
    )
    session.add(made)
    session.flush()
    return made


def scenarios(session: Session) -> list[Scenario]:
    return rows.scenarios(session)


def scenario(session: Session, id: UUID) -> Scenario:
    """Raises NotFound."""
    found = rows.scenario(session, id)
    if found is None:
        raise NotFound("Dit scenario bestaat niet.")
    return found


def remove_scenario(session: Session, scenario: Scenario) -> None:
    session.delete(scenario)


def expect(session: Session, scenario: Scenario, played: Played) -> None:
    """From now on, this way is the one that is expected. Raises Conflict when it stopped half-way."""
    if played.problem is not None:
        raise Conflict("Dit scenario liep vast; zo kan de route niet worden overgenomen.")
    scenario.route = [asdict(stop) for stop in played.route]


def replay(
    session: Session, files: Mapping[str, bytes], found: Sequence[Scenario], *, by: Person, now: datetime
) -> list[Result]:
    """Play scenarios on these files. Raises Invalid with what keeps the files from being run."""
    on = _way(session, files, by=by, now=now)
    return [_replay(session, on, one, by=by) for one in found]


def _replay(session: Session, on: Way, scenario: Scenario, *, by: Person) -> Result:
    acts = [Act(**one) for one in scenario.acts]
    case = _case(session, scenario, by)
    played = pure.play(on, acts, case=case, now=scenario.began_at)
    expected = [Stop(**one) for one in scenario.route]
    return Result(scenario, played, tuple(pure.compare(expected, played.route)))


def _moment(data: Mapping[str, Any]) -> Moment:
    at, path = datetime.fromisoformat(data["at"]), tuple(data["path"])
    return Moment(**{**data, "at": at, "path": path})
