"""Foreign and hostile files: every file gets an answer, in time, and nothing of it is lost."""

import json
import os
import random
from pathlib import Path

import pytest
from lxml import etree

from app.cli import main
from app.engine.reader import FLOW_NODES
from app.safe_xml import MAX_FILE_BYTES
from app.services.examine import Answer, examine
from tests.engine.diagrams import END, START, element, flows, process, script, task, timer
from tests.engine.random_processes import ALL, Maker, diagrams
from tests.installation import PROJECT

BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
CORPUS = PROJECT.parent / "shared" / "bpmn-corpus"
MAX_SECONDS = 5.0
"""Asked of every file; a file of ordinary size takes a thousandth of it."""


def answer(name: str, content: bytes | None) -> Answer:
    [found] = examine({name: content}, roles={"procesregisseur": "procesregisseur"})
    return found


def chain(*elements: str) -> bytes:
    """Elements with ids e0, e1, … one after another."""
    ids = [f"e{at}" for at in range(len(elements))]
    pairs = zip(["begin", *ids], [*ids, "einde"], strict=True)
    return process(START, *elements, END, flows(*(f"{a}>{b}" for a, b in pairs)))


def nested(depth: int) -> str:
    inside = nested(depth - 1) if depth else element("task", "x")
    first = f"s{depth - 1}" if depth else "x"
    around = element("startEvent", f"a{depth}") + inside + element("endEvent", f"b{depth}")
    return element("subProcess", f"s{depth}", around + flows(f"a{depth}>{first}", f"{first}>b{depth}"))


LARGE = {
    "chain": lambda: chain(*(element("task", f"e{at}") for at in range(9_000))),
    "scripts": lambda: chain(
        *(script(f"e{at}", f'if a = "{at}" then {at} else 0', "x") for at in range(3_000))
    ),
    "nested": lambda: process(START, nested(100), END, flows("begin>s100", "s100>einde")),
    "too deep": lambda: process(START, nested(300), END, flows("begin>s300", "s300>einde")),
    "phases": lambda: chain(
        *(
            element(
                "subProcess",
                f"e{at}",
                element("startEvent", f"b{at}") + element("endEvent", f"c{at}") + flows(f"b{at}>c{at}"),
            )
            for at in range(1_500)
        )
    ),
    "branches": lambda: process(
        START,
        element("parallelGateway", "f"),
        element("parallelGateway", "j"),
        *(element("task", f"t{at}") for at in range(3_000)),
        END,
        flows(
            "begin>f", "j>einde", *(f"f>t{at}" for at in range(3_000)), *(f"t{at}>j" for at in range(3_000))
        ),
    ),
    "too many": lambda: chain(*(element("task", f"e{at}") for at in range(10_001))),
    "links": lambda: process(
        START,
        *(
            element(kind, f"{kind}{at}", f'<bpmn:linkEventDefinition name="L{at}"/>')
            for at in range(2_000)
            for kind in ("intermediateThrowEvent", "intermediateCatchEvent")
        ),
        END,
        flows("begin>einde"),
    ),
    "a long expression": lambda: chain(script("e0", "+".join(["1"] * 50_000), "x")),
    "a deep expression": lambda: chain(script("e0", "(" * 9_000, "x")),
    "a loop of calls": lambda: chain(
        element(
            "callActivity",
            "e0",
            '<bpmn:extensionElements><zeebe:calledElement processId="proef"/></bpmn:extensionElements>',
        )
    ),
    "too large": lambda: b"<" * (MAX_FILE_BYTES + 1),
}


@pytest.mark.parametrize("name", LARGE)
def test_a_large_or_hostile_file_gets_an_answer(name: str) -> None:
    found = answer("x.bpmn", LARGE[name]())
    assert found.ok or found.problems
    assert found.ok == (name in ("chain", "scripts", "nested", "phases", "branches", "a loop of calls"))
    assert found.seconds < MAX_SECONDS


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x00" * 9,
        b"<x",
        b"<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><a>&b;</a>",
        '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'.encode("utf-16"),
        b'<?xml version="1.0" encoding="x-unknown"?><a/>',
        b"<definitions/>",
        b'{"a": 1}',
    ],
)
@pytest.mark.parametrize("kind", [".bpmn", ".dmn", ".form"])
def test_what_is_no_such_file_is_a_problem(kind: str, content: bytes) -> None:
    found = answer(f"x{kind}", content)
    assert not found.ok
    assert found.problems[0].message


def test_a_file_that_cannot_be_read_is_a_problem() -> None:
    assert answer("x.bpmn", None).problems[0].message == "Dit bestand kan niet worden gelezen."


