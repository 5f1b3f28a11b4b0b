"""Several people and workers at once, each on their own connection: on SQLite and on PostgreSQL."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.errors import Conflict
from app.services import cases, data_changes, inbox, jobs, messages, steps
from app.store import cases as case_rows
from app.store.models import (
    Case,
    DataRequest,
    Event,
    Instance,
    Job,
    Message,
    NumberSeries,
    Person,
    Subscription,
    Token,
    UserTask,
)
from app.store.session import db, reading, transaction
from tests.conftest import database_app
from tests.engine.diagrams import element, extensions, flows, process, task
from tests.services import region
from tests.services.region import NOW

PEOPLE = 4
_CATCH = '<bpmn:messageEventDefinition messageRef="bericht"/>'
WAITS_TWICE = process(
    element("startEvent", "begin", extensions('<zeebe:formDefinition formId="zaak"/>')),
    element("parallelGateway", "splits"),
    task("a"),
    element("intermediateCatchEvent", "eerst", _CATCH),
    element("intermediateCatchEvent", "dan", _CATCH),
    element("endEvent", "einde"),
    flows("begin>splits", "splits>a", "splits>eerst", "a>dan", "eerst>einde", "dan>einde"),
    id="twee",
    more=element(
        "message",
        "bericht",
        extensions('<zeebe:subscription correlationKey="=&quot;vast&quot;"/>'),
        name="Antwoord",
    ),
)
"""It waits for a message, and after its task for the same once more."""


@pytest.fixture
def app(any_url: str) -> Iterator[Flask]:
    app = database_app(any_url)
    with app.app_context(), transaction() as session:
        region.settle(session)
        for number in range(PEOPLE):
            region.person(session, f"persoon{number}")
    yield app
    with app.app_context():
        db.engine.dispose()


def at_once(app: Flask, work: Callable[[int], object], times: int = PEOPLE) -> list[object]:
    """Do `work` in as many threads, as close together as can be; errors are answers too."""
    ready = threading.Barrier(times)

    def one(number: int) -> object:
        with app.app_context():
            ready.wait(timeout=20)
            try:
                return work(number)
            except Exception as error:
                return error

    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(one, range(times)))


def started(app: Flask, process_id: str = "tien_taken", **answers: object) -> tuple[int, UUID]:
    """The key of a new case and the id of its open task."""
    with app.app_context(), transaction() as session:
        case = region.case(session, process_id, by=region.person(session, "persoon0"), **answers)
        tasks = session.scalars(select(UserTask).where(UserTask.case_key == case.key).order_by(UserTask.key))
        return case.key, tasks.first().id  # type: ignore[union-attr]


def person(session: Session, number: int) -> Person:
    return region.person(session, f"persoon{number}")


def test_of_people_who_complete_one_task_at_once_one_wins_and_the_others_are_told(app: Flask) -> None:
    case_key, task_id = started(app)

    def complete(number: int) -> str:
        with transaction() as session:
            task = inbox.task(session, task_id, person(session, number))
            answers = {"onderwerp": f"van {number}"}
            inbox.complete(session, task.id, answers, by=person(session, number), now=NOW)
            return f"van {number}"

    answers = at_once(app, complete)

    winners = [answer for answer in answers if isinstance(answer, str)]
    losers = [answer for answer in answers if not isinstance(answer, str)]
    assert len(winners) == 1, answers
    assert all(
        isinstance(loser, Conflict) and "al afgerond door Persoon" in str(loser) for loser in losers
    ), losers
    with app.app_context(), reading() as session:
        facts = session.scalars(
            select(Event).where(
                Event.case_key == case_key, Event.kind == "completed", Event.task_key.is_not(None)
            )
        ).all()
        assert [fact.data["answers"]["onderwerp"] for fact in facts] == winners
        open_tasks = select(func.count()).where(UserTask.case_key == case_key, UserTask.state == "open")
        assert session.scalar(open_tasks) == 1


def test_two_tasks_of_one_case_at_once_are_both_kept(app: Flask) -> None:
    case_key, _ = started(app, "vijf_rondes")
    with app.app_context(), reading() as session:
        ids = session.scalars(select(UserTask.id).where(UserTask.case_key == case_key)).all()

    def complete(number: int) -> str:
        with transaction() as session:
            inbox.complete(
                session, ids[number], {f"van_{number}": number}, by=person(session, number), now=NOW
            )
            return "klaar"

    assert at_once(app, complete, times=2) == ["klaar", "klaar"]
    with app.app_context(), reading() as session:
        variables = cases.variables(session, session.get_one(Case, case_key))
        assert (variables["van_0"], variables["van_1"]) == (0, 1)


def test_of_people_who_claim_one_task_at_once_one_has_it(app: Flask) -> None:
    _, task_id = started(app)

    def claim(number: int) -> str:
        with transaction() as session:
            by = person(session, number)
            inbox.claim(session, inbox.task(session, task_id, by), by=by, now=NOW)
            return by.login

    answers = at_once(app, claim)

    winners = [answer for answer in answers if isinstance(answer, str)]
    assert len(winners) == 1, answers
    assert all("opgepakt door" in str(answer) for answer in answers if answer not in winners), answers
    with app.app_context(), reading() as session:
        task = session.scalars(select(UserTask).where(UserTask.id == task_id)).one()
        assert task.assignee is not None
        assert task.assignee.login == winners[0]


def test_a_message_and_a_step_that_comes_to_wait_for_it_do_not_hold_up_each_other(app: Flask) -> None:
    with app.app_context(), transaction() as session:
        region.publish(session, {"twee.bpmn": WAITS_TWICE})
    case_key, task_id = started(app, "twee", huis="arnhem")
    sent = threading.Event()

    def send() -> None:
        with app.app_context(), transaction() as session:
            messages.publish(session, "Antwoord", "vast", {}, now=NOW)
        sent.set()

    with app.app_context(), ThreadPoolExecutor(1) as pool, transaction() as session:
        case_rows.lock_instance(session, case_key)
        sending = pool.submit(send)
        sent.wait(1)  # on SQLite it can't begin before we are done
        inbox.complete(session, task_id, {}, by=person(session, 0), now=NOW)
        session.commit()
        sending.result(timeout=20)
    with app.app_context(), transaction() as session:
        jobs.run_due(session, now=NOW)
    with app.app_context(), reading() as session:
        assert session.scalars(select(Message.case_key)).all() == [case_key]
        assert len(session.scalars(select(Subscription.key)).all()) == 1


def test_claiming_and_completing_at_once_leave_no_claim_on_a_closed_task(app: Flask) -> None:
    for _ in range(3):
        _, task_id = started(app)

        def act(number: int, task_id: UUID = task_id) -> str:
            with transaction() as session:
                by = person(session, number)
                task = inbox.task(session, task_id, by)
                if number:
                    inbox.claim(session, task, by=by, now=NOW)
                    return "opgepakt"
                inbox.complete(session, task_id, {}, by=by, now=NOW)
                return "afgerond"

        answers = at_once(app, act, times=2)

        with app.app_context(), reading() as session:
            task = session.scalars(select(UserTask).where(UserTask.id == task_id)).one()
            assert ("afgerond" in answers) != ("opgepakt" in answers)
            assert task.state == ("completed" if "afgerond" in answers else "open")
            assert (task.assignee_key is None) == ("afgerond" in answers)


def test_cases_that_start_at_once_have_numbers_without_gaps_or_doubles(app: Flask) -> None:
    def start(number: int) -> list[str]:
        numbers = []
        for _ in range(3):
            with transaction() as session:
                case = region.case(session, by=person(session, number))
                numbers.append(case.number)
        return numbers

    answers = at_once(app, start)

    given = sorted(number for answer in answers if isinstance(answer, list) for number in answer)
    assert given == [f"ARN-2026-{number:04d}" for number in range(1, 3 * PEOPLE + 1)], answers


def test_a_start_that_fails_gives_its_number_back(app: Flask) -> None:
    started(app)
    with pytest.raises(RuntimeError), app.app_context(), transaction() as session:
        region.case(session)
        raise RuntimeError("the power went")

    case_key, _ = started(app)

    with app.app_context(), reading() as session:
        assert session.get_one(Case, case_key).number == "ARN-2026-0002"
        assert session.scalars(select(NumberSeries.last)).all() == [2]


def test_workers_at_once_run_each_job_once(app: Flask) -> None:
    keys = [started(app, "termijnen", huis="arnhem")[0] for _ in range(6)]
    now = NOW + timedelta(days=1)

    def work(number: int) -> int:
        done = idle = 0
        while idle < 3:  # a worker skips what another has locked, and looks again later
            with transaction() as session:
                ran = jobs.run_due(session, now=now)
            done, idle = (done + 1, 0) if ran else (done, idle + 1)
        return done

    answers = at_once(app, work, times=3)

    assert sum(answer for answer in answers if isinstance(answer, int)) == 2 * len(keys), answers
    with app.app_context(), reading() as session:
        reminded = session.scalars(select(Event.case_key).where(Event.kind == "reminded")).all()
        assert sorted(key for key in reminded if key is not None) == sorted(keys)
        assert session.scalar(select(func.count()).select_from(Job).where(Job.due_at <= now)) == 0


def test_a_worker_and_people_at_one_case_lose_nothing(app: Flask) -> None:
    case_key, _ = started(app, "vijf_rondes")
    with app.app_context(), reading() as session:
        ids = session.scalars(select(UserTask.id).where(UserTask.case_key == case_key)).all()

    def act(number: int) -> str:
        if number == 2:
            for _ in range(20):
                with transaction() as session:
                    if jobs.run_due(session, now=NOW):
                        break
            return "klaar"
        with transaction() as session:
            inbox.complete(session, ids[number], {}, by=person(session, number), now=NOW)
            return "klaar"

    assert at_once(app, act, times=3) == ["klaar"] * 3
    with app.app_context(), transaction() as session:
        while jobs.run_due(session, now=NOW):
            pass
    with app.app_context(), reading() as session:
        case = session.get_one(Case, case_key)
        assert cases.variables(session, case)["ronde"] == 1
        assert len(cases.open_tasks(session, case)) == 2


def everything(app: Flask) -> dict[str, object]:
    with app.app_context(), reading() as session:
        counts = {
            table.__tablename__: session.scalar(select(func.count()).select_from(table))
            for table in (UserTask, Token, Job, Event, Case)
        }
        states = session.scalars(select(UserTask.state).order_by(UserTask.key)).all()
        kept = session.execute(select(Instance.state, Instance.revision)).all()
        return {**counts, "states": states, "kept": [tuple(row) for row in kept]}


@pytest.mark.parametrize("place", ["before", "after"])
def test_a_crash_between_engine_and_commit_leaves_nothing(
    app: Flask, place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, task_id = started(app)
    before = everything(app)
    whole = steps.record

    def crash(*given: object, **named: object) -> None:
        if place == "after":
            whole(*given, **named)  # type: ignore[arg-type]
        raise KeyboardInterrupt

    monkeypatch.setattr(steps, "record", crash)
    with pytest.raises(KeyboardInterrupt), app.app_context(), transaction() as session:
        inbox.complete(session, task_id, {}, by=person(session, 1), now=NOW)

    assert everything(app) == before
    monkeypatch.undo()
    with app.app_context(), transaction() as session:
        inbox.complete(session, task_id, {}, by=person(session, 1), now=NOW)


def test_of_two_who_agree_with_a_change_of_data_at_once_one_wins_and_the_other_is_told(app: Flask) -> None:
    with app.app_context(), transaction() as session:
        for number in range(PEOPLE):
            region.person(session, f"keten{number}", roles=[("ketenmanager", None)])
        case = region.case(session, "tien_taken", by=region.person(session, "persoon0"))
        request = DataRequest(
            case_key=case.key,
            name="onderwerp",
            before="overlast",
            after="rust",
            why="in overleg",
            state="waiting",
            asked_at=NOW,
            asked_by=region.person(session, "persoon0").key,
        )
        session.add(request)
        session.flush()
        case_key, key = case.key, request.key

    def approve(number: int) -> int:
        with transaction() as session:
            found = session.get_one(Case, case_key)
            by = region.person(session, f"keten{number}")
            data_changes.approve(session, found, key, by=by, now=NOW)
            return number

    answers = at_once(app, approve)

    losers = [answer for answer in answers if not isinstance(answer, int)]
    assert len(losers) == PEOPLE - 1, answers
    assert all(isinstance(one, Conflict) and "al beslist" in str(one) for one in losers), losers
    with app.app_context(), reading() as session:
        query = select(func.count()).where(Event.case_key == case_key, Event.kind == "data_changed")
        assert session.scalar(query) == 1
