"""Every kind of change of a form: fields, labels, what is required, choices, conditions, order."""

import json
from typing import Any

import pytest

from app.checks.compare import Change, compare
from tests.checks.edits import shipped

INTAKE = shipped("intake.form")


def field(id: str, kind: str = "textfield", **more: Any) -> dict[str, Any]:
    return {"type": kind, "id": id, "key": id, "label": id.capitalize(), **more}


def a_form(*fields: dict[str, Any], **more: Any) -> bytes:
    return json.dumps({"id": "proef", "components": list(fields), **more}).encode()


def changes(before: bytes, after: bytes) -> list[Change]:
    return [one for file in compare({"x.form": before}, {"x.form": after}).files for one in file.changes]


def told(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    return [one.sentence for one in changes(a_form(before), a_form(after))]


A, B = {"value": "a", "label": "Appel"}, {"value": "b", "label": "Beer"}
ONE_FIELD = {
    "label": ({}, {"label": "Wie"}, "De naam van het veld ‘Naam’ is nu ‘Wie’, was ‘Naam’."),
    "type": ({}, {"type": "number"}, "‘Naam’ is nu een getal, was een tekstveld."),
    "key": (
        {},
        {"key": "wie"},
        "Het antwoord bij het veld ‘Naam’ heet intern nu ‘wie’, was ‘naam’. "
        "Wie het gebruikt moet mee veranderen.",
    ),
    "required": ({}, {"validate": {"required": True}}, "Het veld ‘Naam’ is nu verplicht."),
    "not required": ({"validate": {"required": True}}, {}, "Het veld ‘Naam’ is niet meer verplicht."),
    "length": (
        {"validate": {"maxLength": 10}},
        {"validate": {"maxLength": 20}},
        "Het grootste aantal tekens van het veld ‘Naam’ is nu ‘20’, was ‘10’.",
    ),
    "lowest": ({}, {"validate": {"min": 0}}, "Het veld ‘Naam’ heeft nu een laagste getal: ‘0’."),
    "pattern": (
        {"validate": {"pattern": "a"}},
        {"validate": {"pattern": "b"}},
        "Het patroon van het veld ‘Naam’ is nu ‘b’, was ‘a’.",
    ),
    "kind of check": (
        {},
        {"validate": {"validationType": "email"}},
        "Het veld ‘Naam’ heeft nu een soort controle: ‘email’.",
    ),
    "condition": (
        {"conditional": {"hide": '=a = "x"'}},
        {"conditional": {"hide": '=a = "y"'}},
        'Het veld ‘Naam’ is nu verborgen als ‘a = "y"’, was ‘a = "x"’.',
    ),
    "a first condition": (
        {},
        {"conditional": {"hide": "=a"}},
        "Het veld ‘Naam’ is nu verborgen als ‘a’; eerst was het er altijd.",
    ),
    "no condition": (
        {"conditional": {"hide": "=a"}},
        {},
        "Het veld ‘Naam’ is er nu altijd; eerst was het verborgen als ‘a’.",
    ),
    "help": (
        {"description": "Zo"},
        {"description": "Zus"},
        "De hulptekst van het veld ‘Naam’ is nu ‘Zus’, was ‘Zo’.",
    ),
    "default": ({}, {"defaultValue": "x"}, "Het veld ‘Naam’ heeft nu een beginwaarde: ‘x’."),
    "our default": (
        {"properties": {"beginwaarde": "=a"}},
        {"properties": {"beginwaarde": "=b"}},
        "De beginwaarde van het veld ‘Naam’ is nu ‘b’, was ‘a’.",
    ),
    "a choice more": (
        {"values": [A]},
        {"values": [A, B]},
        "Bij het veld ‘Naam’ is een keuze bijgekomen: ‘Beer’.",
    ),
    "a choice less": (
        {"values": [A, B]},
        {"values": [A]},
        "Bij het veld ‘Naam’ is een keuze vervallen: ‘Beer’.",
    ),
    "name of a choice": (
        {"values": [A]},
        {"values": [{"value": "a", "label": "Aardbei"}]},
        "De keuze ‘Appel’ bij het veld ‘Naam’ heet nu ‘Aardbei’.",
    ),
    "value of a choice": (
        {"values": [A]},
        {"values": [{"value": "x", "label": "Appel"}]},
        "De keuze ‘Appel’ bij het veld ‘Naam’ heet intern nu ‘x’, was ‘a’.",
    ),
    "order of choices": (
        {"values": [A, B]},
        {"values": [B, A]},
        "Het veld ‘Naam’ heeft de keuzes in een andere volgorde.",
    ),
    "source of choices": (
        {"valuesExpression": "=a"},
        {"valuesExpression": "=b"},
        "De bron van de keuzes van het veld ‘Naam’ is nu ‘b’, was ‘a’.",
    ),
    "readonly": ({}, {"readonly": True}, "Het veld ‘Naam’ kan niet meer worden veranderd."),
    "past": (
        {},
        {"disallowPassedDates": True},
        "Het veld ‘Naam’ mag niet meer in het verleden liggen.",
    ),
    "what there is no word for": (
        {},
        {"appearance": {"prefixAdorner": "€"}},
        "Een instelling van het veld ‘Naam’ is anders (appearance).",
    ),
}


@pytest.mark.parametrize("what", ONE_FIELD)
def test_what_is_different_in_a_field_is_one_sentence(what: str) -> None:
    before, after, sentence = ONE_FIELD[what]

    assert told(field("naam", **before), field("naam", **after)) == [sentence]


def test_a_text_is_told_by_how_it_begins() -> None:
    before, after = (
        {"type": "text", "id": "t", "text": f"**Let op:** {{{{naam}}}} {end}"} for end in ("a", "b")
    )

    assert told(before, after) == [
        "De inhoud van de tekst ‘Let op: … b’ is nu ‘**Let op:** {{naam}} b’, was ‘**Let op:** {{naam}} a’."
    ]


def test_fields_that_came_went_and_moved() -> None:
    before = a_form(field("a"), field("b"), field("c"))

    assert [
        one.sentence
        for one in changes(
            before, a_form(field("b"), field("n", validate={"required": True}), field("c"), field("a"))
        )
    ] == [
        "Er is een tekstveld bijgekomen: ‘N’ (verplicht), na ‘B’.",
        "Het veld ‘A’ staat nu na ‘C’.",
    ]
    assert [one.sentence for one in changes(before, a_form(field("a"), field("c")))] == [
        "Het veld ‘B’ is vervallen."
    ]


def test_a_field_that_went_into_a_group() -> None:
    def group(*inside: dict[str, Any]) -> dict[str, Any]:
        return {"type": "group", "id": "g", "label": "Melder", "components": list(inside)}

    (found,) = changes(a_form(field("a"), group(field("b"))), a_form(group(field("b"), field("a"))))

    assert (found.kind, found.sentence) == ("moved", "Het veld ‘A’ staat nu in de groep ‘Melder’, na ‘B’.")


def test_a_field_with_another_id_is_known_by_its_answer() -> None:
    assert changes(a_form(field("a")), a_form({**field("a"), "id": "Field_1"})) == []


def test_a_field_beside_another_and_a_width_are_layout() -> None:
    def placed(row: str, columns: int | None = None) -> bytes:
        return a_form(field("a", layout={"row": "r1"}), field("b", layout={"row": row, "columns": columns}))

    (beside,) = changes(placed("r2"), placed("r1"))
    (narrow,) = changes(placed("r2"), placed("r2", 8))

    assert (beside.kind, beside.about, beside.sentence) == (
        "moved",
        "layout",
        "Het veld ‘B’ staat nu naast ‘A’.",
    )
    assert changes(placed("r1"), placed("r2"))[0].sentence == "Het veld ‘B’ staat niet meer naast ‘A’."
    assert narrow.sentence == "Het veld ‘B’ is breder of smaller."


def test_other_names_of_rows_are_no_change() -> None:
    assert changes(INTAKE, INTAKE.replace(b'"rij_', b'"Row_')) == []


def test_the_id_of_a_form_and_its_settings() -> None:
    assert [one.sentence for one in changes(a_form(), a_form(title="x"))] == [
        "Een technische instelling van het formulier is anders."
    ]
    before, after = ({"x.form": a_form(field("a")).replace(b"proef", id)} for id in (b"oud", b"nieuw"))
    assert [one.sentence for one in compare(before, after).files[0].changes] == [
        "De naam waarmee taken dit formulier kiezen is nu ‘nieuw’, was ‘oud’."
    ]


@pytest.mark.parametrize(
    "noise",
    [
        json.dumps(json.loads(INTAKE)).encode(),
        INTAKE.replace(b'"schemaVersion": 19', b'"schemaVersion": 20'),
        INTAKE.replace(b'"version": "5.31.0"', b'"version": "6.0.0"'),
        json.dumps(json.loads(INTAKE), sort_keys=True).encode(),
    ],
)
def test_noise_is_no_change(noise: bytes) -> None:
    assert noise != INTAKE
    assert changes(INTAKE, noise) == []


def test_whatever_is_different_something_is_said() -> None:
    """Every value in the file, one at a time."""
    for path in _paths(json.loads(INTAKE)["components"]):
        data = json.loads(INTAKE)
        here = data["components"]
        for step in path[:-1]:
            here = here[step]
        value = here[path[-1]]
        here[path[-1]] = not value if isinstance(value, bool) else f"{value}x"

        found = changes(INTAKE, json.dumps(data).encode())

        assert found or path[-1] in ("id", "row"), path


def _paths(value: Any, above: tuple[Any, ...] = ()) -> Any:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, one in inner:
        if isinstance(one, dict | list):
            yield from _paths(one, (*above, key))
        elif one is not None:
            yield (*above, key)
