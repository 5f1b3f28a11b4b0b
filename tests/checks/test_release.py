"""All checks of a release together: the shipped files, broken ones, hostile ones, and the same thing once."""

import random
import tomllib
from pathlib import Path

import pytest

from app.checks import files as reading
from app.checks import release
from app.errors import Problem
from app.services import job_types
from tests.checks.small import JOBS, ROLES, check, element, field, flows, form, process, step, way_in
from tests.engine.diagrams import script, task
from tests.engine.random_processes import ALL, Maker, diagrams

PROJECT = Path(__file__).parents[2]
SHIPPED = {
    file.name: file.read_bytes()
    for folder in ("processes", "forms")
    for file in sorted((PROJECT / folder).iterdir())
}
SHIPPED_ROLES = {
    row[name]: row["sleutel"]
    for row in tomllib.loads((PROJECT / "deploy" / "organisatie.toml").read_text("utf-8"))["rol"]
    for name in ("sleutel", "naam")
}
SHIPPED_JOBS = dict.fromkeys(job_types.NAMES, ())
END = element("endEvent", "einde", name="Einde")
GOOD = {
    "proef.bpmn": process(way_in(), step("a", "vraag"), END, flows("begin>a", "a>einde")),
    "start.form": form("start", field("naam", required=True)),
    "vraag.form": form("vraag", {"type": "text", "id": "t", "text": "{{naam}}"}, field("antwoord")),
}


def shipped(files: dict[str, bytes] = SHIPPED, *, only: str | None = None) -> list[Problem]:
    return release.check(files, roles=SHIPPED_ROLES, job_types=SHIPPED_JOBS, only=only)


def test_the_shipped_files_can_go_live_and_what_is_told_of_them_is_true():
    found = shipped()

    assert [one for one in found if one.severity == "error"] == []
    assert {(one.rule, one.file, one.element_id) for one in found} == {
        # Nothing fills in `spoed` for who comes out of detention, nor a theme or priority for a COB.
        ("data.unknown", "nazorg.bpmn", "verzoek_dji"),
        ("data.unknown", "cob.bpmn", "verzoek_ontvangen"),
        ("data.maybe", "advies.bpmn", "advies_opstellen"),
        ("data.maybe", "casusoverleg_bescherming.bpmn", "verzoek_beoordelen"),
        ("data.maybe", "informatieverrijking.bpmn", "intake"),
        ("data.maybe", "weging.bpmn", "voorbereiden"),
        ("data.maybe", "mdo.bpmn", "agenderen"),
        # What organisations say of an advice is kept and shown nowhere.
        ("data.unused", "advies.bpmn", "lezen"),
    }


def test_problems_stand_in_the_order_of_files_and_elements():
    files = {
        **GOOD,
        "proef.bpmn": process(
            way_in(),
            script("z", "=nooit", "x"),
            script("a", "=nooit", "y"),
            END,
            flows("begin>z", "z>a", "a>einde"),
        ),
        "aa.txt": b"?",
    }

    found = [
        (one.file, one.element_id) for one in check(files) if one.rule in ("data.unknown", "engine.diagram")
    ]

    assert found == [("aa.txt", None), ("proef.bpmn", "z"), ("proef.bpmn", "a")]


def test_only_one_file_is_told_of_but_the_others_are_used():
    files = {**GOOD, "vraag.form": form("vraag", field("x", hide="=nooit")), "z.form": b"{"}

    assert [one.file for one in check(files)] == ["vraag.form", "z.form"]
    assert [one.file for one in check(files, only="vraag.form")] == ["vraag.form"]
    assert check(files, only="proef.bpmn") == []


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("vraag.form", b"{"),
        ("vraag.form", b"[]"),
        ("vraag.form", b'{"id": "vraag", "components": [{"type": "iframe"}]}'),
        ("vraag.form", b'{"id": "vraag", "components": "x"}'),
        ("zz.form", form("vraag", field("x"))),
        ("extra.bpmn", b"<a>"),
        ("extra.bpmn", b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'),
        ("extra.bpmn", b"<html/>"),
        ("extra.bpmn", process(task("a"), task("a"), id="dubbel")),
        ("extra.bpmn", process(way_in(), END, flows("begin>einde"))),
        ("extra.dmn", b"<a/>"),
        ("extra.dmn", b"geen xml"),
        ("extra.dmn", b"<!DOCTYPE a><a/>"),
        ("extra.png", b"\x89PNG"),
    ],
)
def test_a_broken_file_gives_its_problem_and_the_rest_is_still_checked(name: str, content: bytes):
    wrong = process(way_in("weg"), script("s", "=nooit", "x"), END, flows("begin>s", "s>einde"), id="fout")

    found = check({**GOOD, "fout.bpmn": wrong, name: content})

    assert [one for one in found if one.file == name or name == "extra.bpmn"]
    assert ("form.broken-reference", "begin") in [(one.rule, one.element_id) for one in found]
    assert all(one.message and one.rule for one in found)


def test_who_refers_to_a_broken_file_is_not_blamed():
    call = element(
        "callActivity",
        "c",
        '<bpmn:extensionElements><zeebe:calledElement processId="ander"/></bpmn:extensionElements>',
        name="C",
    )
    other = process(element("startEvent", "b"), element("startEvent", "b"), id="ander")
    files = {
        "proef.bpmn": process(way_in(), step("a", "vraag"), call, END, flows("begin>a", "a>c", "c>einde")),
        "start.form": GOOD["start.form"],
        "vraag.form": b'{"id": "vraag", "components": [{"type": "iframe"}]}',
        "ander.bpmn": other,
    }

    assert {one.file for one in check(files)} == {"vraag.form", "ander.bpmn"}


