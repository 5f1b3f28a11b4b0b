"""A case as it was: what the facts say of any moment is what stood in the database at that moment."""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from app.services import cases, changes, dossier, inbox, jobs, releases, replay, timeline
from app.services.replay import Spot
from app.store import cases as case_rows
from app.store.models import Case
from app.store.session import transaction
from tests.conftest import database_app
from tests.engine.diagrams import element, extensions, flows, process, script, task
from tests.services import region
from tests.services.region import NOW
from tests.town import Town, town

MINUTE = timedelta(minutes=1)
WHY = "in overleg met de weegploeg"
Kept = dict[int, Counter[Spot]]


def standing(session: Session, case: Case) -> Counter[Spot]:
    """As the engine told it."""
    return Counter(
        Spot(token.process_id, token.element_id, tuple(token.path)) for token in cases.tokens(session, case)
    )


def replayed(session: Session, case: Case) -> list[replay.Moment]:
    events = case_rows.events(session, case.key)
    return replay.moments(events, timeline.told(session, events))


def require_same(session: Session, case: Case, kept: Kept) -> None:
    """Every moment that was kept by the key of the last fact of then."""
    events = case_rows.events(session, case.key)
    for key, stood in kept.items():
        moment = replay.Moment(0, NOW, "", key)
        assert Counter(replay.picture(events, moment).standing) == stood, key
    assert Counter(replay.picture(events).standing) == standing(session, case)


def keep(session: Session, case: Case, kept: Kept) -> None:
    session.flush()
    kept[case_rows.events(session, case.key)[-1].key] = standing(session, case)


@pytest.fixture
def session(any_session: Session) -> Session:
    region.settle(any_session)
    return any_session


def test_every_step_of_a_case_is_seen_again_as_it_was(session: Session) -> None:
    case, kept = region.case(session), Kept()
    keep(session, case, kept)
    for number in range(1, 4):
        later = NOW + number * MINUTE
        task = region.open_task(session, case)
        inbox.complete(session, task.id, {"onderwerp": f"nu {number}"}, by=region.person(session), now=later)
        keep(session, case, kept)

    require_same(session, case, kept)


def act(session: Session, case: Case, what: str) -> None:
    token, later = cases.tokens(session, case)[0].engine_id, NOW + MINUTE
    karin = region.ketenmanager(session)
    match what:
        case "move":
            changes.move(session, case, token, "taak_5", why=WHY, by=karin, now=later)
        case "skip":
            changes.skip(session, case, token, {}, why=WHY, by=karin, now=later)
        case "cancel":
            changes.cancel(session, case, why=WHY, by=karin, now=later)


@pytest.mark.parametrize("what", ["move", "skip", "cancel"])
def test_what_was_done_by_hand_is_seen_again(session: Session, what: str) -> None:
    case, kept = region.case(session), Kept()
    keep(session, case, kept)

    act(session, case, what)

    keep(session, case, kept)
    require_same(session, case, kept)
    lines = cases.timeline(session, case)
    assert [line.by_hand for line in lines].count(True) == 1


FAILING = process(
    element("startEvent", "begin", extensions('<zeebe:formDefinition formId="zaak"/>')),
    task("a"),
    task("b", '=if x = 2 then ["procesregisseur"] else []'),
    script("reken", "=assert(x, x = 2)", "y"),
    task("c"),
    element("endEvent", "einde"),
    flows("begin>a", "a>b", "b>reken", "reken>c", "c>einde"),
    id="mislukken",
)
"""Stands still when it comes to `b`, and when it runs `reken`."""


