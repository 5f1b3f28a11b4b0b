"""Messages and signals between cases, and from outside: each handled once, none lost that is waited for."""

from datetime import timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.services import cases, changes, inbox, jobs, messages
from app.store.models import Case, Job, Subscription
from tests.engine.diagrams import element, extensions, flows, process, task
from tests.services import region
from tests.services.region import NOW

MESSAGE = element(
    "message", "bericht", extensions('<zeebe:subscription correlationKey="=nummer"/>'), name="Antwoord"
)
SIGNAL = element("signal", "sein", name="Sein")
FORM = extensions('<zeebe:formDefinition formId="zaak"/>')
CATCH_MESSAGE = '<bpmn:messageEventDefinition messageRef="bericht"/>'
CATCH_SIGNAL = '<bpmn:signalEventDefinition signalRef="sein"/>'


def _way(id: str, *steps: tuple[str, str], start: str = FORM) -> bytes:
    """Steps one after another: (id, text)."""
    ids = ["begin", *(name for name, _ in steps), "einde"]
    pairs = [f"{a}>{b}" for a, b in pairwise(ids)]
    return process(
        element("startEvent", "begin", start),
        *(text for _, text in steps),
        element("endEvent", "einde"),
        flows(*pairs),
        id=id,
        more=MESSAGE + SIGNAL,
    )


FILES = {
    "wacht.bpmn": _way(
        "wacht",
        ("a", task("a")),
        ("op", element("intermediateCatchEvent", "op", CATCH_MESSAGE)),
        ("b", task("b")),
    ),
    "luistert.bpmn": _way(
        "luistert",
        ("op", element("intermediateCatchEvent", "op", CATCH_SIGNAL)),
        ("b", task("b")),
    ),
    "roept.bpmn": _way(
        "roept", ("a", task("a")), ("gooit", element("intermediateThrowEvent", "gooit", CATCH_SIGNAL))
    ),
    "begint.bpmn": _way(
        "begint",
        ("a", task("a")),
        start='<bpmn:messageEventDefinition messageRef="bericht"/>',
    ).replace(b"Antwoord", b"Nieuws"),
    "begint_ook.bpmn": _way("begint_ook", ("a", task("a")), start=CATCH_SIGNAL),
    "roept_en_luistert.bpmn": _way(
        "roept_en_luistert",
        ("gooit", element("intermediateThrowEvent", "gooit", CATCH_SIGNAL)),
        ("op", element("intermediateCatchEvent", "op", CATCH_SIGNAL)),
    ),
}


@pytest.fixture
def session(any_session: Session) -> Session:
    region.settle(any_session)
    region.publish(any_session, FILES)
    return any_session


def waiting(session: Session, nummer: str = "A1") -> Case:
    """A case that has come to its message."""
    found = region.case(session, "wacht", huis="arnhem", nummer=nummer)
    inbox.complete(session, region.open_task(session, found).id, {}, by=region.person(session), now=NOW)
    return found


def standing(session: Session, case: Case) -> list[str]:
    return [token.element_id for token in cases.tokens(session, case)]


def test_a_message_goes_to_the_case_with_its_key_and_to_no_other(session: Session):
    one, two = waiting(session, "A1"), waiting(session, "A2")

    sent = messages.publish(session, "Antwoord", "A2", {"zei": "ja"}, now=NOW)

    assert (standing(session, one), standing(session, two)) == (["op"], ["b"])
    assert cases.variables(session, two)["zei"] == "ja"
    assert (sent.case_key, sent.handled_at) == (two.key, NOW)
    assert [row.case_key for row in session.scalars(select(Subscription))] == [one.key]


def test_two_that_wait_for_the_same_get_one_message_each_the_longest_waiting_first(session: Session):
    one, two = waiting(session), waiting(session)
    messages.publish(session, "Antwoord", "A1", {}, now=NOW)
    assert (standing(session, one), standing(session, two)) == (["b"], ["op"])
    messages.publish(session, "Antwoord", "A1", {}, now=NOW)
    assert standing(session, two) == ["b"]


def test_a_message_that_comes_too_early_is_kept_and_handled_once(session: Session):
    messages.publish(session, "Antwoord", "A1", {"zei": "vroeg"}, now=NOW)
    one, two = waiting(session), waiting(session)

    while jobs.run_due(session, now=NOW):
        pass

    assert sorted([standing(session, one), standing(session, two)]) == [["b"], ["op"]]
    assert session.scalars(select(Job)).all() == []


def test_a_message_that_expired_does_not_come(session: Session):
    messages.publish(session, "Antwoord", "A1", {}, time_to_live=timedelta(minutes=1), now=NOW)
    later = NOW + timedelta(minutes=2)
    found = region.case(session, "wacht", huis="arnhem", nummer="A1", now=later)
    inbox.complete(session, region.open_task(session, found).id, {}, by=region.person(session), now=later)
    assert not jobs.run_due(session, now=later)
    assert standing(session, found) == ["op"]


def test_the_same_id_twice_is_one_message(session: Session):
    found = waiting(session)
    first = messages.publish(session, "Antwoord", "A1", {}, id="post-7", now=NOW)
    again = messages.publish(session, "Antwoord", "A1", {}, id="post-7", now=NOW)
    assert again is first
    assert standing(session, found) == ["b"]


