"""The shipped way of working with the demo people, in a scratch database, at any moment."""

import tomllib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import forms
from app.services import cases, demo, inbox, organisation, releases
from app.store.models import Case, Event, Person, UserTask
from app.store.session import db, transaction

PROJECT = Path(__file__).parent.parent
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
"""A Monday."""

Shipped = dict[str, bytes]


def shipped() -> Shipped:
    files = [*(PROJECT / "processes").iterdir(), *(PROJECT / "forms").iterdir()]
    return {file.name: file.read_bytes() for file in files}


@dataclass
class Town:
    """Runs cases with the answers of `deploy/voorbeelden.toml`, each step by somebody who may do it."""

    app: Flask
    examples: Mapping[str, Any]

    def run(self, work: Callable[[Session], Any]) -> Any:
        with transaction() as session:
            return work(session)

    def case(
        self,
        way: str,
        by: str,
        *steps: str | tuple[str, int],
        days: int = 0,
        now: datetime = NOW,
        answers: Mapping[str, Any] | None = None,
    ) -> int:
        """A case that began `days` ago and went through these steps, some after so many days; its key."""
        named = [(step, 0) if isinstance(step, str) else step for step in steps]
        return demo.make(
            self.run,
            self.examples,
            {
                "weg": way,
                "door": by,
                "dagen": days,
                "stappen": [{"taak": task, "wacht": wait} for task, wait in named],
                "antwoorden": answers or {},
            },
            now=now,
        )

    def do(
        self, key: int, element: str, answers: Mapping[str, Any] | None = None, *, now: datetime = NOW
    ) -> None:
        """Complete an open task by somebody who may."""
        one = {"antwoorden": answers or {}}
        step = partial(demo.step, examples=self.examples, one=one, key=key, element=element, now=now)
        self.run(step)
        db.session().expire_all()

    def later(self, now: datetime) -> None:
        """Let everything happen that is due by then."""
        demo.let_terms_pass(self.run, now=now)

    def found(self, key: int) -> Case:
        found: Case = db.session().get_one(Case, key, populate_existing=True)
        return found

    def variables(self, key: int) -> dict[str, Any]:
        return cases.variables(db.session(), self.found(key))

    def tasks(self, key: int) -> dict[str, UserTask]:
        """The open tasks by element; of several at one element the last."""
        query = select(UserTask).where(UserTask.case_key == key, UserTask.state == "open")
        return {task.element_id: task for task in db.session().scalars(query).unique()}

    def events(self, key: int, kind: str) -> list[Event]:
        query = select(Event).where(Event.case_key == key, Event.kind == kind).order_by(Event.key)
        return list(db.session().scalars(query))

    def person(self, login: str) -> Person:
        return db.session().scalars(select(Person).where(Person.login == login)).unique().one()

    def form(self, key: int, element: str, login: str, *, now: datetime = NOW) -> forms.FormView:
        """The form of an open task as this person gets it."""
        session = db.session()
        task = self.tasks(key)[element]
        number = cases.instance(session, self.found(key)).release_number
        found = releases.form(session, number, task.form_id or "")
        context = inbox.form_context(session, task, self.person(login), now=now)
        return forms.view(found, context=context, now=now)


@contextmanager
def town(app: Flask, files: Shipped | None = None) -> Iterator[Town]:
    """The organisation, the people and release 1."""
    data = tomllib.loads((PROJECT / "deploy" / "organisatie.toml").read_text("utf-8"))
    examples = demo.read(PROJECT / "deploy" / "voorbeelden.toml")
    with app.app_context():
        with transaction() as session:
            organisation.load(session, data)
            organisation.load_demo_people(session, data)
            releases.publish(session, files or shipped(), by="test", note="eerste", now=NOW)
        yield Town(app, examples)
        db.session.remove()
        db.engine.dispose()
