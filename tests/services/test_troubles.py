"""What failed, by cause: who sees it, what another attempt would do, and going along to a mended release."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.errors import Conflict, Invalid, NotFound
from app.services import cases, changes, jobs, migration, moving, troubles
from app.store.models import Case, Incident, Job, Person
from tests.services import region
from tests.services.region import NOW
from tests.services.test_changes import failed, mendable

WHY = "de nieuwe werkwijze is hersteld"


@pytest.fixture
def session(any_session: Session) -> Session:
    region.settle(any_session)
    region.publish(any_session, {"rekenen.bpmn": mendable("=assert(x, x = 2)")})
    return any_session


@pytest.fixture
def karin(session: Session) -> Person:
    return region.ketenmanager(session)


def run_all(session: Session) -> None:
    while jobs.run_due(session, now=NOW):
        pass


def test_failures_with_one_cause_are_one_thing_and_name_a_few_cases(session: Session, karin: Person) -> None:
    made = [failed(session, x=1) for _ in range(3)]
    [other] = [failed(session, x=1)[1]]
    other.message = "iets anders"
    session.flush()

    most, least = troubles.by_cause(session, troubles.sight(karin), examples=2)

    assert (most.number, least.number) == (3, 1)
    assert most.cases == (made[0][0], made[1][0])
    assert (most.key, most.step, most.since) == (made[0][1].key, "reken", NOW)
    assert troubles.number(session, karin) == 4
    [first] = troubles.by_cause(session, troubles.sight(karin), limit=1)
    assert first.message == most.message


def test_who_may_not_change_the_case_finds_no_failure_of_it(session: Session, karin: Person) -> None:
    case, incident = failed(session, x=1)
    other_house = region.person(session, "wim", roles=[("ketenmanager", "wvv")])
    for person in (region.partner(session), region.person(session), other_house):
        assert troubles.by_cause(session, troubles.sight(person)) == []
        with pytest.raises(NotFound):
            troubles.open_keys(session, person, incident.key)
    case.compartment = "gesloten"
    session.flush()
    with pytest.raises(NotFound):
        troubles.group(session, karin, incident.key, now=NOW)
    with pytest.raises(NotFound):
        troubles.group(session, karin, 999, now=NOW)


def test_the_page_of_a_cause_says_what_trying_again_would_do_here_and_on_the_newest_release(
    session: Session, karin: Person
) -> None:
    (case, incident), (mended, _) = failed(session, x=1), failed(session, x=1)
    changes.change_data(session, mended, {"x": 2}, why=WHY, by=karin, now=NOW)
    before = [(line.attempt, line.there) for line in _lines(session, karin, incident)]
    assert before == [("mislukt weer", ""), ("gaat verder bij ‘B’", "")]
    region.publish(session, {"rekenen.bpmn": mendable("=x + 1")})

    found = troubles.group(session, karin, incident.key, now=NOW)

    assert [(line.attempt, line.there) for line in found.lines] == [
        ("mislukt weer", "gaat verder bij ‘B’"),
        ("gaat verder bij ‘B’", "gaat verder bij ‘B’"),
    ]
    assert [one.case for one in found.going] == [case, mended]
    assert {one.resolved_at for one in session.scalars(select(Incident))} == {None}, "nothing was kept of it"


def _lines(session: Session, person: Person, incident: Incident) -> tuple[troubles.Line, ...]:
    return troubles.group(session, person, incident.key, now=NOW).lines


def test_the_cases_of_a_cause_go_along_and_are_helped_by_it(session: Session, karin: Person) -> None:
    made = [failed(session, x=1) for _ in range(2)]
    cause = made[0][1].key
    with pytest.raises(Invalid):
        troubles.take_along(session, karin, cause, why=WHY, now=NOW)
    new = region.publish(session, {"rekenen.bpmn": mendable("=x + 1")})
    with pytest.raises(Invalid):
        troubles.take_along(session, karin, cause, why=" ", now=NOW)
    troubles.take_along(session, karin, cause, why=WHY, now=NOW)
    run_all(session)
    assert [line.release for line in _lines(session, karin, made[0][1])] == [new, new]
    assert troubles.plan(session, karin, cause) == []

    for key in troubles.open_keys(session, karin, cause):
        changes.retry(session, session.get_one(Incident, key), by=karin, now=NOW)

    assert troubles.open_keys(session, karin, cause) == []
    found = troubles.group(session, karin, cause, now=NOW)
    assert [line.is_open for line in found.lines] == [False, False]
    assert found.trouble.number == 0
    later = troubles.group(session, karin, cause, now=NOW + timedelta(days=2))
    assert later.lines == ()


def test_one_that_is_suspended_keeps_the_others_of_its_kind_not_back(session: Session, karin: Person) -> None:
    (case, incident), (other, _) = failed(session, x=1), failed(session, x=1)
    for one in (case, other):
        changes.change_data(session, one, {"x": 2}, why=WHY, by=karin, now=NOW)
    changes.suspend(session, case, why=WHY, by=karin, now=NOW)
    assert "opgeschort" in _lines(session, karin, incident)[0].attempt

    tried = changes.retry_all(session, incident.message, incident.element_id, by=karin, now=NOW)

    assert tried == (2, 1)
    assert incident.resolved_at is None
    assert region.open_task(session, other).element_id == "b"


def test_work_that_failed_and_is_tried_again_by_itself_is_told_with_when(
    session: Session, karin: Person
) -> None:
    case = region.case(session, "rekenen", huis="arnhem")
    failing = {"case_key": case.key, "kind": "mail", "process_id": "rekenen", "element_id": "reken"}
    soon, later = NOW + timedelta(minutes=1), NOW + timedelta(hours=1)
    for due, attempts, parked in ((soon, 1, False), (later, 3, False), (soon, 0, False), (NOW, 5, True)):
        session.add(
            Job(**failing, engine_id=f"{due}{attempts}", due_at=due, attempts=attempts, parked=parked)
        )
    session.flush()

    [found] = troubles.retried(session, troubles.sight(karin), now=NOW)

    assert (found.element_id, found.number, found.attempts, found.next_at) == ("reken", 2, 3, soon)
    assert troubles.retried(session, troubles.sight(region.partner(session)), now=NOW) == []


# ── cases that went along come back ──────────────────────────────────────────────────────────────────────


def at_a(session: Session, number: int) -> list[Case]:
    return [region.case(session, "rekenen", huis="arnhem", x=2) for _ in range(number)]


def test_what_was_stopped_goes_on_in_the_name_of_who_went_on(session: Session, karin: Person) -> None:
    made = at_a(session, 3)
    new = region.publish(session, {"rekenen.bpmn": mendable("=x + 1")})
    started = migration.start(session, [one.key for one in made], new, why=WHY, by=karin, now=NOW)
    assert jobs.run_due(session, now=NOW)
    migration.stop(session, started, now=NOW)
    run_all(session)
    colleague = region.person(session, "kees", roles=[("ketenmanager", None)])

    migration.resume(session, started, by=colleague, now=NOW)
    run_all(session)

    told = migration.progress(session, started)
    assert (told.moved, told.stopped, told.waiting) == (3, 0, 0)
    assert started.stopped_at is None
    lines = [cases.timeline(session, one)[-1] for one in made]
    assert [line.who for line in lines] == ["Karin", "Kees", "Kees"]
    with pytest.raises(Conflict):
        migration.resume(session, started, by=colleague, now=NOW)


def test_who_went_along_comes_back_under_the_old_names_unless_that_cannot_be(
    session: Session, karin: Person
) -> None:
    made = at_a(session, 3)
    text = mendable("=x").decode().replace('"a"', '"aa"')
    more = text.replace('id="b"', 'id="c"').replace('"b"', '"c"')
    new = region.publish(session, {"rekenen.bpmn": more.encode()})
    keys = [one.key for one in made]
    started = migration.start(session, keys, new, {"a": "aa"}, why=WHY, by=karin, now=NOW)
    run_all(session)
    [ahead] = [region.open_task(session, made[0])]
    changes.move(session, made[0], ahead.engine_id, "c", why=WHY, by=karin, now=NOW)

    [back] = moving.back(session, karin, started)

    assert (back.release, [one.case for one in back.going]) == (2, made[1:])
    assert "'B'" in back.staying[0].reasons[0]
    with pytest.raises(Invalid):
        moving.send_back(session, karin, started, 2, why="", now=NOW)
    with pytest.raises(Conflict):
        moving.send_back(session, karin, started, 1, why=WHY, now=NOW)
    moving.send_back(session, karin, started, 2, why=WHY, now=NOW)
    run_all(session)
    assert [cases.instance(session, one).release_number for one in made] == [new, 2, 2]
    assert region.open_task(session, made[1]).element_id == "a"
    assert [one.case for one in moving.back(session, karin, started)[0].cases] == made[:1]
    assert moving.back(session, region.partner(session), started) == []


def test_two_steps_that_became_one_do_not_come_back_by_a_guess() -> None:
    renamed = {"a": "x", "b": "x", "c": "y"}
    assert moving.backwards(migration.Migration(renamed=renamed)) == {"y": "c"}
