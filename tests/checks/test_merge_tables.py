"""Two people in one decision table: rules, columns and cells."""

from app import decisions
from app.checks.merge import merge
from tests.checks.edits import replaced, shipped
from tests.checks.merging import clash, clean

WEGING = shipped("weging.dmn")


def test_two_cells_of_one_rule_clash() -> None:
    mine = replaced(
        WEGING, ('<inputEntry id="k1_3_in_1"><text>"ja"', '<inputEntry id="k1_3_in_1"><text>"nee"')
    )
    theirs = replaced(
        WEGING, ('<outputEntry id="k1_3_uit_1"><text>"ja"', '<outputEntry id="k1_3_uit_1"><text>"nee"')
    )

    assert clash("weging.dmn", WEGING, mine, theirs) == {
        "k1_3": (
            "Regel 3 van ‘Criterium 1: meerdere ketens’",
            'Regel 3: Meerdere ketens nodig was "ja", nu "nee".',
            'Regel 3: Criterium 1 was "ja", nu "nee".',
        )
    }


def new_rule(id: str, value: str) -> str:
    cells = "".join(f"<inputEntry><text>{text}</text></inputEntry>" for text in (value, "-"))
    return f'<rule id="{id}">{cells}<outputEntry><text>"ja"</text></outputEntry></rule>'


def with_rule(before: str, rule: str) -> bytes:
    return replaced(WEGING, (f'<rule id="{before}">', f'{rule}<rule id="{before}">'))


def test_two_rules_at_one_place_clash_where_the_first_counts() -> None:
    """Criterium 1 has hit policy FIRST: which of the two comes first says something."""
    mine, theirs = with_rule("k1_2", new_rule("a", '"x"')), with_rule("k1_2", new_rule("b", '"y"'))

    _, one, other = clash("weging.dmn", WEGING, mine, theirs)["k1"]

    assert one.startswith("Regel 2 is nieuw: als Meerdere ketens nodig")
    assert other.startswith("Regel 2 is nieuw: als Meerdere ketens nodig")


def test_two_rules_at_different_places_come_together() -> None:
    mine, theirs = with_rule("k1_2", new_rule("a", '"x"')), with_rule("k1_4", new_rule("b", '"y"'))

    merged = clean(merge("weging.dmn", WEGING, mine, theirs))

    model, wrong = decisions.parse(merged, file="weging.dmn")
    assert wrong == [] and model is not None
    table = model.decisions["k1"].table
    assert table is not None
    assert [rule.id for rule in table.rules] == ["k1_1", "a", "k1_2", "k1_3", "b", "k1_4"]


def with_column(id: str, text: str = "-", *, after: str = "k1_in_1") -> bytes:
    """A condition more in the table of criterium 1, behind its first."""
    asked = f'<inputExpression typeRef="string"><text>{id}</text></inputExpression>'
    column = f'<input id="{id}" label="{id}">{asked}</input>'
    content = WEGING.decode()
    start = content.index(f'<input id="{after}"')
    end = content.index("</input>", start) + len("</input>")
    content = content[:end] + column + content[end:]
    for rule in range(1, 5):
        at = content.index("</inputEntry>", content.index(f'<rule id="k1_{rule}">')) + len("</inputEntry>")
        content = content[:at] + f"<inputEntry><text>{text}</text></inputEntry>" + content[at:]
    return content.encode()


def test_a_column_of_the_one_and_a_cell_of_the_other_come_together() -> None:
    theirs = replaced(
        WEGING, ('<outputEntry id="k1_3_uit_1"><text>"ja"', '<outputEntry id="k1_3_uit_1"><text>"nee"')
    )

    model, wrong = decisions.parse(clean(merge("weging.dmn", WEGING, with_column("huis"), theirs)), file="x")

    assert wrong == [] and model is not None
    table = model.decisions["k1"].table
    assert table is not None
    assert [one.label for one in table.inputs] == [
        "Meerdere ketens nodig",
        "huis",
        "Lukt niet binnen één keten",
    ]
    assert [test.text for test in table.rules[2].tests] == ['"ja"', "-", '"ja"']
    assert table.rules[2].outputs[0].text == '"nee"'


def test_a_filled_column_of_the_one_and_a_cell_of_the_other_clash_in_that_rule() -> None:
    theirs = replaced(
        WEGING, ('<outputEntry id="k1_3_uit_1"><text>"ja"', '<outputEntry id="k1_3_uit_1"><text>"nee"')
    )

    assert list(clash("weging.dmn", WEGING, with_column("huis", '"arnhem"'), theirs)) == ["k1_3"]


def test_a_column_of_the_one_and_a_rule_of_the_other_clash() -> None:
    """Nobody said what the new rule wants of the new column."""
    theirs = with_rule("k1_2", new_rule("b", '"y"'))

    assert "b" in clash("weging.dmn", WEGING, with_column("huis"), theirs)


def test_a_column_of_each_come_together_with_the_right_cells() -> None:
    mine, theirs = with_column("huis"), with_column("leeftijd", after="k1_in_1")

    for pair in ((mine, theirs), (theirs, mine)):
        model, wrong = decisions.parse(clean(merge("weging.dmn", WEGING, *pair)), file="x")
        assert wrong == [] and model is not None
        table = model.decisions["k1"].table
        assert table is not None
        assert sorted(one.label for one in table.inputs[1:3]) == ["huis", "leeftijd"]
        assert [len(rule.tests) for rule in table.rules] == [4] * 4


def test_a_decision_that_one_took_out_and_the_other_builds_on() -> None:
    text = WEGING.decode()
    start, end = (
        text.index('  <decision id="bijkomend"'),
        text.index("</decision>", text.index('<decision id="bijkomend"')),
    )
    mine = (text[:start] + text[end + len("</decision>") :]).encode()
    mine = replaced(
        mine,
        (
            '<informationRequirement id="wegingsadvies_v_bijkomend"><requiredDecision href="#bijkomend" />'
            "</informationRequirement>",
            "",
        ),
    )
    theirs = replaced(
        WEGING,
        (
            '<inputExpression id="k1_in_1_x" typeRef="string"><text>criteria.k1a',
            '<inputExpression id="k1_in_1_x" typeRef="string"><text>bijkomend',
        ),
    )

    assert "k1" in clash("weging.dmn", WEGING, mine, theirs)


def test_a_table_keeps_its_text_too() -> None:
    mine = (
        "<description>De casus kan op de agenda; het hoeft niet.</description>",
        "<description>Op de agenda.</description>",
    )
    theirs = ('label="Meerdere ketens nodig"', 'label="Zijn er meer ketens nodig?"')

    merged = clean(merge("weging.dmn", WEGING, replaced(WEGING, mine), replaced(WEGING, theirs)))

    assert merged == replaced(WEGING, mine, theirs)
