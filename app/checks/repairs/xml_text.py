"""An XML file as text with the places of its elements, so that a change leaves all else as it is."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.parsers import expat
from xml.sax.saxutils import escape

from app import safe_xml
from app.errors import Invalid

_ATTRIBUTE = re.compile(rb"\s([^\s=/>]+)\s*=\s*(\"[^\"]*\"|'[^']*')", re.DOTALL)


@dataclass(slots=True, eq=False)
class Node:
    """`start` to `end` in the bytes; at `inner` its start tag ends, and at `closing` its end tag begins."""

    name: str
    """Without its namespace."""
    prefix: str
    attributes: dict[str, str]
    start: int
    inner: int = 0
    closing: int = 0
    end: int = 0
    parent: "Node | None" = None
    children: list["Node"] = field(default_factory=list)
    empty: bool = False
    """Written as `<a/>`."""

    def walk(self) -> Iterator["Node"]:
        yield self
        for child in self.children:
            yield from child.walk()

    def child(self, name: str) -> "Node | None":
        return next((one for one in self.children if one.name == name), None)


class XmlText:
    """A file that is being changed. Nothing changes before `done`."""

    def __init__(self, content: bytes) -> None:
        safe_xml.read(content)
        try:
            content.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise Invalid("Dit bestand is niet in UTF-8 geschreven.") from error
        self.content = content
        self.root = _parse(content)
        self._edits: list[tuple[int, int, bytes]] = []
        self.ids = {node.attributes["id"]: node for node in self.root.walk() if node.attributes.get("id")}

    def node(self, element_id: str | None) -> Node:
        """The element with this id. Raises Invalid."""
        found = self.ids.get(element_id or "")
        if found is None:
            raise Invalid("Dit element staat niet in het bestand.", element=element_id)
        return found

    def new_id(self, stem: str) -> str:
        """An id that is not in use yet, and now is."""
        found, number = stem, 1
        while found in self.ids:
            number += 1
            found = f"{stem}_{number}"
        self.ids[found] = self.root
        return found

    # ── changing ──

    def replace(self, start: int, end: int, text: str) -> None:
        self._edits.append((start, end, text.encode()))

    def done(self) -> bytes:
        """The bytes with every change made."""
        made = self.content
        # From the back, so that places stay right; of two at one place the first asked for comes first.
        for _, (start, end, text) in sorted(
            enumerate(self._edits), key=lambda one: (one[1][0], one[0]), reverse=True
        ):
            made = made[:start] + text + made[end:]
        return made

    def set(self, node: Node, name: str, value: str) -> None:
        """Give an attribute a value; a new one comes last."""
        for match in _ATTRIBUTE.finditer(self.content, node.start, node.inner):
            if match.group(1).decode() == name:
                quote = match.group(2)[:1].decode()
                text = escape(value, {"'": "&apos;"} if quote == "'" else {'"': "&quot;"})
                self.replace(match.start(2), match.end(2), f"{quote}{text}{quote}")
                return
        place = node.inner - (2 if node.empty else 1)
        while self.content[place - 1 : place].isspace():
            place -= 1
        text = escape(value, {'"': "&quot;"})
        self.replace(place, place, f' {name}="{text}"')

    def unset(self, node: Node, name: str) -> None:
        for match in _ATTRIBUTE.finditer(self.content, node.start, node.inner):
            if match.group(1).decode() == name:
                self.replace(match.start(), match.end(), "")

    def set_text(self, node: Node, text: str) -> None:
        """Give an element a text instead of what stands in it."""
        self.replace(node.inner, node.closing, escape(text))

    def text(self, node: Node) -> str:
        """The text that stands in an element, without those of elements in it."""
        inner = safe_xml.read(b"<t>" + self.content[node.inner : node.closing] + b"</t>")
        return str(inner.text or "")

    def source(self, node: Node) -> str:
        """An element as it is written."""
        return self.content[node.start : node.end].decode()

    def remove(self, node: Node) -> None:
        """Take an element out, with the white space that put it on its line."""
        start, end = node.start, node.end
        while self.content[start - 1 : start] in (b" ", b"\t"):
            start -= 1
        if self.content[start - 1 : start] == b"\n":
            start -= 1
            start -= self.content[start - 1 : start] == b"\r"
        elif start != node.start:
            start = node.start
        self.replace(start, end, "")

    def append(self, node: Node, *texts: str) -> None:
        """Put elements in at the end of another, each on its own line where that is how it is written."""
        indent = self._indent(node)
        lines = "".join(indent + text.replace("\n", indent) for text in texts)
        if node.empty:
            opened = self.content[node.start : node.inner].decode().rstrip("/>").rstrip()
            name = f"{node.prefix}:{node.name}" if node.prefix else node.name
            self.replace(node.start, node.inner, f"{opened}>{lines}{self._outdent(node)}</{name}>")
            return
        place = node.children[-1].end if node.children else node.inner
        tail = "" if node.children else self._outdent(node)
        self.replace(place, place, lines + tail)

    def before(self, node: Node, *texts: str) -> None:
        """Put elements in right before another one."""
        line = self._line(node)
        self.replace(node.start, node.start, "".join(text.replace("\n", line) + line for text in texts))

    def after(self, node: Node, *texts: str) -> None:
        """Put elements in right behind another one."""
        line = self._line(node)
        self.replace(node.end, node.end, "".join(line + text.replace("\n", line) for text in texts))

    def _line(self, node: Node) -> str:
        """The line break and the indent that an element stands behind; nothing when it stands in a line."""
        start = node.start
        while self.content[start - 1 : start] in (b" ", b"\t"):
            start -= 1
        if self.content[start - 1 : start] != b"\n":
            return ""
        start -= 2 if self.content[start - 2 : start - 1] == b"\r" else 1
        return self.content[start : node.start].decode()

    def _indent(self, node: Node) -> str:
        if node.children:
            return self._line(node.children[-1])
        line = self._line(node)
        return f"{line}  " if line else ""

    def _outdent(self, node: Node) -> str:
        return self._line(node)


def _parse(content: bytes) -> Node:
    parser = expat.ParserCreate()
    stack: list[Node] = []
    roots: list[Node] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        prefix, _, local = name.rpartition(":")
        at = parser.CurrentByteIndex
        inner = _tag_end(content, at)
        node = Node(local, prefix, attributes, at, inner, parent=stack[-1] if stack else None)
        node.empty = content[inner - 2 : inner] == b"/>"
        (stack[-1].children if stack else roots).append(node)
        stack.append(node)

    def end(name: str) -> None:
        node = stack.pop()
        if node.empty:
            node.closing = node.end = node.inner
        else:
            node.closing = parser.CurrentByteIndex
            node.end = content.index(b">", node.closing) + 1

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.Parse(content, True)
    return roots[0]


def _tag_end(content: bytes, at: int) -> int:
    """Behind the `>` of the tag that begins here; one in an attribute does not count."""
    quote = b""
    while True:
        one = content[at : at + 1]
        at += 1
        if quote:
            quote = b"" if one == quote else quote
        elif one in (b'"', b"'"):
            quote = one
        elif one == b">" or not one:
            return at
