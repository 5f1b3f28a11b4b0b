"""Queries at size: what somebody waits for is found by an index, however many rows there are."""

import os
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import case, event, insert, literal, text
from sqlalchemy.orm import Session

from app.services import case_list, health, inbox, jobs, parts
from app.services.case_list import Order
from app.store import case_list as list_rows
from app.store import cases as case_rows
from app.store import health as health_rows
from app.store import jobs as job_rows
from app.store import messages as message_rows
from app.store import practice as practice_rows
from app.store import summaries as summary_rows
from app.store.cases import CaseFilters, Sight
from app.store.models import Base, Incident, Message, Token
from app.store.session import db, reading, transaction
from tests import copies
from tests.conftest import database_app
from tests.engine.diagrams import element, extensions, flows, process, task, timer
from tests.services import region
from tests.services.region import NOW

ROWS = int(os.environ.get("CASUSROUTE_ROWS", "20000"))
"""CASUSROUTE_ROWS=1000000 for a night."""
FEW, HANDFUL = 10, 200
MIDDLE = ROWS // 2
GROWING = (
    "case",
    "instance",
    "user_task",
    "candidate",
    "token",
    "job",
    "subscription",
    "event",
    "incident",
    "message",
)
MESSAGE = element(
    "message", "bericht", extensions('<zeebe:subscription correlationKey="=onderwerp"/>'), name="Antwoord"
)
WAY = process(
    element("startEvent", "begin", extensions('<zeebe:formDefinition formId="klein"/>')),
    element("parallelGateway", "uit"),
    task("a"),
    element("intermediateCatchEvent", "later", timer("timeDuration", "P1D")),
    element("intermediateCatchEvent", "op", '<bpmn:messageEventDefinition messageRef="bericht"/>'),
    element("parallelGateway", "in"),
    element("endEvent", "einde"),
    flows("begin>uit", "uit>a", "uit>later", "uit>op", "a>in", "later>in", "op>in", "in>einde"),
    id="alles",
    more=MESSAGE,
)
"""A case that waits for a person, a moment and a message."""


def vary(session: Session) -> copies.Vary:
    """Every case its own moment and message; a few are due, and a few stand elsewhere."""
    begin, tomorrow = NOW - timedelta(seconds=FEW), NOW + timedelta(days=1, seconds=-FEW)
    return {
        "case.started_at": lambda number: copies.moment(session, begin, number),
        "case.moved_at": lambda number: copies.moment(session, begin, number),
        "case.ended_at": lambda number: copies.moment(session, begin, number),
        "case.title": lambda number: literal("Overlast ").concat(number),
        "job.due_at": lambda number: copies.moment(session, tomorrow, number),
        "user_task.sort_due_at": lambda number: copies.moment(session, begin, number),
        "subscription.correlation_key": lambda number: literal("K").concat(number),
        "user_task.assignee_key": lambda number: case((number <= FEW, 1)),
        "token.element_id": lambda number: case((number <= FEW, "zeldzaam"), else_=Token.element_id),
    }


@pytest.fixture(scope="module")
def sqlite(module_sqlite_url: str) -> Iterator[Flask]:
    yield from filled(module_sqlite_url)


@pytest.fixture(scope="module")
def postgres(module_postgres_url: str) -> Iterator[Flask]:
    yield from filled(module_postgres_url, "ANALYZE")


def filled(url: str, *afterwards: str) -> Iterator[Flask]:
    app = database_app(url)
    with app.app_context():
        with transaction() as session:
            region.settle(session)
            region.publish(session, {"alles.bpmn": WAY})
            first = region.case(session, "alles", huis="arnhem", onderwerp="K")
            keys = copies.make(session, first.key, ROWS, vary=vary(session))
            session.execute(insert(Incident), [incident(key) for key in keys])
            session.execute(insert(Message), [message(key) for key in keys])
            for statement in afterwards:
                session.execute(text(statement))
        yield app
        db.session.remove()
        db.engine.dispose()