def _many(count: int) -> bytes:
    parts = "".join(script(f"s{at}", "=1", f"x{at}") for at in range(count))
    route = flows("begin>s0", *(f"s{at}>s{at + 1}" for at in range(count - 1)), f"s{count - 1}>einde")
    return process(way_in(), parts, END, route)


def _side_by_side(count: int) -> bytes:
    gateways = element("parallelGateway", "f") + element("parallelGateway", "j")
    parts = "".join(script(f"s{at}", "=1", f"x{at}") for at in range(count))
    route = flows(
        "begin>f", "j>einde", *(f"f>s{at}" for at in range(count)), *(f"s{at}>j" for at in range(count))
    )
    return process(way_in(), gateways, parts, END, route)


def _nested(depth: int) -> bytes:
    inner = script("s", "=1", "x")
    for at in range(depth):
        scope = element("startEvent", f"b{at}") + inner + element("endEvent", f"e{at}")
        first = "s" if at == 0 else f"p{at - 1}"
        inner = element("subProcess", f"p{at}", scope + flows(f"b{at}>{first}", f"{first}>e{at}"))
    return process(way_in(), inner, END, flows(f"begin>p{depth - 1}", f"p{depth - 1}>einde"))


def _calling_itself() -> bytes:
    call = element(
        "callActivity",
        "c",
        '<bpmn:extensionElements><zeebe:calledElement processId="proef"/></bpmn:extensionElements>',
        name="C",
    )
    return process(way_in(), call, END, flows("begin>c", "c>einde"))


def _long_expression() -> bytes:
    return process(
        way_in(), script("s", "=" + " + ".join(["1"] * 3000), "x"), END, flows("begin>s", "s>einde")
    )


def _crossed() -> bytes:
    """Every gateway leads to every other: a tangle without order."""
    count = 30
    parts = "".join(
        element("inclusiveGateway", f"g{at}", default=f"g{at}_g{(at + 1) % count}") for at in range(count)
    )
    route = flows(
        "begin>g0",
        f"g{count - 1}>einde if naam = 1",
        *(f"g{a}>g{b} if naam = {b}" for a in range(count) for b in range(count) if a != b),
    )
    return process(way_in(), parts, END, route)


@pytest.mark.parametrize(
    "content",
    [
        _many(1_400),
        _side_by_side(600),
        _nested(60),
        _calling_itself(),
        _long_expression(),
        _crossed(),
        process(way_in(), script("s", '="<script>alert(1)</script>"', "x"), END, flows("begin>s", "s>einde")),
        process(
            way_in(),
            element("scriptTask", "s"),
            element("adHocSubProcess", "h"),
            END,
            flows("begin>s", "s>weg"),
        ),
        process(way_in(), element("subProcess", "s", triggeredByEvent="true"), END, flows("begin>einde")),
        process(
            way_in(), element("boundaryEvent", "b", attachedToRef="weg"), END, flows("begin>einde", "b>einde")
        ),
        process(END, flows("einde>einde")),
        process(),
    ],
    ids=lambda content: str(len(content)),
)
def test_hostile_files_give_problems_and_nothing_worse(content: bytes):
    found = check({**GOOD, "proef.bpmn": content})

    assert all(isinstance(one, Problem) and one.rule for one in found)


def test_a_process_that_is_too_large_to_follow_is_said_to_be():
    found = check({**GOOD, "proef.bpmn": _many(2_500)})

    assert [(one.rule, one.severity) for one in found if one.element_id == "proef"] == [
        ("data.unchecked", "warning")
    ]


def test_random_bytes_in_the_shipped_files_give_problems_and_nothing_worse():
    chance = random.Random(7)
    for _ in range(15):
        name = chance.choice(sorted(SHIPPED))
        content = bytearray(SHIPPED[name])
        for _ in range(chance.randint(1, 6)):
            at = chance.randrange(len(content))
            content[at : at + chance.randint(0, 20)] = bytes(
                chance.randrange(32, 127) for _ in range(chance.randint(0, 8))
            )
        assert isinstance(shipped({**SHIPPED, name: bytes(content)}), list)


def test_taking_any_file_away_gives_problems_and_nothing_worse():
    for name in sorted(SHIPPED)[::8]:
        files = {one: content for one, content in SHIPPED.items() if one != name}
        assert isinstance(shipped(files), list)


def test_random_processes_give_no_error():
    """They run in the engine, so nothing of them is an error; that forms are missing is known."""
    for seed in range(60):
        files = {f"p{at}.bpmn": text for at, text in enumerate(diagrams(Maker(seed, ALL).whole()))}
        files["klein.form"] = form("klein", field("x"))
        found = release.check(files, roles=ROLES, job_types=JOBS)
        assert [one for one in found if one.severity == "error"] == [], seed


def test_what_was_read_is_read_again_only_when_it_changed():
    reading._memory.clear()
    shipped()
    before = len(reading._memory)

    shipped({**SHIPPED, "mdo.bpmn": SHIPPED["mdo.bpmn"] + b"\n"})

    assert len(reading._memory) == before + 1


def test_the_memory_of_what_was_read_has_an_end():
    for at in range(reading.REMEMBERED + 50):
        reading.read({"x.form": form(f"x{at}")})
    reading.read({"x.form": form("groot", *(field(f"v{at}") for at in range(20_000)))})

    assert len(reading._memory) <= reading.REMEMBERED
