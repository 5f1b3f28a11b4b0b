"""The shipped diagrams, tables and forms: they load, say who does what, and decide as the brochure."""

import itertools
import re
import tomllib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from lxml import etree

from app import decisions, feel, forms
from app.engine import definitions, moments
from app.engine.definitions import Definitions
from app.services import job_types

PROJECT = Path(__file__).parent.parent
FILES = {
    file.name: file.read_bytes()
    for folder in ("processes", "forms")
    for file in sorted((PROJECT / folder).iterdir())
}
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
NAMES = {
    "bpmn": "http://www.omg.org/spec/BPMN/20100524/MODEL",
    "zeebe": "http://camunda.org/schema/zeebe/1.0",
}
ROLES = {
    one["naam"].lower(): one["sleutel"]
    for one in tomllib.loads((PROJECT / "deploy" / "organisatie.toml").read_text("utf-8"))["rol"]
}
SCHEMATIC = [
    *("Adviesvraag", "Aanmeldformulier", "Melding signaal radicalisering", "Triagerapport"),
    *("Verzoek tot onderzoek COB", "Informatieverzoek DJI", "Adviesconsultatie", "Lokale afdoening"),
    *("Informatieverrijking", "Weging door weegploeg", "Advies aan lokaal of partner"),
    *("Terugmelding met advies", "Agenderen MDO", "Agenda MDO", "Multidisciplinair overleg"),
    *("Plan van aanpak", "Monitoring", "Afsluiten MDO en informeren melder", "Casusoverleg Bescherming"),
    *("Raadsmelding", "Nazorgcoördinatie", "Verrijkt rapport DJI"),
]


@pytest.fixture(scope="module")
def shipped() -> Definitions:
    made, problems = definitions.load(
        {name: content for name, content in FILES.items() if not name.endswith(".form")},
        roles=ROLES | {key: key for key in ROLES.values()},
        forms=_form_ids(),
        job_types=tuple(job_types.REGISTRY),
    )
    assert problems == []
    assert made is not None
    return made


def _form_ids() -> list[str]:
    found = []
    for name, content in FILES.items():
        if name.endswith(".form"):
            form, problems = forms.parse(content, file=name)
            assert problems == []
            assert form is not None
            found.append(form.id)
    return found


def _executable() -> Iterator[tuple[str, etree._Element]]:
    for name, content in FILES.items():
        if name.endswith(".bpmn"):
            for process in etree.fromstring(content).findall("bpmn:process", NAMES):
                if process.get("isExecutable") == "true":
                    yield name, process


def test_every_form_is_used_and_its_file_is_named_after_it(shipped: Definitions) -> None:
    used = {one.form_id for process in shipped.processes.values() for one in process.elements}
    used |= {process.start_form_id for process in shipped.processes.values()}
    assert used - {None} == set(_form_ids())
    assert {f"{one}.form" for one in _form_ids()} == {name for name in FILES if name.endswith(".form")}


def test_every_task_says_what_to_do_and_by_when() -> None:
    tasks = [(name, task) for name, one in _executable() for task in one.iter(f"{{{NAMES['bpmn']}}}userTask")]
    assert len(tasks) > 30
    for name, task in tasks:
        where = f"{name} {task.get('id')}"
        assert len(task.findtext("bpmn:documentation", "", NAMES)) > 20, where
        assert task.find("bpmn:extensionElements/zeebe:taskSchedule", NAMES) is not None, where


def test_six_ways_in_and_each_in_words(shipped: Definitions) -> None:
    ways = [one for one in shipped.processes.values() if one.start_form_id]
    assert {one.id for one in ways} == {
        *("aanmelding", "adviesvraag", "triagerapport", "radicalisering", "cob", "nazorg"),
    }
    assert all(one.documentation for one in shipped.processes.values())


def test_every_term_lies_ahead() -> None:
    known = {
        "spoed": "nee",
        "mdo_datum": "2026-12-07T10:00:00+01:00",
        "cob_datum": "2026-12-07T10:00:00+01:00",
    }
    texts = [text for _, process in _executable() for text in _terms(process)]
    assert len(texts) > 50
    for text in texts:
        value = feel.to_variable(feel.compile_value(text).evaluate(known, now=NOW))
        moment = moments.moment(value) or moments.after(value, NOW)
        assert moment is not None, text
        assert moment > NOW, text


def _terms(process: etree._Element) -> Iterator[str]:
    for node in process.iter(f"{{{NAMES['zeebe']}}}taskSchedule"):
        yield node.get("dueDate", "")
    for kind in ("timeDate", "timeDuration"):
        for node in process.iter(f"{{{NAMES['bpmn']}}}{kind}"):
            yield (node.text or "").strip()


def test_the_table_is_the_brochure_in_three_valued_logic() -> None:
    model, problems = decisions.parse(FILES["weging.dmn"], file="weging.dmn")
    assert problems == []
    assert model is not None
    words = {"ja": True, "nee": False, "onbekend": None}
    seen = set()
    for values in itertools.product(words, repeat=5):
        criteria = dict(zip(("k1a", "k1b", "a", "b", "c"), values, strict=True))
        k1a, k1b, a, b, c = (words[value] for value in values)
        expected = _and(_and(k1a, k1b), _or(_or(a, b), c))
        outcome = decisions.evaluate(model, "wegingsadvies", {"criteria": criteria}, now=NOW).value
        assert outcome == ADVICE[expected], criteria
        seen.add(expected)
    assert seen == {True, False, None}


ADVICE = {
    True: {"uitkomst": "VOLDOET", "advies": "AGENDEREN_MDO"},
    False: {"uitkomst": "VOLDOET_NIET", "advies": "ADVIES_LOKAAL_PARTNER"},
    None: {"uitkomst": "ONVOLDOENDE_INFORMATIE", "advies": "AANVULLEN"},
}


def _and(one: bool | None, other: bool | None) -> bool | None:
    if one is False or other is False:
        return False
    return None if one is None or other is None else True


def _or(one: bool | None, other: bool | None) -> bool | None:
    if one is True or other is True:
        return True
    return None if one is None or other is None else False


def test_every_element_of_the_schematic_page_has_its_place(shipped: Definitions) -> None:
    drawn = shipped.processes["werkwijze"]
    names = {one.name for one in drawn.elements}
    assert set(SCHEMATIC) <= names
    steps = {
        f"{process.id}:{element.id}" for process in shipped.processes.values() for element in process.elements
    }
    for element in drawn.elements:
        assert element.properties["opent"] in shipped.processes, element.id
        for place in re.split(r"\s*,\s*", element.properties["telt"]):
            assert place in steps or place in shipped.processes, place
