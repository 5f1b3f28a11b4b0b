"""String functions (DMN 1.3, 10.3.4.3), and Camunda's `trim` and `is blank`.

Regular expressions run on RE2, whose time grows with the text only: no pattern can stall a server.
"""

import re
from collections.abc import Iterator
from typing import Any

from app.feel import limits
from app.feel.functions import MISSING, builtin
from app.feel.regex import compiled
from app.feel.values import position

_GROUP = re.compile(r"\$([0-9])")


@builtin("substring(string: string, start position: number, length: number =)")
def substring(text: str, start: Any, length: Any = None) -> str | None:
    first = position(start)
    count = None if length is None or length is MISSING else position(length)
    if not first or abs(first) > len(text) or (count is None and length not in (None, MISSING)):
        return None
    if count is not None and count <= 0:
        return None
    begin = first - 1 if first > 0 else len(text) + first
    return text[begin:] if count is None else text[begin : begin + count]


@builtin("string length(string: string)")
def string_length(text: str) -> int:
    return len(text)


@builtin("upper case(string: string)")
def upper_case(text: str) -> str:
    limits.check_string(len(text))
    return text.upper()


@builtin("lower case(string: string)")
def lower_case(text: str) -> str:
    limits.check_string(len(text))
    return text.lower()


@builtin("substring before(string: string, match: string)")
def substring_before(text: str, match: str) -> str:
    return text.partition(match)[0] if match and match in text else ""


@builtin("substring after(string: string, match: string)")
def substring_after(text: str, match: str) -> str:
    return text.partition(match)[2] if match else text


@builtin("contains(string: string, match: string)")
def contains(text: str, match: str) -> bool:
    return match in text


@builtin("starts with(string: string, match: string)")
def starts_with(text: str, match: str) -> bool:
    return text.startswith(match)


@builtin("ends with(string: string, match: string)")
def ends_with(text: str, match: str) -> bool:
    return text.endswith(match)


@builtin("trim(string: string)")
def trim(text: str) -> str:
    return text.strip()


@builtin("is blank(string: string)")
def is_blank(text: str) -> bool:
    return not text.strip()


@builtin("string join(list: list, delimiter: string? =, prefix: string? =, suffix: string? =)")
def string_join(
    parts: list[Any], delimiter: Any = None, prefix: Any = None, suffix: Any = None
) -> str | None:
    texts = [part for part in parts if part is not None]
    if not all(type(text) is str for text in texts):
        return None
    between, before, after = (text if type(text) is str else "" for text in (delimiter, prefix, suffix))
    limits.check_string(sum(map(len, texts)) + len(texts) * len(between) + len(before) + len(after))
    return before + between.join(texts) + after


@builtin("split(string: string, delimiter: string)")
def split(text: str, delimiter: str) -> list[str] | None:
    ready = compiled(delimiter, "")
    if ready is None:
        return None
    parts, end = [], 0
    for match in _matches(ready, text):
        if match.end() > match.start():
            parts.append(text[end : match.start()])
            end = match.end()
    return [*parts, text[end:]]


@builtin("matches(input: string, pattern: string, flags: string? =)")
def matches(text: str, pattern: str, flags: Any = None) -> bool | None:
    ready = compiled(pattern, flags if type(flags) is str else "")
    limits.check_string(len(text))
    return None if ready is None else ready.search(text) is not None


@builtin("replace(input: string, pattern: string, replacement: string, flags: string? =)")
def replace(text: str, pattern: str, replacement: str, flags: Any = None) -> str | None:
    ready = compiled(pattern, flags if type(flags) is str else "")
    if ready is None:
        return None
    parts, end, length = [], 0, 0
    for match in _matches(ready, text):
        new = _GROUP.sub(lambda group, found=match: _group(found, int(group[1])), replacement)  # type: ignore[misc]
        parts += [text[end : match.start()], new]
        length += len(parts[-1]) + len(parts[-2])
        limits.check_string(len(new))
        limits.check_string(length)
        end = match.end()
    return "".join([*parts, text[end:]])


@builtin("extract(input: string, pattern: string)")
def extract(text: str, pattern: str) -> list[str] | None:
    ready = compiled(pattern, "")
    return None if ready is None else [match.group() for match in _matches(ready, text)]


def _group(match: Any, index: int) -> str:
    return (match.group(index) or "") if index <= match.re.groups else ""


def _matches(pattern: Any, text: str) -> Iterator[Any]:
    limits.check_string(len(text))
    for match in pattern.finditer(text):
        limits.spend()
        yield match
