"""Another value for a variable of a running case: at once, or with a colleague where it decides something."""

from decimal import Decimal

import pytest
from sqlalchemy.orm import Session

from app.errors import Conflict, Forbidden, Invalid, NotFound
from app.services import cases, changes, data_changes, inbox, organisation
from app.store.models import Case, DataRequest, Person, Setting
from tests.engine.diagrams import element, extensions, flows, process, task
from tests.services import region
from tests.services.region import NOW

WHY = "de melder gaf een verkeerd getal"
FORM = extensions('<zeebe:formDefinition formId="zaak"/>')
CHOOSING = process(
    element("startEvent", "begin", FORM),
    task("a"),
    element("exclusiveGateway", "keuze", name="Zwaar?", default="keuze_b"),
    task("b"),
    task("c"),
    element("endEvent", "einde"),
    flows("begin>a", "a>keuze", "keuze>b", "keuze>c if x > 5", "b>einde", "c>einde"),
    id="kiezen",
)


@pytest.fixture
def session(any_session: Session) -> Session:
    region.settle(any_session)
    region.publish(any_session, {"kiezen.bpmn": CHOOSING})
    return any_session


@pytest.fixture
def karin(session: Session) -> Person:
    return region.ketenmanager(session)


@pytest.fixture
def kees(session: Session) -> Person:
    return region.person(session, "kees", roles=[("ketenmanager", None)])


@pytest.fixture
def case(session: Session) -> Case:
    return region.case(session, "kiezen", huis="arnhem", x=3, thema="lawaai")


def ask(session: Session, case: Case, by: Person, name: str, text: str, why: str = WHY) -> DataRequest | None:
    was = data_changes.mark(cases.variables(session, case)[name])
    return data_changes.change(session, case, name, text, was=was, why=why, by=by, now=NOW)


def told(session: Session, case: Case) -> str:
    return " ".join(line.text for line in cases.timeline(session, case))


def test_what_decides_nothing_changes_at_once_and_the_old_value_is_kept(
    session: Session, case: Case, karin: Person
) -> None:
    assert ask(session, case, karin, "thema", "vuurwerk") is None

    assert cases.variables(session, case)["thema"] == "vuurwerk"
    [line] = [one for one in cases.timeline(session, case, contents=True) if one.kind == "data_changed"]
    assert [(one.before, one.after) for one in line.changes] == [("lawaai", "vuurwerk")]
    assert line.by_hand


def test_what_decides_something_waits_for_a_colleague(
    session: Session, case: Case, karin: Person, kees: Person
) -> None:
    request = ask(session, case, karin, "x", "8")
    assert request is not None
    assert cases.variables(session, case)["x"] == 3
    with pytest.raises(Forbidden, match="collega"):
        data_changes.approve(session, case, request.key, by=karin, now=NOW)

    data_changes.approve(session, case, request.key, by=kees, now=NOW)

    assert cases.variables(session, case)["x"] == 8
    assert f"Kees wijzigde gegevens met de hand op verzoek van Karin. Reden: {WHY}" in told(session, case)
    petra = region.person(session)
    inbox.complete(session, region.open_task(session, case).id, {}, by=petra, now=NOW)
    assert region.open_task(session, case).element_id == "c"


def test_what_it_decides_is_said_in_words(session: Session, case: Case) -> None:
    [use] = data_changes.decides(session, case, "x")

    assert "de voorwaarde van de pijl naar" in use
    assert "‘Zwaar?’" in use
    assert data_changes.decides(session, case, "thema") == []


def test_without_four_eyes_it_changes_at_once(session: Session, case: Case, karin: Person) -> None:
    session.merge(Setting(key=organisation.FOUR_EYES, value=False))

    assert ask(session, case, karin, "x", "8") is None
    assert cases.variables(session, case)["x"] == 8


def test_a_request_of_which_the_case_moved_on_is_stale_and_refused(
    session: Session, case: Case, karin: Person, kees: Person
) -> None:
    request = ask(session, case, karin, "x", "8")
    assert request is not None
    assert not data_changes.is_stale(session, request)
    changes.change_data(session, case, {"x": 4}, why=WHY, by=None, now=NOW)

    assert data_changes.is_stale(session, request)
    with pytest.raises(Conflict, match="intussen veranderd"):
        data_changes.approve(session, case, request.key, by=kees, now=NOW)
    assert cases.variables(session, case)["x"] == 4


