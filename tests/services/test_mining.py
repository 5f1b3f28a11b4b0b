"""Logs for process mining: what pm4py reads in them, its variants and ours, and nobody stands in them."""

import io
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.services import inbox, mining
from app.store.cases import Sight
from app.store.histories import Span
from app.store.models import Case, UserTask
from tests.services import region
from tests.services.region import NOW

ALL = Sight(frozenset({"arnhem", "wvv"}))


@pytest.fixture
def session(any_session: Session) -> Session:
    """Two finished cases of ten tasks, one that was begun, and one of five rounds in a closed compartment."""
    region.settle(any_session)
    for at in range(2):
        _finish(any_session, region.case(any_session, onderwerp=f"Jan Verzonnen {at}"), days=at + 1)
    region.case(any_session, onderwerp="Piet Verzonnen")
    closed = region.case(any_session, onderwerp="Stil Verzonnen")
    closed.compartment = "radicalisering"
    any_session.flush()
    return any_session


def _finish(session: Session, case: Case, *, days: int) -> None:
    while case.state == "running":
        query = select(UserTask).where(UserTask.case_key == case.key, UserTask.state == "open")
        task = session.scalars(query).unique().first()
        assert task is not None
        later = NOW + timedelta(days=days)
        inbox.complete(session, task.id, {"onderwerp": "geheim"}, by=region.person(session), now=later)


def written(session: Session, write: Any, sight: Sight | None = ALL, span: Span | None = None) -> bytes:
    out = io.BytesIO()
    write(session, sight, span or Span(), out)
    return out.getvalue()


def test_our_variants_are_the_sequences_of_tasks_that_were_done(session: Session) -> None:
    [only] = mining.ways(session, ALL, Span()).variants
    assert only.steps == tuple(f"Taak {number}" for number in range(1, 11))
    assert (only.cases, only.median_days) == (2, 1.5)
    both = mining.ways(session, ALL, Span(), ended_only=False).variants
    assert {(one.steps, one.cases) for one in both} == {(only.steps, 2), ((), 1)}


def test_pm4py_reads_the_xes_and_finds_the_same_variants(session: Session, tmp_path: Path) -> None:
    pm4py = pytest.importorskip("pm4py")
    file = tmp_path / "log.xes"
    file.write_bytes(written(session, mining.write_xes))
    log = pm4py.read_xes(str(file))
    done = log[log["lifecycle:transition"] == "complete"]
    tasks = done[done["org:role"].notna()]
    found = pm4py.get_variants(tasks)
    assert dict(found) == {one.steps: one.cases for one in mining.ways(session, ALL, Span()).variants}
    assert set(log["case:huis"]) == {"arnhem"}


def test_pm4py_reads_the_ocel_and_counts_the_same(session: Session, tmp_path: Path) -> None:
    pm4py = pytest.importorskip("pm4py")
    file = tmp_path / "log.json"
    file.write_bytes(written(session, mining.write_ocel))
    log = pm4py.read_ocel2_json(str(file))
    assert len(log.events) == 20
    kinds = log.objects["ocel:type"].value_counts().to_dict()
    assert kinds == {"taak": 20, "casus": 2}, "pm4py leaves out a case in which nothing was done yet"
    assert len(log.relations) == 40


@pytest.mark.parametrize("write", [mining.write_xes, mining.write_ocel])
def test_nobody_and_nothing_that_was_answered_stands_in_a_log(session: Session, write: Any) -> None:
    text = written(session, write).decode()
    cases = session.scalars(select(Case)).unique().all()
    for secret in ("Verzonnen", "geheim", "petra", "Petra", "radicalisering", *(one.number for one in cases)):
        assert secret not in text, secret
    assert "casus-000003" in text
    assert "casus-000004" not in text, "a closed compartment is in no log"
    assert "casus-000004" not in written(session, write, None).decode()


def test_only_the_cases_that_were_asked_for_are_in_it(session: Session) -> None:
    assert written(session, mining.write_xes, Sight(frozenset({"wvv"}))).count(b"<trace>") == 0
    late = Span(begin=NOW + timedelta(days=1))
    assert written(session, mining.write_xes, ALL, late).count(b"<trace>") == 0
    assert written(session, mining.write_xes, ALL, Span(house="arnhem")).count(b"<trace>") == 3
    assert json.loads(written(session, mining.write_ocel, ALL, late))["objects"] == []
