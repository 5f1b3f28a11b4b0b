"""What is certainly wrong with a table, and that nothing else is said: against trying every input."""

from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app import decisions
from app.decisions.checks import check_table
from app.decisions.columns import columns
from app.decisions.index import MIN_RULES, finder
from app.decisions.model import Table
from app.feel.scope import TIMELESS, Scope
from tests.decisions.dmn import decision, file, table


def read(*arguments: Any, **more: Any) -> Table:
    model, problems = decisions.parse(file(decision("t", table(*arguments, **more))), file="p.dmn")
    assert problems == []
    assert model is not None
    found = model.decisions["t"].table
    assert found is not None
    return found


def said(*arguments: Any, **more: Any) -> list[str]:
    return [str(one) for one in check_table(read(*arguments, **more), file="p.dmn")]


AGE = [("leeftijd", "number")]


def test_a_gap_is_shown_as_an_example() -> None:
    assert said("", AGE, [("< 12", "1"), ("(12..18)", "2"), ("> 18", "3")]) == [
        "p.dmn · tabel: Voor deze invoer is er geen regel: leeftijd = 12 of 18.",
    ]


def test_whole_numbers_and_days_have_nothing_in_between() -> None:
    rules = [("<= 17", "1"), (">= 18", "2")]
    assert said("", [("leeftijd", "integer")], rules) == []
    assert said("", AGE, rules) == ["p.dmn · tabel: Voor deze invoer is er geen regel: leeftijd = 17.5."]
    days = [('<= date("2026-01-01")', "1"), ('>= @"2026-01-02"', "2")]
    assert said("", [("dag", "date")], days) == []


def test_texts_that_are_not_named_are_a_gap_unless_only_some_are_allowed() -> None:
    rules = [('"zorg"', "1"), ('"straf"', "2")]
    assert "thema = iets anders" in said("", [("thema", "string")], rules)[0]
    assert said("", [("thema", "string")], rules, allowed='"zorg","straf"') == []
    assert said("", [("thema", "string")], rules, default="3") == []
    assert said('hitPolicy="COLLECT"', [("thema", "string")], rules) == []


def test_rules_that_hold_together_contradict_under_unique_and_any() -> None:
    rules = [("< 18", "1"), (">= 16", "2")]
    assert (
        "regel 1 gelden tegelijk, en dat mag niet: bijvoorbeeld bij leeftijd = 16" in said("", AGE, rules)[0]
    )
    assert "met een andere uitkomst" in said('hitPolicy="ANY"', AGE, rules)[0]
    assert said('hitPolicy="ANY"', AGE, [("< 18", "1"), (">= 16", "1")]) == []
    assert said('hitPolicy="RULE ORDER"', AGE, rules) == []


def test_a_contradiction_forbids_publishing_and_a_gap_does_not() -> None:
    found = check_table(read("", AGE, [("< 18", "1"), ("[16..20]", "2")]), file="p.dmn")
    assert [one.severity for one in found] == ["error", "warning"]


@pytest.mark.parametrize(
    ("cell", "never"),
    [("[9..5]", True), ("? > 9 and ? < 5", True), ("? > 5 and ? < 9", False), ('"x"', True), ("b", False)],
)
def test_a_rule_that_can_never_hold(cell: str, never: bool) -> None:
    found = said('hitPolicy="COLLECT"', AGE, [(cell, "1")])
    assert any("kan nooit gelden" in one for one in found) is never


def test_a_rule_that_never_gets_a_turn() -> None:
    inputs = [("leeftijd", "number"), ("ok", "boolean")]
    rules = [("< 18", "true", "1"), ("< 18", "false", "2"), ("[12..16]", "-", "3"), ("-", "-", "4")]
    assert [one for one in said('hitPolicy="FIRST"', inputs, rules) if "komt nooit" in one] == [
        "p.dmn · r3: Regel 3 komt nooit aan de beurt: regels die voorgaan vangen alles af."
    ]
    low = [("> 3", '"laag"'), ("-", '"hoog"')]
    assert "Regel 1 komt nooit" in said('hitPolicy="PRIORITY"', AGE, low, values='"hoog","laag"')[0]


