"""Forms: every component both ways, conditions, rows, and hostile input."""

import json
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from app import forms
from app.errors import Invalid

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)


def form(*components, file="proef.form"):
    made = [{"id": f"c{index}", "label": "Veld", **one} for index, one in enumerate(components)]
    found, problems = forms.parse(json.dumps({"id": "proef", "components": made}).encode(), file=file)
    assert problems == []
    return found


def problems_of(*components):
    made = [{"id": f"c{index}", **one} for index, one in enumerate(components)]
    return forms.parse(json.dumps({"id": "proef", "components": made}).encode(), file="proef.form")[1]


def read(found, context=None, documents=None, **submitted):
    raw = {name: texts if isinstance(texts, list) else [texts] for name, texts in submitted.items()}
    return forms.read(found, raw, context=context or {}, documents=documents, now=NOW)


def refused(found, **submitted):
    with pytest.raises(Invalid) as caught:
        read(found, **submitted)
    return caught.value.errors


@pytest.mark.parametrize(
    ("component", "text", "expected"),
    [
        ({"type": "textfield"}, " tekst ", "tekst"),
        ({"type": "textfield"}, "", None),
        ({"type": "textarea"}, "a\r\nb", "a\nb"),
        ({"type": "number"}, "1.000", 1000),
        ({"type": "number"}, "1.000,50", Decimal("1000.50")),
        ({"type": "number"}, "-3", -3),
        ({"type": "datetime", "subtype": "date"}, "2026-11-23", "2026-11-23"),
        ({"type": "datetime", "subtype": "date"}, "23-11-2026", "2026-11-23"),
        ({"type": "datetime", "subtype": "time"}, "9:05", "09:05"),
        ({"type": "checkbox"}, "ja", True),
        ({"type": "checkbox"}, [], False),
        ({"type": "radio", "values": [{"label": "A", "value": "a"}]}, "a", "a"),
        ({"type": "select", "values": [{"label": "A", "value": "a"}]}, "", None),
        ({"type": "checklist", "values": [{"label": "A", "value": "a"}]}, ["a", "a"], ["a"]),
        ({"type": "taglist", "values": [{"label": "A", "value": "a"}]}, [], []),
        ({"type": "textfield", "properties": {"opmaak": "bsn"}}, "1112.22.333", "111222333"),
    ],
)
def test_an_answer_becomes_a_variable(component, text, expected):
    assert read(form({"key": "veld", **component}), veld=text) == {"veld": expected}


@pytest.mark.parametrize(
    ("component", "text", "words"),
    [
        ({"type": "textfield", "validate": {"required": True}}, " ", "Vul iets in"),
        ({"type": "textfield", "validate": {"maxLength": 3}}, "abcd", "3 tekens"),
        ({"type": "textfield", "validate": {"minLength": 3}}, "ab", "minstens 3"),
        ({"type": "textfield", "validate": {"pattern": "[0-9]{4}"}}, "12345", "vorm"),
        ({"type": "textfield", "validate": {"validationType": "email"}}, "naam@", "e-mailadres"),
        ({"type": "textfield", "validate": {"validationType": "phone"}}, "bel mij", "telefoonnummer"),
        ({"type": "textfield", "properties": {"opmaak": "bsn"}}, "123456789", "burgerservicenummer"),
        ({"type": "number"}, "twaalf", "getal"),
        ({"type": "number", "validate": {"max": 3}}, "4", "hoogstens 3"),
        ({"type": "number", "decimalDigits": 0}, "1,5", "zonder komma"),
        ({"type": "number"}, "9" * 40, "te groot"),
        ({"type": "datetime", "subtype": "date"}, "31-02-2026", "datum"),
        ({"type": "datetime", "subtype": "date"}, "0001-01-01", "jaar"),
        ({"type": "datetime", "subtype": "date", "disallowPassedDates": True}, "2026-11-22", "voorbij"),
        ({"type": "datetime", "subtype": "time"}, "25:00", "tijd"),
        ({"type": "datetime", "subtype": "datetime"}, "2026-11-23", "een datum en een tijd"),
        ({"type": "checkbox", "validate": {"required": True}}, [], "Vink"),
        ({"type": "radio", "values": [{"label": "A", "value": "a"}]}, "b", "uit de lijst"),
        ({"type": "checklist", "values": [{"label": "A", "value": "a"}]}, ["a", "b"], "uit de lijst"),
        ({"type": "filepicker", "validate": {"required": True}}, [], "bestand"),
    ],
)
def test_a_wrong_answer_is_refused_in_words(component, text, words):
    errors = refused(form({"key": "veld", **component}), veld=text)

    assert words in errors["veld"]


def test_a_moment_is_one_in_amsterdam():
    found = form({"type": "datetime", "subtype": "datetime", "key": "moment"})

    answers = read(found, moment="2026-07-01", moment__tijd="13:30")

    assert answers == {"moment": "2026-07-01T13:30:00+02:00"}


