"""Facts in plain words."""

from datetime import UTC, datetime
from typing import Any

import pytest

from app.services.timeline import KINDS, Names, entries
from app.store.models import Event

NOW = datetime(2026, 11, 23, 9, 31, tzinfo=UTC)
NAMES = Names(people={1: "Petra Proces", 2: "Pim Proces"}, groups={"procesregisseur": "Procesregisseur"})


def event(kind: str, **changes: Any) -> Event:
    given: dict[str, Any] = {
        "kind": kind,
        "at": NOW,
        "person_key": None,
        "process_id": "weging",
        "element_id": "voorbereiden",
        "element_type": "userTask",
        "name": "Weging voorbereiden",
        "task_key": 3,
        "data": {},
    }
    return Event(**{**given, **changes})


def sentence(kind: str, **changes: Any) -> str | None:
    lines = entries([event(kind, **changes)], NAMES, contents=False)
    return lines[0].text if lines else None


@pytest.mark.parametrize(
    ("kind", "changes", "text"),
    [
        ("started", {"person_key": 1}, "Petra Proces startte de casus."),
        ("completed", {"person_key": 1}, "Petra Proces rondde ‘Weging voorbereiden’ af."),
        ("completed", {"task_key": None, "element_type": "exclusiveGateway"}, None),
        ("completed", {"element_type": "callActivity", "name": "Weging"}, "‘Weging’ is klaar."),
        ("completed", {"element_type": "endEvent", "name": "Advies gegeven"}, "Bereikt: ‘Advies gegeven’."),
        ("entered", {"element_type": "callActivity", "name": "Weging"}, "‘Weging’ is begonnen."),
        ("entered", {}, None),
        (
            "cancelled",
            {},
            "De taak ‘Weging voorbereiden’ is vervallen: de casus is verder gegaan zonder deze taak.",
        ),
        ("claimed", {"person_key": 1}, "Petra Proces pakte ‘Weging voorbereiden’ op."),
        ("released", {"person_key": 1}, "Petra Proces gaf ‘Weging voorbereiden’ terug."),
        (
            "assigned",
            {"person_key": 1, "data": {"to": 2}},
            "Petra Proces gaf ‘Weging voorbereiden’ aan Pim Proces.",
        ),
        ("assigned", {"person_key": 1, "data": {"to": 1}}, "Petra Proces nam ‘Weging voorbereiden’ over."),
        (
            "reminded",
            {"data": {"groups": ["procesregisseur"]}},
            "Herinnering gestuurd aan Procesregisseur: ‘Weging voorbereiden’.",
        ),
        (
            "reminded",
            {"data": {"assignee": 2, "groups": ["procesregisseur"]}},
            "Herinnering gestuurd aan Pim Proces: ‘Weging voorbereiden’.",
        ),
        (
            "escalated",
            {"data": {"group": "procesregisseur"}},
            "De taak ‘Weging voorbereiden’ kreeg meer voorrang. Procesregisseur kan de taak nu ook doen.",
        ),
        ("timer_fired", {"name": "Na 3 werkdagen"}, "De termijn ‘Na 3 werkdagen’ is verstreken."),
        ("timer_fired", {"name": ""}, None),
        ("ended", {"name": "", "task_key": None}, "De casus is afgesloten."),
        ("ended", {"data": {"path": ["weging"]}}, None),
        ("something_new", {}, None),
    ],
)
def test_each_fact_has_its_sentence(kind: str, changes: dict[str, Any], text: str | None):
    assert sentence(kind, **changes) == text


def test_answers_and_the_reasons_of_a_table_are_contents():
    handed_in = event("completed", person_key=1, data={"answers": {"bsn": "111222333"}})
    advised = event(
        "decision", name="Weging", data={"decision_name": "Advies", "inputs": {"K1": "ja"}, "output": "MDO"}
    )

    closed = entries([handed_in, advised], NAMES, contents=False)
    opened = entries([handed_in, advised], NAMES, contents=True)

    assert [(line.answers, line.detail) for line in closed] == [(None, ""), (None, "")]
    assert opened[0].answers == {"bsn": "111222333"}
    assert opened[1].detail == "Advies: MDO omdat K1 = ja."


def test_somebody_whose_name_is_not_known_is_somebody():
    assert sentence("completed", person_key=99) == "Iemand rondde ‘Weging voorbereiden’ af."


def test_every_kind_that_is_read_has_a_sentence():
    for kind in KINDS:
        changes = {"element_type": "callActivity"} if kind == "entered" else {"person_key": 1}
        assert sentence(kind, **changes)
