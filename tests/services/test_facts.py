"""Facts as rows: what JSON can keep of a variable."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from app.services.facts import plain


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        (Decimal("3"), 3),
        (Decimal("3.5"), 3.5),
        (Decimal("0.1"), 0.1),
        (Decimal("0.12345678901234567890123"), "0.12345678901234567890123"),
        (datetime(2026, 11, 23, 9, 31, tzinfo=UTC), "2026-11-23T09:31:00+00:00"),
        ({"a": [Decimal("1"), None, True, "x"]}, {"a": [1, None, True, "x"]}),
        ((1, 2), [1, 2]),
    ],
)
def test_a_variable_is_kept_as_json_without_losing_what_it_was(value: object, kept: object):
    assert plain(value) == kept
