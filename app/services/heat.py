"""The colours of a diagram: five steps, the same everywhere, so that two pictures compare. Pure."""

from bisect import bisect_right
from datetime import timedelta

NUMBERS = ("1 tot 4", "5 tot 9", "10 tot 24", "25 tot 49", "50 of meer")
"""What they mean where they say how many cases stand somewhere."""
_NUMBERS = (5, 10, 25, 50)
TIMES = ("minder dan 3 dagen", "3 tot 7 dagen", "1 tot 3 weken", "3 tot 8 weken", "8 weken of langer")
"""And where they say how long half of the cases have stood there."""
_TIMES = tuple(timedelta(days=days) for days in (3, 7, 21, 56))


def of_number(cases: int) -> int:
    """The step from 1; 0 where nothing stands."""
    return 1 + bisect_right(_NUMBERS, cases) if cases else 0


def of_time(stood: timedelta | None) -> int:
    """The step from 1; 0 where it is not known."""
    return 1 + bisect_right(_TIMES, stood) if stood is not None else 0
