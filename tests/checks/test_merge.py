"""Two people in one file: both changes in the result, or a conflict; for any edits and any file."""

import os
import random
from collections.abc import Callable

import pytest

from app.checks.merge import merge
from tests.checks import edits
from tests.checks.edits import Edit, shipped
from tests.checks.merging import clean, meaning, problems

ROUNDS = int(os.environ.get("MERGE_ROUNDS", "6"))
MDO, WEGING, INTAKE = shipped("mdo.bpmn"), shipped("weging.dmn"), shipped("intake.form")
FILES = {
    "mdo.bpmn": edits.diagram_edit,
    "informatieverrijking.bpmn": edits.diagram_edit,
    "casusoverleg_bescherming.bpmn": edits.diagram_edit,
    "weging.dmn": edits.table_edit,
    "aanmeldformulier.form": edits.form_edit,
    "leefgebieden.form": edits.form_edit,
}


# ── What holds for any edit ───────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", FILES)
def test_what_only_one_changed_is_what_comes_out(name: str) -> None:
    for round in range(ROUNDS // 2):
        edit = FILES[name](random.Random(round), shipped(name), f"x{round}")
        base = shipped(name)

        assert clean(merge(name, base, edit(base), base)) == edit(base)
        assert clean(merge(name, base, base, edit(base))) == edit(base)
        assert clean(merge(name, base, edit(base), edit(base))) == edit(base)


@pytest.mark.parametrize("name", FILES)
def test_edits_that_have_nothing_to_do_with_each_other_come_together(name: str) -> None:
    base, found = shipped(name), 0
    for round in range(ROUNDS):
        chance = random.Random(round)
        mine, theirs = (FILES[name](chance, base, f"{who}{round}") for who in "ab")
        if mine.touches & theirs.touches:
            continue
        merged = clean(merge(name, base, mine(base), theirs(base)))

        expected = meaning(name, theirs(mine(base)))
        assert meaning(name, merged) == expected, f"{round}: {mine.what}, {theirs.what}"
        assert problems(name, merged) == problems(name, theirs(mine(base)))
        found += 1
    assert found > ROUNDS / 3


@pytest.mark.parametrize("name", FILES)
def test_it_does_not_matter_who_merges(name: str) -> None:
    base = shipped(name)
    for round in range(ROUNDS):
        chance = random.Random(round)
        mine, theirs = (_several(FILES[name], chance, base, f"{who}{round}") for who in "ab")
        one, other = merge(name, base, mine, theirs), merge(name, base, theirs, mine)

        assert (one.content is None) == (other.content is None)
        if one.content is not None and other.content is not None:
            assert meaning(name, one.content) == meaning(name, other.content)
        else:
            assert one.conflicts
            swapped = {(each.element, each.theirs, each.mine) for each in other.conflicts}
            assert {(each.element, each.mine, each.theirs) for each in one.conflicts} == swapped


@pytest.mark.parametrize("name", FILES)
def test_a_merge_keeps_every_change_or_says_that_it_cannot(name: str) -> None:
    base, was = shipped(name), meaning(name, shipped(name))
    for round in range(ROUNDS):
        chance = random.Random(1000 + round)
        sides = [_several(FILES[name], chance, base, f"{who}{round}") for who in "ab"]
        merged = merge(name, base, *sides)
        if merged.content is None or name.endswith(".form"):
            continue
        result = meaning(name, merged.content)
        for side in sides:
            now = meaning(name, side)
            for key in {**was, **now}:  # type: ignore[dict-item]
                drawn = key[0] == "shape"
                if was.get(key) != now.get(key) and not drawn:  # type: ignore[attr-defined]
                    assert result.get(key) == now.get(key)  # type: ignore[attr-defined]


def _several(
    make: Callable[[random.Random, bytes, str], Edit], chance: random.Random, base: bytes, fresh: str
) -> bytes:
    content = base
    for number in range(chance.randint(1, 3)):
        content = make(chance, content, f"{fresh}_{number}")(content)
    return content


# ── Files that cannot be merged ───────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "broken",
    [
        b"",
        b"<x",
        b"{}",
        b"\xff\xfe",
        b"<x>" + b"<a/>" * 200_000 + b"</x>",
        b'<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>',
        MDO.replace(b'id="agenda"', b'id="overleg"'),
    ],
)
@pytest.mark.parametrize("name", ["mdo.bpmn", "weging.dmn", "intake.form", "leesmij.txt"])
def test_a_file_that_cannot_be_read_is_a_conflict_and_never_an_error(name: str, broken: bytes) -> None:
    base = {"mdo.bpmn": MDO, "weging.dmn": WEGING}.get(name, INTAKE)

    for versions in ((base, broken, base + b"\n"), (base, base + b"\n", broken), (broken, base, base + b" ")):
        merged = merge(name, *versions)

        if merged.content is None:
            assert [one.element for one in merged.conflicts] == [""]
            assert merged.conflicts[0].mine.startswith("Dit bestand kan niet worden samengevoegd.")
