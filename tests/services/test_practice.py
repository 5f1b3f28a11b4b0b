"""How processes really went, against what somebody finds who reads event by event; and small numbers."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from lxml import etree
from sqlalchemy import event as listening
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.clock import AMSTERDAM
from app.errors import Invalid, NotFound
from app.services import changes, made_histories, practice, practice_counts, practice_words, releases
from app.services.made_histories import Plan
from app.services.practice_counts import Practice, Repeat, Tally
from app.store import practice as rows
from app.store.cases import Sight
from app.store.models import Case, Event, Instance, Person, Token
from app.store.practice import Chosen
from app.store.session import db
from tests.conftest import database_app
from tests.engine.diagrams import START, boundary, element, flows, load, process, timer
from tests.engine.diagrams import task as diagram_task
from tests.town import NOW, town

ALL = Sight(frozenset({"arnhem", "wvv"}), frozenset({"radicalisering"}))
TODAY = NOW.astimezone(AMSTERDAM).date()
DAYS = (TODAY - timedelta(days=300), TODAY)
BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
WHY = "in overleg met de weegploeg"
PROCESSES = ("casusbehandeling", "informatieverrijking", "weging", "mdo", "adviesvraag", "advies")


@pytest.fixture(
    scope="module",
    params=["module_sqlite_url", pytest.param("module_postgres_url", marks=pytest.mark.postgres)],
)
def session(request: pytest.FixtureRequest) -> Iterator[Session]:
    """A town with a past of half a year and two releases, in which somebody changed cases by hand."""
    app = database_app(request.getfixturevalue(request.param))
    with town(app) as made_in:
        made_histories.make(made_in.run, made_in.examples, Plan(cases=26, months=6, seed=5), now=NOW)
        made_in.run(depart)
        yield db.session()


def depart(session: Session) -> None:
    """One case is moved on and called off, one skips a step and is called off."""
    manager = session.scalars(select(Person).where(Person.login == "ketenmanager")).unique().one()
    query = select(Token, Case).join(Case, Case.key == Token.case_key).order_by(Token.key)
    standing = [
        (token, case)
        for token, case in session.execute(query.where(Token.element_id == "verrijken")).unique()
        if case.state == "running"
    ]
    (first, moved), (second, skipped), *_ = standing
    changes.move(session, moved, first.engine_id, "wegen", why=WHY, by=manager, now=NOW)
    changes.skip(session, skipped, second.engine_id, {}, why=WHY, by=manager, now=NOW)
    for case in (moved, skipped):
        changes.cancel(session, case, why=WHY, by=manager, now=NOW)


def collected(session: Session, process_id: str, version: int | None = None, **more: Any) -> Practice:
    subject = practice.subject(session, process_id, version)
    return practice.collect(session, more.pop("sight", ALL), subject, more.pop("days", DAYS), **more)


# ── Read one by one ──────────────────────────────────────────────────────────────────────────────────────


class ByHand:
    """The same numbers, from the rows of `event` and the text of the diagram, without any of our code."""

    def __init__(self, session: Session, process_id: str, numbers: tuple[int, ...], sight: Sight) -> None:
        xml = next(
            tree
            for content in releases.files(session, numbers[0]).values()
            if content.lstrip().startswith(b"<?xml") and b"bpmn:definitions" in content
            if (tree := etree.fromstring(content)).find(f"{BPMN}process[@id='{process_id}']") is not None
        )
        flows = xml.findall(f".//{BPMN}sequenceFlow")
        self.flows = {(one.get("sourceRef"), one.get("targetRef")): one.get("id") for one in flows}
        self.done, self.taken = Counter[str](), Counter[str]()
        self.done_cases, self.taken_cases = defaultdict[str, set[int]](set), defaultdict[str, set[int]](set)
        self.cases = set[int]()
        chosen = select(Case.key).join(Instance, Instance.case_key == Case.key)
        chosen = chosen.where(Case.ended_at.is_not(None), Instance.release_number.in_(numbers))
        for key in session.scalars(chosen.where(Case.house_key.in_(sight.houses))):
            rows = session.scalars(select(Event).where(Event.case_key == key).order_by(Event.key))
            self._read(key, [one for one in rows if one.process_id == process_id])

    def _read(self, key: int, events: list[Event]) -> None:
        if events:
            self.cases.add(key)
        left: list[Event] = []
        skipped = {(one.element_id, one.at) for one in events if one.kind == "skipped"}
        groups: Counter[tuple[str, str]] = Counter()
        for one in events:
            id, first = str(one.element_id), one.data.get("item", 1) == 1
            path = "/".join(one.data.get("path", []))
            if one.kind == "entered" and first:
                groups[path, id] += "item" in one.data
                # The last one of the same scope that was left and from which an arrow leads here.
                come = [
                    self.flows[str(before.element_id), id]
                    for before in reversed(left)
                    if before.data.get("path") == one.data.get("path") and before.at == one.at
                    if (before.element_id, id) in self.flows
                ]
                if come:
                    self.taken[come[0]] += 1
                    self.taken_cases[come[0]].add(key)
            elif one.kind == "completed":
                left.append(one)
                if "item" in one.data:
                    if not groups[path, id]:
                        continue
                    groups[path, id] -= 1
                if (one.element_id, one.at) not in skipped:
                    self.done[id] += 1
                    self.done_cases[id].add(key)

    def tallies(self, times: Counter[str], cases: dict[str, set[int]]) -> dict[str, Tally]:
        return {id: Tally(number, len(cases[id])) for id, number in times.items()}


@pytest.mark.parametrize("sight", [ALL, Sight(frozenset({"wvv"}), ALL.compartments)], ids=["both", "one"])
@pytest.mark.parametrize("process_id", PROCESSES)
def test_every_step_and_arrow_is_counted_exactly(session: Session, process_id: str, sight: Sight) -> None:
    for version in practice.subject(session, process_id).versions:
        by_hand = ByHand(session, process_id, version.releases, sight)
        found = collected(session, process_id, version.number, sight=sight)

        assert found.done == by_hand.tallies(by_hand.done, by_hand.done_cases)
        assert found.taken == by_hand.tallies(by_hand.taken, by_hand.taken_cases)
        assert found.cases == len(by_hand.cases)
        assert found.cases == found.seldom + sum(way.cases for way in found.ways)
        assert not found.unclear and not found.beside


def test_the_releases_are_counted_apart_where_the_drawing_differs_and_together_where_not(
    session: Session,
) -> None:
    weighing, enriching = (practice.subject(session, one) for one in ("weging", "informatieverrijking"))

    assert [one.releases for one in weighing.versions] == [(2,), (1,)]
    assert [one.releases for one in enriching.versions] == [(2, 1)]
    assert collected(session, "weging", 1).cases and collected(session, "weging", 2).cases


def test_what_was_done_by_hand_is_told_and_no_arrow_is_made_up_for_it(session: Session) -> None:
    found = collected(session, "casusbehandeling")
    model = practice.subject(session, "casusbehandeling").model

    assert {(origin, target): one for (origin, target, _), one in found.moved.items()} == {
        ("verrijken", "wegen"): Tally(1, 1)
    }
    assert found.skipped == {"verrijken": Tally(1, 1)}
    assert found.stopped == {"wegen": Tally(2, 2)}
    into = sum(found.taken[flow.id].times for flow in model.elements["wegen"].incoming)
    assert found.came["wegen"].times == into + 1
    told = {one.title: one.sentences for one in practice_words.differences(model, found, str)}
    texts = [one.text for one in told["Met de hand anders gedaan"]]
    assert any(
        text.startswith("1 keer met de hand verplaatst van ‘Informatieverrijking’ naar ‘Weging’.")
        for text in texts
    )
    assert "1 keer is ‘Informatieverrijking’ met de hand overgeslagen." in texts
    assert "2 casussen zijn afgebroken bij ‘Weging’." in texts


def test_only_the_cases_that_ended_last_are_followed_in_a_few_statements(session: Session) -> None:
    statements: list[str] = []

    def listen(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        statements.append(statement)

    listening.listen(db.engine, "before_cursor_execute", listen)
    try:
        found = collected(session, "aanmelding", limit=3)
    finally:
        listening.remove(db.engine, "before_cursor_execute", listen)
    query = select(Case.key).where(Case.ended_at.is_not(None), Case.process_id == "aanmelding")
    last = list(session.scalars(query.order_by(Case.ended_at.desc(), Case.key.desc())))
    begin, end = NOW - timedelta(days=400), NOW + timedelta(days=1)
    chosen = Chosen(begin, end, roots=frozenset({"aanmelding"}), releases=frozenset({1, 2}))

    assert len(last) > 3
    assert rows.ended(session, ALL, chosen, limit=3) == last[:3]
    assert (found.looked, found.cases) == (3, 3)
    assert len([one for one in statements if re.search(r'FROM ("case"|event)', one)]) == 2


def test_what_is_not_asked_for_is_not_counted(session: Session) -> None:
    everything = collected(session, "informatieverrijking")
    houses = [collected(session, "informatieverrijking", house=one).cases for one in ("arnhem", "wvv")]
    half = TODAY - timedelta(days=60)
    periods = [
        collected(session, "informatieverrijking", days=days).cases
        for days in ((DAYS[0], half), (half + timedelta(days=1), TODAY))
    ]

    assert all(houses) and sum(houses) == everything.cases
    assert all(periods) and sum(periods) == everything.cases
    assert collected(session, "radicalisering", sight=replace(ALL, compartments=frozenset())).looked == 0
    with pytest.raises(NotFound):
        practice.subject(session, "werkwijze")
    with pytest.raises(NotFound):
        practice.subject(session, "weging", 9)


def test_a_case_that_followed_another_drawing_before_is_left_out_and_that_is_said(session: Session) -> None:
    """A case that went along; rolled back afterwards."""
    before = collected(session, "weging", 2)
    [key, *_] = session.scalars(
        select(Event.case_key)
        .join(Instance, Instance.case_key == Event.case_key)
        .join(Case, Case.key == Event.case_key)
        .where(Event.process_id == "weging", Instance.release_number == 2, Case.ended_at.is_not(None))
        .order_by(Event.key)
    )
    session.add(Event(case_key=key, kind="migrated", at=NOW, data={"release_before": 1, "release": 2}))
    session.flush()
    found, other = collected(session, "weging", 2), collected(session, "informatieverrijking")
    session.rollback()

    assert (found.elsewhere, found.cases) == (1, before.cases - 1)
    assert other.elsewhere == 0, "there the drawing is the same in both"


# ── Small numbers ────────────────────────────────────────────────────────────────────────────────────────


def test_who_may_see_figures_only_cannot_work_out_a_small_number(session: Session) -> None:
    exact = collected(session, "casusbehandeling")
    shown = practice_counts.rounded(exact, 5)
    model = practice.subject(session, "casusbehandeling").model

    for name in ("came", "done", "taken", "moved", "skipped", "stopped"):
        of = getattr(exact, name)
        for id, one in getattr(shown, name).items():
            few = of[id].cases < 5
            assert (one == Tally(1, 1)) if few else one.times % 5 == one.cases % 5 == 0
            assert few or abs(one.times - of[id].times) <= 2
    assert set(shown.taken) == set(exact.taken), "never is never, and seldom is not"
    text = " ".join(
        one.text for group in practice_words.differences(model, shown, _masked) for one in group.sentences
    )
    assert "Minder dan 5 keer met de hand verplaatst" in text
    assert "hoogstens" not in text


def _masked(number: int) -> str:
    return "minder dan 5" if 0 < number < 5 else str(number)


def test_five_times_by_one_case_says_as_much_as_once() -> None:
    often = Practice(cases=50, done={"a": Tally(9, 1), "b": Tally(53, 48)})

    assert practice_counts.rounded(often, 5).done == {"a": Tally(1, 1), "b": Tally(55, 50)}


def test_a_way_that_few_went_is_shown_to_nobody(session: Session) -> None:
    found = collected(session, "informatieverrijking")

    assert all(way.cases >= 5 for way in found.ways)
    assert found.seldom > 0


def test_a_period_that_ends_before_it_begins_is_refused() -> None:
    assert practice.period(None, None, today=TODAY) == (TODAY - timedelta(days=365), TODAY)
    with pytest.raises(Invalid):
        practice.period(TODAY, TODAY - timedelta(days=1), today=TODAY)


# ── In words ─────────────────────────────────────────────────────────────────────────────────────────────


def test_each_kind_of_difference_has_its_sentence() -> None:
    made, _ = load(
        process(
            START,
            diagram_task("a"),
            boundary("term", "a", timer("timeDuration", "P1D")).replace(
                'id="term"', 'id="term" name="Een dag"'
            ),
            element("exclusiveGateway", "keuze", default="keuze_b"),
            diagram_task("b"),
            diagram_task("c"),
            *(element("endEvent", f"einde_{one}") for one in ("b", "c", "term")),
            flows("begin>a", "a>keuze", "keuze>b", "keuze>c if x = 1", "keuze>a if x = 2"),
            flows("b>einde_b", "c>einde_c", "term>einde_term"),
        )
    )
    assert made
    found = Practice(
        cases=9,
        came={"begin": Tally(9, 9), "a": Tally(12, 9), "keuze": Tally(12, 9), "b": Tally(2, 2)},
        done={"begin": Tally(9, 9), "a": Tally(12, 9), "keuze": Tally(12, 9)},
        taken={"begin_a": Tally(9, 9), "a_keuze": Tally(12, 9), "keuze_a": Tally(3, 3)},
        repeats={"a": Repeat(cases=3, often=1, most=4)},
        unclear={"b": Tally(2, 2)},
        beside={"a": Tally(1, 1)},
    )

    told = practice_words.differences(made.models["proef"], found, str)
    assert [(one.title, [sentence.text for sentence in one.sentences]) for one in told] == [
        (
            "Nooit gedaan",
            [
                "‘Een dag’ bij ‘A’ is niet voorgekomen.",
                "De taak ‘B’ is 2 keer begonnen, maar nooit afgerond.",
                "De taak ‘C’ is nooit gedaan.",
            ],
        ),
        ("Wegen die niemand nam", ["Na de keuze na ‘A’ ging geen enkele casus naar ‘C’."]),
        (
            "Opnieuw gedaan",
            [
                "‘A’ is in 3 casussen vaker dan één keer gedaan, in 1 daarvan vaker dan 3 keer "
                "(hoogstens 4 keer)."
            ],
        ),
        (
            "Niet te volgen",
            [
                "Hoe casussen bij ‘B’ kwamen is 2 keer niet te zien: er zijn meer pijlen mogelijk. "
                "Die zijn daarom niet meegeteld.",
                "‘A’ begon 1 keer zonder pijl daarheen.",
            ],
        ),
    ]
    assert practice_words.differences(made.models["proef"], Practice(), str) == []