def test_a_request_of_which_the_case_ended_is_refused_in_words(
    session: Session, case: Case, karin: Person, kees: Person
) -> None:
    request = ask(session, case, karin, "x", "8")
    assert request is not None
    changes.cancel(session, case, why=WHY, by=None, now=NOW)

    with pytest.raises(Conflict, match="al afgesloten"):
        data_changes.approve(session, case, request.key, by=kees, now=NOW)
    data_changes.refuse(session, case, request.key, by=karin, now=NOW)
    assert data_changes.waiting_in(session, case) == []


@pytest.mark.parametrize(
    ("who", "words"), [("karin", "trok het verzoek in"), ("kees", "wees het verzoek af")]
)
def test_who_asked_takes_it_back_and_a_colleague_refuses(
    session: Session, case: Case, karin: Person, kees: Person, who: str, words: str
) -> None:
    request = ask(session, case, karin, "x", "8")
    assert request is not None

    data_changes.refuse(session, case, request.key, by=region.person(session, who), now=NOW)

    assert words in told(session, case)
    assert data_changes.waiting(session, kees) == []
    with pytest.raises(Conflict, match="al beslist"):
        data_changes.approve(session, case, request.key, by=kees, now=NOW)
    assert cases.variables(session, case)["x"] == 3


def test_of_one_variable_one_request_waits(session: Session, case: Case, karin: Person, kees: Person) -> None:
    ask(session, case, karin, "x", "8")

    with pytest.raises(Conflict, match="wacht al een verzoek"):
        ask(session, case, kees, "x", "9")
    assert [one.name for one in data_changes.waiting(session, kees)] == ["x"]


def test_what_changed_since_it_was_seen_is_not_overwritten(
    session: Session, case: Case, karin: Person
) -> None:
    with pytest.raises(Conflict, match="intussen veranderd"):
        data_changes.change(session, case, "thema", "x", was='"anders"', why=WHY, by=karin, now=NOW)


def test_nothing_is_changed_without_a_reason_or_into_the_same(
    session: Session, case: Case, karin: Person
) -> None:
    with pytest.raises(Invalid):
        ask(session, case, karin, "thema", "x", why=" ")
    with pytest.raises(Invalid, match="dezelfde"):
        ask(session, case, karin, "thema", "lawaai")
    with pytest.raises(NotFound):
        data_changes.change(session, case, "casus", "{}", was="", why=WHY, by=karin, now=NOW)
    with pytest.raises(Forbidden):
        ask(session, case, region.person(session), "thema", "x")


@pytest.mark.parametrize(
    ("value", "kind", "right", "becomes", "wrong"),
    [
        (True, "ja_nee", "nee", False, "misschien"),
        (3, "getal", "3,5", Decimal("3.5"), "drie"),
        (3, "getal", "12", 12, "1e9"),
        ("2026-01-31", "datum", "2026-02-01", "2026-02-01", "2026-02-31"),
        ([1], "json", '[1, {"a": 2.5}]', [1, {"a": Decimal("2.5")}], "[1"),
        ({"a": 1}, "json", "null", None, '1, "b": 2'),
        ({"a": 1}, "json", "{}", {}, "0.12345678901234567890123"),
    ],
)
def test_each_kind_of_value_is_read_from_its_own_field(
    session: Session, value: object, kind: str, right: str, becomes: object, wrong: str
) -> None:
    case = region.case(session, "kiezen", huis="arnhem", x=1, ding=value)
    found = data_changes.datum(session, case, "ding")

    assert found.kind == kind
    assert data_changes.read(found, found.typed) == value
    assert data_changes.read(found, right) == becomes
    with pytest.raises(Invalid) as refused:
        data_changes.read(found, wrong)
    assert "waarde" in refused.value.errors


def test_a_closed_compartment_hides_its_requests(
    session: Session, case: Case, karin: Person, kees: Person
) -> None:
    ask(session, case, karin, "x", "8")
    case.compartment = "radicalisering"
    session.flush()

    assert data_changes.waiting(session, kees) == []
