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

    assert explain(data) == (
        "Wegingsadvies: uitkomst VOLDOET, advies AGENDEREN_MDO omdat K1 = ja, Bijkomend = ja (regel 1)."
    )


def test_several_rules_and_no_outcome_are_said_in_words():
    assert explain({"decision_name": "Partners", "rules": [1, 3, 4], "output": None}) == (
        "Partners: niets (regels 1, 3 en 4)."
    )


def test_yes_and_no_are_dutch():
    assert explain({"decision_name": "Spoed", "inputs": {"gevaar": True}, "output": False}) == (
        "Spoed: nee omdat gevaar = ja."
    )
