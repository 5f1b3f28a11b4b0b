"""An XML file as a tree of parts, each with its exact text.

What makes a part is said by the format (a step, a flow, a rule, a shape …). The rest is the own content of
the part that it stands in. So one part can be compared, taken out or put in, and all else stays to the byte.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Any
from xml.parsers import expat

from lxml import etree

from app.errors import Invalid
from app.safe_xml import read

Key = tuple[str, ...]
"""Which part it is: the same in every version of the file."""
Canonical = tuple[Any, ...]
"""Own content in one way of writing it, so that what only looks different is equal."""

MAX_ELEMENTS = 150_000
"""In one file: each is kept with its place, in up to four versions at a time."""

_TAG = re.compile(rb"""<(?:[^"'>]|"[^"]*"|'[^']*')*>""")
_XSI_TYPE = "{http://www.w3.org/2001/XMLSchema-instance}type"


@dataclass(slots=True)
class Node:
    """An element as it was written: `start` to `end`, its content from `inner` to `close`, in bytes."""

    name: str
    space: str
    attributes: dict[str, str]
    """By name, with `{namespace}` before it where it has one; without the declarations of namespaces."""
    prefixes: Mapping[str, str]
    raw_name: str
    start: int
    inner: int
    close: int = 0
    end: int = 0
    text: str = ""
    children: list["Node"] = field(default_factory=list)

    @property
    def id(self) -> str:
        return self.attributes.get("id", "")

    def child(self, name: str) -> "Node | None":
        return next((one for one in self.children if one.name == name), None)


@dataclass(slots=True)
class Item:
    """What stands in a part: a part, or text of its own. `lead` is the white space and comment before it."""

    lead: bytes
    text: bytes = b""
    part: "Part | None" = None
    name: str = ""


@dataclass(slots=True)
class Part:
    """`open` and `close` are its tags; an element that closes itself has an empty `close`."""

    key: Key
    node: Node
    open: bytes
    close: bytes
    items: list[Item]
    own: Canonical
    parent: "Part | None" = None

    @property
    def parts(self) -> "list[Part]":
        return [item.part for item in self.items if item.part is not None]

    def all(self) -> "Iterator[Part]":
        """This part and all within, in the order of the file."""
        yield self
        for part in self.parts:
            yield from part.all()


@dataclass(slots=True)
class Document:
    """A file: what stands before the root, the root, and what stands behind it."""

    before: bytes
    root: Part
    after: bytes
    parts: dict[Key, Part]


KeyOf = Callable[[Node, "Part | None", int], Key | None]
"""The key of an element in this part, as its so-manieth child; None for own content."""


def document(content: bytes, key_of: KeyOf, ignored: "Ignored") -> Document:
    """Raises Invalid for what is not XML, or has two parts with one key."""
    content = _utf8(content)
    root = _nodes(content)
    found: dict[Key, Part] = {}
    top = _part(content, root, None, 0, key_of, ignored, found)
    return Document(content[: root.start], top, content[root.end :], found)


def _utf8(content: bytes) -> bytes:
    root = read(content)
    encoding = (root.getroottree().docinfo.encoding or "UTF-8").upper()
    if encoding in ("UTF-8", "ASCII", "US-ASCII"):
        return content.removeprefix(b"\xef\xbb\xbf")
    return bytes(etree.tostring(root, encoding="UTF-8", xml_declaration=True))


def _nodes(content: bytes) -> Node:
    """Every element with its place in the file."""
    parser = expat.ParserCreate()
    parser.ordered_attributes = True
    parser.buffer_text = True
    around: list[Node] = []
    roots: list[Node] = []
    places = count(1)

    def start(raw_name: str, listed: list[str]) -> None:
        if next(places) > MAX_ELEMENTS:
            raise Invalid("Dit bestand heeft te veel onderdelen.")
        raw = dict(zip(listed[::2], listed[1::2], strict=True))
        at = parser.CurrentByteIndex
        prefixes = around[-1].prefixes if around else {"xml": "http://www.w3.org/XML/1998/namespace"}
        declared = {_declared(name): value for name, value in raw.items() if _declared(name) is not None}
        if declared:
            prefixes = {**prefixes, **{str(name): value for name, value in declared.items()}}
        prefix, _, local = raw_name.rpartition(":")
        tag = _TAG.match(content, at)
        node = Node(
            name=local,
            space=prefixes.get(prefix, ""),
            attributes={
                _expanded(name, prefixes): _value(_expanded(name, prefixes), value, prefixes)
                for name, value in raw.items()
                if _declared(name) is None
            },
            prefixes=prefixes,
            raw_name=raw_name,
            start=at,
            inner=at if tag is None else tag.end(),
        )
        (around[-1].children if around else roots).append(node)
        around.append(node)

    def end(raw_name: str) -> None:
        node, at = around.pop(), parser.CurrentByteIndex
        if content.endswith(b"/>", node.start, node.inner):
            node.close = node.end = node.inner
        else:
            tag = _TAG.match(content, at)
            node.close, node.end = at, at if tag is None else tag.end()

    def text(data: str) -> None:
        if around:
            around[-1].text += data

    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = start, end, text
    try:
        parser.Parse(content, True)
    except expat.ExpatError as error:
        raise Invalid(f"Dit is geen geldige XML: {error}.") from error
    return roots[0]


def _declared(name: str) -> str | None:
    """The prefix that this attribute declares; None for any other attribute."""
    if name == "xmlns":
        return ""
    return name[6:] if name.startswith("xmlns:") else None


def _expanded(name: str, prefixes: Mapping[str, str]) -> str:
    prefix, colon, local = name.partition(":")
    return f"{{{prefixes.get(prefix, prefix)}}}{local}" if colon else name


def _value(name: str, value: str, prefixes: Mapping[str, str]) -> str:
    if name != _XSI_TYPE:
        return value
    prefix, _, local = value.rpartition(":")
    return f"{{{prefixes.get(prefix, '')}}}{local}"


@dataclass(frozen=True, slots=True)
class Ignored:
    """What says nothing in this format.

    `attributes` of any element; `of_root` of the root element; `unordered` are elements whose children may
    stand in any order; `numbers` are names of attributes whose value is rounded to whole points of a drawing.
    """

    attributes: frozenset[str] = frozenset()
    of_root: frozenset[str] = frozenset()
    unordered: frozenset[str] = frozenset()
    numbers: frozenset[str] = frozenset()


def _part(
    content: bytes,
    node: Node,
    parent: Part | None,
    place: int,
    key_of: KeyOf,
    ignored: Ignored,
    found: dict[Key, Part],
) -> Part:
    key = key_of(node, parent, place) or ("root",)
    if key in found:
        raise Invalid(f"De id '{key[-1]}' komt twee keer voor.")
    part = Part(key, node, content[node.start : node.inner], content[node.close : node.end], [], (), parent)
    found[key] = part
    at, mine = node.inner, []
    for number, child in enumerate(node.children):
        lead = content[at : child.start]
        at = child.end
        if key_of(child, part, number) is None:
            mine.append(child)
            part.items.append(Item(lead, content[child.start : child.end], None, child.name))
        else:
            inner = _part(content, child, part, number, key_of, ignored, found)
            part.items.append(Item(lead, b"", inner, child.name))
    part.close = content[at : node.close] + part.close
    dropped = ignored.of_root if parent is None else frozenset()
    part.own = _canonical(node, mine, ignored, dropped | {"id"})
    return part


def _canonical(
    node: Node, children: list[Node], ignored: Ignored, dropped: frozenset[str] = frozenset()
) -> Canonical:
    attributes = sorted(
        (name, _rounded(value) if name in ignored.numbers else value)
        for name, value in node.attributes.items()
        if name not in ignored.attributes and name not in dropped
    )
    inner = [_canonical(child, child.children, ignored, frozenset({"id"})) for child in children]
    if node.name in ignored.unordered:
        inner.sort(key=repr)
    text = " ".join(node.text.split()) if node.children else node.text.strip()
    return (node.space, node.name, tuple(attributes), text, tuple(inner))


def _rounded(value: str) -> str:
    try:
        return str(round(float(value)))
    except (ValueError, OverflowError):
        return value
