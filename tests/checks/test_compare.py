"""Two versions of a whole way of working: files that came, went, were renamed, or can't be read."""

import pytest

from app.checks.compare import FileComparison, compare
from tests.checks.edits import all_shipped, replaced, shipped

MDO = shipped("mdo.bpmn")


def only(before: dict[str, bytes], after: dict[str, bytes]) -> FileComparison:
    (found,) = compare(before, after).different
    return found


def test_the_same_files_are_the_same() -> None:
    files = all_shipped()

    comparison = compare(files, dict(files))

    assert comparison.different == ()
    assert [file.name for file in comparison.same] == sorted(files)


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("mdo.bpmn", "Het proces ‘MDO’ is nieuw (28 onderdelen)."),
        ("intake.form", "Het formulier ‘intake’ is nieuw (8 onderdelen)."),
        ("leesmij.txt", "Het bestand ‘leesmij.txt’ is nieuw."),
    ],
)
def test_a_file_that_came_and_one_that_went(name: str, sentence: str) -> None:
    content = b"x" if name.endswith(".txt") else shipped(name)

    came, went = only({}, {name: content}), only({name: content}, {})

    assert (came.state, [one.sentence for one in came.changes]) == ("added", [sentence])
    assert went.state == "removed"
    assert went.changes[0].sentence == sentence.replace("nieuw", "vervallen")


def test_a_new_table_says_how_large_its_decisions_are() -> None:
    sentences = [one.sentence for one in only({}, {"weging.dmn": shipped("weging.dmn")}).changes]

    assert "De beslissing ‘Wegingsadvies’ is nieuw (5 regels)." in sentences


def test_a_file_with_another_name_is_the_same_file() -> None:
    after = replaced(MDO, ('id="mdo" name="MDO"', 'id="mdo" name="Overleg"'))

    found = only({"mdo.bpmn": MDO}, {"overleg.bpmn": after})

    assert (found.name, found.was, found.state) == ("overleg.bpmn", "mdo.bpmn", "changed")
    assert [one.sentence for one in found.changes] == [
        "Het bestand heet nu ‘overleg.bpmn’, was ‘mdo.bpmn’.",
        "Het proces ‘MDO’ heet nu ‘Overleg’.",
    ]


def test_processes_and_decisions_are_called_by_their_names() -> None:
    files = all_shipped()
    after = {**files, "mdo.bpmn": replaced(MDO, ('processId="monitoring"', 'processId="weging"'))}

    assert [one.sentence for one in only(files, after).changes] == [
        "Het deelproces ‘Monitoring’ start nu het proces ‘Weging’, was ‘Monitoring’."
    ]


@pytest.mark.parametrize("name", ["mdo.bpmn", "weging.dmn", "intake.form"])
@pytest.mark.parametrize(
    "broken",
    [
        b"",
        b"<x",
        b"{",
        b"\x00\x01",
        b'<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>',
        b"<a>" * 10_000,
        b"[" * 100_000,
    ],
)
def test_a_broken_file_is_different_and_says_why_it_cannot_be_read(name: str, broken: bytes) -> None:
    good = shipped(name)

    after, before = only({name: good}, {name: broken}), only({name: broken}, {name: good})

    assert after.changes[0].sentence.startswith("Het bestand is anders, maar kan niet worden gelezen: ")
    assert before.changes[0].sentence.startswith(
        "Het bestand is anders, maar de vorige versie kan niet worden gelezen: "
    )
    assert only({}, {name: broken}).changes[0].sentence == f"Het bestand ‘{name}’ is nieuw."


def test_steps_on_a_circle_and_on_each_other_are_no_trouble() -> None:
    before = replaced(
        MDO,
        ('attachedToRef="agenderen"', 'attachedToRef="agenderen_termijn"'),
        ('attachedToRef="plan_maken"', 'attachedToRef="afsluiten_termijn"'),
        ('attachedToRef="afsluiten"', 'attachedToRef="plan_maken_termijn"'),
    )

    after = before.replace(b"Na 5 werkdagen", b"").replace(b'name="Na 10 werkdagen"', b"")

    assert only({"mdo.bpmn": before}, {"mdo.bpmn": after}).changes
