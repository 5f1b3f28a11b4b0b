"""Expressions and tables: ours beside plain Python (the floor), simpleeval, and feelin on Node."""

import json
import os
import random
import shutil
import statistics
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import simpleeval

from app import decisions, feel
from app.feel.parser import parse_expression
from tests.bench.figures import table
from tests.decisions.dmn import decision, file
from tests.decisions.dmn import table as dmn_table

PROJECT = Path(__file__).parents[2]
FRONTEND = PROJECT / "app" / "frontend"
CONTEXT: dict[str, Any] = {
    "uitkomst": "VOLDOET",
    "leeftijd": 17,
    "thema": "zorg",
    "toelichting": "Met spoed, zegt de wijkagent.",
    "partners": ["politie", "jeugdzorg", "gemeente"],
}
CONDITIONS: list[tuple[str, str, Callable[[dict[str, Any]], Any], str]] = [
    (
        "gateway",
        'uitkomst = "VOLDOET" and leeftijd >= 18',
        lambda c: c["uitkomst"] == "VOLDOET" and c["leeftijd"] >= 18,
        'uitkomst == "VOLDOET" and leeftijd >= 18',
    ),
    (
        "formulier",
        'leeftijd < 12 or thema in ("straf", "zorg")',
        lambda c: c["leeftijd"] < 12 or c["thema"] in ("straf", "zorg"),
        'leeftijd < 12 or thema in ("straf", "zorg")',
    ),
    (
        "formulier, met functies",
        'contains(toelichting, "spoed") and count(partners) > 2',
        lambda c: "spoed" in c["toelichting"] and len(c["partners"]) > 2,
        '"spoed" in toelichting and len(partners) > 2',
    ),
]
RULES, REPEAT, INPUTS = 100, 2_000, 200


def report(rounds: int) -> str:
    """Three tables of text; a time is the median of the rounds, in microseconds an evaluation."""
    theirs = _feelin(rounds)
    rows = []
    for at, (name, text, plain, python) in enumerate(CONDITIONS):
        ready = feel.compile(text)
        peer = simpleeval.EvalWithCompoundTypes(names=CONTEXT, functions={"len": len})
        parsed = peer.parse(python)
        expected = plain(CONTEXT)
        assert ready.evaluate(CONTEXT) == expected == peer.eval(python, previously_parsed=parsed)
        floor, mine, other = _side_by_side(
            rounds,
            lambda plain=plain: plain(CONTEXT),
            lambda ready=ready: ready.evaluate(CONTEXT),
            lambda peer=peer, python=python, parsed=parsed: peer.eval(python, previously_parsed=parsed),
        )
        rows.append((name, floor, mine, f"{mine / floor:.1f}×", other, theirs[at] if theirs else "–"))
    heads = ("voorwaarde (µs)", "Python", "FEEL", "verhouding", "simpleeval", "feelin")
    parts = [table("Een voorwaarde uitrekenen", heads, rows), _tables(rounds), _compiling(rounds)]
    return "\n".join(parts)


def _side_by_side(rounds: int, *works: Callable[[], Any], repeat: int = REPEAT) -> list[float]:
    """Microseconds a call, the median of the rounds; in each round all take their turn."""
    found: list[list[float]] = [[] for _ in works]
    for _ in range(rounds):
        for times, work in zip(found, works, strict=True):
            start = time.perf_counter()
            for _ in range(repeat):
                work()
            times.append((time.perf_counter() - start) / repeat * 1e6)
    return [statistics.median(times) for times in found]


def _cells(rule: int) -> tuple[list[str], list[str]]:
    """The cells of a rule in FEEL, and what they ask as conditions in Python; `-` asks nothing."""
    cells, asked = [], []
    for column in range(3):
        low = (rule * 7 + column * 13) % 90
        cells.append(f"[{low}..{low + 25}]")
        asked.append(f"{low} <= c['c{column}'] <= {low + 25}")
    cells += ['"a","b"' if rule % 3 == 0 else "-", "true" if rule % 2 else "false"]
    asked += ["c['c3'] in ('a', 'b')"] if rule % 3 == 0 else []
    asked.append(f"c['c4'] is {bool(rule % 2)}")
    cells.append(f"> {rule}" if rule % 5 == 0 else "-")
    asked += [f"c['c5'] > {rule}"] if rule % 5 == 0 else []
    return cells, asked


def _tables(rounds: int) -> str:
    kinds = ["number", "number", "number", "string", "boolean", "number"]
    columns = [(f"c{at}", kind) for at, kind in enumerate(kinds)]
    rules = [_cells(rule) for rule in range(RULES)]
    made = dmn_table(
        'hitPolicy="COLLECT"', columns, [(*cells, str(at)) for at, (cells, _) in enumerate(rules)]
    )
    models, problems = decisions.parse_all({"bench.dmn": file(decision("t", made))})
    assert not problems
    lines = [eval(f"lambda c: {' and '.join(asked)}") for _, asked in rules]
    source = random.Random(1)
    given = [
        {f"c{at}": source.randrange(110) for at in (0, 1, 2, 5)}
        | {"c3": source.choice("abcd"), "c4": source.random() < 0.5}
        for _ in range(INPUTS)
    ]

    def loop() -> None:
        for one in given:
            [at for at, line in enumerate(lines) if line(one)]

    def ours() -> None:
        for one in given:
            decisions.ask(models[0], "t", one, now=None, trace=False)

    def explained() -> None:
        for one in given:
            decisions.ask(models[0], "t", one, now=None)

    for one in given:
        value, _ = decisions.ask(models[0], "t", one, now=None)
        assert value == [at for at, line in enumerate(lines) if line(one)], one
    times = [each / INPUTS for each in _side_by_side(rounds, loop, ours, explained, repeat=5)]
    floor = times[0]
    names = ("lus van voorwaarden in Python", "beslistabel", "beslistabel, met uitleg")
    rows = [(name, each, f"{each / floor:.2f}×") for name, each in zip(names, times, strict=True)]
    title = f"Een tabel van {RULES} regels met 6 kolommen (µs een beslissing)"
    return table(title, ("", "µs", "verhouding"), rows)


def _compiling(rounds: int) -> str:
    rows = []
    for name, text, _, _ in CONDITIONS:
        (each,) = _side_by_side(
            rounds, lambda text=text: feel.Expression(text, parse_expression(text)), repeat=300
        )
        rows.append((name, each / 1000))
    return table("Een voorwaarde lezen, zonder de voorraad van gelezen teksten", ("", "ms"), rows)


def _feelin(rounds: int) -> list[float] | None:
    """Microseconds a condition in feelin, which reads the text each time; None where Node is not there."""
    node = shutil.which("node", path=f"{PROJECT / '.venv' / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}")
    if node is None or not (FRONTEND / "node_modules" / "feelin").is_dir():
        return None
    script = Path(__file__).with_name("feelin_times.mjs")
    asked = json.dumps(
        {"rounds": rounds, "repeat": REPEAT, "context": CONTEXT, "texts": [one[1] for one in CONDITIONS]}
    )
    done = subprocess.run(
        [node, str(script), str(FRONTEND)], input=asked, capture_output=True, text=True, check=True
    )
    found: list[float] = json.loads(done.stdout)
    return found
