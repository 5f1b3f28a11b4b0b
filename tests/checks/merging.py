"""What the tests of merging ask of what comes out."""

import json

from app import decisions, forms
from app.checks import bpmn_parts, dmn_parts
from app.checks.merge import Merged, merge
from app.checks.xml_parts import Document
from app.engine import reader


def meaning(name: str, content: bytes) -> object:
    """What a file says, whatever it looks like."""
    if name.endswith(".form"):
        return json.loads(content)
    document: Document = (bpmn_parts if name.endswith(".bpmn") else dmn_parts).read(content)
    return {
        key: (part.own, None if part.parent is None else part.parent.key)
        for key, part in document.parts.items()
    }


def problems(name: str, content: bytes) -> list[str]:
    if name.endswith(".form"):
        return list(map(str, forms.parse(content, file=name)[1]))
    if name.endswith(".dmn"):
        return list(map(str, decisions.parse_all({name: content})[1]))
    return list(map(str, reader.processes(content, file=name)[1]))


def clean(merged: Merged) -> bytes:
    assert merged.conflicts == ()
    assert merged.content is not None
    return merged.content


def clash(name: str, base: bytes, mine: bytes, theirs: bytes) -> dict[str, tuple[str, str, str]]:
    merged = merge(name, base, mine, theirs)
    assert merged.content is None
    return {one.element: (one.name, one.mine, one.theirs) for one in merged.conflicts}
