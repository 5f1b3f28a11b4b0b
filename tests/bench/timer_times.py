"""Timers that come due one after another: how late they fire, with one worker and with more."""

import time

from app.store.session import db, transaction
from tests import timers
from tests.bench.databases import Database
from tests.bench.figures import table
from tests.installation import Installation

TIMERS, A_SECOND = 1_000, 25.0
WORKERS = (1, 2, 4)


def report(database: Database) -> str:
    """On SQLite there is one worker."""
    rows = []
    with database.installation(timers.FILES) as place:
        for workers in WORKERS if database.url else WORKERS[:1]:
            late = _late(place, workers)
            rows.append((f"{workers}", late.p50 * 1000, late.p99 * 1000, late.longest * 1000))
    title = f"{TIMERS} timers, {A_SECOND:.0f} per seconde, op {database.name}: hoe lang na hun moment (ms)"
    return table(title, ("workers", "p50", "p99", "langste"), rows)


def _late(place: Installation, workers: int) -> timers.Lateness:
    place.start_workers(workers)
    with place.app():
        with transaction() as session:
            moments = timers.wait(session, TIMERS, seconds=TIMERS / A_SECOND)
        while timers.left(db.session()):
            db.session.rollback()
            time.sleep(0.2)
        found = timers.Lateness.of(db.session(), moments)
    place.stop()
    return found
