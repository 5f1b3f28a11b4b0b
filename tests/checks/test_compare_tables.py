"""Every kind of change of a decision: rules, cells, columns, how rules count together, expressions."""

import pytest

from app.checks.compare import Piece, compare
from tests.checks.edits import replaced, shipped
from tests.decisions import dmn

WEGING = shipped("weging.dmn")
RULES = (("< 18", '"jeugd"'), ("[18..65]", '"volwassen"'), ("> 65", '"oud"'))


def pieces(before: bytes, after: bytes) -> tuple[Piece, ...]:
    files = compare({"proef.dmn": before}, {"proef.dmn": after}).different
    return tuple(piece for file in files for piece in file.pieces)


def told(before: bytes, after: bytes) -> list[str]:
    return [change.sentence for piece in pieces(before, after) for change in piece.changes]


def a_table(
    rules: tuple[tuple[str, ...], ...] = RULES, *, policy: str = "UNIQUE", ids: bool = True, **more: str
) -> bytes:
    """Which route for which age; the rules are r1, r2, … by what they say, not by where they stand."""
    columns = [("leeftijd", "number")] if len(rules[0]) == 2 else [("leeftijd", "number"), ("huis", "string")]
    text = dmn.table(f'hitPolicy="{policy}"', columns, rules, **more)
    for number, rule in enumerate(rules, 1):
        known = next((place for place, one in enumerate(RULES, 1) if one == rule[:2]), number)
        text = text.replace(f'<rule id="r{number}">', f'<rule id="regel{known}">' if ids else "<rule>")
    text = text.replace('label="leeftijd"', 'label="Leeftijd"').replace(
        'name="uit"', 'name="route" label="Route"'
    )
    return dmn.file(dmn.decision("route", text))


def test_a_cell() -> None:
    after = a_table((*RULES[:2], (">= 67", '"oud"')))

    assert told(a_table(), after) == ["Regel 3: Leeftijd was > 65, nu >= 67."]


def test_a_rule_that_came_and_one_that_went() -> None:
    after = a_table((RULES[0], ("[18..40]", '"jong"'), RULES[2]), ids=True)
    after = after.replace(b'<rule id="regel2">', b'<rule id="nieuw">')

    assert told(a_table(), after) == [
        'Regel 2 is vervallen: als Leeftijd [18..65], dan Route "volwassen".',
        'Regel 2 is nieuw: als Leeftijd [18..40], dan Route "jong".',
    ]


@pytest.mark.parametrize(
    ("policy", "more"), [("UNIQUE", " Voor de uitkomst maakt dat niet uit."), ("FIRST", "")]
)
def test_a_rule_that_moved(policy: str, more: str) -> None:
    after = a_table((RULES[2], *RULES[:2]), policy=policy)

    assert told(a_table(policy=policy), after) == [f"Regel 1 stond eerst op plaats 3.{more}"]


def test_rules_without_ids_are_known_by_what_they_say() -> None:
    before = a_table(ids=False)

    assert told(before, a_table((("< 12", '"kind"'), *RULES), ids=False)) == [
        'Regel 1 is nieuw: als Leeftijd < 12, dan Route "kind".'
    ]
    assert told(before, a_table((RULES[0], ("[18..67]", '"volwassen"'), RULES[2]), ids=False)) == [
        "Regel 2: Leeftijd was [18..65], nu [18..67]."
    ]


def test_rules_that_got_other_ids_are_the_same_rules() -> None:
    assert told(a_table(), a_table().replace(b'"regel', b'"r')) == []


def test_a_column_that_came() -> None:
    after = a_table(tuple((rule[0], "-", rule[1]) for rule in RULES))

    assert told(a_table(), after.replace(b'label="huis"', b'label="Huis"')) == [
        "Er is een kolom bijgekomen: ‘Huis’ (voorwaarde)."
    ]
    assert told(after, a_table()) == ["De kolom ‘huis’ is vervallen."]


def test_what_is_different_in_a_column() -> None:
    before = a_table()

    assert told(before, replaced(before, ('label="Leeftijd"', 'label="Jaren"'))) == [
        "De kolom ‘Leeftijd’ heet nu ‘Jaren’."
    ]
    assert told(before, replaced(before, ("<text>leeftijd</text>", "<text>persoon.leeftijd</text>"))) == [
        "Wat wordt gevraagd in de kolom ‘Leeftijd’ is nu ‘persoon.leeftijd’, was ‘leeftijd’."
    ]
    assert told(before, a_table(values='"jeugd","volwassen"')) == [
        'De mogelijke waarden in de kolom ‘Route’: nu ‘"jeugd","volwassen"’, was leeg.'
    ]
    assert told(before, a_table(default='"jeugd"')) == [
        'Wat geldt als geen regel past in de kolom ‘Route’: nu ‘"jeugd"’, was leeg.'
    ]
    assert told(before, replaced(before, ('typeRef="number"', 'typeRef="integer"'))) == [
        "Het soort waarde in de kolom ‘Leeftijd’: nu ‘integer’, was ‘number’."
    ]


