"""The worker: runs what is due, one job a transaction, until it is told to stop."""

import logging
import signal
import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.exc import OperationalError

from app import clock
from app.errors import Busy
from app.services import health, jobs, mining, parts, summaries
from app.services.failures import failure
from app.store.session import reading, transaction

IDLE_SECONDS = 0.5
"""The longest wait between two looks: people and other machines make jobs too."""

SHORTEST_WAIT_SECONDS = 0.05
AGAIN_SECONDS = 0.5
PARTS_A_BEAT = 5
"""Of the past, that are counted ahead: most are days, which take some hundredths of a second."""

_log = logging.getLogger(__name__)


def run(
    new_context: Callable[[], AbstractContextManager[object]],
    *,
    stop: threading.Event | None = None,
    idle_seconds: float = IDLE_SECONDS,
) -> None:
    """Run jobs until `stop` is set, or SIGTERM or SIGINT comes; a job that has begun is finished.

    `new_context` gives the application context in which the database can be reached: `app.app_context`.
    """
    stop = stop or stop_on_signals()
    heart = Heart(health.worker_name(), clock.now())
    _log.info("worker started")
    while not stop.is_set():
        seconds = _round(new_context, stop, heart, idle_seconds)
        if seconds:
            stop.wait(seconds)
    _say_goodbye(new_context, heart)
    _log.info("worker stopped")


@dataclass
class Heart:
    """What this worker says of itself now and then, so that others see that it is there."""

    name: str
    started: datetime
    said_at: datetime | None = None

    def beat(self, now: datetime) -> None:
        """In a transaction of its own, and only when it was last said long enough ago.

        What is to be done now and then goes along: a little each time, for jobs wait meanwhile.
        """
        if self.said_at is not None and now < self.said_at + timedelta(seconds=health.BEAT_SECONDS):
            return
        with transaction() as session:
            health.beat(session, self.name, started=self.started, now=now)
        self.said_at = now
        send_summaries(now=now)
        count_some(now=now)
        find_ways()


def send_summaries(*, now: datetime) -> int:
    """Send the daily summaries that are due, each in transactions of its own; gives how many were tried."""
    with reading() as session:
        if not summaries.is_due(session, now=now):
            return 0
    tried = 0
    while True:
        with transaction() as session:
            taken = summaries.take(session, now=now)
        if taken is None:
            return tried
        with reading() as session:
            told = summaries.message(session, taken, now=now)
        error = taken.send(told)
        if error is not None:
            _log.warning("summary not sent", extra={"attempt": taken.attempt, **failure(error)})
        with transaction() as session:
            summaries.finish(session, taken, error, now=now)
        tried += 1


def count_some(*, now: datetime) -> None:
    """Count a few parts of the past ahead."""
    list_parts(now=now)
    for _ in range(PARTS_A_BEAT):
        if not count_a_part(now=now):
            return


def list_parts(*, now: datetime) -> None:
    """Let it be seen from now on what changes in the parts of the past that are over since the last time."""
    with reading() as session:
        unlisted = parts.unlisted(session, now=now)
    if unlisted:
        with transaction() as session:
            parts.add(session, unlisted, now=now)


def count_a_part(*, now: datetime) -> bool:
    """Count a part of the past ahead, for the figures. False when none is left, or somebody was first."""
    with reading() as session:
        part = parts.next_to_count(session, now=now)
        if part is None:
            return False
        found = parts.count(session, part)
    with transaction() as session:
        return parts.keep(session, part, found)


def find_ways() -> int:
    """Find the ways of some cases that are over; gives of how many."""
    with reading() as session:
        if not mining.any_to_find(session):
            return 0
    with transaction() as session:
        return mining.find_ways(session)


def _say_goodbye(new_context: Callable[[], AbstractContextManager[object]], heart: Heart) -> None:
    if heart.said_at is None:
        return
    try:
        with new_context(), transaction() as session:
            health.farewell(session, heart.name)
    except Exception as error:  # then it is seen as one of which nothing was heard any more
        _log.warning("no goodbye", extra=failure(error))


def stop_on_signals() -> threading.Event:
    """An event that SIGTERM and SIGINT set. Only from the main thread."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    return stop


def _round(
    new_context: Callable[[], AbstractContextManager[object]],
    stop: threading.Event,
    heart: Heart,
    idle_seconds: float,
) -> float:
    """Run all that is due. Gives the seconds to wait; a database that fails is tried again later."""
    try:
        with new_context():
            while not stop.is_set():
                # Looked up by reading: an idle worker must not keep taking SQLite's one place for a writer.
                due, now = _next_due(), clock.now()
                heart.beat(now)
                if due is None or due > now or not _run_all(stop, heart):
                    return seconds_until(due, now, idle_seconds=idle_seconds)
            return 0
    except Exception as error:  # the next round may be well: the database came back
        _log.error("worker round failed", extra=failure(error))
        return idle_seconds


def _run_all(stop: threading.Event, heart: Heart) -> bool:
    """Run jobs until nothing is due that others leave us. False when there was none at all."""
    done = False
    while not stop.is_set() and run_one(now=clock.now()):
        done = True
        heart.beat(clock.now())
    return done


def run_one(*, now: datetime) -> bool:
    """Run the job that is due longest, in transactions of its own. False when nothing is due."""
    with transaction() as session:
        taken = jobs.take(session, now=now)
    if not isinstance(taken, jobs.Leased):
        return taken
    _finish(taken, taken.perform())
    return True


def _finish(leased: jobs.Leased, outcome: jobs.Outcome) -> None:
    """Tell the case how it went; while the database is busy or away, as long as the lease lasts."""
    while True:
        try:
            with transaction() as session:
                jobs.finish(session, leased, outcome, now=clock.now())
            return
        except (Busy, OperationalError) as error:
            if clock.now() > leased.until:
                raise
            # What was done outside is done: if nobody heard of it, it would be done again.
            _log.warning("outcome not kept yet", extra={"job": leased.key, **failure(error)})
            time.sleep(AGAIN_SECONDS)


def _next_due() -> datetime | None:
    with reading() as session:
        return jobs.next_due(session)


def seconds_until(due: datetime | None, now: datetime, *, idle_seconds: float) -> float:
    """How long to wait for the next job; never so short that a job of another worker makes this one spin."""
    if due is None:
        return idle_seconds
    return min(idle_seconds, max((due - now).total_seconds(), SHORTEST_WAIT_SECONDS))
