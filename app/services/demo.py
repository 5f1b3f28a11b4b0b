"""Invented cases in different stages, for the demo. Made by the same use cases as real ones."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

Run = Callable[[Callable[[Session], Any]], Any]


def load(run: Run, *, now: datetime) -> int:
    """Make the cases, each step in a transaction of its own; gives how many."""
    return 0
