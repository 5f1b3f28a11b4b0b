"""Somebody at a browser without scripts: follows links, sends the forms of the page that they see."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from uuid import UUID

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from app.store.models import Case, Person, UserTask
from app.store.session import db, reading

PASSWORD = "demo"
Fields = dict[str, Any]


@dataclass
class _Token(HTMLParser):
    token: str = ""

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if tag == "input" and found.get("name") == "csrf_token":
            self.token = found.get("value") or ""


@dataclass
class Visitor:
    """One browser; `login` is empty while nobody has signed in."""

    app: Flask
    login: str = ""
    client: FlaskClient = field(init=False)
    token: str = ""

    def __post_init__(self) -> None:
        self.client = self.app.test_client()
        if self.login:
            self._begin()

    def _begin(self) -> None:
        """Sign in without the page for it: that one has tests of its own, and passwords take long."""
        with self.app.app_context():
            person = db.session.scalars(select(Person).where(Person.login == self.login)).one()
            key, epoch = person.key, person.session_epoch
        with self.client.session_transaction() as session:
            session["person"], session["epoch"] = key, epoch

    def get(self, path: str, **given: Any) -> TestResponse:
        answer = self.client.get(path, **given)
        self._read(answer)
        return answer

    def post(self, path: str, fields: Fields | None = None, **given: Any) -> TestResponse:
        """Send fields with the token of the page that was read last; of the sign-in page when none was."""
        if not self.token:
            self.get("/account" if self.login else "/inloggen")
        answer = self.client.post(path, data={"csrf_token": self.token, **(fields or {})}, **given)
        self._read(answer)
        return answer

    def send(self, method: str, path: str, **given: Any) -> TestResponse:
        """As a script does it: with the token in a header."""
        if not self.token:
            self.get("/account" if self.login else "/inloggen")
        headers = {"X-CSRFToken": self.token, **given.pop("headers", {})}
        return self.client.open(path, method=method, headers=headers, **given)

    def _read(self, answer: TestResponse) -> None:
        if answer.mimetype == "text/html":
            parser = _Token()
            parser.feed(answer.text)
            self.token = parser.token or self.token

    def start(self, **fields: Any) -> str:
        """Hand in the start form of `melding`; gives the number of the case."""
        given = {"onderwerp": "Overlast", "gemeente": "arnhem", "_rijen:personen": "0", **fields}
        answer = self.post("/aanmelden/melding", given)
        assert answer.status_code == 303, answer.text
        return answer.headers["Location"].rpartition("/")[2]


def waiting(app: Flask, number: str) -> UUID:
    """The one task that waits in a case."""
    with app.app_context(), reading() as session:
        query = select(UserTask.id).join(Case).where(Case.number == number, UserTask.state == "open")
        found: UUID = session.scalars(query).one()
        return found