def test_keys_and_paths_make_nested_variables():
    found = form(
        {"type": "textfield", "key": "melder.naam"},
        {
            "type": "group",
            "path": "melder",
            "components": [{"type": "textfield", "id": "x", "key": "rol", "label": "R"}],
        },
        {"type": "group", "components": [{"type": "textfield", "id": "y", "key": "los", "label": "L"}]},
    )

    assert read(found, **{"melder.naam": "N", "melder.rol": "R", "los": "L"}) == {
        "melder": {"naam": "N", "rol": "R"},
        "los": "L",
    }


def actions():
    return form(
        {
            "type": "dynamiclist",
            "path": "acties",
            "label": "Acties",
            "components": [
                {
                    "type": "textfield",
                    "id": "d",
                    "key": "doel",
                    "label": "Doel",
                    "validate": {"required": True},
                },
                {"type": "checkbox", "id": "k", "key": "klaar", "label": "Klaar"},
                {
                    "type": "textfield",
                    "id": "u",
                    "key": "uitkomst",
                    "label": "Uitkomst",
                    "conditional": {"hide": "=klaar != true"},
                    "validate": {"required": True},
                },
            ],
        }
    )


def test_rows_are_a_list_and_conditions_hold_within_a_row():
    answers = read(
        actions(),
        **{
            "_rijen:acties": "2",
            "acties[0].doel": "een",
            "acties[1].doel": "twee",
            "acties[1].klaar": "ja",
            "acties[1].uitkomst": "goed",
        },
    )

    assert answers == {
        "acties": [
            {"doel": "een", "klaar": False, "uitkomst": None},
            {"doel": "twee", "klaar": True, "uitkomst": "goed"},
        ]
    }
    errors = refused(actions(), **{"_rijen:acties": "2", "acties[1].klaar": "ja"})
    assert set(errors) == {"acties[0].doel", "acties[1].doel", "acties[1].uitkomst"}


def test_rows_are_added_and_removed_without_losing_what_was_typed():
    raw = {"_rijen:acties": ["2"], "acties[0].doel": ["een"], "acties[1].doel": ["twee"]}

    more = forms.with_rows(actions(), raw, "acties:voegtoe")
    less = forms.with_rows(actions(), raw, "acties:verwijder:1")

    assert more == {**raw, "_rijen:acties": ["3"]}
    assert less == {"_rijen:acties": ["1"], "acties[0].doel": ["twee"]}
    assert forms.with_rows(actions(), raw, "acties:verwijder:9") == raw


def test_a_hidden_field_gives_null_and_is_not_checked():
    found = form(
        {
            "type": "radio",
            "key": "afwijken",
            "values": [{"label": "Ja", "value": "ja"}, {"label": "Nee", "value": "nee"}],
        },
        {
            "type": "textarea",
            "key": "reden",
            "validate": {"required": True},
            "conditional": {"hide": '=afwijken != "ja"'},
        },
    )

    assert read(found, afwijken="nee", reden="oud") == {"afwijken": "nee", "reden": None}
    assert "reden" in refused(found, afwijken="ja")
    state = forms.hidden(found, {"afwijken": ["nee"]}, context={}, now=NOW)
    assert state["hidden"] == {"veld-afwijken": False, "veld-reden": True}


def test_choices_can_come_from_the_case():
    found = form({"type": "select", "key": "gemeente", "valuesExpression": "=referentie.gemeenten"})
    context = {"referentie": {"gemeenten": [{"value": "ede", "label": "Ede"}]}}

    assert read(found, context, gemeente="ede") == {"gemeente": "ede"}
    with pytest.raises(Invalid):
        read(found, context, gemeente="amsterdam")


def test_a_computed_field_is_stored_and_cannot_be_sent():
    found = form(
        {"type": "number", "key": "a"},
        {"type": "expression", "key": "dubbel", "expression": "=a * 2"},
    )

    assert read(found, a="4") == {"a": 4, "dubbel": 8}
    with pytest.raises(Invalid):
        read(found, a="4", dubbel="100")


@pytest.mark.parametrize("name", ["beheerder", "acties[0].geheim", "acties[0]", "__class__.x", "veld.x"])
def test_a_key_that_the_form_does_not_have_is_refused(name):
    if name.startswith("_"):
        assert name not in read(form({"type": "textfield", "key": "veld"}), **{"veld": "x", name: "y"})
        return
    with pytest.raises(Invalid):
        read(form({"type": "textfield", "key": "veld"}), **{"veld": "x", name: "y"})


def test_files_are_those_that_were_stored():
    found = form({"type": "filepicker", "key": "bijlagen"})
    file = {"id": "7", "name": "brief.pdf", "size": 10}

    assert read(found, documents={"bijlagen": [file]}) == {"bijlagen": [file]}
    assert read(found, bijlagen__documenten=["99"]) == {"bijlagen": None}


def test_what_was_typed_comes_back_as_it_was():
    found = form({"type": "number", "key": "a"}, {"type": "datetime", "key": "d", "subtype": "date"})
    raw = {"a": ["twaalf"], "d": ["morgen"]}

    drawn = forms.view(found, context={}, raw=raw, errors={"a": "Nee."}, now=NOW)

    assert [field.text for field in drawn.fields] == ["twaalf", "morgen"]
    assert drawn.errors == [("veld-a", "Nee.")]


