"""Invented cases with a past: made by the real use cases, the same for one seed, with a bottleneck."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from statistics import median
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app import forms, workdays
from app.clock import AMSTERDAM
from app.errors import CasusrouteError
from app.services import drawn_answers, made_histories
from app.services.made_histories import BOTTLENECK, Made, Plan
from app.store.models import Case, Event, Instance, UserTask
from app.store.session import db
from tests.conftest import database_app
from tests.town import NOW, PROJECT, town

PLAN = Plan(cases=24, months=4, seed=7)
Past = list[tuple[Any, ...]]


def make(app: Flask) -> tuple[Made, Past]:
    """The town after it, and everything that happened in it."""
    with town(app) as made_in:
        made = made_histories.make(made_in.run, made_in.examples, PLAN, now=NOW)
        query = select(Event.at, Event.case_key, Event.kind, Event.process_id, Event.element_id, Event.data)
        return made, [tuple(row) for row in db.session.execute(query.order_by(Event.key))]


@pytest.fixture(scope="module")
def app(module_sqlite_url: str) -> Flask:
    return database_app(module_sqlite_url)


@pytest.fixture(scope="module")
def past(app: Flask) -> tuple[Made, Past]:
    return make(app)


def test_one_seed_makes_the_same_past(past: tuple[Made, Past], sqlite_url: str) -> None:
    assert make(database_app(sqlite_url)) == past


def test_cases_come_over_the_months_under_two_releases_and_some_still_run(
    app: Flask, past: tuple[Made, Past]
) -> None:
    with app.app_context():
        cases = db.session.scalars(select(Case)).unique().all()
        numbers = Counter(db.session.scalars(select(Instance.release_number)))
        tasks = db.session.scalars(select(UserTask)).unique().all()
        db.session.remove()

    made, _ = past
    assert (made.cases, len(cases), made.release) == (PLAN.cases, PLAN.cases, 2)
    assert made.steps == sum(task.state == "completed" for task in tasks)
    assert set(numbers) == {1, 2}
    assert {case.state for case in cases} == {"running", "ended"}
    assert all(NOW - timedelta(days=31 * PLAN.months) < case.started_at < NOW for case in cases)
    assert len({case.municipality_key for case in cases}) > 3


def test_people_work_in_working_hours_and_one_step_takes_long(app: Flask, past: tuple[Made, Past]) -> None:
    with app.app_context():
        tasks = db.session.scalars(select(UserTask).where(UserTask.state == "completed")).unique().all()
        db.session.remove()

    hours = {task.completed_at.astimezone(AMSTERDAM).hour for task in tasks if task.completed_at}
    assert hours <= set(range(9, 18))
    took: dict[bool, list[float]] = {True: [], False: []}
    for task in tasks:
        if task.completed_at is not None:
            here = (task.process_id, task.element_id) == BOTTLENECK
            took[here].append((task.completed_at - task.opened_at).total_seconds())
    assert median(took[True]) > 3 * median(took[False])


def test_the_past_has_terms_that_passed_reminders_and_advice(past: tuple[Made, Past]) -> None:
    kinds = Counter(kind for _, _, kind, *_ in past[1])

    assert kinds["reminded"] > 0
    assert kinds["timer_fired"] > 0
    assert kinds["decision"] > 0
    assert kinds["claimed"] > 0
    assert kinds["completed"] > kinds["claimed"]


@pytest.mark.parametrize(
    ("at", "hours", "then"),
    [
        ((20, 9), 1, (20, 10)),
        ((20, 16), 2, (23, 10)),
        ((21, 12), 0, (23, 9)),
        ((20, 20), 0.5, (23, 9, 30)),
        ((19, 9), 17, (23, 10)),
    ],
)
def test_working_hours_go_on_the_next_working_day(at: Any, hours: float, then: Any) -> None:
    moment = datetime(2026, 11, *at, tzinfo=AMSTERDAM).astimezone(UTC)
    assert made_histories.working(moment, hours).astimezone(AMSTERDAM) == datetime(
        2026, 11, *then, tzinfo=AMSTERDAM
    )
    assert workdays.is_working_day(date(2026, 11, then[0]))


@pytest.mark.parametrize("plan", [Plan(0, 3), Plan(5, 0), Plan(5, 1_000)])
def test_what_cannot_be_made_is_said(plan: Plan) -> None:
    with pytest.raises(CasusrouteError, match="minstens één casus"):
        made_histories.require(plan)


@pytest.mark.parametrize("file", sorted((PROJECT / "forms").iterdir()), ids=lambda file: file.stem)
def test_every_form_that_we_ship_takes_answers_that_are_drawn_with_nothing_to_go_by(file: Path) -> None:
    form, _ = forms.parse(file.read_bytes(), file=file.name)
    assert form is not None
    lists = ("huizen", "gemeenten", "organisaties", "organisaties_primair", "medewerkers", "themas")
    choices = {name: [{"value": "een", "label": "Een"}, {"value": "twee", "label": "Twee"}] for name in lists}
    context = {
        "referentie": choices,
        "ik": {"partner": False, "naam": "", "organisatie": "", "organisatie_naam": ""},
        "mdo_deelnemers": [{"organisatie": "een"}],
    }

    for seed in range(3):
        drawn = drawn_answers.draw(Random(seed), form, {}, {}, context=context, now=NOW)
        assert drawn
