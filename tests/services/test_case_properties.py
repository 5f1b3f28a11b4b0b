"""What the start event's properties make of a case."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from app.services.case_properties import CaseProperties, evaluate

NOW = datetime(2026, 11, 23, 9, 31, tzinfo=UTC)


def test_a_property_is_an_expression_or_just_its_text():
    found = evaluate(
        {"casus.titel": '="Zorgen om " + onderwerp', "casus.huis": "arnhem"},
        {"onderwerp": "overlast"},
        now=NOW,
    )

    assert found == CaseProperties(title="Zorgen om overlast", house="arnhem")


def test_what_is_not_declared_or_not_known_yet_is_left_open():
    assert evaluate({"casus.thema": "=agenda.thema"}, {}, now=NOW) == CaseProperties()


def test_the_empty_text_clears():
    assert evaluate({"casus.compartiment": '=""'}, {}, now=NOW).compartment == ""


def test_an_expression_that_is_not_feel_leaves_what_was_there():
    assert evaluate({"casus.compartiment": "=if then"}, {}, now=NOW).compartment is None


@pytest.mark.parametrize(
    ("value", "priority"),
    [
        (80, 80),
        (Decimal("80"), 80),
        ("80", 80),
        (400, 100),
        (-3, 0),
        ("hoog", None),
        (True, None),
        (None, None),
    ],
)
def test_priority_is_a_number_from_0_to_100(value: object, priority: int | None):
    assert evaluate({"casus.prioriteit": "=p"}, {"p": value}, now=NOW).priority == priority


def test_a_title_is_cut_where_a_list_would_burst():
    assert len(evaluate({"casus.titel": "=t"}, {"t": "x" * 1000}, now=NOW).title or "") == 200


@pytest.mark.parametrize("value", [["a"], {"a": 1}, True])
def test_a_text_is_not_made_of_something_else(value: object):
    assert evaluate({"casus.titel": "=t"}, {"t": value}, now=NOW).title is None
