"""What a step writes: state, case, tasks, tokens, jobs and events, together or not at all."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from app.engine import run
from app.errors import Conflict
from app.services import cases, inbox, jobs, releases, steps
from app.store import steps as step_rows
from app.store.models import Base, Case, Event, Instance, Job, Token, UserTask
from tests.services import region
from tests.services.region import NOW


@pytest.fixture
def session(any_session: Session) -> Session:
    region.settle(any_session)
    return any_session


def rows(session: Session) -> dict[str, int]:
    """How many rows every table has."""
    return {
        table.name: session.scalar(select(func.count()).select_from(table)) or 0
        for table in Base.metadata.sorted_tables
    }


def test_a_start_opens_its_task_tokens_jobs_and_events(session: Session):
    case = region.case(session, "termijnen", huis="arnhem")

    task = region.open_task(session, case)
    assert (task.element_id, task.name, task.form_id) == ("beoordelen", "Beoordelen", "uitkomst")
    assert task.documentation == "Lees wat er gevraagd wordt."
    assert task.groups == ["procesregisseur"]
    assert [token.element_id for token in cases.tokens(session, case)] == ["beoordelen"]
    due = session.scalars(select(Job.due_at).where(Job.case_key == case.key).order_by(Job.due_at)).all()
    assert due == [NOW + timedelta(days=1), NOW + timedelta(days=3)]
    kinds = session.scalars(select(Event.kind).where(Event.case_key == case.key).order_by(Event.key)).all()
    assert kinds[0] == "started"
    assert "entered" in kinds


def test_a_completed_task_keeps_who_when_and_what_was_answered(session: Session):
    petra = region.person(session)
    case = region.case(session, by=petra)
    task = region.open_task(session, case)

    inbox.complete(session, task.id, {"onderwerp": "anders"}, by=petra, now=NOW + timedelta(hours=1))

    assert (task.state, task.completed_by, task.completed_at) == (
        "completed",
        petra.key,
        NOW + timedelta(hours=1),
    )
    fact = session.scalars(select(Event).where(Event.kind == "completed", Event.task_key == task.key)).one()
    assert fact.person_key == petra.key
    assert fact.data["answers"] == {"onderwerp": "anders"}


def test_the_case_follows_its_properties_after_every_step(session: Session):
    petra = region.person(session, compartments=["gesloten"])
    case = region.case(session, "termijnen", by=petra, huis="arnhem", onderwerp="oud")
    task = region.open_task(session, case)

    answers = {"onderwerp": "nieuw", "thema": "risicojeugd", "prioriteit": 80, "compartiment": "gesloten"}
    inbox.complete(session, task.id, answers, by=petra, now=NOW)

    assert (case.title, case.theme, case.priority, case.compartment) == (
        "nieuw",
        "risicojeugd",
        80,
        "gesloten",
    )
    assert (task.compartment, region.open_task(session, case).compartment) == ("gesloten", "gesloten")
    assert region.open_task(session, case).priority == 80


def test_a_compartment_is_only_lifted_on_purpose(session: Session):
    petra = region.person(session, compartments=["gesloten"])
    case = region.case(session, "termijnen", by=petra, huis="arnhem", compartiment="gesloten")

    inbox.complete(session, region.open_task(session, case).id, {"compartiment": None}, by=petra, now=NOW)

    assert case.compartment == "gesloten"


def test_a_case_that_moves_to_the_other_house_takes_its_tasks_along(session: Session):
    petra = region.person(session)
    case = region.case(session, "termijnen", by=petra, gemeente="arnhem")
    number = case.number

    inbox.complete(session, region.open_task(session, case).id, {"gemeente": "ede"}, by=petra, now=NOW)

    assert (case.house_key, case.municipality_key, case.number) == ("wvv", "ede", number)
    assert region.open_task(session, case).house_key == "wvv"


def test_a_property_that_names_nothing_leaves_what_was_there(session: Session):
    petra = region.person(session)
    case = region.case(session, "termijnen", by=petra, gemeente="arnhem")

    answers = {"gemeente": "atlantis", "huis": "nergens", "prioriteit": "hoog"}
    inbox.complete(session, region.open_task(session, case).id, answers, by=petra, now=NOW)

    assert (case.house_key, case.municipality_key, case.priority) == ("arnhem", "arnhem", 50)


def test_a_closed_task_drops_its_concept_and_its_timers(session: Session):
    petra = region.person(session)
    case = region.case(session, "termijnen", by=petra, huis="arnhem")
    task = region.open_task(session, case)
    inbox.save_draft(session, task, {"onderwerp": ["half"]}, by=petra, now=NOW)

    inbox.complete(session, task.id, {}, by=petra, now=NOW)

    assert (task.draft, task.draft_by, task.draft_saved_at) == (None, None, None)
    assert session.scalars(select(Job).where(Job.case_key == case.key)).all() == []


def test_the_last_step_ends_the_case(session: Session):
    petra = region.person(session)
    case = region.case(session, by=petra)
    for hour in range(10):
        done = NOW + timedelta(hours=hour)
        inbox.complete(session, region.open_task(session, case).id, {}, by=petra, now=done)

    assert (case.state, case.ended_at) == ("ended", NOW + timedelta(hours=9))
    assert cases.tokens(session, case) == []
    ended = select(Event).where(Event.case_key == case.key, Event.kind == "ended")
    assert len(session.scalars(ended).all()) == 1


def test_a_step_on_an_old_state_is_refused(session: Session):
    case = region.case(session)
    instance = cases.instance(session, case)
    task = region.open_task(session, case)
    definitions = releases.definitions(session, instance.release_number)
    step = run.complete(definitions, instance.state, task.engine_id, {}, now=NOW)
    session.execute(
        update(Instance).values(revision=instance.revision + 1),
        execution_options={"synchronize_session": False},
    )

    with pytest.raises(Conflict, match="op hetzelfde moment"):
        steps.record(session, instance, step, by=None, now=NOW)


def test_a_diagram_that_cannot_go_on_takes_the_answers_and_says_what_failed(session: Session):
    petra = region.person(session)
    case = region.case(session, "termijnen", by=petra, huis="arnhem")
    task = region.open_task(session, case)

    inbox.complete(session, task.id, {"uitkomst": "stuk"}, by=petra, now=NOW)

    [incident] = jobs.open_incidents(session, case_key=case.key)
    assert incident.message.endswith(".")
    assert incident.engine_id is not None
    assert task.state == "completed"
    assert cases.variables(session, case)["uitkomst"] == "stuk"
    assert cases.tokens(session, case)[0].element_id == incident.element_id


def test_tokens_know_since_when_a_case_stands_there(session: Session):
    petra = region.person(session)
    case = region.case(session, "buiten", by=petra, termijn="2026-11-30")

    places = {(token.process_id, token.element_id): token for token in cases.tokens(session, case)}

    assert set(places) == {("buiten", "roep"), ("binnen", "kijken")}
    assert places["binnen", "kijken"].path == ["roep"]
    assert {token.since for token in places.values()} == {NOW}


def test_every_projection_of_an_ended_case_is_closed(session: Session):
    petra = region.person(session)
    case = region.case(session, "buiten", by=petra, termijn="2026-11-30")

    inbox.complete(session, region.open_task(session, case).id, {}, by=petra, now=NOW)

    states = session.scalars(select(UserTask.state).where(UserTask.case_key == case.key)).all()
    assert states == ["completed"]
    assert session.scalars(select(Token).where(Token.case_key == case.key)).all() == []


def place(id: str, element_id: str = "elders") -> dict[str, object]:
    return {
        "engine_id": id,
        "process_id": "tien_taken",
        "element_id": element_id,
        "name": "",
        "type": "userTask",
        "path": [],
        "since": NOW,
    }


def standing(session: Session, case: Case) -> list[tuple[str, str]]:
    return sorted((token.engine_id, token.element_id) for token in cases.tokens(session, case))


def replace_tokens(session: Session, case: Case, gone: list[str], come: list[dict[str, object]]) -> None:
    instance = session.get_one(Instance, case.key)
    written = step_rows.Written(moved_at=None, gone=gone, come=come)
    assert step_rows.write(session, instance, instance.state, written)


def test_tokens_move_come_and_go_each_to_its_own_place(session: Session):
    case = region.case(session)
    [first] = [token.engine_id for token in cases.tokens(session, case)]

    replace_tokens(session, case, [first], [place("a"), place("b")])
    split = standing(session, case)
    session.expire_all()
    replace_tokens(session, case, ["a", "b"], [place("b", "verder"), place("c")])
    moved = standing(session, case)
    session.expire_all()
    replace_tokens(session, case, ["b", "c"], [place("d")])

    assert split == [("a", "elders"), ("b", "elders")]
    assert moved == [("b", "verder"), ("c", "elders")]
    session.expire_all()
    assert standing(session, case) == [("d", "elders")]


def test_a_token_whose_row_is_missing_is_made_anew(session: Session):
    case = region.case(session)
    [first] = [token.engine_id for token in cases.tokens(session, case)]

    replace_tokens(session, case, [first, "zoek"], [place("a"), place("b")])

    assert standing(session, case) == [("a", "elders"), ("b", "elders")]
