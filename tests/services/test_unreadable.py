"""A case whose state is damaged or of another format: one incident, nothing runs until it is mended."""

import argparse
from collections.abc import Callable
from datetime import timedelta

import msgspec
import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app import repair
from app.engine import state as engine_state
from app.errors import Conflict, Unreadable
from app.services import cases, changes, inbox, jobs, messages, migration, releases
from app.store.models import Case, Event, Instance, Job, UserTask
from tests.engine.diagrams import element, extensions, flows, process, task
from tests.services import region
from tests.services.region import NOW

DAY = timedelta(days=1)
WAITS = process(
    element("startEvent", "begin", extensions('<zeebe:formDefinition formId="klein"/>')),
    element("intermediateCatchEvent", "op", '<bpmn:messageEventDefinition messageRef="bericht"/>'),
    task("b"),
    element("endEvent", "einde"),
    flows("begin>op", "op>b", "b>einde"),
    id="wacht",
    more=element(
        "message",
        "bericht",
        extensions('<zeebe:subscription correlationKey="=onderwerp"/>'),
        name="Antwoord",
    ),
)


@pytest.fixture
def session(any_session: Session) -> Session:
    region.settle(any_session)
    region.publish(any_session, {"wacht.bpmn": WAITS})
    return any_session


def flipped(state: bytes) -> bytes:
    return state[:-1] + bytes([state[-1] ^ 1])


def of_format(number: int) -> bytes:
    body = msgspec.msgpack.encode([number, b"", "termijnen"])
    return engine_state._checksum(body) + body


def signed(body: bytes) -> bytes:
    return engine_state._checksum(body) + body


