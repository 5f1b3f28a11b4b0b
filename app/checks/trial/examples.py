"""Something to fill in a form with: obviously invented, and what the form takes where that can be told."""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from app import forms
from app.clock import AMSTERDAM
from app.errors import Invalid
from app.forms import Component, Form
from app.forms.answers import Answers, Node, walk

MAX_ROUNDS = 8
"""Each answer may show fields that were hidden before it."""
BSN = "111222333"
"""Passes the 11-test, and is given to nobody."""
SUFFIX = "__documenten"
_FILE = re.compile(r"proef:(\d{1,12}):(.{1,200})", re.S)
_TRIES = ("Voorbeeld", "1234 AB", "0612345678", "12345678", "A-1")
"""For a field with a pattern: the first that fits."""


def example(
    form: Form, *, context: Mapping[str, Any], typed: Mapping[str, list[str]] | None = None, now: datetime
) -> dict[str, list[str]]:
    """What could be typed where nothing is; what was `typed` stays, what can't be guessed is left open."""
    raw: dict[str, list[str]] = dict(typed or {})
    for _ in range(MAX_ROUNDS):
        answers = Answers(form, context=context, raw=raw or None, now=now)
        found = _typed(answers.nodes, now)
        if found == raw:
            break
        raw = found
    return _without_wrong(form, raw, context, now)


def document(name: str, size: int) -> str:
    """What stands for a file: its content is kept nowhere, so its id says all that there is to know."""
    return f"proef:{size}:{name[:200]}"


def documents(form: Form, raw: Mapping[str, list[str]]) -> dict[str, list[dict[str, Any]]]:
    """The files of each file field, as answers have them."""
    names = forms.file_fields(form, {name.removesuffix(SUFFIX): [] for name in raw if name.endswith(SUFFIX)})
    return {
        name: [
            {"id": text, "name": match[2], "size": int(match[1])}
            for text in raw[f"{name}{SUFFIX}"]
            if (match := _FILE.fullmatch(text))
        ]
        for name in names
    }


def before(
    form_ids: Iterable[str], found: Mapping[str, Form], *, context: Mapping[str, Any], now: datetime
) -> dict[str, Any]:
    """The variables that these forms leave behind, one after another, all filled in with examples."""
    known: dict[str, Any] = {}
    for form_id in form_ids:
        form = found.get(form_id)
        if form is None:
            continue
        seen = {**context, **known}
        raw = example(form, context=seen, now=now)
        answers = Answers(form, context=seen, raw=raw, documents=documents(form, raw), now=now)
        known |= answers.answers()
    return known


def _typed(nodes: list[Node], now: datetime) -> dict[str, list[str]]:
    """The texts of all visible fields: those that stand in them, else an example."""
    raw: dict[str, list[str]] = {}
    for node in walk(nodes):
        if node.hidden:
            continue
        if node.component.type == "dynamiclist":
            raw[f"_rijen:{node.name}"] = [str(max(1, len(node.rows)))]
        elif node.component.type == "filepicker":
            if node.component.required:
                raw[node.name + SUFFIX] = [document("voorbeeld.pdf", 1024)]
        elif node.is_input:
            texts = node.texts if any(any(one) for one in node.texts) else _example(node, now)
            suffixes = ("", "__tijd") if node.component.type == "datetime" else ("",)
            raw |= {f"{node.name}{suffix}": list(one) for suffix, one in zip(suffixes, texts, strict=False)}
    return raw


def _example(node: Node, now: datetime) -> list[list[str]]:
    component = node.component
    match component.type:
        case "checkbox":
            return [["ja"] if component.required else []]
        case "radio" | "select" | "checklist" | "taglist":
            return [[node.options[0][0]] if node.options else []]
        case "number":
            return [[_number(component)]]
        case "datetime":
            return _moment(component, now)
    return [[_text(component)]]


def _number(component: Component) -> str:
    least = component.validate.get("min")
    number = Decimal(str(least)) if least is not None else Decimal(1)
    return str(number).replace(".", ",")


def _moment(component: Component, now: datetime) -> list[list[str]]:
    tomorrow = now.astimezone(AMSTERDAM) + timedelta(days=1)
    day, at = tomorrow.date().isoformat(), "10:00"
    if component.raw.get("subtype") == "time":
        return [[at], []]
    return [[day], [at] if component.raw.get("subtype") == "datetime" else []]


def _text(component: Component) -> str:
    rules = component.validate
    if component.properties.get("opmaak") == "bsn":
        return BSN
    if rules.get("validationType") == "email":
        return "voorbeeld@voorbeeld.nl"
    if rules.get("validationType") == "phone":
        return "026 123 45 67"
    text = f"Voorbeeld {component.label.lower()}".strip()
    least = int(rules.get("minLength") or 0)
    text = (text + " (verzonnen)" * least)[: max(least, len(text))] if least else text
    most = int(rules.get("maxLength") or 0)
    return text[:most] if most else text


def _without_wrong(
    form: Form, raw: dict[str, list[str]], context: Mapping[str, Any], now: datetime
) -> dict[str, list[str]]:
    """The same; what the form does not take is tried with other texts, and left open if none will do."""
    for name in _wrong(form, raw, context, now):
        for text in (*_TRIES, ""):
            raw = {**raw, name: [text] if text else []}
            if name not in _wrong(form, raw, context, now):
                break
    return raw


def _wrong(form: Form, raw: Mapping[str, list[str]], context: Mapping[str, Any], now: datetime) -> list[str]:
    try:
        forms.read(form, raw, context=context, documents=documents(form, raw), now=now)
    except Invalid as error:
        return [name for name in error.errors if name in raw]
    return []
