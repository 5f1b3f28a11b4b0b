"""The plain choices of the diagram editor say the same as the formulas that they stand for."""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from app import feel

PROJECT = Path(__file__).parents[2]
SCRIPT = Path(__file__).parent / "plain_choices.mjs"
SHIPPED = "".join(path.read_text() for path in sorted((PROJECT / "processes").glob("*.bpmn")))
TERMS = sorted(set(re.findall(r"dueDate=(?:'([^']*)'|\"([^\"]*)\")", SHIPPED)))
CONDITIONS = sorted(set(re.findall(r"<bpmn:conditionExpression[^>]*>([^<]*)<", SHIPPED)))


def choices(**given: Any) -> dict[str, Any]:
    node = shutil.which("node", path=f"{PROJECT / '.venv' / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}")
    if node is None:
        pytest.skip("geen Node op deze machine")
    asked = json.dumps({"terms": [], "conditions": [], "values": [], **given})
    done = subprocess.run([node, SCRIPT], input=asked, capture_output=True, text=True, check=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_every_term_of_the_shipped_diagrams_is_a_plain_choice_and_stays_as_it_was():
    texts = [one or other for one, other in TERMS]
    assert len(texts) > 8

    found = choices(terms=texts)["terms"]

    assert [one["text"] for one in found] == texts
    assert {one["kind"] for one in found} == {"werkdagen", "datum"}


def test_every_condition_of_the_shipped_diagrams_is_a_plain_choice_and_stays_as_it_was():
    assert len(CONDITIONS) > 8
    assert choices(conditions=CONDITIONS)["conditions"] == CONDITIONS


def test_terms_are_said_in_words_and_a_formula_is_left_alone():
    given = ["=add working days(now(), 1)", "P14D", "=date and time(mdo_datum)", '=if a then b else "c"', ""]

    found = choices(terms=given)["terms"]

    assert [one["words"] for one in found] == [
        "1 werkdag",
        "14 dagen",
        "op mdo_datum",
        "volgens een formule",
        "",
    ]
    assert [one.get("text") for one in found] == [*given[:4], None]


def test_what_is_more_than_one_comparison_is_no_plain_choice():
    given = ['=a = "x" and b', "=a", '=a.b != "c"', "=", "=not(a)", "=aantal > 3"]

    assert choices(conditions=given)["conditions"] == [None, None, '=a.b != "c"', None, None, "=aantal > 3"]


def test_what_is_typed_becomes_a_value_that_means_just_that():
    given = [['hij zei "nee" \\', "string"], ["1,5", "number"], ["1,5", "string"], ["true", "boolean"]]

    found = choices(values=given)["values"]

    values = [feel.compile(text).evaluate({}) for text in found]
    assert [str(one) for one in values] == ['hij zei "nee" \\', "1.5", "1,5", "True"]
