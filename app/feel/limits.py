"""What one expression may cost: every loop and copy pays from one budget, so no diagram stalls a server.

The budget is kept per thread, because equality and text conversion must pay as well as loops do.
"""

import threading

from app.feel.errors import FeelLimitError

MAX_TEXT_CHARS = 20_000
MAX_NESTING = 60
"""Brackets, conditions and definitions inside each other, in the text."""
MAX_TREE_DEPTH = 150
"""Operators on top of each other: `1 + 1 + 1 …` is this deep."""
MAX_STEPS = 500_000
MAX_CALL_DEPTH = 40
MAX_STRING_CHARS = 1_000_000
MAX_LIST_ITEMS = 100_000
CHARS_PER_STEP = 64
"""Making a text costs one step for so many characters."""


class _Budget(threading.local):
    steps: int = MAX_STEPS
    depth: int = 0


_budget = _Budget()


def renew() -> None:
    """Give the expression that starts now a whole budget."""
    _budget.steps = MAX_STEPS


def spend(steps: int = 1) -> None:
    """Pay for work. Raises FeelLimitError when the budget is spent."""
    _budget.steps -= steps
    if _budget.steps < 0:
        raise FeelLimitError("Deze expressie kost te veel rekenwerk.", max_steps=MAX_STEPS)


def enter_call(cost: int = 1) -> None:
    """A function starts. Raises FeelLimitError when too many functions call each other."""
    spend(cost)
    _budget.depth += 1
    if _budget.depth > MAX_CALL_DEPTH:
        raise FeelLimitError("Functies roepen elkaar te diep aan.", max_depth=MAX_CALL_DEPTH)


def leave_call() -> None:
    _budget.depth -= 1


def check_string(length: int) -> None:
    """Pay for a text of this length before it is made."""
    if length > MAX_STRING_CHARS:
        raise FeelLimitError("Deze tekst wordt te lang.", max_chars=MAX_STRING_CHARS)
    spend(length // CHARS_PER_STEP)


def check_longer(length: int) -> None:
    """A list has grown to this length."""
    if length > MAX_LIST_ITEMS:
        raise FeelLimitError("Deze lijst wordt te lang.", max_items=MAX_LIST_ITEMS)


def check_list(length: int) -> None:
    """Pay for a list of this length before it is made."""
    check_longer(length)
    spend(length)