def incident(key: int) -> dict[str, Any]:
    """All but a few are resolved."""
    place = {"process_id": "alles", "element_id": "a", "message": "mis"}
    return {"case_key": key, "opened_at": NOW, "resolved_at": NOW if key > FEW else None, **place}


def message(key: int) -> dict[str, Any]:
    """All but a few are handled."""
    moments = {"received_at": NOW, "expires_at": NOW, "handled_at": NOW if key > FEW else None}
    return {"id": f"post-{key}", "name": "Antwoord", "correlation_key": f"M{key}", "variables": {}, **moments}


def _inbox(session: Session) -> object:
    return inbox.page(session, region.person(session), view="rollen", filters=inbox.Filters(), now=NOW)


NEWEST = Order()


def _cases(session: Session, filters: CaseFilters, order: Order = NEWEST) -> object:
    return case_list.page(session, region.person(session), filters, order, now=NOW)


def _second_page(order: Order) -> Callable[[Session], object]:
    def ask(session: Session) -> object:
        petra, running = region.person(session), CaseFilters(state="running")
        first = case_list.page(session, petra, running, order, now=NOW)
        return case_list.page(session, petra, running, order, first.next, now=NOW)

    return ask


ENDED = practice_rows.Chosen(
    NOW - timedelta(days=1),
    NOW + timedelta(days=365),
    roots=frozenset({"alles", "proef"}),
    releases=frozenset({1, 2}),
)


ASKED: dict[str, Callable[[Session], object]] = {
    "a worker claims what is due": lambda session: job_rows.claim(session, now=NOW + timedelta(days=1)),
    "a worker looks when the next is due": jobs.next_due,
    "the inbox": _inbox,
    "the open tasks of a case": lambda session: case_rows.open_tasks(session, MIDDLE),
    "the jobs of a case": lambda session: case_rows.jobs(session, MIDDLE),
    "the tokens of a case": lambda session: case_rows.tokens(session, MIDDLE),
    "the messages that a case waits for": lambda session: message_rows.subscriptions_of(session, MIDDLE),
    "who waits for a message": lambda session: message_rows.first_waiting(session, "Antwoord", f"K{MIDDLE}"),
    "a message that was kept": lambda session: message_rows.kept(session, "Antwoord", "K1", now=NOW),
    "the same message again": lambda session: message_rows.by_id(session, f"post-{MIDDLE}"),
    "messages that expired": lambda session: message_rows.forget_expired(session, before=NOW),
    "open incidents": jobs.open_incidents,
    "open incidents of a case": lambda session: jobs.open_incidents(session, case_key=MIDDLE),
    "open incidents of a kind": lambda session: job_rows.incidents_of_kind(session, "mis", "a"),
    "incidents of jobs that go": lambda session: job_rows.resolve_incidents(session, [MIDDLE], now=NOW),
    "the cases at a step": lambda session: _cases(
        session, CaseFilters(element_id="zeldzaam", element_process_id="alles", state="running")
    ),
    "the cases of a house": lambda session: _cases(session, CaseFilters(state="running")),
    **{
        f"the cases by {sort}, {'down' if down else 'up'}": _second_page(Order(sort, down))
        for sort in list_rows.SORTS
        for down in (False, True)
    },
    "the routes of the cases": lambda session: case_list.routes(session, region.person(session)),
    "the cases that somebody has": lambda session: _cases(session, CaseFilters(who="persoon:petra")),
    "the cases of a group": lambda session: _cases(session, CaseFilters(who="organisatie:politie")),
    "which months are over": lambda session: parts.unlisted(session, now=NOW),
    "what waits for the workers": lambda session: health.work(session, now=NOW),
    "tasks over their term": lambda session: health_rows.overdue_tasks(session, now=NOW),
    "cases over their term": lambda session: summary_rows.with_tasks_due(
        session, Sight(frozenset(["arnhem"])), begin=None, end=NOW
    ),
    "cases with a failure": lambda session: summary_rows.with_incidents(
        session, Sight(frozenset(["arnhem"]))
    ),
    "the cases that went through a process and ended last": lambda session: practice_rows.ended(
        session, Sight(frozenset(["arnhem"])), ENDED, limit=FEW
    ),
    "what happened in them there": lambda session: list(
        practice_rows.facts(session, range(MIDDLE, MIDDLE + FEW), "alles", repeated=["a"])
    ),
    "the history of a case": lambda session: case_rows.events(session, MIDDLE),
}