def test_a_message_may_begin_a_case(session: Session):
    sent = messages.publish(session, "Nieuws", None, {"onderwerp": "x"}, house_key="wvv", now=NOW)
    begun = session.get_one(Case, sent.case_key)
    assert (begun.process_id, begun.house_key, begun.started_by) == ("begint", "wvv", None)
    assert standing(session, begun) == ["a"]


def test_a_suspended_case_gets_its_message_when_it_goes_on(session: Session):
    karin = region.ketenmanager(session)
    found = waiting(session)
    changes.suspend(session, found, why="overleg met de rechter", by=karin, now=NOW)
    messages.publish(session, "Antwoord", "A1", {}, now=NOW)
    assert not jobs.run_due(session, now=NOW)
    changes.resume(session, found, by=karin, now=NOW)
    assert jobs.run_due(session, now=NOW)
    assert standing(session, found) == ["b"]


def test_a_signal_reaches_every_case_that_waits_and_what_begins_with_it(session: Session):
    one, two = (region.case(session, "luistert", huis="arnhem") for _ in range(2))
    thrower = region.case(session, "roept", huis="arnhem")
    inbox.complete(session, region.open_task(session, thrower).id, {}, by=region.person(session), now=NOW)
    assert standing(session, one) == ["op"]

    while jobs.run_due(session, now=NOW):
        pass

    assert [standing(session, one), standing(session, two)] == [["b"], ["b"]]
    begun = session.scalars(select(Case).where(Case.process_id == "begint_ook")).unique().all()
    assert [case.house_key for case in begun] == ["arnhem"]
    assert session.scalars(select(Subscription)).all() == []


def run_all(session: Session) -> None:
    while jobs.run_due(session, now=NOW):
        pass


def test_two_that_are_kept_go_to_two_that_come_before_a_worker_does(session: Session):
    for zei in ("een", "twee"):
        messages.publish(session, "Antwoord", "A1", {"zei": zei}, now=NOW)
    one, two = waiting(session), waiting(session)

    run_all(session)

    assert {cases.variables(session, case)["zei"] for case in (one, two)} == {"een", "twee"}


def test_a_number_comes_as_it_was_sent(session: Session):
    found = waiting(session)
    messages.publish(
        session, "Antwoord", "A1", {"bedrag": Decimal("12.30"), "rij": [Decimal("0.1")]}, now=NOW
    )
    told = cases.variables(session, found)
    assert (told["bedrag"], told["rij"]) == (Decimal("12.3"), [Decimal("0.1")])


def test_who_throws_a_signal_and_then_waits_for_it_does_not_hear_itself(session: Session):
    both = region.case(session, "roept_en_luistert", huis="arnhem")
    run_all(session)
    assert standing(session, both) == ["op"]
    # Nor does who begins to wait after it was thrown.
    thrower = region.case(session, "roept", huis="arnhem")
    inbox.complete(session, region.open_task(session, thrower).id, {}, by=region.person(session), now=NOW)
    late = region.case(session, "luistert", huis="arnhem")
    run_all(session)
    assert (standing(session, both), standing(session, late)) == ([], ["op"])


def test_a_signal_from_outside_goes_to_all_that_wait_and_begins_what_begins_with_it(session: Session):
    karin = region.ketenmanager(session)
    one, two = (region.case(session, "luistert", huis="arnhem") for _ in range(2))
    changes.suspend(session, two, why="overleg met de rechter", by=karin, now=NOW)

    assert messages.broadcast(session, "Sein", house_key="wvv", now=NOW) == 3
    run_all(session)

    assert (standing(session, one), standing(session, two)) == (["b"], ["op"])
    changes.resume(session, two, by=karin, now=NOW)
    run_all(session)
    assert standing(session, two) == ["b"]
    assert messages.broadcast(session, "Onbekend", house_key=None, now=NOW) == 0


def test_a_message_that_is_kept_waits_for_a_case_that_is_suspended(session: Session):
    karin = region.ketenmanager(session)
    found = region.case(session, "wacht", huis="arnhem", nummer="A1")
    messages.publish(session, "Antwoord", "A1", {}, now=NOW)
    [place] = cases.tokens(session, found)
    changes.move(session, found, place.engine_id, "op", why="de vraag is al gesteld", by=karin, now=NOW)
    changes.suspend(session, found, why="overleg met de rechter", by=karin, now=NOW)
    run_all(session)
    session.expire_all()
    assert standing(session, found) == ["op"]
    changes.resume(session, found, by=karin, now=NOW)
    run_all(session)
    session.expire_all()
    assert standing(session, found) == ["b"]


def test_work_that_was_asked_for_just_as_a_case_was_suspended_waits_too(session: Session):
    karin = region.ketenmanager(session)
    found = region.case(session, "luistert", huis="arnhem")
    messages.broadcast(session, "Sein", house_key="arnhem", now=NOW)
    changes.suspend(session, found, why="overleg met de rechter", by=karin, now=NOW)
    session.execute(update(Job).values(parked=False))
    run_all(session)
    assert standing(session, found) == ["op"]
    changes.resume(session, found, by=karin, now=NOW)
    run_all(session)
    assert standing(session, found) == ["b"]
