"""DMN: decision tables and expressions, evaluated by our own FEEL.

`evaluate(model, "weging", variables, now=…)` gives the value and, per decision, which rules fired and why.
"""

from app.decisions.evaluate import DecisionError, as_data, evaluate
from app.decisions.model import Decision, DecisionModel, Fired, Outcome, Rule, Table
from app.decisions.reader import parse

__all__ = [
    "Decision",
    "DecisionError",
    "DecisionModel",
    "Fired",
    "Outcome",
    "Rule",
    "Table",
    "as_data",
    "evaluate",
    "parse",
]
