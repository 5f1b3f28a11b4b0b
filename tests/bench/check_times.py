"""Checking a whole release while somebody types in one diagram, beside reading that diagram alone."""

import statistics
import tomllib
from collections.abc import Callable
from functools import partial
from pathlib import Path

from app import forms
from app.checks import release
from app.engine import reader
from tests.bench.figures import table, timed
from tests.checks.small import field, form, step, way_in
from tests.engine.diagrams import element, flows, process

PROJECT = Path(__file__).parents[2]
ELEMENTS = 60
JOBS: dict[str, tuple[str, ...]] = dict.fromkeys(("herinner", "escaleer", "mail", "bericht"), ())


def report(rounds: int) -> str:
    """A table of text; a time is the median of the rounds, in milliseconds."""
    files = {
        file.name: file.read_bytes()
        for folder in ("processes", "forms")
        for file in sorted((PROJECT / folder).iterdir())
    }
    rows = tomllib.loads((PROJECT / "deploy" / "organisatie.toml").read_text("utf-8"))["rol"]
    roles = {row[name]: row["sleutel"] for row in rows for name in ("sleutel", "naam")}
    own = {**files, "lang.bpmn": _long(), "lang.form": form("lang", field("naam", required=True))}

    def check(name: str, content: bytes) -> None:
        release.check({**own, name: content}, roles=roles, job_types=JOBS)

    found = []
    for name in ("mdo.bpmn", "lang.bpmn", "leefgebieden.form"):
        content = own[name]
        alone = _median(rounds, content, partial(_read, name))
        whole = _median(rounds, content, partial(check, name))
        found.append((name, len(own), alone, whole, f"{whole / alone:.0f}×"))
    heads = ("somebody types in", "files", "reading it, ms", "checking all, ms", "ratio")
    return table("Checking while somebody types", heads, found)


def _read(name: str, content: bytes) -> None:
    if name.endswith(".form"):
        forms.parse(content, file=name)
    else:
        reader.processes(content, file=name)


def _median(rounds: int, content: bytes, work: Callable[[bytes], None]) -> float:
    """Each time with other content, as when a letter more was typed; the first one is not counted."""
    times = [timed(work, content + b" " * (round + 1))[0] for round in range(rounds + 1)]
    return statistics.median(times[1:])


def _long() -> bytes:
    """A diagram of 60 elements with choices, loops and parallel parts."""
    parts, route, before = [], [], "begin"
    for at in range(ELEMENTS // 6):
        parts.append(element("exclusiveGateway", f"m{at}"))
        parts.append(element("exclusiveGateway", f"k{at}", name="Nog eens?", default=f"k{at}_f{at}"))
        parts.append(element("parallelGateway", f"f{at}") + element("parallelGateway", f"j{at}"))
        parts.append(step(f"a{at}", "lang") + step(f"b{at}", "lang"))
        route += [f"{before}>m{at}", f"m{at}>k{at}", f'k{at}>m{at} if naam = "x"', f"k{at}>f{at}"]
        route += [f"f{at}>a{at}", f"f{at}>b{at}", f"a{at}>j{at}", f"b{at}>j{at}"]
        before = f"j{at}"
    parts.append(element("endEvent", "einde", name="Klaar"))
    return process(way_in("lang"), *parts, flows(*route, f"{before}>einde"), id="lang")