def test_a_form_shows_what_the_case_knows():
    found = form(
        {"type": "number", "key": "a"},
        {"type": "checkbox", "key": "b"},
        {"type": "textfield", "key": "c", "defaultValue": "d"},
    )

    drawn = forms.view(found, context={"a": Decimal("1.5"), "b": True}, now=NOW)

    assert [field.text for field in drawn.fields] == ["1,5", "ja", "d"]


def test_templates_show_values_as_text_only():
    found = form(
        {
            "type": "text",
            "text": "# Over {{naam}}\n\n{{#if spoed}}**Spoed**{{/if}}"
            "\n\n{{#loop lijst}}- {{this.n}}\n{{/loop}}",
        },
        {
            "type": "html",
            "content": "<p onclick='x'>{{naam}}</p><script>alert(1)</script><a href='javascript:x'>y</a>",
        },
    )
    context = {"naam": "<script>*x*</script>", "spoed": True, "lijst": [{"n": "een"}, {"n": "twee"}]}

    drawn = forms.view(found, context=context, now=NOW)

    html = "".join(str(field.html) for field in drawn.fields)
    assert "<script" not in html and "onclick" not in html and "javascript" not in html
    assert "<em>" not in html
    assert "<strong>Spoed</strong>" in html
    assert "<li>een</li><li>twee</li>" in html


def test_a_table_shows_a_list_of_the_case():
    found = form(
        {
            "type": "table",
            "dataSource": "=acties",
            "columns": [{"label": "Doel", "key": "doel"}, {"label": "Op", "key": "op"}],
        }
    )

    drawn = forms.view(found, context={"acties": [{"doel": "d", "op": "2026-11-23"}]}, now=NOW)

    assert drawn.fields[0].columns == ["Doel", "Op"]
    assert drawn.fields[0].cells == [["d", "23-11-2026"]]


@pytest.mark.parametrize(
    ("component", "words"),
    [
        ({"type": "iframe"}, "niet ondersteund"),
        ({"type": "textfield", "label": "x"}, "geen sleutel"),
        ({"type": "textfield", "key": "a b", "label": "x"}, "mag alleen letters"),
        ({"type": "textfield", "key": "a"}, "geen label"),
        ({"type": "select", "key": "a", "label": "x"}, "bron van keuzes"),
        ({"type": "textfield", "key": "a", "label": "x", "conditional": {"hide": "=a =="}}, "="),
        ({"type": "textfield", "key": "a", "label": "x", "validate": {"pattern": "(a"}}, "reguliere"),
        ({"type": "textfield", "key": "a", "label": "x", "properties": {"opmaak": "iban"}}, "opmaak"),
        ({"type": "text", "text": "{{a +}}"}, "waarde"),
        ({"type": "textfield", "key": "a", "label": "x", "properties": {"opmaak": [1]}}, "opmaak"),
        ({"type": "textfield", "key": "a", "label": "x", "validate": {"maxLength": "lang"}}, "heel getal"),
        ({"type": "number", "key": "a", "label": "x", "validate": {"min": [1]}}, "moet een getal"),
        ({"type": "number", "key": "a", "label": "x", "decimalDigits": "twee"}, "heel getal"),
        ({"type": "dynamiclist", "path": "a", "defaultRepetitions": {}}, "heel getal"),
    ],
)
def test_what_cannot_be_drawn_is_a_problem_when_checked(component, words):
    found = problems_of(component)

    assert any(words in problem.message for problem in found), found


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b'{"components": []}', b"[" * 100_000])
def test_what_is_no_form_is_a_problem(content):
    found, problems = forms.parse(content, file="x.form")

    assert found is None and problems


@pytest.mark.parametrize("version", ["negentien", [19], None])
def test_a_strange_schema_version_does_not_matter(version):
    content = json.dumps({"id": "proef", "schemaVersion": version, "components": []}).encode()

    assert forms.parse(content, file="x.form")[1] == []


def test_the_same_sentence_twice_says_in_which_part_it_is():
    inner = [
        {"type": "radio", "key": "x", "id": "x", "label": "Bekend?", "values": [{"value": "a", "label": "A"}]}
    ]
    inner[0]["validate"] = {"required": True}
    parts = [
        {"type": "group", "label": name, "path": name.lower(), "components": inner}
        for name in ("Wonen", "Werk")
    ]
    found = form(*parts)
    errors = refused(found)
    drawn = forms.view(found, context={}, errors=errors, now=NOW)
    assert [sentence for _, sentence in drawn.errors] == [
        "Wonen: Maak een keuze bij ‘Bekend?’.",
        "Werk: Maak een keuze bij ‘Bekend?’.",
    ]
    alone = forms.view(found, context={}, errors={"wonen.x": "Kies."}, now=NOW)
    assert alone.errors == [("veld-wonen-x", "Kies.")]
