"""Try-outs and scenarios on both databases: the real files, and no trace in cases, inbox or mail."""

from collections.abc import Iterator
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app import workdays
from app.checks import trial as pure
from app.errors import Conflict, Invalid, NotFound
from app.services import releases, trials
from app.store.models import Case, Event, Job, Person, Trial, UserTask
from tests.services import region
from tests.services.region import NOW


@pytest.fixture
def session(any_session: Session) -> Iterator[Session]:
    region.settle(any_session)
    yield any_session


def owner(session: Session) -> Person:
    return region.person(session, "oscar", roles=[("proceseigenaar", None)])


def started(session: Session, process_id: str = "tien_taken", **files: bytes) -> Trial:
    given = releases.files(session, 1) | {f"{name}.bpmn": content for name, content in files.items()}
    return trials.start(
        session, given, process_id=process_id, house_key="arnhem", release=1, by=owner(session), now=NOW
    )


def begun(session: Session) -> Trial:
    row = started(session)
    trials.begin(session, row, {"onderwerp": ["proef"]}, by=owner(session))
    return row


def first(session: Session, row: Trial) -> str:
    return trials.stand(session, row).step.tasks[0].id


def test_a_try_out_leaves_no_trace_in_cases_tasks_jobs_or_history(session: Session) -> None:
    row = begun(session)
    while not trials.stand(session, row).step.ended:
        trials.complete(session, row, first(session, row), {"onderwerp": ["x"]})
    session.flush()
    for table in (Case, UserTask, Job, Event):
        assert session.scalar(select(func.count()).select_from(table)) == 0
    assert len(row.acts) == 11
    assert [one.kind for one in trials.moments(row)].count("completed") >= 11


def test_it_waits_for_its_start_form_and_refuses_what_the_form_refuses(session: Session) -> None:
    row = started(session)
    with pytest.raises(Conflict, match="startformulier"):
        trials.stand(session, row)
    with pytest.raises(Invalid):
        trials.begin(session, row, {}, by=owner(session))
    assert row.state is None
    trials.begin(session, row, {"onderwerp": ["proef"]}, by=owner(session))
    with pytest.raises(Conflict, match="al begonnen"):
        trials.begin(session, row, {"onderwerp": ["proef"]}, by=owner(session))
    with pytest.raises(Invalid):
        trials.complete(session, row, first(session, row), {"onderwerp": [""]})
    assert len(row.acts) == 1


def test_of_two_who_complete_one_task_the_second_is_told(session: Session) -> None:
    row = begun(session)
    task = first(session, row)
    trials.complete(session, row, task, {"onderwerp": ["x"]})
    with pytest.raises(NotFound, match="niet meer open"):
        trials.complete(session, row, task, {"onderwerp": ["x"]})


def test_somebody_can_begin_at_a_step_in_the_middle(session: Session) -> None:
    row = started(session)
    on = trials.way(session, row)
    step = [one.id for one in trials.steps(on, "tien_taken")][4]
    trials.begin_at(session, row, step, by=owner(session))
    assert [task.element_id for task in trials.stand(session, row).step.tasks] == [step]
    assert trials.stand(session, row).step.variables["onderwerp"] == "Voorbeeld onderwerp"
    played = trials.replay(
        session, releases.files(session, 1), [kept(session, row)], by=owner(session), now=NOW
    )
    assert played[0].same


def test_files_that_cannot_run_are_refused_with_what_is_wrong(session: Session) -> None:
    with pytest.raises(Invalid, match="kunnen nog niet worden uitgevoerd"):
        started(session, tien_taken=b"<definitions/>")
    with pytest.raises(NotFound):
        started(session, "bestaat_niet")
    with pytest.raises(NotFound):
        trials.trial(session, uuid4())


def kept(session: Session, row: Trial, name: str = "heen"):
    return trials.keep_scenario(session, row, name, by=owner(session), now=NOW)


def test_a_scenario_tells_what_a_later_draft_does_otherwise(session: Session) -> None:
    row = begun(session)
    trials.complete(session, row, first(session, row), {"onderwerp": ["x"]})
    scenario = kept(session, row)
    files = releases.files(session, 1)
    [same] = trials.replay(session, files, [scenario], by=owner(session), now=NOW)
    assert same.same
    changed = {
        **files,
        "tien_taken.bpmn": files["tien_taken.bpmn"]
        .replace(b'id="taak_1"', b'id="taak_a"')
        .replace(b'Ref="taak_1"', b'Ref="taak_a"'),
    }
    [other] = trials.replay(session, changed, [scenario], by=owner(session), now=NOW)
    assert not other.same
    assert "staat niet open" in str(other.played.problem)
    with pytest.raises(Conflict):
        trials.expect(session, scenario, other.played)
    with pytest.raises(Invalid, match="al een scenario"):
        kept(session, row)
    with pytest.raises(Invalid, match="naam"):
        kept(session, row, "  ")


def test_the_clock_goes_on_in_the_try_out_alone(session: Session) -> None:
    row = begun(session)
    until = workdays.add(NOW, 5)
    trials.forward(session, row, until)
    assert row.now_at == until
    assert trials.stand(session, row).now == until
    with pytest.raises(Conflict, match="vooruit"):
        trials.forward(session, row, NOW)


def test_old_try_outs_are_forgotten_and_scenarios_stay(session: Session) -> None:
    row = begun(session)
    scenario = kept(session, row)
    id = row.id
    later = NOW + trials.KEPT + timedelta(days=1)
    trials.start(
        session,
        releases.files(session, 1),
        process_id="tien_taken",
        house_key="wvv",
        release=1,
        by=owner(session),
        now=later,
    )
    session.expire_all()
    with pytest.raises(NotFound):
        trials.trial(session, id)
    assert trials.scenario(session, scenario.id).name == "heen"


def test_what_was_done_is_kept_so_that_it_can_be_done_again(session: Session) -> None:
    row = begun(session)
    trials.complete(session, row, first(session, row), {"onderwerp": ["tweede"]}, role="procesregisseur")
    session.flush()
    session.expire_all()
    acts = [pure.Act(**one) for one in trials.trial(session, row.id).acts]
    assert [(act.do, act.raw.get("onderwerp")) for act in acts] == [
        ("begin", ["proef"]),
        ("task", ["tweede"]),
    ]
