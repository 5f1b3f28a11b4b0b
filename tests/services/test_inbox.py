"""The inbox: who sees which task, in which order, and what they do with it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from app.errors import Conflict, Forbidden, Invalid, NotFound
from app.services import inbox
from app.services.inbox import Filters, View
from app.store.models import Case, Person, UserTask
from tests.services import region
from tests.services.region import NOW


@pytest.fixture
def session(any_session: Session) -> Session:
    region.settle(any_session)
    return any_session


@pytest.fixture
def everywhere(any_session: Session) -> Session:
    """The same region on each database: comparing rows and times is their own affair."""
    region.settle(any_session)
    return any_session


def numbers(session: Session, person: Person, view: View = "rollen", **narrowed: object) -> list[str]:
    filters = Filters(**narrowed)  # type: ignore[arg-type]
    page = inbox.page(session, person, view=view, filters=filters, now=NOW)
    return [task.case.number for task in page.tasks]


@contextmanager
def counted(session: Session) -> Iterator[list[str]]:
    """The SQL statements within the block."""
    statements: list[str] = []

    def note(*given: object) -> None:
        statements.append(str(given[2]))

    engine = session.connection().engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(engine, "before_cursor_execute", note)


# ── seeing ──


def test_a_role_counts_in_its_house_only(session: Session):
    arnhem = region.case(session, "termijnen", huis="arnhem")
    wvv = region.case(session, "termijnen", huis="wvv")
    everywhere = region.person(session, "els", roles=[("procesregisseur", None)])
    other = region.person(session, "ria", roles=[("informatiecoordinator", "arnhem")])

    assert numbers(session, region.person(session)) == [arnhem.number]
    assert numbers(session, everywhere) == [arnhem.number, wvv.number]
    assert numbers(session, other) == []


def test_all_that_somebody_may_see_includes_tasks_of_other_roles_in_own_houses(session: Session):
    case = region.case(session, "termijnen", huis="arnhem")
    region.case(session, "termijnen", huis="wvv")
    colleague = region.person(session, "ria", roles=[("informatiecoordinator", "arnhem")])
    manager = region.person(session, "karin", roles=[("ketenmanager", None)])

    assert numbers(session, colleague, "alles") == [case.number]
    assert len(numbers(session, manager, "alles")) == 2
    assert inbox.may_do(region.open_task(session, case), colleague) is False
    with pytest.raises(Forbidden):
        inbox.task(session, region.open_task(session, case).id, colleague)


def asked_partner(session: Session, **answers: object) -> Case:
    """A case that waits for an answer of the police."""
    petra = region.person(session)
    case = region.case(session, "termijnen", by=petra, huis="arnhem", **answers)
    inbox.complete(session, region.open_task(session, case).id, {}, by=petra, now=NOW)
    return case


def test_a_partner_sees_the_tasks_of_their_organisation_and_nothing_else(session: Session):
    case = asked_partner(session)
    region.case(session, "termijnen", huis="arnhem")
    pol, hans = region.partner(session), region.partner(session, "hans", "halt")
    task = region.open_task(session, case)

    assert numbers(session, pol, "alles") == [case.number]
    assert inbox.task(session, task.id, pol) is task
    assert numbers(session, hans, "alles") == []
    with pytest.raises(NotFound):
        inbox.task(session, task.id, hans)


def test_a_role_that_partners_share_opens_nothing(session: Session):
    case = asked_partner(session)
    region.open_task(session, case).groups = ["partner"]
    session.flush()

    assert numbers(session, region.partner(session), "alles") == []


def test_a_closed_compartment_hides_even_that_there_is_a_task(session: Session):
    insider = region.person(session, "ilse", compartments=["gesloten"])
    case = region.case(session, "termijnen", huis="arnhem", compartiment="gesloten")
    outsider, task = region.person(session), region.open_task(session, case)

    assert numbers(session, insider) == [case.number]
    assert numbers(session, outsider, "alles") == []
    assert inbox.counters(session, outsider, now=NOW) == {"mijn": 0, "rollen": 0, "alles": 0, "te_laat": 0}
    with pytest.raises(NotFound):
        inbox.task(session, task.id, outsider)
    with pytest.raises(NotFound):
        inbox.complete(session, task.id, {}, by=outsider, now=NOW)


def test_who_may_do_no_tasks_has_an_empty_inbox(session: Session):
    region.case(session)

    assert numbers(session, region.person(session, "oscar", roles=[("proceseigenaar", None)]), "alles") == []


def test_what_does_not_exist_is_not_found(session: Session):
    with pytest.raises(NotFound):
        inbox.task(session, uuid4(), region.person(session))
    with pytest.raises(NotFound):
        inbox.complete(session, uuid4(), {}, by=region.person(session), now=NOW)


# ── order, pages, filters, counters ──


def test_tasks_stand_by_due_date_then_priority_then_age(everywhere: Session):
    made = {
        name: region.case(everywhere, "termijnen", huis="arnhem", onderwerp=name, **changes)
        for name, changes in {
            "geen termijn, gewoon": {},
            "geen termijn, spoed": {"prioriteit": 90},
            "later": {"termijn": "2026-12-01"},
            "eerder": {"termijn": "2026-11-25"},
            "later, met spoed": {"termijn": "2026-12-01", "prioriteit": 90},
            "geen termijn, jonger": {},
        }.items()
    }

    page = inbox.page(everywhere, region.person(everywhere), view="rollen", filters=Filters(), now=NOW)

    assert [task.case.title for task in page.tasks] == [
        "eerder",
        "later, met spoed",
        "later",
        "geen termijn, spoed",
        "geen termijn, gewoon",
        "geen termijn, jonger",
    ]
    assert len(made) == 6


def test_pages_by_key_miss_and_repeat_nothing_while_tasks_come_and_go(everywhere: Session):
    petra = region.person(everywhere)
    termen = ["2026-11-24", "2026-11-24", "2026-11-25", None, None, None, None]
    started = [region.case(everywhere, "termijnen", huis="arnhem", termijn=termijn) for termijn in termen]
    seen: list[str] = []
    after = None
    for _ in range(10):
        page = inbox.page(everywhere, petra, view="rollen", filters=Filters(), after=after, limit=2, now=NOW)
        seen += [task.case.number for task in page.tasks]
        # In between, an earlier one is done and another comes in at the front.
        inbox.complete(everywhere, page.tasks[0].id, {}, by=petra, now=NOW)
        region.case(everywhere, "termijnen", huis="arnhem", termijn="2026-11-23")
        after = page.next
        if after is None:
            break

    assert seen == [case.number for case in started]


def test_the_last_page_says_that_it_is_the_last(session: Session):
    petra = region.person(session)
    for _ in range(4):
        region.case(session)

    first = inbox.page(session, petra, view="rollen", filters=Filters(), limit=2, now=NOW)
    second = inbox.page(session, petra, view="rollen", filters=Filters(), after=first.next, limit=2, now=NOW)

    assert (len(first.tasks), len(second.tasks), second.next) == (2, 2, None)


@pytest.mark.parametrize("cursor", ["x", "W10", "WyJ4IiwxLDFd", "a" * 300])
def test_a_cursor_of_somebody_elses_making_is_refused(session: Session, cursor: str):
    with pytest.raises(Invalid):
        inbox.page(session, region.person(session), view="rollen", filters=Filters(), after=cursor, now=NOW)


def test_filters_narrow_the_inbox(everywhere: Session):
    both = region.person(everywhere, "els", roles=[("procesregisseur", None)])
    ten = region.case(everywhere, onderwerp="Overlast flat")
    late = region.case(everywhere, "termijnen", huis="wvv", termijn="2026-11-20", onderwerp="50% korting")

    assert numbers(everywhere, both, text="overLAST") == [ten.number]
    assert numbers(everywhere, both, text=late.number[:3].lower()) == [late.number]
    assert numbers(everywhere, both, text="%") == [late.number]
    assert numbers(everywhere, both, process_id="tien_taken", element_id="taak_1") == [ten.number]
    assert numbers(everywhere, both, house="wvv") == [late.number]
    assert numbers(everywhere, both, overdue=True) == [late.number]


def test_counters_tell_each_view_and_what_is_late(everywhere: Session):
    petra = region.person(everywhere)
    pim = region.person(everywhere, "pim")
    mine, late, theirs = (
        region.case(everywhere, "termijnen", huis="arnhem", termijn=termijn)
        for termijn in (None, "2026-11-20", "2026-11-20")
    )
    inbox.claim(everywhere, region.open_task(everywhere, mine), by=petra, now=NOW)
    inbox.claim(everywhere, region.open_task(everywhere, theirs), by=pim, now=NOW)

    assert inbox.counters(everywhere, petra, now=NOW) == {"mijn": 1, "rollen": 1, "alles": 3, "te_laat": 1}
    assert numbers(everywhere, petra, "mijn") == [mine.number]
    assert numbers(everywhere, petra, "rollen") == [late.number]


@pytest.mark.parametrize("tasks", [1, 25])
def test_a_page_takes_one_statement_however_long_it_is(session: Session, tasks: int):
    petra, pim = region.person(session), region.person(session, "pim")
    for number in range(tasks):
        case = region.case(session)
        if number % 2:
            inbox.claim(session, region.open_task(session, case), by=pim, now=NOW)
    session.flush()
    session.expunge_all()
    petra = region.person(session, petra.login)
    inbox.page(session, petra, view="mijn", filters=Filters(), now=NOW)

    with counted(session) as statements:
        page = inbox.page(session, petra, view="alles", filters=Filters(text="a"), now=NOW)
        shown = [
            (task.case.title, task.case.house.name, task.assignee and task.assignee.name, task.groups)
            for task in page.tasks
        ]

    assert len(shown) == tasks
    assert len(statements) == 1, statements


# ── doing ──


def test_a_task_is_claimed_released_and_handed_over(session: Session):
    petra, pim = region.person(session), region.person(session, "pim")
    task = region.open_task(session, region.case(session))

    inbox.claim(session, task, by=petra, now=NOW)
    assert (task.assignee_key, task.claimed_at) == (petra.key, NOW)
    inbox.assign(session, task, "pim", by=petra, now=NOW)
    assert task.assignee_key == pim.key
    inbox.release(session, task, by=pim, now=NOW)
    assert (task.assignee_key, task.claimed_at) == (None, None)


def test_who_claims_second_hears_who_was_first_and_when(session: Session):
    petra, pim = region.person(session), region.person(session, "pim")
    task = region.open_task(session, region.case(session))
    inbox.claim(session, task, by=petra, now=NOW)

    with pytest.raises(Conflict, match=r"opgepakt door Petra op 23 november 2026 om 10\.31"):
        inbox.claim(session, task, by=pim, now=NOW + timedelta(minutes=1))
    with pytest.raises(Conflict, match="opgepakt door Petra"):
        inbox.release(session, task, by=pim, now=NOW)
    with pytest.raises(Conflict, match="opgepakt door Petra"):
        inbox.complete(session, task.id, {}, by=pim, now=NOW)


def test_a_task_can_be_taken_over_from_a_colleague(session: Session):
    petra, pim = region.person(session), region.person(session, "pim")
    case = region.case(session)
    task = region.open_task(session, case)
    inbox.claim(session, task, by=petra, now=NOW)

    inbox.assign(session, task, "pim", by=pim, now=NOW)
    inbox.complete(session, task.id, {}, by=pim, now=NOW)

    assert task.completed_by == pim.key


def test_a_task_is_handed_only_to_who_may_do_it(session: Session):
    petra = region.person(session)
    region.person(session, "wim", roles=[("procesregisseur", "wvv")])
    region.person(session, "els", roles=[("procesregisseur", None)])
    gone = region.person(session, "gert")
    gone.active = False
    task = region.open_task(session, region.case(session))

    assert [person.login for person in inbox.assignees(session, task)] == ["els", "petra"]
    with pytest.raises(Invalid, match="kan de taak niet doen"):
        inbox.assign(session, task, "wim", by=petra, now=NOW)


def test_a_partner_hands_over_within_the_own_organisation(session: Session):
    task = region.open_task(session, asked_partner(session))
    pol = region.partner(session)
    region.partner(session, "agnes")
    region.partner(session, "hans", "halt")

    assert [person.login for person in inbox.assignees(session, task, person=pol)] == ["agnes", "pol"]
    inbox.assign(session, task, "agnes", by=pol, now=NOW)
    assert task.assignee is not None
    assert task.assignee.login == "agnes"


def test_a_concept_is_kept_unchecked_and_not_overwritten_by_a_colleague(session: Session):
    petra, pim = region.person(session), region.person(session, "pim")
    task = region.open_task(session, region.case(session))

    inbox.save_draft(session, task, {"onderwerp": ["hal"]}, by=petra, now=NOW)
    inbox.save_draft(session, task, {"onderwerp": ["half"]}, by=petra, now=NOW)

    assert (task.draft, task.draft_by) == ({"onderwerp": ["half"]}, petra.key)
    with pytest.raises(Conflict, match="concept bewaard door Petra"):
        inbox.save_draft(session, task, {"onderwerp": ["weg"]}, by=pim, now=NOW)
    inbox.claim(session, task, by=pim, now=NOW)
    inbox.save_draft(session, task, {"onderwerp": ["mijn taak nu"]}, by=pim, now=NOW)
    with pytest.raises(Conflict, match="opgepakt door Pim"):
        inbox.save_draft(session, task, {"onderwerp": ["weg"]}, by=petra, now=NOW)


def test_of_two_people_who_complete_one_task_the_second_is_told(session: Session):
    petra, pim = region.person(session), region.person(session, "pim")
    task = region.open_task(session, region.case(session))
    inbox.complete(session, task.id, {}, by=petra, now=NOW)

    told = r"Deze taak is al afgerond door Petra op 23 november 2026 om 10\.31\."
    for act in (
        lambda: inbox.complete(session, task.id, {}, by=pim, now=NOW),
        lambda: inbox.task(session, task.id, pim),
        lambda: inbox.claim(session, task, by=pim, now=NOW),
        lambda: inbox.save_draft(session, task, {}, by=pim, now=NOW),
    ):
        with pytest.raises(Conflict, match=told):
            act()


def test_who_may_not_do_a_task_cannot_complete_it(session: Session):
    case = region.case(session, "termijnen", huis="arnhem")
    colleague = region.person(session, "ria", roles=[("informatiecoordinator", "arnhem")])
    stranger = region.person(session, "wim", roles=[("procesregisseur", "wvv")])
    task = region.open_task(session, case)

    for act in (inbox.claim, inbox.release):
        with pytest.raises(Forbidden):
            act(session, task, by=colleague, now=NOW)
    with pytest.raises(Forbidden):
        inbox.complete(session, task.id, {}, by=colleague, now=NOW)
    with pytest.raises(NotFound):
        inbox.complete(session, task.id, {}, by=stranger, now=NOW)


def test_the_form_knows_the_variables_and_the_reference_data(session: Session):
    petra = region.person(session)
    task = region.open_task(session, region.case(session, by=petra, onderwerp="geluid"))

    context = inbox.form_context(session, task, petra, now=NOW)

    assert context["onderwerp"] == "geluid"
    assert context["casus"]["huis"] == "arnhem"
    assert "referentie" in context


def complete_statements(session: Session, process_id: str, answers: dict[str, object]) -> list[str]:
    petra = region.person(session)
    case = region.case(session, process_id, by=petra, huis="arnhem")
    task_id: UUID = region.open_task(session, case).id
    session.flush()
    session.expunge_all()
    petra = region.person(session, petra.login)
    with counted(session) as statements:
        inbox.complete(session, task_id, answers, by=petra, now=NOW)
        session.flush()
    return statements


def test_completing_a_task_takes_a_bounded_number_of_statements(session: Session):
    assert len(complete_statements(session, "tien_taken", {"onderwerp": "overlast"})) <= 8
    assert len(complete_statements(session, "termijnen", {"onderwerp": "overlast"})) <= 10


def test_completing_takes_no_more_statements_in_a_case_with_a_long_past(session: Session):
    petra = region.person(session)
    case = region.case(session, "rondes", by=petra)
    counts = []
    for _ in range(12):
        task_id = region.open_task(session, case).id
        session.flush()
        session.expire_all()
        by = region.person(session, petra.login)
        with counted(session) as statements:
            inbox.complete(session, task_id, {"onderwerp": "nog niet"}, by=by, now=NOW)
        counts.append(len(statements))

    assert max(counts[1:]) <= counts[0]


def test_a_task_that_lapsed_says_so(session: Session):
    petra = region.person(session)
    task = region.open_task(session, region.case(session, by=petra))
    task.state, task.completed_at = "cancelled", NOW
    session.flush()

    with pytest.raises(Conflict, match="vervallen"):
        inbox.task(session, task.id, petra)


def test_the_task_knows_who_saved_its_concept_last(session: Session):
    petra = region.person(session)
    task: UserTask = region.open_task(session, region.case(session))

    inbox.save_draft(session, task, {"a": ["1"]}, by=petra, now=NOW)

    assert (task.draft_saved_at, task.draft_by) == (NOW, petra.key)
