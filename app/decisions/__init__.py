"""DMN (1.1 to 1.5): decision tables and boxed expressions, evaluated by our own FEEL.

`evaluate(model, "weging", variables, now=…)` gives the value and, per decision, which rules fired and why.
"""

from app.decisions.checks import check
from app.decisions.errors import DecisionError
from app.decisions.evaluate import as_data, ask, evaluate
from app.decisions.model import Decision, DecisionModel, Fired, Outcome, Rule, Table
from app.decisions.reader import parse, parse_all

__all__ = [
    "Decision",
    "DecisionError",
    "DecisionModel",
    "Fired",
    "Outcome",
    "Rule",
    "Table",
    "as_data",
    "ask",
    "check",
    "evaluate",
    "parse",
    "parse_all",
]
