"""Files of other tools, and files that something went wrong with: each gets an answer that can be used."""

import os
import random
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from app.engine import definitions, run
from app.engine.definitions import Definitions
from app.engine.reader import FLOW_NODES
from app.engine.step import Step
from app.errors import Invalid
from app.safe_xml import read
from app.services import job_types
from app.services.examine import Answer, examine
from tests.engine.diagrams import END, NOW, START, element, flows, process
from tests.engine.random_processes import ALL, Maker, diagrams
from tests.engine.test_random import RUNS
from tests.installation import PROJECT
from tests.services.mutations import damaged
from tests.services.test_examine import BPMN, CORPUS, MAX_SECONDS

TABLES = PROJECT.parent / "shared" / "dmn-tck"
MAX_STEPS = 200
ROLES = {"procesregisseur": "procesregisseur"}


def answer(name: str, content: bytes, *, max_seconds: float = MAX_SECONDS) -> Answer:
    [found] = examine({name: content}, roles=ROLES, max_seconds=max_seconds)
    return found


def flow_elements(content: bytes) -> int:
    """Counted without our reader; 0 for what is no XML or is refused as a whole."""
    try:
        root = read(content)
    except Invalid:
        return 0
    return sum(1 for _ in root.iter(*(BPMN + name for name in (*FLOW_NODES, "sequenceFlow"))))


# ── other tools ──────────────────────────────────────────────────────────────────────────────────────────

FOREIGN = Path(__file__).parent / "foreign"
FILES = {
    "camunda_7.bpmn": {"t", "g", "w"},
    "signavio.bpmn": set(),
    "jbpm.bpmn2": set(),
    "flowable.bpmn20.xml": {"t"},
    "prefix_semantic.bpmn": set(),
    "choreography.bpmn": {"s", "t", "e", "a", "b"},
    "conversation.bpmn": {"co"},
    "beta_of_bpmn_2.bpmn": {"oud"},
    "flow_without_id.bpmn": {"p"},
    "wrapped.bpmn": {"t"},
}
"""The elements that have a problem; a file without is in order."""


def test_every_foreign_file_is_judged() -> None:
    assert {path.name for path in FOREIGN.iterdir()} == set(FILES)


@pytest.mark.parametrize("name", FILES)
def test_a_file_of_another_tool_gets_an_answer_that_names_its_elements(name: str) -> None:
    content, named = (FOREIGN / name).read_bytes(), FILES[name]
    found = answer(name, content)
    assert found.ok == (not named), found.problems
    assert named <= {problem.element_id for problem in found.problems}
    assert found.elements == flow_elements(content)
    for made in _made(content) if found.ok else ():
        executable = [process.id for process in made.models.values() if process.executable]
        assert all(_played(made, process_id).ended for process_id in executable)


ENCODINGS = (
    "utf-8",
    "utf-8-sig",
    "utf-16",
    "utf-16-le",
    "utf-16-be",
    "iso-8859-1",
    "cp1252",
    "ascii",
    "utf-32",
)


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_a_file_may_be_in_any_encoding_that_it_names(encoding: str) -> None:
    said = encoding.replace("-sig", "").replace("cp", "windows-")
    body = process(START, element("task", "a", name="x"), END, flows("begin>a", "a>einde")).decode()
    body = body.replace('"x"', '"&#233;&#231;"')
    content = f'<?xml version="1.0" encoding="{said}"?>{body}'.encode(encoding)
    found = answer("x.bpmn", content)
    # libxml2 does not read every encoding; what it does not read is a problem and no exception.
    assert (found.ok and found.elements == 5) or "geen geldige XML" in found.problems[0].message


def test_a_deeply_nested_a_very_wide_and_a_very_long_file_get_an_answer_in_time() -> None:
    def deep(text: str, times: int) -> str:
        return f"<{text}>" * times + f"</{text}>" * times

    wide = "".join(element("task", f"t{at}") for at in range(9_990))
    huge_id = "i" * 1_000_000
    for text in (
        deep("bpmn:subProcess", 200),
        deep("bpmn:extensionElements", 250),
        wide,
        element("task", huge_id) * 2,
        "<!-- " + "x" * 4_000_000 + " -->",
        element("subProcess", "a", element("subProcess", "b", element("startEvent", "c") * 2_000)),
    ):
        found = answer("x.bpmn", process(text))
        assert found.problems
        assert found.seconds < MAX_SECONDS


def test_what_takes_too_long_is_told_and_does_not_keep_the_others_waiting() -> None:
    chain = process(*(element("task", f"t{at}") for at in range(5_000)))
    one, two = examine({"a.bpmn": chain, "b.bpmn": chain}, roles={}, max_seconds=0.000_1)
    assert one.problems[0].message == two.problems[0].message == "Dit bestand beoordelen duurt te lang."


