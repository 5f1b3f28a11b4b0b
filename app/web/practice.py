"""/werkwijze/vergelijken/praktijk: a drawing of a process beside how cases really went through it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Blueprint, render_template, request, url_for
from sqlalchemy.orm import Session

from app import clock
from app.clock import AMSTERDAM
from app.engine.model import Flow
from app.errors import Invalid
from app.services import access, diagrams, practice, practice_counts, practice_words, releases
from app.services.practice import Subject
from app.services.practice_counts import NONE, Practice, Way
from app.services.practice_words import Say
from app.store import people as people_rows
from app.store.session import db
from app.web import dates, drawing
from app.web.access import current_person, requires
from app.web.words import MONTHS
from app.web.workflow import READERS

bp = Blueprint("practice", __name__, url_prefix="/werkwijze/vergelijken/praktijk")

WAYS_SHOWN = 25
COUNTED = ("userTask", "manualTask", "task", "callActivity", "subProcess", "transaction", "receiveTask")
MACHINES = ("serviceTask", "sendTask", "businessRuleTask", "scriptTask")


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the step list: a step, or an arrow behind it."""

    id: str
    name: str
    kind: str
    who: str
    text: str
    depth: int
    never: bool
    arrow: bool = False
    opens_url: str | None = None
    opens_name: str = ""
    here: bool = False
    """On the way that was chosen."""


