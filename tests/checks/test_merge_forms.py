"""Two people in one form."""

import json

from app.checks.merge import merge
from tests.checks.edits import replaced, shipped
from tests.checks.merging import clash, clean

INTAKE = shipped("intake.form")


def field(id: str, **more: object) -> dict[str, object]:
    return {"type": "textfield", "id": id, "key": id, "label": id.capitalize(), **more}


def a_form(*fields: dict[str, object]) -> bytes:
    return json.dumps({"id": "proef", "components": list(fields)}, indent=2).encode()


def test_both_add_a_field_at_the_end() -> None:
    base = a_form(field("a"))
    mine, theirs = a_form(field("a"), field("m")), a_form(field("a"), field("t"))

    merged = clean(merge("x.form", base, mine, theirs))

    assert merged == clean(merge("x.form", base, theirs, mine))
    assert [one["id"] for one in json.loads(merged)["components"]] == ["a", "m", "t"]


def test_one_moves_a_field_and_the_other_changes_it() -> None:
    base = a_form(field("a"), field("b"), field("c"))

    merged = clean(
        merge(
            "x.form",
            base,
            a_form(field("c"), field("a"), field("b")),
            a_form(field("a"), field("b"), field("c", label="Anders")),
        )
    )

    assert [(one["id"], one["label"]) for one in json.loads(merged)["components"]] == [
        ("c", "Anders"),
        ("a", "A"),
        ("b", "B"),
    ]


def test_two_fields_with_one_name_clash() -> None:
    base = a_form(field("a"))

    assert clash(
        "x.form", base, a_form(field("a"), field("m", key="k")), a_form(field("a"), field("t", key="k"))
    )


def test_a_field_that_one_took_out_and_the_other_asks_for() -> None:
    base = a_form(field("a"), field("b"))
    theirs = a_form(field("a"), field("b", conditional={"hide": '=a = "x"'}))

    name, _, other = clash("x.form", base, a_form(field("b")), theirs)["b"]

    assert name == "Het veld ‘B’"
    assert other.startswith("Het veld ‘B’ is nu verborgen als")


def test_a_field_that_one_took_out_and_the_other_changed() -> None:
    base = a_form(field("a"), field("b"))

    assert clash("x.form", base, a_form(field("b")), a_form(field("a", label="Anders"), field("b"))) == {
        "a": (
            "Het veld ‘A’",
            "Het veld ‘A’ is vervallen.",
            "De naam van het veld ‘A’ is nu ‘Anders’, was ‘A’.",
        )
    }


def test_a_group_that_one_took_out_and_the_other_put_something_in() -> None:
    def group(*inside: dict[str, object]) -> dict[str, object]:
        return {"type": "group", "id": "g", "label": "Groep", "components": list(inside)}

    base = a_form(field("a"), group(field("b")))

    assert "g" in clash("x.form", base, a_form(field("a")), a_form(field("a"), group(field("b"), field("c"))))


def test_a_form_is_written_as_the_one_who_merges_writes_it() -> None:
    mine, theirs = ("Wat is besproken?", "Wat is er besproken?"), ("Wat ontbreekt er nog?", "Wat mist u nog?")

    merged = clean(merge("intake.form", INTAKE, replaced(INTAKE, mine), replaced(INTAKE, theirs)))

    assert merged == replaced(INTAKE, mine, theirs)
