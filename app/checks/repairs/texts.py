"""Repairs in expressions: a name, a text, or quotes. They work in diagrams, tables and forms alike."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from app.checks.repairs.xml_text import Node, XmlText
from app.errors import Invalid
from app.feel import FeelLimitError, FeelSyntaxError
from app.feel.lexer import Token, tokens, unquote

Change = Callable[[list[Token], int, str], str | None]
"""What comes instead of the token at a place; None to leave it."""
Repair = Callable[[bytes, str, str | None, list[str]], bytes]

_TEXTS = ("conditionExpression", "timeDate", "timeDuration", "timeCycle", "completionCondition", "text")
_LITERAL = re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL)
_BRACES = re.compile(r"(\{\{\s*(?:#(?:if|loop)\s+)?)(.*?)(\s*\}\})", re.DOTALL)
_BARE = {"expression", "outputElement"}
"""Attributes that are FEEL without an `=`."""


def _correct_name(old: str, new: str) -> Change:
    def change(found: list[Token], at: int, text: str) -> str | None:
        token, following = found[at], found[at + 1]
        # Before a colon stands the name of an entry, which is somebody's own.
        own = following.kind == "symbol" and following.text == ":"
        return new if token.kind == "name" and token.text == old and not own else None

    return change


def _correct_text(old: str, new: str) -> Change:
    def change(found: list[Token], at: int, text: str) -> str | None:
        token = found[at]
        if token.kind != "string" or unquote(token, text) != old:
            return None
        return json.dumps(new, ensure_ascii=False)

    return change


def _quote(word: str) -> Change:
    def change(found: list[Token], at: int, text: str) -> str | None:
        token = found[at]
        behind_dot = at > 0 and found[at - 1].text == "."
        called = found[at + 1].text in ("(", ":", ".")
        fits = token.kind in ("name", "number") and token.text == word
        return json.dumps(word, ensure_ascii=False) if fits and not behind_dot and not called else None

    return change


def changed(text: str, change: Change) -> str:
    """An expression with some of its tokens changed; one that is no FEEL stays as it is."""
    try:
        found = tokens(text)
        made = [(token, change(found, at, text)) for at, token in enumerate(found[:-1])]
    except (FeelSyntaxError, FeelLimitError):
        return text
    for token, instead in reversed(made):
        if instead is not None:
            text = text[: token.at] + instead + text[token.at + len(token.text) :]
    return text


def _value(text: str, change: Change, *, bare: bool = False) -> str:
    """A value that is an expression behind `=`, or always is one."""
    if text.startswith("="):
        return f"={changed(text[1:], change)}"
    return changed(text, change) if bare else text


# ── diagrams and tables ──


def _in_xml(content: bytes, element_id: str | None, change: Change) -> bytes:
    xml = XmlText(content)
    for node in _own(xml, xml.node(element_id)):
        for name, value in node.attributes.items():
            made = _value(value, change, bare=name in _BARE)
            if made != value:
                xml.set(node, name, made)
        if node.name in _TEXTS and not node.children:
            text = xml.text(node)
            made = _value(
                text, change, bare=node.name in ("text", "conditionExpression", "completionCondition")
            )
            if made != text:
                xml.set_text(node, made)
    return xml.done()


def _own(xml: XmlText, element: Node) -> Iterator[Node]:
    """An element with what stands in it, its outgoing flows, and the messages that it waits for."""
    id = element.attributes.get("id", "")
    inside = {"subProcess", "transaction"}
    for node in _within(element, inside):
        yield node
        message = xml.ids.get(node.attributes.get("messageRef", ""))
        if message is not None:
            yield from message.walk()
    for node in xml.root.walk():
        if node.name == "sequenceFlow" and node.attributes.get("sourceRef") == id:
            yield from node.walk()


def _within(element: Node, scopes: set[str]) -> Iterator[Node]:
    """Not the steps inside a subprocess: those are elements of their own."""
    yield element
    for child in element.children:
        if element.name in scopes and child.attributes.get("id") and child.name != "extensionElements":
            continue
        yield from _within(child, scopes)


# ── forms ──


def _in_form(content: bytes, key: str | None, change: Change) -> bytes:
    try:
        text = content.decode()
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Invalid("Dit formulier kan niet worden gelezen.") from error
    wanted: dict[str, str] = {}
    for component in _components(data):
        if key in (component.get("key"), component.get("id"), component.get("path")):
            for value in _strings(component):
                made = _form_value(value, change)
                if made != value:
                    wanted[value] = made

    def instead(match: re.Match[str]) -> str:
        made = wanted.get(json.loads(match.group()))
        return match.group() if made is None else json.dumps(made, ensure_ascii=False)

    return _LITERAL.sub(instead, text).encode() if wanted else content


def _components(data: Any) -> Iterator[dict[str, Any]]:
    inner = data.get("components") if isinstance(data, dict) else None
    for one in inner if isinstance(inner, list) else []:
        if isinstance(one, dict):
            yield one
            yield from _components(one)


def _strings(component: dict[str, Any]) -> Iterator[str]:
    """The texts of a component itself, not of those in it."""
    for name, value in component.items():
        if isinstance(value, str):
            yield value
        elif isinstance(value, dict) and name in ("conditional", "properties"):
            yield from (one for one in value.values() if isinstance(one, str))


def _form_value(text: str, change: Change) -> str:
    if text.startswith("="):
        return _value(text, change)
    return _BRACES.sub(lambda match: match[1] + changed(match[2], change) + match[3], text)


def _repair(change: Callable[..., Change], count: int) -> Repair:
    def mend(content: bytes, file: str, element_id: str | None, arguments: list[str]) -> bytes:
        if len(arguments) != count:
            raise Invalid("Deze herstelactie is niet compleet.")
        if file.endswith(".form"):
            made = _in_form(content, element_id, change(*arguments))
        else:
            made = _in_xml(content, element_id, change(*arguments))
        if made == content:
            raise Invalid("Hier valt dit niet te verbeteren; misschien is het al gebeurd.")
        return made

    return mend


REPAIRS: Mapping[str, Repair] = {
    "correct-name": _repair(_correct_name, 2),
    "correct-text": _repair(_correct_text, 2),
    "quote": _repair(_quote, 1),
}