def test_a_table_finds_what_it_imports_beside_it_and_nowhere_else() -> None:
    space = "https://www.omg.org/spec/DMN/20191111/MODEL/"
    head = f'<definitions xmlns="{space}" name="x" id='
    said = '<decision id="een" name="Een"><literalExpression><text>1</text></literalExpression></decision>'
    imported = f'{head}"b" namespace="ns_b">{said}</definitions>'.encode()
    importing = (
        f'{head}"a" namespace="ns_a"><import name="b" namespace="ns_b" importType="{space}"/>'
        '<decision id="twee" name="Twee"><literalExpression><text>1 + 1</text></literalExpression></decision>'
        "</definitions>"
    ).encode()
    beside = list(examine({"m/a.dmn": importing, "m/b.dmn": imported}, roles={}))
    assert [found.ok for found in beside] == [True, True]
    apart = list(examine({"m/a.dmn": importing, "n/b.dmn": imported}, roles={}))
    assert [found.ok for found in apart] == [False, True]


# ── damage ───────────────────────────────────────────────────────────────────────────────────────────────


def _originals() -> list[tuple[str, bytes]]:
    """Our own files, random processes, and the foreign files where they stand beside the project."""
    folders = [PROJECT / "processes", PROJECT / "forms", PROJECT / "tests" / "small"]
    folders += [Path(os.environ.get("CASUSROUTE_DIAGRAMS", CORPUS)), TABLES]
    paths = [path for folder in folders for path in sorted(folder.rglob("*"))]
    found = [(path.suffix, path.read_bytes()) for path in paths if path.suffix in (".bpmn", ".dmn", ".form")]
    random_ones = [content for seed in range(60) for content in diagrams(Maker(seed, ALL).whole())]
    return [*found, *((".bpmn", content) for content in random_ones)]


def test_a_damaged_file_is_never_an_exception_a_hang_or_a_lost_element() -> None:
    originals = _originals()
    for seed in range(RUNS):
        dice = random.Random(seed)
        suffix, content = dice.choice(originals)
        bad = damaged(content, dice)
        found = answer(f"x{suffix}", bad)
        assert found.ok or found.problems, seed
        assert all(problem.message for problem in found.problems), seed
        assert not any("kan niet worden beoordeeld" in one.message for one in found.problems), seed
        assert found.seconds < MAX_SECONDS, seed
        if suffix == ".bpmn":
            assert found.elements == flow_elements(bad), seed


# ── running what is in order ─────────────────────────────────────────────────────────────────────────────


def _made(content: bytes) -> Iterator[Definitions]:
    made, _ = definitions.load({"x.bpmn": content}, roles=ROLES, forms=["klein"], job_types=job_types.NAMES)
    if made is not None:
        yield made


def _moves(step: Step) -> list[tuple[str, Any]]:
    found: list[tuple[str, Any]] = [("done", one.id) for one in (*step.tasks, *step.jobs)]
    found += [("message", one) for one in step.messages]
    found += [("signal", one.name) for one in step.signals]
    return [*found, ("time", min(one.due_at for one in step.timers))] if step.timers else found


def _played(made: Definitions, process_id: str, *, dice: random.Random | None = None) -> Step:
    """Begin a process and go on with empty answers: to its end, to a failure, or for MAX_STEPS."""
    dice, now = dice or random.Random(0), NOW
    step = run.start(made, process_id, {}, now=now)
    for _ in range(MAX_STEPS):
        moves = _moves(step)
        if step.ended or not moves:
            break
        kind, what = dice.choice(moves)
        now += timedelta(minutes=1)
        if kind == "done":
            step = run.complete(made, step.state, what, {}, now=now)
        elif kind == "message":
            step = run.correlate(made, step.state, what.name, what.correlation_key, {}, now=now)
        elif kind == "signal":
            step = run.signal(made, step.state, what, {}, now=now)
        else:
            now = max(now, what)
            step = run.fire(made, step.state, now=now)
    # It goes on, it is over, or it says where it stands still.
    assert step.ended or _moves(step) or step.incidents
    assert all(one.element_id and one.message for one in step.incidents)
    return step


def test_what_is_in_order_and_executable_runs() -> None:
    played = 0
    for seed, (suffix, content) in enumerate(_originals()):
        dice = random.Random(seed)
        changed = content.replace(b'isExecutable="false"', b'isExecutable="true"')
        for text in {content, changed, damaged(changed, dice, most=1)} if suffix == ".bpmn" else ():
            for made in _made(text):
                for one in made.models.values():
                    if one.executable:
                        _played(made, one.id, dice=dice)
                        played += 1
    assert played > 50
