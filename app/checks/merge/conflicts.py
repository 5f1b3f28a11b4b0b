"""What clashed, in words: the element, what the one did with it and what the other did."""

from collections.abc import Iterable, Mapping

from app.checks import dmn_parts
from app.checks.compare import form_text, forms, side
from app.checks.compare.files import compare_files
from app.checks.compare.model import Change
from app.checks.compare.words import capital, quoted
from app.checks.merge.model import Conflict
from app.errors import Invalid

MAX_SENTENCES = 3


def conflicts(name: str, base: bytes, mine: bytes, theirs: bytes, elements: set[str]) -> tuple[Conflict, ...]:
    """One conflict an element, with the sentences of a comparison."""
    told = [compare_files(name, name, {name: base}, {name: one}).changes for one in (mine, theirs)]
    names: dict[str, str] = {}
    near: dict[str, set[str]] = {}
    for content in (theirs, mine, base):
        found, around = _known(name, content)
        names |= found
        for element, ids in around.items():
            near.setdefault(element, set()).update(ids)
    return tuple(
        Conflict(
            element,
            names.get(element, name),
            *(_said(changes, element, near.get(element, set())) for changes in told),
        )
        for element in sorted(elements)
    )


def whole_file(name: str, why: str) -> Conflict:
    """A file that cannot be merged at all."""
    text = f"Dit bestand kan niet worden samengevoegd. {why}".strip()
    return Conflict("", name, text, text)


def _said(changes: Iterable[Change], element: str, near: set[str]) -> str:
    """What is told of the element; where that is nothing, of what hangs on it or stands in it."""
    listed = list(changes)
    own = [one.sentence for one in listed if element in (one.before, one.after)]
    sentences = list(dict.fromkeys(own or [one.sentence for one in listed if one.element in near]))
    more = len(sentences) - MAX_SENTENCES
    rest = f" En nog {more} {'verandering' if more == 1 else 'veranderingen'}." if more > 0 else ""
    return " ".join(sentences[:MAX_SENTENCES]) + rest or "Dit hangt samen met een andere verandering."


_Known = tuple[dict[str, str], Mapping[str, set[str]]]
"""Names by id; and of each id those that hang on it or stand in it."""


def _known(name: str, content: bytes) -> _Known:
    """Nothing of a file that can be merged, but that has a fault in it."""
    try:
        if name.endswith(".bpmn"):
            return _of_diagram(name, content)
        return _of_table(content) if name.endswith(".dmn") else _of_form(content)
    except Invalid:
        return {}, {}


def _of_diagram(name: str, content: bytes) -> _Known:
    found = side.read(content, name)
    names = {key[1]: capital(found.called(key[1])) for key in found.document.parts if key[0] == "id"}
    near: dict[str, set[str]] = {}
    for flow in found.flows.values():
        near.setdefault(flow.source, set()).add(flow.id)
        near.setdefault(flow.target, set()).add(flow.id)
    for element in found.elements.values():
        near.setdefault(element.scope_id, set()).add(element.id)
        near.setdefault(element.attached_to or "", set()).add(element.id)
    return names, near


def _of_table(content: bytes) -> _Known:
    document = dmn_parts.read(content)
    names: dict[str, str] = {}
    near: dict[str, set[str]] = {}
    numbers: dict[str, int] = {}
    for key, part in document.parts.items():
        if key[0] == "id":
            names[key[1]] = capital(part.node.attributes.get("name", key[1]))
        elif key[0] == "rule":
            numbers[key[1]] = numbers.get(key[1], 0) + 1
            names[key[2]] = f"Regel {numbers[key[1]]} van {quoted(names.get(key[1], key[1]))}"
            near.setdefault(key[1], set()).add(key[2])
    return names, near


def _of_form(content: bytes) -> _Known:
    _, fields = form_text.read(content)
    near: dict[str, set[str]] = {}
    for field in fields.values():
        near.setdefault(field.parent, set()).add(field.id)
    return {id: capital(forms.called(field)) for id, field in fields.items()}, near
