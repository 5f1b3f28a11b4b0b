"""Text -> tokens. Names with spaces are put together by the parser, which knows what is in scope."""

import re
from dataclasses import dataclass
from typing import Literal

from app.feel.errors import FeelSyntaxError

Kind = Literal["name", "quoted", "number", "string", "symbol", "end"]

# DMN 1.3, 10.3.1.2, rules 28 and 29.
_START = (
    "?A-Z_a-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c-\u200d"
    "\u2070-\u218f\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
_PART = _START + "0-9\u00b7\u0300-\u036f\u203f-\u2040"
_SPACE = r"[\s\u0085\u180e\u200b\ufeff]"
_TOKEN = re.compile(
    rf"""(?P<skip>{_SPACE}+|//[^\n]*|/\*.*?\*/)
    |(?P<number>(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)
    |(?P<string>"(?:[^"\\]|\\.)*")
    |(?P<name>[{_START}][{_PART}]*)
    |(?P<quoted>`[^`\n]+`)
    |(?P<symbol>\*\*|\.\.|<=|>=|!=|->|==|&&|\|\||.)""",
    re.VERBOSE | re.DOTALL,
)
_ESCAPE = re.compile(r"\\(u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{6}|.)", re.DOTALL)
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "'": "'", "\\": "\\", "/": "/", "b": "\b", "f": "\f"}


@dataclass(frozen=True, slots=True)
class Token:
    """`spaced` tells that white space or a comment stood before it; a name like `a-b` has none inside."""

    kind: Kind
    text: str
    at: int
    spaced: bool


def tokens(text: str) -> list[Token]:
    """Cut up the text; the last token is `end`. Raises FeelSyntaxError for a text that never ends."""
    result: list[Token] = []
    at, spaced = 0, False
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:  # pragma: no cover - the last alternative takes any character
            raise FeelSyntaxError("Dit teken hoort niet in een expressie.", text, at)
        kind = match.lastgroup
        if kind == "skip":
            at, spaced = match.end(), True
            continue
        _refuse_unfinished(text, at, match.group())
        result.append(Token(kind, match.group(), at, spaced))  # type: ignore[arg-type]
        at, spaced = match.end(), False
    result.append(Token("end", "", len(text), spaced))
    return result


def _refuse_unfinished(text: str, at: int, found: str) -> None:
    if found == '"':
        raise FeelSyntaxError('Deze tekst heeft geen aanhalingsteken (") aan het eind.', text, at)
    if found == "`":
        raise FeelSyntaxError("Deze naam heeft geen ` aan het eind.", text, at)
    if found == "/" and text.startswith("/*", at):
        raise FeelSyntaxError("Dit commentaar heeft geen */ aan het eind.", text, at)


def unquote(token: Token, text: str) -> str:
    """The value of a string token. Raises FeelSyntaxError for half a character (a lone surrogate)."""
    body = token.text[1:-1]
    if "\\" not in body:
        return body
    value = _ESCAPE.sub(_unescape, body)
    try:
        # A pair of \u escapes is one character.
        return value.encode("utf-16", "surrogatepass").decode("utf-16")
    except UnicodeError:
        raise FeelSyntaxError("Deze tekst bevat een half teken (\\u…).", text, token.at) from None


def _unescape(match: re.Match[str]) -> str:
    code = match.group(1)
    if code[0] in "uU" and len(code) > 1:
        number = int(code[1:], 16)
        return chr(number) if number <= 0x10FFFF else match.group()
    # Other escapes stay as they are: regular expressions are full of them.
    return _ESCAPES.get(code, match.group())
