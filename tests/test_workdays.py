"""Terms count in Dutch working days."""

from datetime import UTC, date, datetime

import pytest

from app import workdays
from app.clock import AMSTERDAM


@pytest.mark.parametrize(
    ("start", "days", "expected"),
    [
        (date(2026, 11, 23), 1, datetime(2026, 11, 24, 17, tzinfo=AMSTERDAM)),
        (date(2026, 11, 20), 1, datetime(2026, 11, 23, 17, tzinfo=AMSTERDAM)),
        (
            date(2026, 12, 24),
            1,
            datetime(2026, 12, 28, 17, tzinfo=AMSTERDAM),
        ),  # two days of Christmas, a weekend
        (date(2026, 4, 26), 1, datetime(2026, 4, 28, 17, tzinfo=AMSTERDAM)),  # Koningsdag
        (date(2026, 11, 21), 0, datetime(2026, 11, 23, 17, tzinfo=AMSTERDAM)),
        (datetime(2026, 11, 20, 23, 30, tzinfo=UTC), 1, datetime(2026, 11, 23, 0, 30, tzinfo=AMSTERDAM)),
        (date(2026, 11, 23), -1, datetime(2026, 11, 20, 17, tzinfo=AMSTERDAM)),
    ],
)
def test_adding_skips_weekends_and_holidays(start, days, expected):
    assert workdays.add(start, days) == expected


def test_counting_is_the_reverse_of_adding():
    start = date(2026, 1, 5)

    for days in range(1, 300):
        assert workdays.between(start, workdays.add(start, days)) == days
