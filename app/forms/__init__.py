"""Forms: form-js JSON, drawn on the server and checked by a marshmallow schema built from the same file."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from app.errors import Invalid
from app.forms import schema
from app.forms.answers import Answers, Documents, Raw, lookup, merged, walk
from app.forms.definition import Component, Form, parse
from app.forms.templating import in_words
from app.forms.view import FieldView, FormView, RowView, draw, input_id

__all__ = [
    "Component",
    "Documents",
    "FieldView",
    "Form",
    "FormView",
    "RowView",
    "file_fields",
    "hidden",
    "in_words",
    "lookup",
    "merged",
    "parse",
    "read",
    "read_draft",
    "view",
    "with_rows",
]

MAX_INPUTS = 5_000
MAX_TEXT_CHARS = 100_000
_ROW = re.compile(r"\[\d{1,3}\]")


def read(
    form: Form,
    submitted: Raw,
    *,
    context: Mapping[str, Any],
    documents: Documents | None = None,
    now: datetime,
) -> dict[str, Any]:
    """The checked answers as process variables; hidden fields give null.

    `documents` has the files of each file field by its name, as {id, name, size}. Raises Invalid: its
    `errors` map input names to Dutch sentences. An input name that the form does not have is refused.
    """
    raw = _known(form, submitted, strict=True)
    return schema.read(Answers(form, context=context, raw=raw, documents=documents, now=now))


def read_draft(form: Form, submitted: Raw) -> dict[str, list[str]]:
    """What was typed, unchecked, as it can be kept and shown again. Unknown names are left out."""
    return _known(form, submitted, strict=False)


def view(
    form: Form,
    *,
    context: Mapping[str, Any],
    values: Mapping[str, Any] | None = None,
    raw: Raw | None = None,
    errors: Mapping[str, str] | None = None,
    documents: Documents | None = None,
    readonly: bool = False,
    now: datetime,
) -> FormView:
    """The form to draw: with what was typed (`raw`), else with `values`, else with what the case knows."""
    answers = Answers(form, context=context, raw=raw, values=values, documents=documents, now=now)
    return draw(answers, errors=errors or {}, readonly=readonly)


def hidden(
    form: Form, submitted: Raw, *, context: Mapping[str, Any], now: datetime
) -> dict[str, dict[str, Any]]:
    """For a page that follows along: what is hidden, and computed values, by id of the field."""
    answers = Answers(form, context=context, raw=_known(form, submitted, strict=False), now=now)
    nodes = list(walk(answers.nodes))
    return {
        "hidden": {
            input_id(node.name if node.component.key else node.component.id): node.hidden for node in nodes
        },
        "values": {
            input_id(node.name): in_words(node.value) for node in nodes if node.component.type == "expression"
        },
    }


def file_fields(form: Form, submitted: Raw) -> list[str]:
    """The names that files may be sent under."""
    names = {name.removesuffix("__documenten") for name in form.names if name.endswith("__documenten")}
    return [name for name in submitted if _ROW.sub("[]", name) in names]


def with_rows(form: Form, submitted: Raw, action: str) -> dict[str, list[str]]:
    """What was typed with a row more (`acties:voegtoe`) or one less (`acties:verwijder:2`, from 1)."""
    raw = _known(form, submitted, strict=False)
    name, _, what = action.partition(":")
    count = _count(raw, name)
    if what == "voegtoe":
        raw[f"_rijen:{name}"] = [str(count + 1)]
        return raw
    verb, _, number = what.partition(":")
    if verb != "verwijder" or not number.isdigit() or not 1 <= int(number) <= count:
        return raw
    gone = int(number) - 1
    pattern = re.compile(rf"(_rijen:)?{re.escape(name)}\[(\d{{1,3}})\](.*)")
    moved: dict[str, list[str]] = {}
    for key, texts in raw.items():
        match = pattern.fullmatch(key)
        if match is None:
            moved[key] = texts
        elif int(match[2]) != gone:
            index = int(match[2]) - (int(match[2]) > gone)
            moved[f"{match[1] or ''}{name}[{index}]{match[3]}"] = texts
    moved[f"_rijen:{name}"] = [str(count - 1)]
    return moved


def _count(raw: Raw, name: str) -> int:
    said = raw.get(f"_rijen:{name}", [""])[0]
    return int(said) if said.isdigit() and len(said) < 4 else 0


def _known(form: Form, submitted: Raw, *, strict: bool) -> dict[str, list[str]]:
    if len(submitted) > MAX_INPUTS or any(
        len(text) > MAX_TEXT_CHARS for texts in submitted.values() for text in texts
    ):
        raise Invalid("Er is te veel ingevuld om te verwerken.")
    found: dict[str, list[str]] = {}
    for name, texts in submitted.items():
        if name.startswith("_rijen:") or _ROW.sub("[]", name) in form.names:
            found[name] = list(texts)
        elif strict and not name.startswith("_") and name != "csrf_token":
            raise Invalid("Dit formulier heeft een veld gekregen dat het niet kent.", field=name[:80])
    return found
