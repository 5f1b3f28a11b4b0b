"""Merging forms: JSON, field by field; the order of fields, their rows and their content each by itself."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from app import forms
from app.checks.compare.form_text import Field, read
from app.checks.compare.forms import NOISE
from app.checks.merge.vanished import asks_for_what_is_gone

_INDENT = re.compile(rb"\n([ \t]+)\"")
_LAYOUT = "layout"
_ABSENT: Any = object()


@dataclass(slots=True)
class _Version:
    """A form: its fields by id, its own settings, and by container the ids in it in order."""

    content: bytes
    data: dict[str, Any]
    fields: dict[str, Field]
    order: dict[str, list[str]]

    @classmethod
    def of(cls, content: bytes) -> "_Version":
        data, fields = read(content)
        order: dict[str, list[str]] = {"": []}
        for field in fields.values():
            order.setdefault(field.parent, []).append(field.id)
        return cls(content, data, fields, order)

    def settings(self) -> dict[str, Any]:
        return {key: value for key, value in self.data.items() if key not in NOISE}

    def own(self, id: str) -> Any:
        """All that a field says, without what stands in it and where it stands."""
        raw = self.fields[id].raw
        return {key: value for key, value in raw.items() if key not in ("components", _LAYOUT)}


def merge(base: bytes, mine: bytes, theirs: bytes) -> tuple[bytes | None, set[str]]:
    """The file, or the ids of the fields that clash (empty text: the form itself). Raises Invalid."""
    merging = _Merging(*(_Version.of(one) for one in (base, mine, theirs)))
    merging.decide()
    if merging.clashes:
        return None, merging.clashes
    content = merging.content()
    clashes = set(merging.doubtful(content))
    return (None, clashes) if clashes else (content, set())


class _Merging:
    def __init__(self, base: _Version, mine: _Version, theirs: _Version) -> None:
        self.base, self.mine, self.theirs = base, mine, theirs
        self.versions = (base, mine, theirs)
        self.clashes: set[str] = set()
        self.own: dict[str, dict[str, Any]] = {}
        self.parent: dict[str, str] = {}
        self.settings: dict[str, Any] = {}

    def decide(self) -> None:
        for key in {key: None for one in (self.mine, self.theirs, self.base) for key in one.settings()}:
            value = self._pick("", *(one.settings().get(key, _ABSENT) for one in self.versions))
            if value is not _ABSENT:
                self.settings[key] = value
        for id in {id: None for one in (self.mine, self.theirs, self.base) for id in one.fields}:
            self._field(id)
        self.clashes |= {parent for parent in self.parent.values() if parent and parent not in self.parent}
        self.order = {parent: self._order(parent) for parent in {"", *self.parent.values()}}

    def _pick(self, id: str, was: Any, mine: Any, theirs: Any) -> Any:
        if _same(mine, theirs) or _same(theirs, was):
            return mine
        if not _same(mine, was):
            self.clashes.add(id)
        return theirs

    def _field(self, id: str) -> None:
        there = [id in one.fields for one in self.versions]
        if there[0] and not (there[1] and there[2]):
            for here in (self.mine, self.theirs):
                if id in here.fields and self._changed(here, id):
                    self.clashes.add(id)
            return
        owns = [one.own(id) if id in one.fields else _ABSENT for one in self.versions]
        own = dict(self._pick(id, *owns))
        layouts = [
            one.fields[id].raw.get(_LAYOUT, _ABSENT) if id in one.fields else _ABSENT for one in self.versions
        ]
        layout = self._pick(id, *layouts)
        if layout is not _ABSENT:
            own[_LAYOUT] = layout
        self.own[id] = own
        parents = [one.fields[id].parent if id in one.fields else _ABSENT for one in self.versions]
        self.parent[id] = self._pick(id, *parents)

    def _changed(self, here: _Version, id: str) -> bool:
        """Whether it is otherwise than in the base, or stands elsewhere, or got something in it."""
        if (
            not _same(here.own(id), self.base.own(id))
            or here.fields[id].parent != self.base.fields[id].parent
        ):
            return True
        return any(one not in self.base.fields for one in here.order.get(id, ()))

    def _order(self, parent: str) -> list[str]:
        """The later order of what both know, with what is new behind what it stands behind."""
        here = [
            [id for id in one.order.get(parent, ()) if self.parent.get(id) == parent] for one in self.versions
        ]
        common = set(here[0]) & set(here[1]) & set(here[2])
        was, mine, theirs = ([id for id in ids if id in common] for ids in here)
        found = self._pick(parent, was, mine, theirs) if common else []
        found = list(found)
        # Sorted, so that it comes out the same whoever merges; what follows a new field stays behind it.
        groups = [(before, ids) for ids in here[1:] for before, ids in _new(ids, common)]
        for before, ids in sorted(groups, key=lambda group: group[1], reverse=True):
            fresh = [id for id in ids if id not in found]
            at = found.index(before) + 1 if before is not None else 0
            found[at:at] = fresh
        return found

    def content(self) -> bytes:
        """In the way of writing of the one who merges."""
        data: dict[str, Any] = {}
        for key, value in self.mine.data.items():
            if key == "components":
                data[key] = self._components("")
            elif key in NOISE:
                data[key] = value
            elif key in self.settings:
                data[key] = self.settings[key]
        data |= {key: value for key, value in self.settings.items() if key not in data}
        found = _INDENT.search(self.mine.content)
        indent = None if found is None else found[1].decode()
        text = json.dumps(data, indent=indent, ensure_ascii=False)
        return text.encode() + self.mine.content[len(self.mine.content.rstrip()) :]

    def _components(self, parent: str) -> list[dict[str, Any]]:
        return [self._component(id) for id in self.order.get(parent, ())]

    def _component(self, id: str) -> dict[str, Any]:
        """With its keys in the order in which they were written."""
        own = self.own[id]
        version = self.mine if id in self.mine.fields else self.theirs
        keys = [key for key in version.fields[id].raw if key in own or key == "components"]
        keys += [key for key in own if key not in keys]
        return {key: self._components(id) if key == "components" else own[key] for key in keys}

    def doubtful(self, content: bytes) -> Iterator[str]:
        """Fields that are not what either side meant, that clash by name, or ask for what is gone."""
        result = _Version.of(content)
        yield from (id for id in {**self.own, **result.fields} if not self._as_meant(result, id))
        before = {
            str(one)
            for version in (self.mine, self.theirs)
            for one in forms.parse(version.content, file="")[1]
        }
        for problem in forms.parse(content, file="")[1]:
            if str(problem) not in before:
                yield _with_key(result, problem.element_id)
        names = [
            {one.path.rpartition(".")[2] for one in version.fields.values()}
            for version in (self.base, result)
        ]
        yield from asks_for_what_is_gone(names[0], names[1], self._texts())

    def _as_meant(self, result: _Version, id: str) -> bool:
        found = result.fields.get(id)
        if found is None or id not in self.own or found.parent != self.parent[id]:
            return False
        return _same({key: value for key, value in found.raw.items() if key != "components"}, self.own[id])

    def _texts(self) -> Mapping[str, tuple[str, str]]:
        return {
            id: (_asked(own), _asked(self.base.own(id)) if id in self.base.fields else "")
            for id, own in self.own.items()
        }


def _asked(own: Mapping[str, Any]) -> str:
    """What a field asks of other answers: its expressions and the texts with expressions in them."""
    inner = [own.get(group) for group in ("conditional", "properties")]
    texts = [value for one in inner if isinstance(one, dict) for value in one.values()]
    texts += [own.get(key) for key in ("valuesExpression", "expression", "dataSource", "columnsExpression")]
    texts += [
        text for key in ("label", "description", "text", "content") if "{{" in (text := str(own.get(key, "")))
    ]
    return " ".join(str(text) for text in texts if text)


def _new(ids: list[str], common: set[str]) -> Iterator[tuple[str | None, list[str]]]:
    """What only one side has, in groups, each with what it stands behind."""
    before: str | None = None
    group: list[str] = []
    for id in ids:
        if id in common:
            if group:
                yield before, group
            before, group = id, []
        else:
            group.append(id)
    if group:
        yield before, group


def _same(one: Any, other: Any) -> bool:
    """Equal as JSON: `true` is no 1."""
    if one is _ABSENT or other is _ABSENT:
        return one is other
    return json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)


def _with_key(version: _Version, key: str | None) -> str:
    return next((id for id, field in version.fields.items() if field.raw.get("key") == key), "")
