"""The live picture and what takes too long, beside the same worked out again row by row."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.services import inbox, overview, terms
from app.services.overview import CaseFilters, Count
from app.store.models import Case, Incident, Instance, Person, Token, UserTask
from app.store.session import db, transaction
from tests.conftest import database_app
from tests.services import region
from tests.services.region import NOW

DAY = timedelta(days=1)
PROCESSES = ("buiten", "termijnen", "vijf_rondes", "partners", "tien_taken")
FILTERS = {
    "everything": CaseFilters(),
    "house": CaseFilters(house="wvv"),
    "municipality": CaseFilters(municipality="arnhem"),
    "theme and route": CaseFilters(theme="hic", route="mdo"),
    "release": CaseFilters(release_number=1),
    "period": CaseFilters(started_from=NOW - 40 * DAY, started_until=NOW - 10 * DAY),
    "all at once": CaseFilters(
        house="arnhem", municipality="arnhem", theme="hic", release_number=1, started_until=NOW
    ),
}


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def grown(request: pytest.FixtureRequest) -> Iterator[Flask]:
    """One region for all tests here: they only read."""
    app = database_app(request.getfixturevalue(f"module_{request.param}_url"))
    with app.app_context(), transaction() as session:
        region.settle(session)
        manager(session)
        lotte(session)
        region.person(session, "sien", roles=[("ketenmanager", None)], compartments=["gesloten"])
        grow(session, Random(7))
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def session(grown: Flask) -> Iterator[Session]:
    with grown.app_context():
        yield db.session()
        db.session.rollback()


def grow(session: Session, dice: Random) -> None:
    """Cases of two houses and releases, some closed off, some done, with terms that are over and failures."""
    petra = region.person(session, "petra", roles=[("procesregisseur", "arnhem"), ("procesregisseur", "wvv")])
    pol = region.partner(session)
    for number in range(60):
        if number == 30:
            region.publish(session, {}, without=["rondes.bpmn"])
        moment = NOW - dice.randrange(1, 90) * DAY
        answers = {"huis": dice.choice(["arnhem", "wvv"]), "thema": dice.choice(["hic", "risicojeugd"])}
        due = (NOW + dice.randrange(-20, 20) * DAY).date().isoformat()
        process_id = dice.choice(PROCESSES)
        case = region.case(session, process_id, by=petra, now=moment, termijn=due, **answers)
        for task in tasks(session, case):
            who = pol if inbox.may_do(task, pol) else petra
            if dice.random() < 0.4 and inbox.may_do(task, who):
                inbox.complete(session, task.id, {}, by=who, now=NOW - dice.randrange(0, 9) * DAY)
        case.house_key = answers["huis"]
        case.municipality_key, case.route = dice.choice([None, "arnhem"]), dice.choice(["", "mdo"])
        case.theme = answers["thema"]
        case.compartment = dice.choice([None, None, None, "gesloten"])
        for task in tasks(session, case):
            task.house_key, task.compartment = case.house_key, case.compartment
            if dice.random() < 0.5:
                task.due_at = task.sort_due_at = NOW + dice.randrange(-9, 12) * DAY
        for token in session.scalars(select(Token).where(Token.case_key == case.key)):
            if dice.random() < 0.3:
                session.add(incident(token, resolved=dice.random() < 0.3))
    session.flush()


def tasks(session: Session, case: Case) -> list[UserTask]:
    query = select(UserTask).where(UserTask.case_key == case.key, UserTask.state == "open")
    return list(session.scalars(query.order_by(UserTask.key)))


def incident(token: Token, *, resolved: bool) -> Incident:
    return Incident(
        case_key=token.case_key,
        process_id=token.process_id,
        element_id=token.element_id,
        path=list(token.path or []),
        message="mis",
        opened_at=NOW,
        resolved_at=NOW if resolved else None,
    )


def manager(session: Session) -> Person:
    return region.ketenmanager(session)


def lotte(session: Session) -> Person:
    return region.person(session, "lotte", roles=[("locatiemanager", "arnhem")])


def running(session: Session, person: Person, filters: CaseFilters) -> Iterator[Case]:
    """One by one, without a query that could be wrong in the same way."""
    houses = {one.house_key for one in person.memberships}
    for case in session.scalars(select(Case)).unique():
        release = session.get_one(Instance, case.key).release_number
        wanted = {
            "house": filters.house in ("", case.house_key),
            "municipality": filters.municipality in ("", case.municipality_key),
            "theme": filters.theme in ("", case.theme),
            "route": filters.route in ("", case.route),
            "release": filters.release_number in (None, release),
            "from": filters.started_from is None or case.started_at >= filters.started_from,
            "until": filters.started_until is None or case.started_at < filters.started_until,
            "sight": None in houses or case.house_key in houses,
            "compartment": case.compartment is None or case.compartment in person.compartments,
        }
        if case.state == "running" and all(wanted.values()):
            yield case


def by_hand(session: Session, person: Person, filters: CaseFilters) -> overview.Picture:
    standing, late, failed = (defaultdict(set) for _ in range(3))
    for case in running(session, person, filters):
        tokens = session.scalars(select(Token).where(Token.case_key == case.key)).all()
        query = select(Incident).where(Incident.case_key == case.key, Incident.resolved_at.is_(None))
        incidents = session.scalars(query).all()
        over = [
            (*one.path, one.element_id) for one in tasks(session, case) if one.due_at and one.due_at < NOW
        ]
        broken = [(*one.path, one.element_id) for one in incidents]
        for token in [*tokens, *incidents]:
            here = (*token.path, token.element_id)
            for place in ((token.process_id, token.element_id), (token.process_id, None)):
                standing[place].add(case.key)
                if any(one[: len(here)] == here for one in over):
                    late[place].add(case.key)
                if any(one[: len(here)] == here for one in broken):
                    failed[place].add(case.key)
    found = {
        place: Count(len(standing[place]), len(late[place]), len(failed[place])) for place in list(standing)
    }
    return overview.Picture(
        {(process, element): one for (process, element), one in found.items() if element is not None},
        {process: one for (process, element), one in found.items() if element is None},
    )


@pytest.mark.parametrize("filters", FILTERS.values(), ids=FILTERS)
def test_the_picture_is_what_the_rows_say(session: Session, filters: CaseFilters):
    for person in (manager(session), lotte(session)):
        assert overview.picture(session, person, filters, now=NOW) == by_hand(session, person, filters)

    whole = by_hand(session, manager(session), filters)
    part = overview.picture(session, manager(session), filters, processes={"binnen", "termijnen"}, now=NOW)
    assert part.totals == {key: one for key, one in whole.totals.items() if key in ("binnen", "termijnen")}
    assert part.counts == {key: one for key, one in whole.counts.items() if key[0] in ("binnen", "termijnen")}


def test_who_is_in_a_compartment_counts_it_too(session: Session):
    with_key = region.person(session, "sien")

    found = overview.picture(session, with_key, CaseFilters(), now=NOW)

    assert found == by_hand(session, with_key, CaseFilters())
    assert any(session.scalars(select(Case.compartment).where(Case.state == "running")))


@pytest.mark.parametrize("filters", FILTERS.values(), ids=FILTERS)
def test_half_of_the_cases_stand_as_long_as_it_says_or_longer(session: Session, filters: CaseFilters):
    marks = {
        "a step": [("termijnen", "beoordelen")],
        "a call": [("buiten", "roep")],
        "a process": [("binnen", None)],
        "several": [("vijf_rondes", None), ("tien_taken", None)],
        "nothing": [("vijf_rondes", "bestaat_niet")],
    }
    karin = manager(session)

    found = overview.stood(session, karin, filters, marks, now=NOW)

    expected = {}
    for mark, places in marks.items():
        since: dict[int, datetime] = {}
        for case in running(session, karin, filters):
            for token in session.scalars(select(Token).where(Token.case_key == case.key)):
                if (token.process_id, token.element_id) in places or (token.process_id, None) in places:
                    since[case.key] = min(token.since, since.get(case.key, NOW))
        if since:
            ranked = sorted(since.values())
            expected[mark] = NOW - ranked[(len(ranked) - 1) // 2]
    assert found == expected


def test_a_case_stands_where_it_failed(session: Session):
    case = next(running(session, manager(session), CaseFilters()))
    token = Token(case_key=case.key, process_id=case.process_id, element_id="aan_de_rand")
    session.add(incident(token, resolved=False))
    session.flush()

    found = overview.picture(session, manager(session), CaseFilters(), now=NOW).counts

    assert found[case.process_id, "aan_de_rand"] == Count(1, 0, 1)


@pytest.mark.parametrize("filters", FILTERS.values(), ids=FILTERS)
def test_terms_are_those_of_open_tasks_the_longest_first(
    session: Session, filters: CaseFilters, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(terms, "SHOWN", 3)
    for person in (manager(session), lotte(session)):
        found = terms.overdue(session, person, filters, now=NOW)

        due = sorted(
            (task.due_at, task.key, task)
            for case in running(session, person, filters)
            for task in tasks(session, case)
            if task.due_at is not None and task.due_at < NOW + terms.SOON
        )
        steps: dict[tuple[str, str], list[datetime]] = defaultdict(list)
        for moment, _, task in due:
            steps[task.process_id, task.element_id].append(moment)
        assert {
            (one.process_id, one.element_id): (one.overdue, one.soon, one.first_due) for one in found.steps
        } == {
            place: (sum(one < NOW for one in all_), sum(one >= NOW for one in all_), all_[0])
            for place, all_ in steps.items()
        }
        assert [one.first_due for one in found.steps] == sorted(one.first_due for one in found.steps)
        assert [task.key for task in found.tasks] == [key for _, key, _ in due[:3]]
        assert found.overdue + found.soon == len(due)


def standing_at(session: Session, case_key: int) -> set[str]:
    tokens = session.scalars(select(Token).where(Token.case_key == case_key)).all()
    around = {tuple(token.path[: depth + 1]) for token in tokens for depth in range(len(token.path))}
    return {token.name for token in tokens if (*token.path, token.element_id) not in around}


@pytest.mark.parametrize("filters", FILTERS.values(), ids=FILTERS)
def test_what_stands_still_did_not_move_for_that_long(
    session: Session, filters: CaseFilters, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(terms, "SHOWN", 3)
    for person in (manager(session), lotte(session)):
        found = terms.still(session, person, filters, days=14, now=NOW)

        still = sorted(
            (case.moved_at, case.key)
            for case in running(session, person, filters)
            if case.moved_at < NOW - 14 * DAY
        )
        assert found.number == len(still)
        assert [case.key for case in found.cases] == [key for _, key in still[:3]]
        names = {key: set(found.steps[key]) for _, key in still[:3]}
        assert names == {key: standing_at(session, key) for key in names}


@pytest.mark.parametrize("filters", FILTERS.values(), ids=FILTERS)
def test_partners_that_are_waited_for(
    session: Session, filters: CaseFilters, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(terms, "SHOWN", 3)
    for person in (manager(session), lotte(session)):
        found = terms.partners(session, person, filters, now=NOW)

        waiting = sorted(
            (task.opened_at, task.key, group, task.due_at is not None and task.due_at < NOW)
            for case in running(session, person, filters)
            for task in tasks(session, case)
            for group in task.groups
            if group.startswith("organisatie:")
        )
        names = {"organisatie:politie": "Politie", "organisatie:halt": "HALT"}
        assert {one.name: (one.tasks, one.overdue, one.since) for one in found.partners} == {
            names[group]: (
                sum(one[2] == group for one in waiting),
                sum(one[3] for one in waiting if one[2] == group),
                min(one[0] for one in waiting if one[2] == group),
            )
            for group in {one[2] for one in waiting}
        }
        assert [(task.key, name) for task, name in found.tasks] == [
            (key, names[group]) for _, key, group, _ in waiting[:3]
        ]
        assert found.number == len(waiting)


def test_the_data_of_these_tests_has_something_of_everything(session: Session):
    karin = manager(session)
    picture = overview.picture(session, karin, CaseFilters(), now=NOW)

    assert any(one.overdue and one.failed and one.cases for one in picture.counts.values())
    assert picture.counts["buiten", "roep"].failed
    assert terms.overdue(session, karin, CaseFilters(), now=NOW).soon
    assert terms.partners(session, karin, CaseFilters(), now=NOW).partners
    for filters in FILTERS.values():
        assert list(running(session, karin, replace(filters, started_from=None))), filters
