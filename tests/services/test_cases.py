"""Starting a case: its number, its house, what it is called; and the list of cases."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from app.errors import Forbidden, Invalid, NotFound
from app.services import case_list, cases, inbox
from app.services.case_list import Order
from app.services.cases import CaseFilters
from app.services.documents_in_answers import find
from app.store.models import Document, Person
from tests.services import region
from tests.services.region import NOW


@pytest.fixture
def session(any_session: Session) -> Session:
    region.settle(any_session)
    return any_session


def test_numbers_count_up_per_house_and_year(session: Session):
    first = region.case(session, "termijnen", huis="arnhem")
    second = region.case(session, "termijnen", huis="arnhem")
    other_house = region.case(session, "termijnen", huis="wvv")
    next_year = region.case(
        session, "termijnen", huis="arnhem", now=datetime(2026, 12, 31, 23, 30, tzinfo=UTC)
    )

    numbers = [case.number for case in (first, second, other_house, next_year)]
    assert numbers == ["ARN-2026-0001", "ARN-2026-0002", "WVV-2026-0001", "ARN-2027-0001"]


def test_the_property_decides_the_house_before_the_municipality(session: Session):
    assert region.case(session, "termijnen", huis="wvv", gemeente="arnhem").house_key == "wvv"


def test_the_municipality_decides_the_house_before_the_starter(session: Session):
    case = region.case(session, "termijnen", gemeente="ede")

    assert (case.house_key, case.municipality_key) == ("wvv", "ede")


def test_without_municipality_the_house_of_the_starter_counts(session: Session):
    by = region.person(session, "wim", roles=[("procesregisseur", "wvv")])

    assert region.case(session, "termijnen", by=by).house_key == "wvv"


def test_whose_house_cannot_be_told_is_asked_for_the_municipality(session: Session):
    with pytest.raises(Invalid, match="Kies de gemeente"):
        region.case(session, "termijnen", by=region.partner(session))


def test_a_municipality_that_was_merged_is_refused(session: Session):
    with pytest.raises(Invalid, match="Rijnwaarden bestaat niet meer"):
        region.case(session, "termijnen", gemeente="rijnwaarden")


def test_the_diagram_knows_its_case(session: Session):
    petra = region.person(session)
    case = region.case(session, "termijnen", by=petra, huis="arnhem")

    assert cases.variables(session, case)["casus"] == {
        "nummer": case.number,
        "huis": "arnhem",
        "huis_naam": "Veiligheidshuis Regio Arnhem",
        "gestart_op": "2026-11-23T10:31:00+01:00",
        "gestart_door": "Petra",
        "kanaal_organisatie": "veiligheidshuis",
    }


def test_the_organisation_of_the_melder_is_kept(session: Session):
    case = region.case(session, "termijnen", by=region.partner(session), huis="arnhem")

    assert case.reporter_key == "politie"


def test_a_case_is_called_after_its_process_until_it_has_a_title(session: Session):
    assert region.case(session, "buiten", termijn=None).title == "Buiten"


@pytest.mark.parametrize("process_id", ["binnen", "bestaat_niet"])
def test_what_is_no_way_in_cannot_be_started(session: Session, process_id: str):
    with pytest.raises(NotFound):
        region.case(session, process_id)


def test_who_may_not_start_is_told(session: Session):
    by = region.person(session, "oscar", roles=[("proceseigenaar", None)])

    with pytest.raises(Forbidden):
        region.case(session, by=by)


def document(session: Session, by: int) -> Document:
    made = Document(
        name="brief.pdf",
        media_type="application/pdf",
        size_bytes=3,
        sha256="0",
        content=b"abc",
        stored_at=NOW,
        stored_by=by,
        handed_in=False,
    )
    session.add(made)
    session.flush()
    return made


def test_the_documents_in_the_answers_become_part_of_the_case(session: Session):
    petra, pol = region.person(session), region.partner(session)
    own, not_own = document(session, petra.key), document(session, pol.key)
    files = [{"id": str(file.id), "name": file.name, "size": 3} for file in (own, not_own)]

    case = region.case(session, by=petra, bijlagen={"brieven": files})
    session.expire_all()

    assert (own.case_key, own.handed_in) == (case.key, True)
    assert (not_own.case_key, not_own.handed_in) == (None, False)


def listed(session: Session, person: Person, after: str | None = None, **narrowed: object) -> list[str]:
    filters = CaseFilters(**narrowed)  # type: ignore[arg-type]
    return [one.number for one in case_list.page(session, person, filters, Order(), after, now=NOW).entries]


def test_the_list_shows_own_houses_newest_first_and_goes_on_by_key(session: Session):
    petra = region.person(session)
    started = [region.case(session, by=petra, onderwerp=f"zaak {number}") for number in range(5)]
    region.case(session, "termijnen", by=petra, huis="wvv")

    first = case_list.page(session, petra, CaseFilters(), Order(), limit=3, now=NOW)
    later = region.case(session, by=petra, onderwerp="intussen")
    second = case_list.page(session, petra, CaseFilters(), Order(), first.next, limit=3, now=NOW)

    found = [entry.number for entry in first.entries + second.entries]
    assert found == [case.number for case in reversed(started)]
    assert later.number not in found
    assert second.next is None


def test_a_closed_compartment_is_not_in_the_list(session: Session):
    petra = region.person(session)
    closed = region.case(session, "termijnen", by=petra, huis="arnhem", compartiment="gesloten")
    insider = region.person(session, "ilse", compartments=["gesloten"])

    assert listed(session, petra) == []
    assert listed(session, insider) == [closed.number]


def test_the_list_is_narrowed_by_each_filter(session: Session):
    petra = region.person(session)
    plain = region.case(session, by=petra, onderwerp="100% zeker")
    late = region.case(session, "termijnen", by=petra, huis="arnhem", thema="hic", termijn="2026-11-20")

    for narrowed, found in (
        ({"text": "0% Z"}, [plain.number]),
        ({"text": "_"}, []),
        ({"text": late.number[-4:]}, [late.number]),
        ({"process_id": "tien_taken"}, [plain.number]),
        ({"element_id": "beoordelen", "element_process_id": "termijnen"}, [late.number]),
        ({"theme": "hic"}, [late.number]),
        ({"overdue": True}, [late.number]),
        ({"state": "ended"}, []),
        ({"house": "wvv"}, []),
    ):
        assert listed(session, petra, **narrowed) == found, narrowed


def test_a_cursor_of_somebody_elses_making_is_refused(session: Session):
    petra = region.person(session)

    for made_up in ("x", "WyJhIl0", "bnVsbA", "W10", "a" * 500):
        with pytest.raises(Invalid):
            listed(session, petra, made_up)


def test_the_timeline_tells_who_did_what(session: Session):
    petra = region.person(session)
    case = region.case(session, "termijnen", by=petra, huis="arnhem")
    task = region.open_task(session, case)
    inbox.claim(session, task, by=petra, now=NOW + timedelta(minutes=1))
    inbox.complete(session, task.id, {"onderwerp": "x"}, by=petra, now=NOW + timedelta(minutes=2))

    lines = [(entry.text, entry.answers) for entry in cases.timeline(session, case)]
    assert lines == [
        ("Petra startte de casus.", None),
        ("Petra pakte ‘Beoordelen’ op.", None),
        ("Petra rondde ‘Beoordelen’ af.", None),
    ]
    with_contents = cases.timeline(session, case, contents=True)
    assert with_contents[-1].answers == {"onderwerp": "x"}


def test_documents_are_found_anywhere_in_the_answers():
    file = {"id": "12345678-1234-5678-1234-567812345678", "name": "a.pdf", "size": 1}

    assert [str(id) for id in find({"a": [{"b": [file]}], "c": "x"})] == [file["id"]]
    assert list(find({"id": "geen uuid", "name": "a", "size": 1})) == []


def test_the_timeline_explains_what_the_table_advised_and_why(session: Session):
    case = region.case(session, "beslissen", nodig="ja", onderwerp="overlast")

    closed = [entry for entry in cases.timeline(session, case) if entry.kind == "decision"]
    (opened,) = [entry for entry in cases.timeline(session, case, contents=True) if entry.kind == "decision"]

    assert [(entry.text, entry.detail) for entry in closed] == [
        ("De beslistabel adviseerde bij ‘Advies vragen’.", "")
    ]
    assert opened.detail == (
        "Advies: MDO omdat Past de casus = ja (regel 1 in versie 1 van de werkwijze). "
        "Past: ja omdat Nodig = ja (regel 1 in versie 1 van de werkwijze)."
    )