def statements(ask: Callable[[Session], object]) -> list[tuple[str, Any]]:
    """What was really asked of the database, of tables that grow."""
    asked: list[tuple[str, Any]] = []

    def listen(connection: Any, cursor: Any, statement: str, parameters: Any, *rest: Any) -> None:
        if re.search(rf"\b({'|'.join(GROWING)})\b", statement):
            asked.append((statement, parameters))

    event.listen(db.engine, "before_cursor_execute", listen)
    try:
        with reading() as session:
            ask(session)
    finally:
        event.remove(db.engine, "before_cursor_execute", listen)
    assert asked
    return asked


@pytest.mark.parametrize("ask", ASKED.values(), ids=ASKED)
def test_postgresql_reads_a_handful_of_rows(postgres: Flask, ask: Callable[[Session], object]) -> None:
    for statement, parameters in statements(ask):
        with db.engine.connect() as connection:
            explained = f"EXPLAIN (ANALYZE, FORMAT JSON) {statement}"
            [plan] = connection.exec_driver_sql(explained, parameters).scalar_one()
        for node in nodes(plan):
            if node.get("Relation Name") in GROWING:
                assert node["Node Type"] != "Seq Scan", statement
                assert rows_read(node) <= HANDFUL, (statement, node)


def nodes(plan: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    node = plan.get("Plan", plan)
    yield node
    for inner in node.get("Plans", ()):
        yield from nodes(inner)


def rows_read(node: Mapping[str, Any]) -> float:
    read = node.get("Actual Rows", 0) + node.get("Rows Removed by Filter", 0)
    return float(read * node.get("Actual Loops", 1))


@pytest.mark.parametrize("ask", ASKED.values(), ids=ASKED)
def test_sqlite_takes_fewer_steps_than_there_are_rows(
    sqlite: Flask, ask: Callable[[Session], object]
) -> None:
    for statement, parameters in statements(ask):
        with db.engine.connect() as connection:
            raw = connection.connection.driver_connection
            plan = raw.execute(f"EXPLAIN QUERY PLAN {statement}", parameters).fetchall()
            steps = steps_of(raw, statement, parameters)
        # Along an index is no scan of the table: how far it goes is what the steps say.
        table = rf"SCAN ({'|'.join(GROWING)})\b(?! USING INDEX)"
        scanned = [row[-1] for row in plan if re.match(table, row[-1])]
        assert scanned == [], statement
        assert steps < ROWS, statement


def steps_of(raw: Any, statement: str, parameters: Any) -> int:
    """The steps of SQLite's virtual machine: the same on every machine."""
    steps = 0

    def count() -> int:
        nonlocal steps
        steps += 100
        return 0

    raw.set_progress_handler(count, 100)
    raw.execute(statement, parameters).fetchall()
    raw.set_progress_handler(None, 0)
    return steps


def test_what_refers_to_rows_that_go_is_found_by_an_index() -> None:
    """A row that is deleted makes the database look for all that refer to it."""
    for table in Base.metadata.tables.values():
        indexes = [list(index.columns) for index in [*table.indexes, table.primary_key]]
        for key in table.foreign_key_constraints:
            columns = list(key.columns)
            if key.ondelete:
                assert columns in [index[: len(columns)] for index in indexes], f"{table.name}: {columns}"
