"""How moments, terms and sizes are said on a page."""

from datetime import datetime
from typing import Any

from flask import Flask

from app import clock, workdays
from app.clock import AMSTERDAM
from app.forms import in_words
from app.services import decision_words
from app.services.diagrams import in_days

MAX_VALUE_CHARS = 300
MONTHS = ["jan", "feb", "mrt", "apr", "mei", "jun", "jul", "aug", "sep", "okt", "nov", "dec"]


def install(app: Flask) -> None:
    app.jinja_env.filters.update(
        dag=day,
        moment=moment,
        termijn=term,
        te_laat=is_late,
        grootte=size,
        hoe_lang=how_long,
        iso=iso,
        in_woorden=in_words,
        aantal=count,
        waarde=value,
    )


def _local(at: datetime) -> datetime:
    return at.astimezone(AMSTERDAM)


def day(at: datetime) -> str:
    """23 nov 2026"""
    local = _local(at)
    return f"{local.day} {MONTHS[local.month - 1]} {local.year}"


def moment(at: datetime) -> str:
    """23 nov 2026, 10.31"""
    return f"{day(at)}, {_local(at):%H.%M}"


def iso(at: datetime) -> str:
    """For the datetime attribute of a time element."""
    return at.isoformat(timespec="seconds")


def is_late(due: datetime | None) -> bool:
    return due is not None and due < clock.now()


def term(due: datetime) -> str:
    """How far away a term is, in working days."""
    now = clock.now()
    days = workdays.between(_local(now), _local(due))
    if due < now:
        late = -days
        return "te laat" if late < 1 else f"{late} werkdag{'en' if late != 1 else ''} te laat"
    if _local(due).date() == _local(now).date():
        return f"vandaag om {_local(due):%H.%M}"
    return (
        "morgen"
        if days == 1 and (_local(due).date() - _local(now).date()).days == 1
        else f"nog {days} werkdag{'en' if days != 1 else ''}"
    )


def how_long(since: datetime) -> str:
    """How long ago that is: 12 dagen"""
    return in_days(clock.now() - since)


def size(size_bytes: int) -> str:
    """1,2 MB"""
    if size_bytes < 1024 * 1024:
        return f"{max(1, size_bytes // 1024)} kB"
    return f"{size_bytes / 1024 / 1024:.1f} MB".replace(".", ",")


def count(counted: int, most: int) -> str:
    """12, or 1.000+ where counting stopped."""
    return f"{most:,}+".replace(",", ".") if counted > most else f"{counted:,}".replace(",", ".")


def value(anything: Any) -> str:
    """A variable as people read it: ja, nee, niets, or a short text of what is in it."""
    text = decision_words.in_words(anything)
    return text if len(text) <= MAX_VALUE_CHARS else f"{text[:MAX_VALUE_CHARS]}…"
