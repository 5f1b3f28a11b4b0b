"""The only place where the time of day is read; everything else gets `now` as an argument."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

AMSTERDAM = ZoneInfo("Europe/Amsterdam")


def now() -> datetime:
    """The moment, aware and in UTC."""
    return datetime.now(UTC)