def test_how_the_rules_count_together() -> None:
    assert told(a_table(), a_table(policy="FIRST")) == [
        "Hoe regels samen tellen is nu FIRST (de eerste regel die geldt telt), "
        "was UNIQUE (er geldt hoogstens één regel)."
    ]


def test_a_note_beside_a_rule() -> None:
    note = "<description>Het kan binnen één keten.</description>"

    assert told(WEGING, replaced(WEGING, (note, note.replace("Het kan", "Dit kan")))) == [
        "Regel 2: Toelichting was ‘Het kan binnen één keten.’, nu ‘Dit kan binnen één keten.’."
    ]


def test_the_note_of_another_tool_is_a_column_too() -> None:
    before = replaced(a_table(), ('<rule id="regel1">', '<rule id="regel1"><description>oud</description>'))
    after = before.replace(b">oud<", b">nieuw<")

    assert told(before, after) == ["Regel 1: Toelichting was ‘oud’, nu ‘nieuw’."]


def test_an_expression() -> None:
    before, after = (dmn.file(dmn.decision("som", dmn.literal(text))) for text in ("a + 1", "a + 2"))

    assert told(before, after) == ["De berekening van de beslissing ‘som’ is nu ‘a + 2’, was ‘a + 1’."]


def test_a_table_that_became_an_expression() -> None:
    after = dmn.file(dmn.decision("route", dmn.literal('"jeugd"')))

    assert told(a_table(), after) == ["De beslissing ‘route’ is nu één expressie, was een tabel."]


def test_what_a_decision_is_called_says_and_builds_on() -> None:
    after = replaced(
        WEGING,
        ('<decision id="k1" name="Criterium 1: meerdere ketens">', '<decision id="k1" name="Ketens">'),
        ("<description>Meerdere problemen,", "<description>Veel problemen,"),
        (
            '<informationRequirement id="bijkomend_i_criteria"><requiredInput href="#criteria" />'
            "</informationRequirement>",
            '<informationRequirement id="b"><requiredDecision href="#k1" /></informationRequirement>',
        ),
    )

    assert told(WEGING, after) == [
        "De beslissing ‘Criterium 1: meerdere ketens’ heet nu ‘Ketens’.",
        "De uitleg van de beslissing ‘Criterium 2: minstens één’ is nu ‘Veel problemen, of invloed op "
        "gezin …’, was ‘Meerdere problemen, of invloed op gezin …’.",
        "De beslissing ‘Criterium 2: minstens één’ steunt nu ook op ‘Ketens’.",
        "De beslissing ‘Criterium 2: minstens één’ steunt niet meer op ‘criteria’.",
    ]


def test_decisions_and_input_that_came_and_went() -> None:
    before = dmn.file(dmn.decision("a", dmn.literal("1")))
    after = dmn.file(dmn.input_data("leeftijd", "number"), dmn.decision("b", dmn.literal("1")))

    assert told(before, after) == [
        "De beslissing ‘b’ is nieuw.",
        "De beslissing ‘a’ is vervallen.",
        "Er is een invoergegeven bijgekomen: ‘leeftijd’.",
    ]


def test_what_there_is_no_sentence_for_is_different_at_the_least() -> None:
    steps = [dmn.context(("x", dmn.literal("1")), ("", dmn.literal(text))) for text in ("x", "x + 1")]
    before, after = (dmn.file(dmn.decision("a", one)) for one in steps)

    assert told(before, after) == ["De berekening van ‘a’ is anders."]
    assert told(before, before.replace(b'name="Proef"', b'name="Anders"')) == [
        "Een technische instelling van het bestand is anders."
    ]


@pytest.mark.parametrize(
    "noise",
    [
        WEGING.replace(b">\n  ", b">\n\n\t"),
        WEGING.replace(b'name="criteria"', b"name='criteria'"),
        WEGING.replace(b"<definitions ", b'<definitions exporter="dmn-js" exporterVersion="9" '),
        WEGING + b"\n",
    ],
)
def test_noise_is_no_change(noise: bytes) -> None:
    assert told(WEGING, noise) == []


def test_both_versions_in_one_drawing() -> None:
    after = a_table((("< 12", '"kind"'), ("< 18", '"jong"'), RULES[2]))
    after = after.replace(b'<rule id="regel1">', b'<rule id="nieuw">').replace(b'"regel2"', b'"regel1"')

    (piece,) = pieces(a_table(), after)

    assert piece.table is not None
    assert [(row.state, row.was, row.now) for row in piece.table.rows] == [
        ("added", None, 1),
        ("changed", 1, 2),
        ("removed", 2, None),
        ("same", 3, 3),
    ]
    assert [(cell.now, cell.was) for cell in piece.table.rows[1].cells] == [
        ("< 18", None),
        ('"jong"', '"jeugd"'),
    ]
    assert [(one.label, one.state) for one in piece.table.columns] == [
        ("Leeftijd", "same"),
        ("Route", "same"),
    ]
