"""Small questions to the XML of a DMN file, whatever its version and prefix."""

from collections.abc import Iterator
from typing import Any, TypeAlias

from lxml import etree

from app.errors import Invalid
from app.safe_xml import local, read

Node: TypeAlias = Any
"""An element of lxml, which has no types of its own."""


def root(content: bytes) -> Node:
    """The definitions element of a DMN file (1.1 to 1.5). Raises Invalid."""
    found = read(content)
    if local(found) != "definitions" or "/DMN/" not in (etree.QName(found).namespace or ""):
        raise Invalid("Dit bestand bevat geen DMN-model.")
    return found


def children(node: Node | None, *names: str) -> Iterator[Node]:
    """The elements right below, in this or any namespace."""
    inside = () if node is None else node
    return (one for one in inside if isinstance(one.tag, str) and local(one) in names)


def child(node: Node | None, *names: str) -> Node | None:
    return next(children(node, *names), None)


def text(node: Node | None) -> str:
    """The content of the `text` element inside."""
    inner = child(node, "text")
    return "" if inner is None else (inner.text or "").strip()


def content(node: Node | None) -> str:
    return "" if node is None else (node.text or "").strip()


def name(node: Node) -> str:
    return " ".join((node.get("name") or "").split())


def id_near(node: Node) -> str | None:
    """The id of this element, or of the nearest one around it."""
    around: Node | None = node
    while around is not None and not around.get("id"):
        around = around.getparent()
    return None if around is None else around.get("id")


def everything(node: Node, *names: str) -> Iterator[Node]:
    """All elements of these names, at any depth."""
    return (one for one in node.iter() if isinstance(one.tag, str) and local(one) in names)


def local_name(node: Node) -> str:
    return local(node)