@dataclass(frozen=True, slots=True)
class ShownWay:
    """A way in the table: `number` counts them, the most frequent is 1."""

    number: int
    way: Way
    words: str
    share: int
    url: str


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody chose: which drawing, which days and which house."""

    subject: Subject
    days: tuple[date, date]
    house: str
    errors: Mapping[str, str]

    @property
    def address(self) -> dict[str, Any]:
        """For a link that keeps all of it."""
        return {**self.period, "proces": self.subject.process.id, "versie": self.version}

    @property
    def version(self) -> str:
        return _key(self.subject.process.id, self.subject.version.number)

    @property
    def told(self) -> str:
        """The days, also on paper where the filters are not."""
        first, last = (f"{day.day} {MONTHS[day.month - 1]} {day.year}" for day in self.days)
        return f"van {first} tot en met {last}"

    @property
    def period(self) -> dict[str, Any]:
        return {
            "van": self.days[0].isoformat(),
            "tot": self.days[1].isoformat(),
            **({"huis": self.house} if self.house else {}),
        }


@bp.get("")
@requires(*practice.READERS)
def page() -> str:
    session: Session = db.session()
    person = current_person()
    asked = _asked(session)
    subject, smallest = asked.subject, practice.smallest(person)
    found = practice.collect(session, practice.sight(person), subject, asked.days, house=asked.house)
    few = 0 < found.cases < smallest
    shown = Practice() if few else practice_counts.rounded(found, smallest) if smallest else found
    order = {one.id: one.order for one in subject.process.elements}
    ways = _ways(asked, shown, order)
    key = request.args.get("weg", "")
    chosen = next((one for one in ways if one.way.key == key), None)
    say = _say(smallest)
    return render_template(
        "werkwijze/praktijk.html",
        vraag=asked,
        adres=asked.address,
        praktijk=shown,
        te_weinig=few,
        afgerond=smallest,
        grens=practice.MOST_CASES,
        begonnen=_names(subject),
        processen=_processes(session, subject),
        nu=releases.definitions(session, releases.current_number(session)).processes,
        versies=[
            (_key(subject.process.id, one.number), _version_name(one.releases)) for one in subject.versions
        ],
        huizen=[one for one in people_rows.houses(session) if one.key in practice.sight(person).houses],
        bron=drawing.source_url(subject.version.releases[0], subject.process),
        regels=_lines(asked, shown, chosen.way if chosen else None, say),
        tekening=_drawn(subject, shown, chosen.way if chosen else None, smallest),
        verschillen=practice_words.differences(subject.model, shown, say),
        wegen=ways,
        weg=chosen,
        weg_onbekend=bool(key) and chosen is None,
        weg_stappen=practice_words.steps_of(subject.model, order, chosen.way) if chosen else [],
        mag_lezen=bool(access.permissions(person) & set(READERS)),
    )


# ── What is asked for ────────────────────────────────────────────────────────────────────────────────────


def _asked(session: Session) -> Asked:
    today = clock.now().astimezone(AMSTERDAM).date()
    errors: dict[str, str] = {}
    try:
        days = practice.period(
            dates.day(request.args, "van"),
            dates.day(request.args, "tot"),
            today=today,
        )
    except Invalid as error:
        days, errors = practice.period(None, None, today=today), error.errors
    process_id = request.args.get("proces", "")[:200] or _first(session)
    subject = practice.subject(session, process_id, _version(process_id))
    return Asked(subject, days, request.args.get("huis", "")[:100], errors)


def _version(process_id: str) -> int | None:
    """The version that was chosen, if of this process: of another one it means nothing here."""
    of, _, text = request.args.get("versie", "").rpartition(":")
    return int(text) if of == process_id and text.isdecimal() and len(text) < 9 else None


def _key(process_id: str, number: int) -> str:
    return f"{process_id}:{number}"


def _first(session: Session) -> str:
    """The process to begin with: the first way in."""
    definitions = releases.definitions(session, releases.current_number(session))
    runs = sorted((one for one in definitions.processes.values() if one.executable), key=lambda one: one.name)
    return next((one.id for one in runs if one.start_form_id), runs[0].id)


def _processes(session: Session, subject: Subject) -> list[tuple[str, str]]:
    definitions = releases.definitions(session, releases.current_number(session))
    found = {one.id: one.name or one.id for one in definitions.processes.values() if one.executable}
    found.setdefault(subject.process.id, subject.process.name or subject.process.id)
    return sorted(found.items(), key=lambda one: one[1].lower())


def _version_name(numbers: tuple[int, ...]) -> str:
    last, first = numbers[0], numbers[-1]
    return f"Versie {last}" if first == last else f"Versie {first} tot en met {last}"


def _names(subject: Subject) -> list[str]:
    """What the cases that are followed began as: only what somebody or something can begin with."""
    processes = subject.definitions.processes
    ways_in = [one for one in subject.roots if processes[one].start_form_id]
    return sorted(processes[one].name or one for one in ways_in or [subject.process.id])


# ── What is shown ────────────────────────────────────────────────────────────────────────────────────────


def _say(smallest: int) -> Say:
    def say(number: int) -> str:
        return f"minder dan {smallest}" if 0 < number < smallest else str(number)

    return say


def _ways(asked: Asked, shown: Practice, order: Mapping[str, int]) -> list[ShownWay]:
    model = asked.subject.model
    return [
        ShownWay(
            number=number,
            way=way,
            words=practice_words.in_words(model, order, way, shown.ways[0]),
            share=min(100, round(100 * way.cases / shown.cases)),
            url=url_for("practice.page", **asked.address, weg=way.key, _anchor="tekening"),
        )
        for number, way in enumerate(shown.ways[:WAYS_SHOWN], 1)
    ]


def _lines(asked: Asked, shown: Practice, way: Way | None, say: Say) -> list[Line]:
    """Each step with a name and each choice, in reading order, with the arrows that leave a choice."""
    process, model = asked.subject.process, asked.subject.model
    choices = {one.id for one in model.elements.values() if len(one.outgoing) > 1}
    found = []
    for step in diagrams.steps(process.elements, occupied=choices):
        element = model.elements[step.element_id]
        opens = step.opens if step.opens in asked.subject.definitions.processes else None
        found.append(
            Line(
                id=step.element_id,
                name=step.name,
                kind=step.kind,
                who=step.who,
                text=practice_words.of_step(shown, element, say) if shown.cases else "",
                depth=step.depth,
                never=bool(shown.cases) and step.element_id not in shown.came,
                opens_url=url_for("practice.page", proces=opens, **asked.period) if opens else None,
                opens_name=drawing.process_name(asked.subject.definitions, opens),
                here=way is not None and step.element_id in way.steps,
            )
        )
        found += [
            _arrow(asked, shown, way, say, flow, step.depth)
            for flow in element.outgoing
            if element.id in choices or flow.target in shown.unclear
        ]
    return found


def _arrow(asked: Asked, shown: Practice, way: Way | None, say: Say, flow: Flow, depth: int) -> Line:
    return Line(
        id=flow.id,
        name=practice_words.to(asked.subject.model, flow),
        kind="",
        who="",
        text=practice_words.of_flow(shown, flow, say) if shown.cases else "",
        depth=depth + 1,
        never=bool(shown.cases) and flow.id not in shown.taken and flow.target not in shown.unclear,
        arrow=True,
        here=way is not None and flow.id in way.flows,
    )


def _drawn(subject: Subject, shown: Practice, way: Way | None, smallest: int) -> dict[str, Any]:
    """As the script wants it: `Praktijk` in praktijk/marks.js."""
    if not shown.cases:
        return {"pijlen": {}, "stappen": {}, "weg": None}
    arrows = {}
    for flow in subject.model.flows:
        taken = shown.taken.get(flow.id, NONE).times
        cases = shown.taken.get(flow.id, NONE).cases
        unclear = flow.target in shown.unclear
        arrows[flow.id] = {
            "aantal": ("≥ " if taken else "?") * unclear
            + (diagrams.figure(taken, smallest=smallest) if taken or not unclear else ""),
            "dikte": practice_counts.width(cases, shown.cases),
            "nooit": not taken and not unclear,
        }
    steps = {
        one.id: {
            "aantal": diagrams.figure(shown.done.get(one.id, NONE).times, smallest=smallest)
            if one.type in (*COUNTED, *MACHINES)
            else "",
            "nooit": one.id not in shown.came,
        }
        for one in subject.model.elements.values()
    }
    marked = None if way is None else {"pijlen": sorted(way.flows), "stappen": sorted(way.steps)}
    return {"pijlen": arrows, "stappen": steps, "weg": marked}