def test_a_cell_that_depends_on_something_else_is_not_judged() -> None:
    rules = [("< grens", "1"), (">= grens", "2")]
    assert said("", AGE, rules) == []


def test_a_table_that_is_too_large_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.decisions.checks.MAX_STEPS", 5)
    rules = [(f"[{at}0..{at}5]", f"[{at}1..{at}4]", "1") for at in range(6)]
    found = said("", [("a", "number"), ("b", "number")], rules)
    assert "te groot" in found[-1]


NUMBER_CELLS = [
    "-",
    "1",
    "2",
    "3",
    "< 2",
    "<= 2",
    "> 1",
    "[1..2]",
    "(1..3)",
    "not(2)",
    "1, 3",
    "? > 1 and ? < 3",
    '"x"',
    "true",
    "< 2, > 2",
]
TEXT_CELLS = ["-", '"a"', '"b"', '"a", "b"', 'not("a")', "null", '? = "a" or ? = "c"', "3"]
BOOLEAN_CELLS = ["-", "true", "false", "not(true)"]
ROW = st.tuples(st.sampled_from(NUMBER_CELLS), st.sampled_from(TEXT_CELLS), st.sampled_from(BOOLEAN_CELLS))
INPUTS = [("n", "number"), ("s", "string"), ("b", "boolean")]
NUMBERS = [0, 0.5, 1, 1.5, 2, 2.5, 3, 4]
EVERY = list(product(NUMBERS, ["a", "b", "c", "d"], [True, False]))


def hits(made: Table, asked: tuple[Any, ...]) -> list[int]:
    """By trying every cell."""
    return [
        at
        for at, rule in enumerate(made.rules)
        if all(test.matches(value, {}) is True for test, value in zip(rule.tests, asked, strict=True))
    ]


@settings(deadline=None, max_examples=150)
@given(st.lists(ROW, min_size=1, max_size=6))
def test_it_says_what_trying_every_input_says(rows: list[tuple[str, str, str]]) -> None:
    rules = [(*row, str(at)) for at, row in enumerate(rows)]
    made = read("", INPUTS, rules)

    found = check_table(made, file="p")

    texts = ["a", "b", "c", "d", None] if any(row[1] == "null" for row in rows) else ["a", "b", "c", "d"]
    answers = {asked: hits(made, asked) for asked in product(NUMBERS, texts, [True, False])}
    overlaps = {(a, b) for held in answers.values() for a in held for b in held if a < b}
    told = {
        (int(w[3]) - 1, int(w[0]) - 1)
        for w in (one.message[6:].split() for one in found if "tegelijk" in one.message)
    }
    # One contradiction is told of each rule: with the first rule that it holds together with.
    assert told == {(min(a for a, b in overlaps if b == later), later) for _, later in overlaps}
    named = any(cell != "-" for row in rows for cell in row)
    gap = any(not held for held in answers.values())
    assert any("geen regel" in one.message for one in found) == (gap and named)
    never = {at for at in range(len(rules)) if not any(at in held for held in answers.values())}
    assert {
        at for at in range(len(rules)) if f"Regel {at + 1} kan nooit" in " ".join(map(str, found))
    } <= never


@settings(deadline=None, max_examples=150)
@given(st.lists(ROW, min_size=MIN_RULES, max_size=12))
def test_the_index_finds_what_trying_every_rule_finds(rows: list[tuple[str, str, str]]) -> None:
    made = read('hitPolicy="COLLECT"', INPUTS, [(*row, "1") for row in rows])
    find = finder(made)
    odd = [(None, None, None), ([1], "a", True), ("a", 3, "x"), (1, True, False), (2, "zz", None)]

    for asked in [*EVERY, *odd]:
        assert find(list(asked), Scope({}, None, TIMELESS)) == hits(made, tuple(asked)), asked


def test_a_column_knows_every_piece_of_its_values() -> None:
    column = columns(read("", AGE, [("< 12", "1"), ("[12..18)", "2")]))[0]

    pieces = [column.piece(value) for value in (0, 12, 15, 18, 20, 12.0)]

    assert pieces == [0, 1, 2, 3, 4, 1]
    assert [bin(cell or 0) for cell in column.cells] == ["0b1", "0b110"]
