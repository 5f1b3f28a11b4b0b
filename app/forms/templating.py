"""form-js's templates in texts and labels: `{{feel}}`, `{{#if feel}}…{{/if}}` and `{{#loop feel}}…{{/loop}}`.

A text that begins with `=` is one expression. In a loop, `this` is the item. What comes out of an expression
is plain text for `write`: the caller escapes it.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from typing import Any, Literal

from app import feel
from app.clock import AMSTERDAM

_PART = re.compile(r"\{\{\s*(.*?)\s*\}\}", re.DOTALL)
MAX_ITEMS = 500
Part = Literal["value", "if", "loop", "end"]
_ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_ISO_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}.*")


def expressions(text: str) -> Iterator[str]:
    """Every FEEL text in a template."""
    if text.startswith("="):
        yield text[1:]
        return
    for match in _PART.finditer(text):
        inner = match.group(1)
        if not inner.startswith("/"):
            yield re.sub(r"^#(if|loop)\s+", "", inner)


def parts(text: str) -> Iterator[tuple[Part, str]]:
    """A template as a list of what it does: the kind and the FEEL text of each; `end` closes a block."""
    if text.startswith("="):
        yield "value", text[1:]
        return
    for match in _PART.finditer(text):
        inner = match.group(1)
        if inner.startswith("/"):
            yield "end", ""
        elif inner.startswith("#"):
            kind, _, expression = inner[1:].partition(" ")
            yield ("loop" if kind == "loop" else "if"), expression.strip()
        else:
            yield "value", inner


def write(text: str, context: Mapping[str, Any], *, now: datetime, escape: Callable[[str], str] = str) -> str:
    """Fill in a template; values are given to `escape`, the text around them is not."""
    if text.startswith("="):
        return escape(in_words(evaluate(text[1:], context, now=now)))
    pieces = _PART.split(text)
    written, _ = _write(pieces, 0, context, now, escape)
    return written


def _write(
    pieces: list[str], at: int, context: Mapping[str, Any], now: datetime, escape: Callable[[str], str]
) -> tuple[str, int]:
    """From the text at `at` up to the end of this block. Odd pieces are what stood between braces."""
    made = [pieces[at]]
    at += 1
    while at < len(pieces):
        inner = pieces[at]
        if inner.startswith("/"):
            return "".join(made), at
        if inner.startswith("#"):
            kind, _, expression = inner[1:].partition(" ")
            contexts = _contexts(kind, evaluate(expression, context, now=now), context)
            end = _end(pieces, at)
            made += [_write(pieces, at + 1, one, now, escape)[0] for one in contexts]
            at = end
        else:
            made.append(escape(in_words(evaluate(inner, context, now=now))))
        made.append(pieces[at + 1])
        at += 2
    return "".join(made), at


def _contexts(kind: str, value: Any, context: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    if kind == "if":
        return [context] if value is True else []
    items = value[:MAX_ITEMS] if isinstance(value, list) else []
    return [{**context, **(item if isinstance(item, dict) else {}), "this": item} for item in items]


def _end(pieces: list[str], at: int) -> int:
    """Where the block that begins at `at` is closed."""
    depth = 0
    for place in range(at, len(pieces), 2):
        depth += pieces[place].startswith("#") - pieces[place].startswith("/")
        if depth == 0:
            return place
    return len(pieces) - 2


def evaluate(text: str, context: Mapping[str, Any], *, now: datetime) -> Any:
    """The value of an expression; null where it asks for too much."""
    try:
        return feel.to_variable(feel.compile(text).evaluate(context, now=now))
    except (feel.FeelSyntaxError, feel.FeelLimitError, feel.FeelValueError):
        return None


def in_words(value: Any) -> str:
    """A value as people write it here: ja and nee, 1.000,5, 23-11-2026."""
    if value is None:
        return ""
    if value is True or value is False:
        return "ja" if value else "nee"
    if isinstance(value, list):
        return ", ".join(in_words(item) for item in value)
    if isinstance(value, dict):
        named = value.get("label") or value.get("name")
        return str(named) if named else ", ".join(f"{key}: {in_words(item)}" for key, item in value.items())
    if isinstance(value, str):
        return _date_in_words(value)
    return feel.to_text(value).replace(".", ",")


def _date_in_words(text: str) -> str:
    try:
        if _ISO_DATE.fullmatch(text):
            return date.fromisoformat(text).strftime("%d-%m-%Y")
        if _ISO_MOMENT.fullmatch(text):
            moment = datetime.fromisoformat(text)
            local = moment.astimezone(AMSTERDAM) if moment.tzinfo else moment
            return local.strftime("%d-%m-%Y om %H.%M")
    except ValueError:
        return text
    return text
