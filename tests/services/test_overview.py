"""How many cases stand where."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from app.services import inbox, overview
from app.services.overview import CaseFilters, Count
from app.store.models import Person
from tests.services import region
from tests.services.region import NOW

DAY = timedelta(days=1)


@pytest.fixture
def session(any_session: Session) -> Session:
    region.settle(any_session)
    return any_session


def manager(session: Session, **changes: object) -> Person:
    return region.person(session, "karin", roles=[("ketenmanager", None)], **changes)  # type: ignore[arg-type]


def test_cases_are_counted_where_they_stand_and_at_the_calls_around(session: Session):
    for termijn in ("2026-11-20", "2026-11-30"):
        region.case(session, "buiten", termijn=termijn)
    region.case(session, "termijnen", huis="wvv")

    counts = overview.picture(session, manager(session), CaseFilters(), now=NOW).counts

    assert counts == {
        ("buiten", "roep"): Count(2, 1),
        ("binnen", "kijken"): Count(2, 1),
        ("termijnen", "beoordelen"): Count(1, 0),
    }
    assert overview.picture(session, manager(session), CaseFilters(), now=NOW).totals == {
        "buiten": Count(2, 1),
        "binnen": Count(2, 1),
        "termijnen": Count(1, 0),
    }


def test_a_case_counts_once_in_a_process_however_many_tokens_it_has(session: Session):
    region.case(session, "vijf_rondes")

    assert overview.picture(session, manager(session), CaseFilters(), now=NOW).totals == {
        "vijf_rondes": Count(1, 0)
    }


def test_what_has_ended_is_not_counted(session: Session):
    petra = region.person(session)
    case = region.case(session, "buiten", by=petra, termijn="2026-11-30")
    inbox.complete(session, region.open_task(session, case).id, {}, by=petra, now=NOW)

    assert overview.picture(session, manager(session), CaseFilters(), now=NOW).counts == {}


def test_each_sees_the_numbers_of_their_houses(session: Session):
    region.case(session, "termijnen", huis="wvv")
    region.case(session, "termijnen", huis="arnhem")
    lotte = region.person(session, "lotte", roles=[("locatiemanager", "arnhem")])
    stijn = region.person(session, "stijn", roles=[("stuurgroep", "wvv")])
    place = ("termijnen", "beoordelen")

    def total(person: Person) -> int:
        return overview.picture(session, person, CaseFilters(), now=NOW).counts.get(place, Count()).cases

    assert (total(manager(session)), total(lotte), total(stijn), total(region.person(session))) == (
        2,
        1,
        1,
        0,
    )


def test_a_closed_compartment_is_not_even_a_number(session: Session):
    region.case(session, "termijnen", huis="arnhem", compartiment="gesloten")

    assert overview.picture(session, manager(session), CaseFilters(), now=NOW).counts == {}


def test_the_filters_of_the_list_narrow_the_numbers(session: Session):
    late = region.case(session, "termijnen", huis="arnhem", thema="hic", termijn="2026-11-20")
    late.municipality_key, late.route, late.started_at = "arnhem", "scenario-overleg", NOW - DAY
    followed = region.publish(session, {}, without=["tien_taken.bpmn"])
    region.case(session, "termijnen", huis="wvv")
    place = ("termijnen", "beoordelen")

    for narrowed in (
        CaseFilters(theme="hic"),
        CaseFilters(house="arnhem"),
        CaseFilters(overdue=True),
        CaseFilters(text="ARN-"),
        CaseFilters(municipality="arnhem"),
        CaseFilters(route="scenario-overleg"),
        CaseFilters(release_number=followed - 1),
        CaseFilters(started_until=NOW),
        CaseFilters(started_from=NOW - DAY, started_until=NOW),
    ):
        assert overview.picture(session, manager(session), narrowed, now=NOW).counts == {place: Count(1, 1)}
    for others in (CaseFilters(release_number=followed), CaseFilters(started_from=NOW)):
        assert overview.picture(session, manager(session), others, now=NOW).counts == {place: Count(1, 0)}


def test_narrowed_to_one_step_the_numbers_are_of_the_cases_that_stand_there(session: Session):
    region.case(session, "buiten", termijn="2026-11-20")
    region.case(session, "termijnen", huis="arnhem")

    here = CaseFilters(element_id="kijken", element_process_id="binnen")

    assert overview.picture(session, manager(session), here, now=NOW).counts == {
        ("buiten", "roep"): Count(1, 1),
        ("binnen", "kijken"): Count(1, 1),
    }
