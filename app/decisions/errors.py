"""The error of a decision."""

from app.errors import CasusrouteError


class DecisionError(CasusrouteError):
    """The decision gives no answer, or more than its hit policy allows."""
