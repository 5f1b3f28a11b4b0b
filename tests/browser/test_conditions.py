"""The conditions of a form mean the same in the browser, on the server, and in FEEL itself."""

from collections.abc import Iterator, Mapping
from itertools import product
from typing import Any

import pytest

from app import clock, feel, forms
from app.forms.view import input_id
from tests.browser.conftest import Visit
from tests.browser.people import PROJECT

FORM = "aanmeldformulier"
TOLD: dict[str, tuple[str | None, ...]] = {
    "soort": (None, "persoon", "gezin", "gebied"),
    "spoed": (None, "ja", "nee"),
    "informeren.besproken": (None, "ja", "nee"),
}
"""The questions that the conditions ask about, and every answer to them."""

SHOWN = """wanted => Object.entries(wanted).every(([id, gone]) =>
    document.getElementById(`${id}-blok`).hidden === gone)"""


def _cases() -> list[dict[str, str]]:
    return [
        {name: value for name, value in zip(TOLD, values, strict=True) if value is not None}
        for values in product(*TOLD.values())
    ]


def _expected(
    components: tuple[forms.Component, ...], answers: Mapping[str, str], path: str
) -> Iterator[Any]:
    """(id, hidden) of each field with a condition, by FEEL alone."""
    nested: dict[str, Any] = dict.fromkeys((name.partition(".")[0] for name in TOLD), None)
    for name, value in answers.items():
        group, _, inner = name.partition(".")
        nested[group] = {inner: value} if inner else value
    for component in components:
        if component.hide is not None:
            hide = feel.compile(component.hide.removeprefix("="))
            yield input_id(path + component.key), hide.evaluate(nested)
        inside = f"{path}{component.key}." if component.key else path
        yield from _expected(component.children, answers, inside)


@pytest.fixture(scope="module")
def form() -> forms.Form:
    content = (PROJECT / "forms" / f"{FORM}.form").read_bytes()
    found, problems = forms.parse(content, file=f"{FORM}.form")
    assert found is not None
    assert problems == []
    return found


def test_browser_server_and_feel_agree_on_every_combination(form: forms.Form, visit: Visit) -> None:
    cases = _cases()
    expected = [dict(_expected(form.components, answers, "")) for answers in cases]
    assert len(expected[0]) == 5
    assert {tuple(one.values()) for one in expected} >= {(True, True, True, True, True)}

    for answers, wanted in zip(cases, expected, strict=True):
        raw = {name: [value] for name, value in answers.items()}
        state = forms.hidden(form, raw, context={}, now=clock.now())
        assert {id: state["hidden"][id] for id in wanted} == wanted, answers

    page = visit("gemeente-arnhem").page
    page.goto(f"{visit.place.address}/aanmelden/aanmelding")
    page.wait_for_function(SHOWN, arg=expected[0])
    chosen: dict[str, str] = {}
    for answers, wanted in zip(cases, expected, strict=True):
        if len(answers) < len(TOLD):
            continue
        for name in [name for name, value in answers.items() if chosen.get(name) != value]:
            with page.expect_response("**/velden"):
                page.locator(f'[name="{name}"][value="{answers[name]}"]').check()
        chosen = answers
        page.wait_for_function(SHOWN, arg=wanted)