@pytest.mark.parametrize(
    ("change", "wrong"),
    [
        (('<bpmn:userTask id="a"', "<bpmn:userTask"), "proef"),
        (('id="begin_a" ', ""), "proef"),
        (('sourceRef="begin"', 'sourceRef="weg"'), "begin_a"),
        (('targetRef="einde"', 'targetRef="weg"'), "a_einde"),
        (('<bpmn:endEvent id="einde">', '<bpmn:endEvent id="a">'), "a"),
        (("<bpmn:startEvent", '<x xmlns="vreemd" id="y"/><bpmn:startEvent'), "y"),
        (("</bpmn:process>", '</bpmn:process><bpmn:task id="los"/>'), "los"),
    ],
)
def test_an_element_that_would_be_lost_is_named(change: tuple[str, str], wrong: str) -> None:
    text = process(START, task("a"), END, flows("begin>a", "a>einde")).decode()
    assert change[0] in text
    found = answer("x.bpmn", text.replace(*change, 1).encode())
    assert wrong in {problem.element_id for problem in found.problems}


def _counted(content: bytes) -> int:
    root = etree.fromstring(content)
    return sum(1 for _ in root.iter(*(BPMN + name for name in (*FLOW_NODES, "sequenceFlow"))))


def test_every_element_is_counted_and_a_mutilated_file_is_never_an_exception() -> None:
    dice = random.Random(7)
    for seed in range(60):
        for content in diagrams(Maker(seed, ALL).whole()):
            assert answer("x.bpmn", content).elements == _counted(content)
            for _ in range(5):
                a, b = sorted(dice.randrange(len(content)) for _ in range(2))
                what = dice.choice((content[:a] + content[b:], content[:a] + content[a:b] * 2 + content[b:]))
                found = answer("x.bpmn", what)
                assert found.ok or found.problems


def test_boundary_events_by_the_thousand_are_no_slower_each() -> None:
    hosts = [element("task", f"e{at}") for at in range(2_000)]
    events = [
        element("boundaryEvent", f"b{at}", timer("timeDuration", "P1D"), attachedToRef=f"e{at}")
        for at in range(2_000)
    ]
    ids = [f"e{at}" for at in range(2_000)]
    pairs = [f"{a}>{b}" for a, b in zip(["begin", *ids], [*ids, "einde"], strict=True)]
    pairs += [f"b{at}>einde" for at in range(2_000)]
    found = answer("x.bpmn", process(START, *hosts, *events, END, flows(*pairs)))
    assert found.ok
    assert found.seconds < MAX_SECONDS


def test_the_command_gives_a_line_for_every_file_in_every_folder(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "diep" / "er").mkdir(parents=True)
    (tmp_path / "goed.bpmn").write_bytes(process(START, END, flows("begin>einde")))
    (tmp_path / "diep" / "er" / "fout.bpmn").write_bytes(b"<fout")
    (tmp_path / "lees.txt").write_text("niet van ons")
    (tmp_path / "map.bpmn").mkdir()
    (tmp_path / "los.dmn").symlink_to(tmp_path / "weg.dmn")
    os.mkfifo(tmp_path / "pijp.form")
    (tmp_path / "proef.BPMN").write_bytes(process(START, END, flows("begin>einde")))
    (tmp_path / "proef.bpmn20.xml").write_bytes(b"<fout")
    (tmp_path / "proef.xml").write_bytes(process(START, END, flows("begin>einde")))
    (tmp_path / "ander.xml").write_bytes(b"<testCases/>")
    (tmp_path / os.fsdecode(b"\xff.bpmn")).write_bytes(process(START, END, flows("begin>einde")))
    with pytest.raises(SystemExit) as stopped:
        main(["release", "check", "--json", str(tmp_path)])
    assert stopped.value.code == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(line["file"], line["ok"], line["elements"]) for line in lines] == [
        ("diep/er/fout.bpmn", False, 0),
        ("goed.bpmn", True, 3),
        ("los.dmn", False, 0),
        ("pijp.form", False, 0),
        ("proef.BPMN", True, 3),
        ("proef.bpmn20.xml", False, 0),
        ("proef.xml", True, 3),
        ("\udcff.bpmn", True, 3),
    ]
    assert all(problem["message"] for line in lines for problem in line["problems"])
    assert all(isinstance(line["seconds"], float) for line in lines)


def test_our_own_way_of_working_is_in_order_without_a_database(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["release", "check", "--json", str(PROJECT / "processes"), str(PROJECT / "forms")])
    assert stopped.value.code == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert len(lines) > 40
    assert [line for line in lines if not line["ok"]] == []


def test_foreign_diagrams_lose_nothing() -> None:
    folder = Path(os.environ.get("CASUSROUTE_DIAGRAMS", CORPUS))
    if not folder.is_dir():
        pytest.skip("de vreemde diagrammen staan niet naast het project")
    files: dict[str, bytes | None] = {
        str(path): path.read_bytes() for path in sorted(folder.rglob("*")) if path.suffix in (".bpmn", ".dmn")
    }
    answers = list(examine(files, roles={}))
    assert len(answers) == len(files) > 0
    for found in answers:
        assert found.seconds < MAX_SECONDS, found.file
        assert found.ok or found.problems, found.file
        content = files[found.file]
        if content is not None and found.file.endswith(".bpmn"):
            assert found.elements == _counted_or_none(content), found.file


def _counted_or_none(content: bytes) -> int:
    try:
        return _counted(content)
    except (etree.XMLSyntaxError, ValueError):
        return 0
