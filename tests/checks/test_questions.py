"""The questions of a form, as an editor offers them."""

import json

from app import forms
from app.checks import questions


def form(id: str, *components: dict[str, object]) -> forms.Form:
    data = {"id": id, "type": "default", "components": list(components)}
    made, problems = forms.parse(json.dumps(data).encode(), file=f"{id}.form")
    assert made is not None, problems
    return made


def field(key: str, type: str = "textfield", **more: object) -> dict[str, object]:
    return {"type": type, "key": key, "id": f"veld_{key}", "label": key, **more}


def test_a_field_tells_its_path_type_and_options():
    options = [{"value": "ja", "label": "Ja"}, {"value": "nee", "label": "Nee"}]
    made = form(
        "f",
        {"type": "group", "path": "melder", "id": "g", "label": "Melder", "components": [field("naam")]},
        field("spoed", "radio", values=options),
        field("aantal", "number"),
        {
            "type": "dynamiclist",
            "path": "personen",
            "id": "d",
            "label": "Personen",
            "components": [field("naam")],
        },
        {"type": "text", "id": "t", "text": "uitleg"},
    )

    assert [(one.key, one.type, one.values) for one in questions.fields(made)] == [
        ("melder.naam", "string", ()),
        ("spoed", "string", (("ja", "Ja"), ("nee", "Nee"))),
        ("aantal", "number", ()),
        ("personen", "list", ()),
    ]
