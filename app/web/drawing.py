"""What the templates in `diagram/` draw: the steps of a process, what stands there, where links lead."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from flask import url_for

from app.engine.definitions import Definitions, ProcessInfo
from app.services import diagrams
from app.services.diagrams import DiagramStep, Standing

Link = Callable[[str], str | None]
"""From an element id (or a process id) to an address, or None when there is nothing to open."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the step list with its numbers and links."""

    step: DiagramStep
    standing: Standing | None
    cases_url: str | None
    opens_url: str | None
    opens_name: str
    passed: str = ""
    """That one case has been here, and how often."""


@dataclass(frozen=True, slots=True)
class Drawing:
    """One diagram on a page. Without `source` it is the step list only."""

    process_id: str
    name: str
    source: str | None
    lines: list[Line]
    refresh: str | None = None
    middle: str | None = None
    """The element to begin at, large enough to read; without it the whole drawing is shown."""
    passed: Mapping[str, str] = field(default_factory=dict)
    """Of one case: where it has been, in words, by element id."""

    @property
    def id(self) -> str:
        """The id of the HTML element, and the start of the ids of its lines."""
        return f"diagram-{self.process_id}"

    @property
    def standings(self) -> dict[str, dict[str, str | int | None]]:
        """As diagram/badges.js wants it: by element id."""
        return {
            line.step.element_id: standing_json(line.standing, line.cases_url)
            for line in self.lines
            if line.standing
        }


def standing_json(standing: Standing, cases_url: str | None) -> dict[str, str | int | None]:
    """One standing in the words of the script (`Stand` in diagram/badges.js)."""
    return {
        "aantal": standing.number,
        "tekst": standing.text,
        "te_laat": standing.late,
        "te_laat_tekst": standing.late_text,
        "storing": standing.failed,
        "storing_tekst": standing.failed_text,
        "tijd": standing.time,
        "tijd_tekst": standing.time_text,
        "warmte": standing.heat,
        "casussen": cases_url,
    }


def drawing(
    definitions: Definitions,
    process: ProcessInfo,
    *,
    source: str | None,
    standings: Mapping[str, Standing] | None = None,
    cases_url: Link = lambda element_id: None,
    opens_url: Link = lambda element_id: None,
    refresh: str | None = None,
    middle: str | None = None,
    passed: Mapping[str, str] | None = None,
) -> Drawing:
    """Put a process, its standings and its links together."""
    standings = standings or {}
    occupied = {*standings, *([middle] if middle else [])}
    lines = [
        Line(
            step=step,
            standing=standings.get(step.element_id),
            cases_url=cases_url(step.element_id) if step.element_id in standings else None,
            opens_url=opens_url(step.element_id) if step.opens else None,
            opens_name=process_name(definitions, step.opens),
            passed=(passed or {}).get(step.element_id, ""),
        )
        for step in diagrams.steps(process.elements, occupied=occupied)
    ]
    return Drawing(process.id, process.name or process.id, source, lines, refresh, middle, passed or {})


def process_name(definitions: Definitions, process_id: str | None) -> str:
    """The name of a process as people know it; its id when the release does not have it."""
    process = definitions.processes.get(process_id or "")
    return (process.name or process.id) if process else (process_id or "")


def source_url(release_number: int, process: ProcessInfo) -> str:
    """Where the browser gets the drawing of a process."""
    return url_for("workflow.file", number=release_number, name=process.file)


def for_task(
    definitions: Definitions, release_number: int, process_id: str, element_id: str, *, with_diagram: bool
) -> Drawing | None:
    """The place of one task in its process, for diagram/taak.html; None when the process has gone.

    `with_diagram` is False for people of partner organisations: they get the steps in words only.
    """
    process = definitions.processes.get(process_id)
    if process is None:
        return None
    source = source_url(release_number, process) if with_diagram else None
    here = diagrams.standing_in_case(1, 0)
    return drawing(definitions, process, source=source, standings={element_id: here}, middle=element_id)
