"""The daily summary by mail: who gets it, when, what stands in it, and that it comes once."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from app import worker
from app.errors import Forbidden, Invalid
from app.services import changes, mail, summaries
from app.store.inbox import END_OF_TIME
from app.store.models import Case, Incident, Summary
from app.store.session import db, reading, transaction
from tests.conftest import database_app
from tests.services import region
from tests.services.region import NOW

MORNING = datetime(2026, 11, 24, 6, 30, tzinfo=UTC)
"""A Tuesday, 07:30 in Amsterdam."""
DAY = timedelta(days=1)


@pytest.fixture
def post(tmp_path: Path) -> Path:
    """Where mail goes."""
    folder = tmp_path / "post"
    mail.configure(mail.Settings(folder=folder))
    summaries.configure("https://casusroute.test/")
    return folder


@pytest.fixture
def app(any_url: str) -> Iterator[Flask]:
    app = database_app(any_url)
    with app.app_context(), transaction() as session:
        region.settle(session)
        karin = region.ketenmanager(session)
        summaries.switch_on(session, karin, "karin@voorbeeld.test", now=NOW)
    with app.app_context():
        yield app
        db.engine.dispose()


def letters(post: Path) -> list[str]:
    found = sorted(post.glob("*.eml")) if post.exists() else []
    return [str(message_from_bytes(one.read_bytes(), policy=policy.default).get_content()) for one in found]


def case_due(session: Session, due: datetime, **answers: object) -> Case:
    case = region.case(session, now=MORNING - timedelta(hours=1), **answers)
    task = region.open_task(session, case)
    task.due_at = task.sort_due_at = due
    session.flush()
    return case


def test_it_names_cases_by_number_under_each_heading_and_nothing_else(app: Flask, post: Path) -> None:
    with transaction() as session:
        late = case_due(session, MORNING - DAY, onderwerp="Geheim late").number
        soon = case_due(session, MORNING + DAY, onderwerp="Geheim soon").number
        still = region.case(session, onderwerp="Geheim still", now=MORNING - 30 * DAY)
        task = region.open_task(session, still)
        task.due_at, task.sort_due_at = None, END_OF_TIME
        place = {"process_id": "tien_taken", "element_id": "x", "message": "Geheim"}
        session.add(Incident(case_key=still.key, opened_at=NOW, **place))
        number = still.number

    assert worker.send_summaries(now=MORNING) == 1

    [letter] = letters(post)
    parts = letter.split("\n\n")
    assert parts[1].startswith("Te laat: 1 casus\n")
    assert late in parts[1]
    assert soon in parts[2]
    assert parts[3].startswith("Staat stil, al 10 werkdagen")
    assert f"https://casusroute.test/casussen/{number}" in parts[3]
    assert parts[4].startswith("Storingen: 1 casus")
    assert "Geheim" not in letter
    assert "Petra" not in letter


def test_it_comes_once_a_day_and_again_the_next_working_day(app: Flask, post: Path) -> None:
    with transaction() as session:
        case_due(session, MORNING - DAY)

    for later in (timedelta(), timedelta(minutes=1), timedelta(hours=9)):
        worker.send_summaries(now=MORNING + later)
    assert len(letters(post)) == 1

    worker.send_summaries(now=MORNING + DAY)
    assert len(letters(post)) == 2


def test_any_number_of_workers_send_it_once(app: Flask, post: Path) -> None:
    with transaction() as session:
        case_due(session, MORNING - DAY)
        for number in range(3):
            other = region.person(session, f"keten{number}", roles=[("ketenmanager", None)])
            summaries.switch_on(session, other, f"keten{number}@voorbeeld.test", now=NOW)
    ready = Barrier(4)

    def work(_: int) -> int:
        with app.app_context():
            ready.wait(timeout=20)
            return worker.send_summaries(now=MORNING)

    with ThreadPoolExecutor(4) as pool:
        tried = list(pool.map(work, range(4)))

    assert sum(tried) == 4
    assert len(letters(post)) == 4


def test_nothing_is_sent_when_there_is_nothing(app: Flask, post: Path) -> None:
    with transaction() as session:
        case_due(session, MORNING + 30 * DAY)

    assert worker.send_summaries(now=MORNING) == 1
    assert worker.send_summaries(now=MORNING) == 0
    assert letters(post) == []


@pytest.mark.parametrize(
    ("moment", "due"),
    [
        (datetime(2026, 3, 27, 6, 29, tzinfo=UTC), False),
        (datetime(2026, 3, 27, 6, 30, tzinfo=UTC), True),
        (datetime(2026, 3, 30, 5, 29, tzinfo=UTC), False),  # summer time began
        (datetime(2026, 3, 30, 5, 30, tzinfo=UTC), True),
        (datetime(2026, 10, 26, 6, 29, tzinfo=UTC), False),  # and ended
        (datetime(2026, 10, 26, 6, 30, tzinfo=UTC), True),
        (datetime(2026, 3, 28, 12, 0, tzinfo=UTC), False),  # Saturday
        (datetime(2026, 12, 25, 12, 0, tzinfo=UTC), False),  # Christmas
    ],
)
def test_it_is_due_at_half_past_seven_of_the_clock_on_working_days(moment: datetime, due: bool) -> None:
    assert (summaries.day_due(moment) is not None) is due


def test_who_switches_it_on_after_the_hour_gets_the_first_one_the_next_day(app: Flask, post: Path) -> None:
    with transaction() as session:
        case_due(session, MORNING - DAY)
        other = region.person(session, "kees", roles=[("ketenmanager", None)])
        summaries.switch_off(session, region.ketenmanager(session))
        summaries.switch_on(session, other, "kees@voorbeeld.test", now=MORNING + timedelta(hours=2))

    worker.send_summaries(now=MORNING + timedelta(hours=3))
    assert letters(post) == []

    worker.send_summaries(now=MORNING + DAY)
    assert len(letters(post)) == 1


def test_what_cannot_be_sent_is_tried_again_and_at_last_told(app: Flask, post: Path) -> None:
    with transaction() as session:
        case_due(session, MORNING - DAY)
    mail.configure(mail.Settings())

    assert worker.send_summaries(now=MORNING) == 1
    assert worker.send_summaries(now=MORNING + timedelta(seconds=30)) == 0
    later = [MORNING + timedelta(minutes=minutes) for minutes in (2, 10, 40)]
    assert [worker.send_summaries(now=moment) for moment in later] == [1, 1, 1]
    with reading() as session:
        assert not session.query(Summary).one().failed
    assert worker.send_summaries(now=MORNING + timedelta(hours=4)) == 1
    with reading() as session:
        assert session.query(Summary).one().failed
    assert worker.send_summaries(now=MORNING + timedelta(hours=8)) == 0

    mail.configure(mail.Settings(folder=post))
    worker.send_summaries(now=MORNING + DAY)
    assert len(letters(post)) == 1
    with reading() as session:
        assert not session.query(Summary).one().failed


def test_a_closed_compartment_another_house_and_a_suspended_case_are_not_in_it(
    app: Flask, post: Path
) -> None:
    with transaction() as session:
        lotte = region.person(session, "lotte", roles=[("locatiemanager", "arnhem")], compartments=["dicht"])
        summaries.switch_off(session, region.ketenmanager(session))
        summaries.switch_on(session, lotte, "lotte@voorbeeld.test", now=NOW)
        case_due(session, MORNING - DAY).compartment = "dicht"
        other = case_due(session, MORNING - DAY)
        other.house_key = region.open_task(session, other).house_key = "wvv"
        waits = case_due(session, MORNING - DAY)
        changes.suspend(session, waits, why="op verzoek", by=None, now=MORNING)

    assert worker.send_summaries(now=MORNING) == 1
    assert letters(post) == []


def test_who_lost_the_right_gets_nothing_any_more(app: Flask, post: Path) -> None:
    with transaction() as session:
        case_due(session, MORNING - DAY)
        region.ketenmanager(session).active = False

    assert worker.send_summaries(now=MORNING) == 1
    assert letters(post) == []


def test_only_who_oversees_cases_can_have_it_at_an_address_that_is_one(app: Flask) -> None:
    with transaction() as session:
        with pytest.raises(Forbidden):
            summaries.switch_on(session, region.person(session), "petra@voorbeeld.test", now=NOW)
        for wrong in ("", "karin", "a@b.test, c@d.test", "a@b.test\r\nBcc: c@d.test"):
            with pytest.raises(Invalid):
                summaries.switch_on(session, region.ketenmanager(session), wrong, now=NOW)


def test_a_long_list_is_cut_off_with_how_many_more_there_are(app: Flask, post: Path) -> None:
    with transaction() as session:
        for _ in range(summaries.SHOWN + 3):
            case_due(session, MORNING - DAY)

    worker.send_summaries(now=MORNING)

    [letter] = letters(post)
    assert "Te laat: 23 casussen" in letter
    assert "en 3 andere  https://casusroute.test/casussen?stand=running&te_laat=ja" in letter
    assert letter.count("/casussen/ARN-") == summaries.SHOWN
