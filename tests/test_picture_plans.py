"""The live picture beside a long past: what ended, was done or was resolved is not read for it."""

import os
import re
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import insert, text, update
from sqlalchemy.orm import Session

from app.services import cases, inbox, overview, terms, troubles
from app.services.overview import CaseFilters
from app.store import troubles as trouble_rows
from app.store.cases import Sight
from app.store.models import Case, Incident, UserTask
from app.store.session import db, transaction
from tests import copies
from tests.conftest import database_app
from tests.services import region
from tests.services.region import NOW
from tests.test_plans import GROWING, HANDFUL, nodes, rows_read, statements, steps_of

PAST = int(os.environ.get("CASUSROUTE_ROWS", "20000")) // 4
RUNNING = 20
DAY = timedelta(days=1)


@pytest.fixture(scope="module")
def sqlite(module_sqlite_url: str) -> Iterator[Flask]:
    yield from filled(module_sqlite_url)


@pytest.fixture(scope="module")
def postgres(module_postgres_url: str) -> Iterator[Flask]:
    yield from filled(module_postgres_url, "ANALYZE")


def filled(url: str, *afterwards: str) -> Iterator[Flask]:
    """Thousands of cases that ended, each with a failure of then, and a few that run, are late and failed."""
    app = database_app(url)
    with app.app_context():
        with transaction() as session:
            region.settle(session)
            petra = region.person(session)
            region.ketenmanager(session)
            past = region.case(session, "buiten", by=petra, now=NOW - 90 * DAY, termijn="2026-10-01")
            inbox.complete(session, region.open_task(session, past).id, {}, by=petra, now=NOW - 60 * DAY)
            gone = [past.key, *copies.make(session, past.key, PAST)]
            now = region.case(session, "buiten", by=petra, now=NOW - 30 * DAY, termijn="2026-11-20")
            here = [now.key, *copies.make(session, now.key, RUNNING)]
            session.execute(
                update(UserTask).where(UserTask.case_key == here[-1]).values(groups=["organisatie:politie"])
            )
            session.execute(insert(Incident), [incident(key, resolved=True) for key in gone])
            session.execute(insert(Incident), [incident(key, resolved=False) for key in here[:5]])
            for statement in afterwards:
                session.execute(text(statement))
        yield app
        db.session.remove()
        db.engine.dispose()


def incident(case_key: int, *, resolved: bool) -> dict[str, object]:
    return {
        "case_key": case_key,
        "process_id": "binnen",
        "element_id": "kijken",
        "path": ["roep"],
        "message": "mis",
        "opened_at": NOW,
        "resolved_at": NOW if resolved else None,
    }


NARROWED = CaseFilters(
    house="arnhem",
    release_number=1,
    started_from=NOW - 90 * DAY,
    started_until=NOW,
)
CAUSE = Incident(process_id="binnen", element_id="kijken", message="mis")
MARKS = {"roep": [("buiten", "roep")], "binnen": [("binnen", None)]}


def _picture(session: Session, filters: CaseFilters) -> object:
    return overview.picture(session, region.ketenmanager(session), filters, now=NOW)


ASKED: dict[str, Callable[[Session], object]] = {
    "the picture": lambda session: _picture(session, CaseFilters()),
    "the picture, narrowed": lambda session: _picture(session, NARROWED),
    "the picture of one process": lambda session: overview.picture(
        session, region.ketenmanager(session), CaseFilters(), processes={"binnen"}, now=NOW
    ),
    "how long they stand": lambda session: overview.stood(
        session, region.ketenmanager(session), CaseFilters(), MARKS, now=NOW
    ),
    "failures": lambda session: troubles.by_cause(session, cases.sight(region.ketenmanager(session))),
    "failures of one cause": lambda session: trouble_rows.of_cause(
        session, Sight(frozenset(["arnhem"])), CAUSE, resolved_since=NOW + DAY, limit=200
    ),
    "the cases of one cause": lambda session: trouble_rows.open_cases(
        session, Sight(frozenset(["arnhem"])), CAUSE, not_on=9
    ),
    "work that is tried again": lambda session: troubles.retried(
        session, troubles.sight(region.ketenmanager(session)), now=NOW - 30 * DAY
    ),
    "routes": lambda session: overview.routes(session, region.ketenmanager(session)),
    "terms": lambda session: terms.overdue(session, region.ketenmanager(session), CaseFilters(), now=NOW),
    "standstill": lambda session: terms.still(
        session, region.ketenmanager(session), CaseFilters(), days=14, now=NOW
    ),
    "partners": lambda session: terms.partners(session, region.ketenmanager(session), CaseFilters(), now=NOW),
}


@pytest.mark.parametrize("ask", ASKED.values(), ids=ASKED)
def test_postgresql_reads_what_runs_and_not_the_past(
    postgres: Flask, ask: Callable[[Session], object]
) -> None:
    for statement, parameters in statements(ask):
        with db.engine.connect() as connection:
            [plan] = connection.exec_driver_sql(
                f"EXPLAIN (ANALYZE, FORMAT JSON) {statement}", parameters
            ).scalar_one()
        for node in nodes(plan):
            if node.get("Relation Name") in GROWING:
                assert rows_read(node) <= HANDFUL, (statement, node)
                past = node["Relation Name"] in ("case", "instance", "user_task", "event")
                assert not (past and node["Node Type"] == "Seq Scan"), statement


@pytest.mark.parametrize("ask", ASKED.values(), ids=ASKED)
def test_sqlite_takes_fewer_steps_than_there_are_cases_in_the_past(
    sqlite: Flask, ask: Callable[[Session], object]
) -> None:
    for statement, parameters in statements(ask):
        with db.engine.connect() as connection:
            raw = connection.connection.driver_connection
            plan = raw.execute(f"EXPLAIN QUERY PLAN {statement}", parameters).fetchall()
            steps = steps_of(raw, statement, parameters)
        # Tokens are of cases that run: all of them is what a picture of everything reads.
        scanned = [row[-1] for row in plan if re.match(rf"SCAN ({'|'.join(GROWING)})\b(?<!token)", row[-1])]
        assert scanned == [], statement
        assert steps < 2 * PAST, statement


def test_there_is_something_to_read_and_a_past(sqlite: Flask) -> None:
    with transaction() as session:
        karin = region.ketenmanager(session)
        found = overview.picture(session, karin, CaseFilters(), now=NOW)
        assert found.counts["buiten", "roep"] == overview.Count(RUNNING + 1, RUNNING + 1, 5)
        assert terms.still(session, karin, CaseFilters(), days=14, now=NOW).number == RUNNING + 1
        assert terms.partners(session, karin, CaseFilters(), now=NOW).number == 1
        assert session.query(Case).filter(Case.state == "ended").count() == PAST + 1