def test_a_step_that_failed_and_was_tried_again_stands_there_once(session: Session) -> None:
    region.publish(session, {"mislukken.bpmn": FAILING})
    case, kept, petra = region.case(session, "mislukken", huis="arnhem", x=1), Kept(), region.person(session)
    for number, step in enumerate(("a", "b"), 1):
        later = NOW + number * MINUTE
        task_id = region.open_task(session, case).id
        inbox.complete(session, task_id, {"x": 1}, by=petra, now=later)
        keep(session, case, kept)
        [incident] = jobs.open_incidents(session, case_key=case.key)
        changes.retry(session, incident, by=None, now=later + MINUTE / 4)
        keep(session, case, kept)
        changes.change_data(session, case, {"x": 2}, why=WHY, by=None, now=later + MINUTE / 3)
        changes.retry(session, incident, by=None, now=later + MINUTE / 2)
        keep(session, case, kept)
        assert jobs.open_incidents(session, case_key=case.key) == [], step

    assert region.open_task(session, case).element_id == "c"
    require_same(session, case, kept)


def test_joins_terms_and_rounds_are_seen_again(session: Session) -> None:
    for way in ("termijnen", "vijf_rondes"):
        case, kept = region.case(session, way, huis="arnhem"), Kept()
        keep(session, case, kept)
        for hours in range(0, 24 * 20, 48):
            jobs.run_due(session, now=NOW + timedelta(hours=hours), limit=50)
            session.refresh(case)
            keep(session, case, kept)
        require_same(session, case, kept)


@pytest.fixture
def place(sqlite_url: str) -> Iterator[Town]:
    with town(database_app(sqlite_url)) as found:
        yield found


STEPS = (
    *("intake", "uitvraag", "informatie_geven", "informatie_geven", "leefgebieden", "vaststellen"),
    *("voorbereiden", "criteria_wegen", "besluiten", "agenderen", "agenda", "uitnodiging", "uitnodiging"),
    *("overleg", "plan_maken"),
)


def test_a_whole_route_with_called_processes_is_seen_again_moment_by_moment(place: Town) -> None:
    key = place.case("aanmelding", "politie")
    kept = Kept()
    with transaction() as session:
        keep(session, place.found(key), kept)
    for step in STEPS:
        place.do(key, step)
        with transaction() as session:
            keep(session, place.found(key), kept)

    with transaction() as session:
        require_same(session, place.found(key), kept)
        events = case_rows.events(session, key)
        passed = replay.picture(events).passed
    assert Counter(spot.element_id for spot in passed.elements())["besluiten"] == 1


def test_a_case_that_went_along_to_another_release_is_shown_in_the_old_one_before(session: Session) -> None:
    case = region.case(session)
    form = releases.files(session, 1)["klein.form"]
    number = region.publish(session, {"klein.form": form + b"\n"})
    session.flush()
    before = case_rows.events(session, case.key)[-1].key
    changes.take_along(session, case, number, why=WHY, by=region.ketenmanager(session), now=NOW + MINUTE)
    events = case_rows.events(session, case.key)

    assert replay.picture(events, replay.Moment(1, NOW, "", before)).release == 1
    assert replay.picture(events).release is None


def test_a_moment_is_said_in_the_words_of_the_timeline(session: Session) -> None:
    case = region.case(session)
    task = region.open_task(session, case)
    inbox.complete(session, task.id, {"onderwerp": "anders"}, by=region.person(session), now=NOW + MINUTE)
    session.flush()

    first, second = replayed(session, case)

    assert (first.number, first.at, first.words) == (1, NOW, "Petra startte de casus.")
    assert second.words == f"Petra rondde ‘{task.name}’ af."


def test_what_was_filled_in_and_changed_is_told_only_to_who_may_read_it(session: Session) -> None:
    case = region.case(session, onderwerp="overlast")
    task = region.open_task(session, case)
    inbox.complete(session, task.id, {"onderwerp": "rust"}, by=region.person(session), now=NOW + MINUTE)
    session.flush()

    told = [line.changes for line in cases.timeline(session, case, contents=True)]
    hidden = [line.changes for line in cases.timeline(session, case)]

    assert [(one.name, one.before, one.after) for line in told for one in line] == [
        ("onderwerp", "overlast", "rust")
    ]
    assert hidden == [()] * len(told)
    given = dossier.given(session, case, now=NOW)
    assert {one.key for one in given} <= {line.key for line in cases.timeline(session, case)}
