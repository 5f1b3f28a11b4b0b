"""Every null that comes from an error can be explained: which part, where, and why."""

from typing import Any

import pytest

from app import feel


def reasons(text: str, **context: Any) -> list[tuple[str, str]]:
    return [(one.text, one.message) for one in feel.compile(text).explain(context).reasons]


@pytest.mark.parametrize(
    ("text", "context", "part", "words"),
    [
        ('a + "x"', {"a": 1}, 'a + "x"', "Een getal en een tekst kunnen niet worden opgeteld"),
        ("leeftjid > 18", {"leeftijd": 3}, "leeftjid", "Bedoelt u 'leeftijd'?"),
        ("casus.nummr", {"casus": {"nummer": 3}}, "casus.nummr", "Bedoelt u 'nummer'?"),
        ("a.b.c", {"a": {"b": None}}, "a.b.c", "'a.b' is leeg"),
        ("a.b", {"a": 4}, "a.b", "Een getal heeft geen 'b'"),
        ('substring("abc")', {}, 'substring("abc")', "start position"),
        ("substring(3, 1)", {}, "substring(3, 1)", "'string' is een getal, en moet een tekst zijn"),
        ('date("2020-13-01")', {}, 'date("2020-13-01")', '"2020-13-01"'),
        ("1 / 0", {}, "1 / 0", "Delen door nul"),
        ("[1, 2][5]", {}, "[1, 2][5]", "lijst van 2"),
        ('strng("a")', {}, 'strng("a")', "Bedoelt u 'string'?"),
        ("(function(a) a)(1, 2)", {}, "(function(a) a)(1, 2)", "krijgt 1 waarde (a), geen 2"),
        ('a < "x"', {"a": 1}, 'a < "x"', "niet te vergelijken"),
        ("a and true", {"a": 1}, "a and true", "'a' is een getal, en niet waar of onwaar"),
        ("a between 1 and 2", {"a": None}, "a between 1 and 2", "'a' is leeg"),
        ("-a", {"a": "x"}, "-a", "een tekst"),
        ('["a"..1]', {}, '["a"..1]', "dezelfde soort"),
        ("for i in a return i", {"a": None}, "for i in a return i", "geen lijst of bereik"),
        ("sort([2, 1], 3)", {}, "sort([2, 1], 3)", "een functie van twee"),
        ("null[1]", {}, "null[1]", "er valt niets te kiezen"),
    ],
)
def test_the_reason_of_a_null(text: str, context: dict[str, Any], part: str, words: str) -> None:
    found = dict(reasons(text, **context))

    assert words in found[part]


def test_the_place_is_that_of_the_part() -> None:
    explanation = feel.compile("1 +\n  (a.b)").explain({"a": {}})

    assert (explanation.reasons[0].line, explanation.reasons[0].column) == (2, 5)


def test_a_null_that_was_given_needs_no_reason() -> None:
    assert reasons("a", a=None) == []
    assert reasons("if a = null then null else 1", a=None) == []
    assert reasons("null and false") == [("null and false", "'null' is leeg, en niet waar of onwaar.")][:0]


def test_the_value_is_the_one_that_evaluating_gives() -> None:
    expression = feel.compile('[x.b, y = "a", 3 > 2, x.a + 1]')
    context = {"x": {"a": 1}, "y": "a"}

    explanation = expression.explain(context)

    assert explanation.value == expression.evaluate(context) == [None, True, True, 2]
    assert [reason.text for reason in explanation.reasons] == ["x.b"]


def test_assert_stops_the_evaluation() -> None:
    assert feel.compile('assert(a, a > 3, "te klein")').evaluate({"a": 4}) == 4
    with pytest.raises(feel.FeelValueError, match="te klein"):
        feel.compile('assert(a, a > 3, "te klein")').evaluate({"a": 3})
