"""Why a table said what it said."""

from app.services.decision_words import explain


def test_a_decision_is_explained_with_its_inputs_outcome_and_rule():
    data = {
        "decision_id": "wegingsadvies",
        "decision_name": "Wegingsadvies",
        "inputs": {"K1": "ja", "Bijkomend": "ja"},
        "rules": [1],
        "output": {"uitkomst": "VOLDOET", "advies": "AGENDEREN_MDO"},
    }

    assert explain([data]) == (
        "Wegingsadvies: uitkomst VOLDOET, advies AGENDEREN_MDO omdat K1 = ja, Bijkomend = ja (regel 1)."
    )


def test_several_rules_and_no_outcome_are_said_in_words():
    assert explain([{"decision_name": "Partners", "rules": [1, 3, 4], "output": None}]) == (
        "Partners: niets (regels 1, 3 en 4)."
    )


def test_yes_and_no_are_dutch():
    assert explain([{"decision_name": "Spoed", "inputs": {"gevaar": True}, "output": False}]) == (
        "Spoed: nee omdat gevaar = ja."
    )


def test_the_table_that_was_asked_comes_before_those_it_needed():
    k1 = {"decision_name": "K1", "output": "ja", "annotations": ["Meer ketens nodig."]}
    advice = {"decision_name": "Advies", "inputs": {"K1": "ja"}, "output": "MDO"}

    assert explain([k1, advice]) == "Advies: MDO omdat K1 = ja. K1: ja. Meer ketens nodig."


def test_the_cell_that_an_input_met_and_the_release_are_told():
    data = {
        "decision_name": "Leeftijdsgroep",
        "inputs": {"Leeftijd": 17, "Thema": "zorg", "Spoed": None},
        "tests": [["< 18", '"zorg"', "-"]],
        "rules": [2],
        "release": 4,
        "output": "jeugd",
    }

    assert explain([data]) == (
        "Leeftijdsgroep: jeugd omdat Leeftijd = 17 (past bij < 18), Thema = zorg, Spoed = niets "
        "(regel 2 in versie 4 van de werkwijze)."
    )
