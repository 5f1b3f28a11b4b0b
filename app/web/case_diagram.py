"""The diagram of one case: where it stands, the way it went, and how both were at an earlier moment."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from flask import request, url_for
from sqlalchemy.orm import Session

from app import clock
from app.engine.definitions import Definitions, ProcessInfo
from app.errors import NotFound
from app.services import cases, diagrams, releases, replay
from app.services.diagrams import Place
from app.services.replay import Moment, Picture
from app.services.timeline import TimelineEntry
from app.store import cases as case_rows
from app.store.models import Case, Event, UserTask
from app.web import drawing
from app.web.drawing import Drawing


@dataclass(frozen=True, slots=True)
class _Part:
    """The process or called process whose diagram is shown."""

    process: ProcessInfo
    path: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Look:
    """The diagram at a moment (None: now), the processes around it as (name, path), and all moments."""

    drawing: Drawing
    crumbs: list[tuple[str, str]]
    asked: str | None
    """Which called process was asked for; None: the one that the case stands in."""
    moments: list[Moment]
    moment: Moment | None

    @property
    def number(self) -> int:
        return self.moment.number if self.moment else len(self.moments)


def facts(session: Session, case: Case) -> list[Event]:
    """Everything that happened in the case, in order."""
    return case_rows.events(session, case.key)


def look(
    session: Session, case: Case, lines: list[TimelineEntry], events: Sequence[Event] | None = None
) -> Look:
    """What the address asks for: `tot` a moment by its number, `pad` a called process. Raises NotFound."""
    events = facts(session, case) if events is None else events
    moments = replay.moments(events, lines)
    moment = _moment(moments)
    picture = replay.picture(events, moment)
    release = picture.release or cases.instance(session, case).release_number
    definitions = releases.definitions(session, release)
    places: Sequence[Place] = picture.standing if moment else cases.tokens(session, case)
    part = _part(case, definitions, places)
    tasks = [] if moment else cases.open_tasks(session, case)
    return Look(
        drawing=_drawing(case, release, definitions, part, places, tasks, picture, moment),
        crumbs=_crumbs(definitions, case, part),
        asked=request.args.get("pad"),
        moments=moments,
        moment=moment,
    )


def _moment(moments: list[Moment]) -> Moment | None:
    said = request.args.get("tot", "")
    if not said.isdecimal() or len(said) > 9 or not 0 < int(said) < len(moments):
        return None
    return moments[int(said) - 1]


def _part(case: Case, definitions: Definitions, places: Sequence[Place]) -> _Part:
    """Which diagram was asked for: `pad` names the call activities around it, outermost first.

    Without it the innermost process that the whole case stands in.
    """
    said = request.args.get("pad")
    asked = _innermost(case, definitions, places) if said is None else said.split("/")
    asked = tuple(part for part in asked if part)
    process = definitions.processes.get(case.process_id)
    for step in asked:
        call = next((one for one in process.elements if one.id == step), None) if process else None
        process = definitions.processes.get(call.calls or "") if call else None
    if process is None:
        raise NotFound("Dit diagram hoort niet bij deze casus.")
    return _Part(process, asked)


def _innermost(case: Case, definitions: Definitions, places: Sequence[Place]) -> tuple[str, ...]:
    path: tuple[str, ...] = ()
    process = definitions.processes.get(case.process_id)
    while process is not None:
        depth = len(path)
        inside = [place for place in places if tuple(place.path[:depth]) == path]
        steps = {place.path[depth] if len(place.path) > depth else place.element_id for place in inside}
        calls = {one.id: one.calls for one in process.elements if one.calls}
        if len(steps) != 1 or (step := steps.pop()) not in calls:
            break
        path, process = (*path, step), definitions.processes.get(calls[step] or "")
    return path


def _crumbs(definitions: Definitions, case: Case, part: _Part) -> list[tuple[str, str]]:
    """The processes from the outermost to the one that is shown: (name, path)."""
    process: ProcessInfo | None = definitions.processes.get(case.process_id)
    crumbs = [(process.name if process else case.process_id, "")]
    for depth, step in enumerate(part.path, 1):
        call = next((one for one in process.elements if one.id == step), None) if process else None
        process = definitions.processes.get(call.calls or "") if call else None
        crumbs.append((process.name if process else step, "/".join(part.path[:depth])))
    return crumbs


def _drawing(
    case: Case,
    release: int,
    definitions: Definitions,
    part: _Part,
    places: Sequence[Place],
    tasks: list[UserTask],
    picture: Picture,
    moment: Moment | None,
) -> Drawing:
    elements = part.process.elements

    def counted(found: Iterable[Place]) -> Counter[str]:
        return diagrams.tokens_here(found, elements, process_id=part.process.id, path=part.path)

    late = [task for task in tasks if task.due_at is not None and task.due_at < clock.now()]
    overdue = counted(late)
    say = diagrams.stood_in_case if moment else diagrams.standing_in_case
    standings = {element: say(count, overdue[element]) for element, count in counted(places).items()}
    standings |= {one: say(1, 0) for one in _calls_with_tokens(places, part) if one not in standings}
    passed = counted(picture.passed.elements())
    calls = {one.id: one.calls for one in elements if one.calls}
    then = moment.number if moment else None
    return drawing.drawing(
        definitions,
        part.process,
        source=drawing.source_url(release, part.process),
        standings=standings,
        passed={element: diagrams.passed_in_case(times) for element, times in passed.items()},
        opens_url=lambda element: (
            url_for(
                "cases.case",
                number=case.number,
                pad="/".join((*part.path, element)),
                tot=then,
                _anchor="diagram",
            )
            if calls.get(element)
            else None
        ),
    )


def _calls_with_tokens(places: Sequence[Place], part: _Part) -> set[str]:
    """The call activities here within which the case stands somewhere."""
    depth = len(part.path)
    return {
        place.path[depth]
        for place in places
        if tuple(place.path[:depth]) == part.path and len(place.path) > depth
    } & {one.id for one in part.process.elements}
