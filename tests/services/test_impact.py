"""What another way of working does to the cases that run, and who may choose which of them go along."""

from collections.abc import Mapping

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.errors import Forbidden, Invalid
from app.services import cases, impact, jobs, migration, moving, releases
from app.services.impact import CHANGED, FORM_CHANGED, GONE
from app.store.models import Case, Event, Person
from tests.services import region
from tests.services.region import NOW, SMALL
from tests.services.test_changes import mendable

KLEIN = (SMALL / "klein.form").read_bytes()
WHY = "de nieuwe werkwijze geldt ook voor hen"


@pytest.fixture
def session(any_session: Session) -> Session:
    region.settle(any_session)
    region.publish(any_session, {"rekenen.bpmn": mendable("=x")})
    return any_session


def owner(session: Session, **given) -> Person:
    return region.person(session, "oscar", roles=[("proceseigenaar", None)], **given)


def renamed(old: str, new: str) -> bytes:
    """The way of working whose step `old` is called `new`."""
    return mendable("=x").decode().replace(f'"{old}"', f'"{new}"').encode()


def files(session: Session, **changed: bytes) -> Mapping[str, bytes]:
    return {**releases.files(session, 2), **{name.replace("_", "."): one for name, one in changed.items()}}


def touched(session: Session, person: Person, **changed: bytes) -> list[tuple[str, str, int]]:
    found = impact.touched(session, person, 2, files(session, **changed))
    return [(one.element_id, one.change, one.cases) for one in found]


def run_all(session: Session) -> None:
    while jobs.run_due(session, now=NOW):
        pass


def start(session: Session, **given) -> Case:
    return region.case(session, "rekenen", **{"huis": "arnhem", **given})


def test_the_steps_that_change_or_go_are_told_with_how_many_stand_there(session: Session):
    for _ in range(3):
        start(session)
    oscar = owner(session)

    assert touched(session, oscar) == []
    assert touched(session, oscar, rekenen_bpmn=mendable("=x + 1")) == []
    assert touched(session, oscar, rekenen_bpmn=renamed("a", "aa")) == [("a", GONE, 3)]
    other_group = mendable("=x").replace(b"procesregisseur", b"weegploeg")
    assert touched(session, oscar, rekenen_bpmn=other_group) == [("a", CHANGED, 3)]
    without = {name: one for name, one in files(session).items() if name != "rekenen.bpmn"}
    assert [one.change for one in impact.touched(session, oscar, 2, without)] == [GONE]


def test_a_step_whose_form_changes_is_told_too(session: Session):
    region.case(session, "tien_taken", huis="arnhem")
    changed = KLEIN.replace(b'"components"', b'"x": 1, "components"', 1)
    assert touched(session, owner(session), klein_form=changed) == [("taak_1", FORM_CHANGED, 1)]


def test_of_files_that_cannot_be_a_release_nothing_is_told(session: Session):
    start(session)
    broken = mendable("=x").replace(b"<bpmn:endEvent", b"<bpmn:nonsens", 1)
    assert touched(session, owner(session), rekenen_bpmn=broken) == []


def test_cases_in_a_closed_compartment_are_not_even_counted(session: Session):
    region.case(session, "termijnen", huis="arnhem", compartiment="radicalisering")
    inside = region.person(session, "olga", roles=[("proceseigenaar", None)], compartments=["radicalisering"])
    changed = releases.files(session, 2)["termijnen.bpmn"].replace(b'"beoordelen"', b'"anders"')

    assert touched(session, owner(session), termijnen_bpmn=changed) == []
    assert touched(session, inside, termijnen_bpmn=changed) == [("beoordelen", GONE, 1)]
    assert impact.running(session, owner(session)) == {}
    assert impact.running(session, inside) == {2: 1}


def test_the_outlook_counts_who_can_go_along_and_why_others_cannot(session: Session):
    for _ in range(2):
        start(session)
    region.case(session, "tien_taken", huis="arnhem")
    region.publish(session, {"rekenen.bpmn": renamed("a", "aa")})

    found = impact.outlook(session, owner(session), releases.definitions(session, 3), release=3)

    counted = {one.process_id: (one.release, one.cases, one.going) for one in found}
    assert counted == {"rekenen": (2, 2, 0), "tien_taken": (2, 1, 1)}
    [reasons] = [one.reasons for one in found if one.reasons]
    assert reasons == {"De casus staat bij 'A'; die stap bestaat niet in de andere versie.": 2}
    better = impact.outlook(session, owner(session), releases.definitions(session, 3), renamed={"a": "aa"})
    assert {one.process_id: one.going for one in better} == {"rekenen": 2, "tien_taken": 1}


def test_who_may_change_cases_sends_those_that_can_and_leaves_some_behind(session: Session):
    karin = region.ketenmanager(session)
    going, left, other = start(session), start(session), start(session, huis="wvv")
    region.publish(session, {"rekenen.bpmn": renamed("a", "aa")})
    found = moving.choices(session, karin, 3)
    assert [(one.key, len(one.going), len(one.staying)) for one in found.groups] == [("2:rekenen", 0, 3)]
    [gone] = found.gone
    assert (gone.element_id, gone.options) == ("a", (("aa", "A"), ("b", "B")))

    chosen = {"groups": ["2:rekenen"], "renamed": {"a": "aa"}, "why": WHY, "now": NOW}
    made = moving.send(session, karin, 3, without=[left.number], **chosen)
    run_all(session)

    session.expire_all()
    at = [cases.instance(session, one).release_number for one in (going, left, other)]
    assert at == [3, 2, 3]
    assert migration.progress(session, made).moved == 2
    facts = session.scalars(select(Event.case_key).where(Event.kind == "migrated")).all()
    assert sorted(key for key in facts if key) == sorted([going.key, other.key])
    assert any("naar versie 3" in line.text for line in cases.timeline(session, going))


def test_nobody_sends_a_case_that_they_may_not_change_or_know_of(session: Session):
    closed = region.case(session, "termijnen", huis="arnhem", compartiment="radicalisering")
    region.publish(session, {"klein.form": KLEIN + b"\n"})
    arguments = {"groups": ["2:termijnen"], "without": [], "why": WHY, "now": NOW}

    for person in (region.ketenmanager(session), owner(session), region.person(session)):
        assert moving.choices(session, person, 3).groups == ()
        with pytest.raises((Invalid, Forbidden)):
            moving.send(session, person, 3, **arguments)
    inside = region.person(session, "kees", roles=[("ketenmanager", None)], compartments=["radicalisering"])
    assert moving.send(session, inside, 3, **arguments)
    run_all(session)
    assert cases.instance(session, closed).release_number == 3
