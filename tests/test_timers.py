"""Timers with any number of workers, which are killed: each fires once, and none is forgotten."""

import os
import random
import time
from collections.abc import Iterator

import pytest

from app.store.session import db, transaction
from tests import timers
from tests.installation import Installation

TIMERS = int(os.environ.get("CASUSROUTE_TIMERS", "100"))
KILLS = int(os.environ.get("CASUSROUTE_TIMER_KILLS", "2"))
A_SECOND = float(os.environ.get("CASUSROUTE_TIMERS_A_SECOND", "50"))


@pytest.fixture(scope="module")
def place(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    url = request.getfixturevalue("module_postgres_url") if request.param == "postgres" else ""
    found = Installation(tmp_path_factory.mktemp("timers"), database_url=url)
    try:
        found.set_up(files=timers.FILES)
        yield found
    finally:
        found.stop()


@pytest.mark.parametrize(
    ("place", "workers"),
    [("sqlite", 1), *(pytest.param("postgres", number, marks=pytest.mark.postgres) for number in (1, 2, 4))],
    indirect=["place"],
)
def test_each_fires_once_though_workers_are_killed(
    place: Installation, workers: int, capsys: pytest.CaptureFixture[str]
) -> None:
    """CASUSROUTE_TIMERS=10000 CASUSROUTE_TIMER_KILLS=50 for a night; CASUSROUTE_TIMERS_A_SECOND due."""
    place.start_workers(workers)
    seconds = TIMERS / A_SECOND
    with place.app():
        with transaction() as session:
            moments = timers.wait(session, TIMERS, seconds=seconds)
        until = time.monotonic() + 4 * seconds + 60
        kills = [TIMERS * place // (KILLS + 1) for place in range(1, KILLS + 1)]
        while left := timers.left(db.session()):
            db.session.rollback()
            assert time.monotonic() < until, f"{left} timers did not fire"
            if kills and left <= kills[-1]:
                kills.pop()
                place.kill(random.choice(place.running))
                place.spawn("worker")
            time.sleep(0.05)
        place.stop()
        timers.check_once(db.session(), moments)
        found = timers.Lateness.of(db.session(), moments)
    with capsys.disabled():
        print(f"\n{TIMERS} timers in {seconds:.0f} s, {workers} workers, {KILLS} keer gedood: {found}")