DAMAGE: dict[str, Callable[[bytes], bytes]] = {
    "een bit": flipped,
    "half": lambda state: state[: len(state) // 2],
    "leeg": lambda state: b"",
    "iets anders": lambda state: b"niets van dit alles",
    "oud formaat": lambda state: of_format(1),
    "nieuw formaat": lambda state: of_format(engine_state.FORMAT + 1),
    "andere vorm": lambda state: signed(msgspec.msgpack.encode([engine_state.FORMAT, 1, 2])),
    "geen msgpack": lambda state: signed(b"\xc1"),
}


def damage(session: Session, case: Case, how: Callable[[bytes], bytes] = flipped) -> bytes:
    """Gives the good bytes."""
    session.flush()
    good = session.scalars(select(Instance.state).where(Instance.case_key == case.key)).one()
    write(session, case, how(good))
    return good


def write(session: Session, case: Case, state: bytes) -> None:
    """Past Casusroute, as a bad disk or a restored backup does."""
    session.execute(update(Instance).where(Instance.case_key == case.key).values(state=state))
    session.expire_all()


@pytest.mark.parametrize("how", DAMAGE.values(), ids=DAMAGE)
def test_a_timer_of_such_a_case_becomes_one_incident_and_is_not_tried_again(
    session: Session, how: Callable[[bytes], bytes]
):
    case = region.case(session, "termijnen", huis="arnhem")
    whole = region.case(session, "termijnen", huis="arnhem")
    good = damage(session, case, how)
    before = rows(session, case)

    assert jobs.run_due(session, now=NOW + DAY, limit=20)

    [incident] = jobs.open_incidents(session)
    assert (incident.case_key, incident.process_id, incident.job_key) == (case.key, "termijnen", None)
    assert "casus" in incident.message
    jobs_of_case = session.scalars(select(Job).where(Job.case_key == case.key)).all()
    assert {(job.parked, job.attempts) for job in jobs_of_case} == {(True, 0)}
    assert rows(session, case) == before
    assert region.open_task(session, whole).reminded_at == NOW + DAY
    write(session, case, good)
    changes.retry(session, incident, by=region.ketenmanager(session), now=NOW + 2 * DAY)
    assert jobs.run_due(session, now=NOW + 2 * DAY, limit=20)
    assert region.open_task(session, case).reminded_at == NOW + 2 * DAY
    assert jobs.open_incidents(session) == []


def test_the_command_line_lists_it(session: Session, capsys: pytest.CaptureFixture[str]):
    damage(session, region.case(session, "termijnen", huis="arnhem"))
    jobs.run_due(session, now=NOW + DAY)

    repair.list_incidents(argparse.Namespace())

    assert "termijnen  De bewaarde stand van deze casus is beschadigd." in capsys.readouterr().out


def rows(session: Session, case: Case) -> object:
    tasks = session.execute(select(UserTask.state, UserTask.key).where(UserTask.case_key == case.key)).all()
    return tasks, [token.element_id for token in cases.tokens(session, case)]


def test_who_completes_its_task_is_told_and_nothing_is_kept(session: Session):
    petra = region.person(session)
    case = region.case(session, "termijnen", by=petra, huis="arnhem")
    damage(session, case)
    before = rows(session, case)

    with pytest.raises(Unreadable, match="beschadigd") as caught, session.begin_nested():
        inbox.complete(session, region.open_task(session, case).id, {}, by=petra, now=NOW)

    assert caught.value.context["case"] == case.key
    assert rows(session, case) == before


def test_trying_again_before_it_is_mended_keeps_the_incident(session: Session):
    karin = region.ketenmanager(session)
    case = region.case(session, "termijnen", huis="arnhem")
    good = damage(session, case)
    jobs.run_due(session, now=NOW + DAY)
    [incident] = jobs.open_incidents(session)

    write(session, case, of_format(1))
    changes.retry(session, incident, by=karin, now=NOW + DAY)

    assert incident.resolved_at is None
    assert "andere versie van Casusroute" in incident.message
    assert not jobs.run_due(session, now=NOW + DAY)
    write(session, case, good)
    changes.retry(session, incident, by=karin, now=NOW + DAY)
    assert (incident.resolved_at, incident.resolved_by) == (NOW + DAY, karin.key)
    with pytest.raises(Conflict, match="al opgelost"):
        changes.retry(session, incident, by=karin, now=NOW + DAY)


def test_a_suspended_case_stays_suspended_when_its_state_is_mended(session: Session):
    karin = region.ketenmanager(session)
    case = region.case(session, "termijnen", huis="arnhem")
    good = damage(session, case)
    jobs.run_due(session, now=NOW + DAY)
    [incident] = jobs.open_incidents(session)
    changes.suspend(session, case, why="overleg met de rechter", by=karin, now=NOW + DAY)
    write(session, case, good)

    changes.retry(session, incident, by=karin, now=NOW + DAY)

    assert not jobs.run_due(session, now=NOW + DAY)
    changes.resume(session, case, by=karin, now=NOW + DAY)
    assert jobs.run_due(session, now=NOW + DAY)


def test_going_on_with_a_suspended_case_that_is_damaged_tells_it_once_more(session: Session):
    karin = region.ketenmanager(session)
    case = region.case(session, "termijnen", huis="arnhem")
    changes.suspend(session, case, why="overleg met de rechter", by=karin, now=NOW)
    damage(session, case)
    changes.resume(session, case, by=karin, now=NOW)

    assert jobs.run_due(session, now=NOW + DAY, limit=20)

    assert len(jobs.open_incidents(session)) == 1
    assert not jobs.run_due(session, now=NOW + 5 * DAY)


def test_a_message_for_it_is_kept_and_its_sender_has_no_part_in_it(session: Session):
    case = region.case(session, "wacht", huis="arnhem", onderwerp="A1")
    good = damage(session, case)

    sent = messages.publish(session, "Antwoord", "A1", {"zei": "ja"}, now=NOW)

    [incident] = jobs.open_incidents(session, case_key=case.key)
    assert (sent.handled_at, jobs.run_due(session, now=NOW)) == (None, False)
    write(session, case, good)
    changes.retry(session, incident, by=None, now=NOW)
    assert jobs.run_due(session, now=NOW)
    assert (region.open_task(session, case).element_id, sent.case_key) == ("b", case.key)


def test_it_stays_behind_when_others_go_to_another_release_and_the_plan_says_why(session: Session):
    case, whole = (region.case(session, "termijnen", huis="arnhem") for _ in range(2))
    region.publish(session, {"wacht.bpmn": WAITS.replace(b'name="B"', b'name="Anders"')})
    target = releases.current_number(session)
    damage(session, case)

    told = migration.plan(session, [case.key, whole.key], target, by=None)

    assert [bool(one.reasons) for one in told] == [True, False]
    assert "beschadigd" in told[0].reasons[0]
    migration.start(session, [case.key, whole.key], target, why="nieuwe versie", by=None, now=NOW)
    jobs.run_due(session, now=NOW, limit=20)
    numbers = select(Instance.release_number).order_by(Instance.case_key)
    assert session.scalars(numbers).all() == [target - 1, target]


def test_what_a_ketenmanager_does_with_it_is_refused_and_told(session: Session):
    karin = region.ketenmanager(session)
    case = region.case(session, "termijnen", huis="arnhem")
    [place] = [one.engine_id for one in cases.tokens(session, case)]
    damage(session, case)
    for act in (
        lambda: changes.move(session, case, place, "einde", why="moet weg", by=karin, now=NOW),
        lambda: changes.skip(session, case, place, {}, why="moet weg", by=karin, now=NOW),
        lambda: changes.change_data(session, case, {"x": 1}, why="moet weg", by=karin, now=NOW),
        lambda: changes.cancel(session, case, why="moet weg", by=karin, now=NOW),
    ):
        with pytest.raises(Unreadable) as caught:
            act()
        assert caught.value.context["case"] == case.key
    kinds = set(session.scalars(select(Event.kind).where(Event.case_key == case.key)))
    assert not kinds & {"moved", "skipped_by_hand", "data_changed", "case_cancelled"}
