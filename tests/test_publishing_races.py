"""Process owners at once, each on their own connection: of those who publish exactly one wins."""

from collections.abc import Iterator
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.errors import Conflict
from app.services import draft_saves, drafts, publishing
from app.store.models import DraftFile, Person, Release
from app.store.session import db, reading, transaction
from tests.conftest import database_app
from tests.services import region
from tests.services.region import NOW, SMALL
from tests.test_races import at_once

KLEIN = (SMALL / "klein.form").read_bytes()


@pytest.fixture
def app(any_url: str) -> Iterator[Flask]:
    app = database_app(any_url)
    with app.app_context(), transaction() as session:
        region.settle(session)
        for number in range(4):
            owner(session, number)
    yield app
    with app.app_context():
        db.engine.dispose()


def owner(session: Session, number: int) -> Person:
    return region.person(session, f"eigenaar{number}", roles=[("proceseigenaar", None)])


def klein(word: str) -> bytes:
    return KLEIN.replace(b'"components"', b'"x": "' + word.encode() + b'", "components"', 1)


def approved(app: Flask, word: str) -> UUID:
    with app.app_context(), transaction() as session:
        made = drafts.make(session, word, by=owner(session, 0), now=NOW)
        draft_saves.save(session, made, "klein.form", klein(word), revision=0, by=owner(session, 0), now=NOW)
        publishing.submit(session, made, word, by=owner(session, 0), now=NOW)
        publishing.approve(session, made, made.revision, by=owner(session, 1), now=NOW)
        return made.id


def publish(id: UUID, number: int) -> int:
    with transaction() as session:
        draft = drafts.lock(session, id)
        return publishing.publish(session, draft, by=owner(session, number), now=NOW).number


def winners(answers: list[object]) -> list[object]:
    losers = [answer for answer in answers if not isinstance(answer, int)]
    assert all(isinstance(loser, Conflict) for loser in losers), losers
    return [answer for answer in answers if isinstance(answer, int)]


def test_of_people_who_publish_one_draft_at_once_one_wins(app: Flask) -> None:
    id = approved(app, "een")
    assert winners(at_once(app, lambda number: publish(id, number))) == [2]


def test_of_drafts_that_are_published_at_once_one_wins_and_the_others_must_look_again(app: Flask) -> None:
    ids = [approved(app, f"concept {number}") for number in range(3)]
    assert winners(at_once(app, lambda number: publish(ids[number], number), times=3)) == [2]
    with app.app_context(), reading() as session:
        assert session.scalar(select(func.count()).select_from(Release)) == 2


def test_people_who_save_one_file_at_once_lose_nothing(app: Flask) -> None:
    with app.app_context(), transaction() as session:
        id = drafts.make(session, "samen", by=owner(session, 0), now=NOW).id

    def save(number: int) -> int:
        with transaction() as session:
            draft, by = drafts.lock(session, id), owner(session, number)
            answer = draft_saves.save(
                session, draft, "klein.form", klein(f"van {number}"), revision=0, by=by, now=NOW
            )
            if isinstance(answer, draft_saves.Clash):
                raise Conflict("een ander was eerst")
            return number

    won = winners(at_once(app, save))
    assert len(won) == 1
    with app.app_context(), reading() as session:
        found = session.scalars(select(DraftFile)).one()
        assert found.person.login == f"eigenaar{won[0]}"
