"""Two versions of a decision table: which rule is which, what changed in it, and both drawn as one."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from app.checks.compare import model
from app.checks.compare.model import Change, TableDrawing
from app.checks.compare.order import merged, moved
from app.checks.compare.table_text import Column, Rule, Table
from app.checks.compare.words import MAX_SHOWN_CHARS, normal, now_was, quoted

MAX_ALIGNED = 1_000_000
"""Pairs of rules without ids that are held beside each other; of more only equal ones are found."""
ORDERED = ("FIRST", "RULE ORDER")
"""The hit policies for which the order of the rules says something."""
POLICIES = {
    "UNIQUE": "er geldt hoogstens één regel",
    "FIRST": "de eerste regel die geldt telt",
    "ANY": "alle regels die gelden moeten hetzelfde zeggen",
    "PRIORITY": "de belangrijkste uitkomst telt",
    "COLLECT": "alle uitkomsten worden verzameld",
    "RULE ORDER": "alle uitkomsten, in de volgorde van de regels",
    "OUTPUT ORDER": "alle uitkomsten, de belangrijkste eerst",
}


@dataclass(frozen=True, slots=True)
class Rules:
    """Ids and numbers before -> after: `columns` and `rules`; a rule that is new or gone is not in them."""

    before_id: str
    after_id: str
    before: Table
    after: Table
    columns: Mapping[str, str]
    rules: Mapping[int, int]

    @classmethod
    def of(cls, before_id: str, after_id: str, before: Table | None, after: Table | None) -> "Rules | None":
        """None where one of them is no table."""
        if before is None or after is None:
            return None
        columns = _columns(before.columns, after.columns)
        return cls(before_id, after_id, before, after, columns, _same_rules(before, after, columns))

    def different(self) -> bool:
        return any(True for _ in self.changes())

    def changes(self) -> Iterator[Change]:
        yield from self._table()
        yield from self._all_columns()
        yield from self._all_rules()

    def _change(
        self,
        kind: model.Kind,
        about: str,
        text: str,
        ids: tuple[str | None, str | None],
        was: str = "",
        now: str = "",
    ) -> Change:
        return Change(kind, about, text, ids[0], ids[1], was, now)

    def _table(self) -> Iterator[Change]:
        ids = (self.before_id, self.after_id)
        policies = _policy(self.before), _policy(self.after)
        if policies[0] != policies[1]:
            text = f"Hoe regels samen tellen is nu {_in_words(self.after)}, was {_in_words(self.before)}."
            yield self._change("changed", "policy", text, ids, *policies)

    def _all_columns(self) -> Iterator[Change]:
        ids = (self.before_id, self.after_id)
        old = {one.id: one for one in self.before.columns}
        new = {one.id: one for one in self.after.columns}
        for id, column in old.items():
            if id not in self.columns:
                text = f"De kolom {quoted(column.label)} is vervallen."
                yield self._change("removed", "column", text, ids)
            else:
                for about, text, was, now in _column(column, new[self.columns[id]]):
                    yield self._change("changed", about, text, ids, was, now)
        for id, column in new.items():
            if id not in self.columns.values():
                kind = {"in": "voorwaarde", "out": "uitkomst", "note": "toelichting"}[column.kind]
                text = f"Er is een kolom bijgekomen: {quoted(column.label)} ({kind})."
                yield self._change("added", "column", text, ids)
        order = [self.columns[one] for one in old if one in self.columns]
        if order != [one for one in new if one in order]:
            yield self._change("moved", "column", "De kolommen staan in een andere volgorde.", ids)

    def _all_rules(self) -> Iterator[Change]:
        elsewhere = _moved(self.rules)
        for rule in self.before.rules:
            if rule.number not in self.rules:
                text = f"Regel {rule.number} is vervallen: {_said(rule, self.before)}."
                yield self._change("removed", "rule", text, (rule.id or None, None))
        back = {now: was for was, now in self.rules.items()}
        for rule in self.after.rules:
            was_number = back.get(rule.number)
            if was_number is None:
                text = f"Regel {rule.number} is nieuw: {_said(rule, self.after)}."
                yield self._change("added", "rule", text, (None, rule.id or None))
                continue
            was = self.before.rules[was_number - 1]
            ids = (was.id or None, rule.id or None)
            if was_number in elsewhere:
                matters = "" if self.after.policy in ORDERED else " Voor de uitkomst maakt dat niet uit."
                text = f"Regel {rule.number} stond eerst op plaats {was_number}.{matters}"
                yield self._change("moved", "rule", text, ids)
            yield from self._cells(was, rule, ids)

    def _cells(self, was: Rule, now: Rule, ids: tuple[str | None, str | None]) -> Iterator[Change]:
        for column in self.after.columns:
            old = self._before_cell(was, column)
            new = now.cells.get(column.id, "")
            if old is None or normal(old) == normal(new):
                continue
            said = [quoted(one) if column.kind == "note" and one else _cell(one) for one in (old, new)]
            told = f"was {said[0]}, nu {said[1]}"
            if max(len(old), len(new)) > MAX_SHOWN_CHARS:
                told = now_was(old, new)
            text = f"Regel {now.number}: {column.label} {told}."
            yield self._change("changed", "cell", text, ids, old, new)

    def _before_cell(self, was: Rule, column: Column) -> str | None:
        """None where the column was not there."""
        back = {now: before for before, now in self.columns.items()}
        return None if column.id not in back else was.cells.get(back[column.id], "")

    def drawing(self) -> TableDrawing:
        """The later version, with what is gone put where it stood."""
        columns = self._drawn_columns()
        old = {one.id: one for one in self.before.columns}
        new = {one.id: one for one in self.after.columns}
        shown = tuple(_drawn_column(old.get(was), new.get(now)) for was, now in columns)
        policies = _policy(self.before), _policy(self.after)
        policy = model.Cell(policies[1], policies[0] if policies[0] != policies[1] else None)
        return TableDrawing(policy, shown, tuple(self._drawn_rules(columns)))

    def _drawn_columns(self) -> list[tuple[str, str]]:
        """(id before, id after), empty where it is not there, by kind."""
        ids = [one.id for one in self.before.columns], [one.id for one in self.after.columns]
        kept = [(was or "", now or "") for was, now in merged(*ids, self.columns)]
        kinds = {one.id: one.kind for one in (*self.before.columns, *self.after.columns)}
        return sorted(kept, key=lambda pair: ("in", "out", "note").index(kinds[pair[1] or pair[0]]))

    def _drawn_rules(self, columns: Sequence[tuple[str, str]]) -> Iterator[model.Row]:
        elsewhere = _moved(self.rules)
        numbers = [rule.number for rule in self.before.rules], [rule.number for rule in self.after.rules]
        for was_number, number in merged(*numbers, self.rules):
            was = None if was_number is None else self.before.rules[was_number - 1]
            now = None if number is None else self.after.rules[number - 1]
            cells = tuple(_drawn_cell(was, now, pair) for pair in columns)
            yield model.Row(
                id=(now.id if now is not None else was.id if was is not None else ""),
                state=_row_state(was, now, cells, elsewhere),
                was=was_number,
                now=number,
                cells=cells,
            )


def _row_state(
    was: Rule | None, now: Rule | None, cells: tuple[model.Cell, ...], elsewhere: set[int]
) -> Literal["added", "removed", "changed", "moved", "same"]:
    if was is None or now is None:
        return "added" if was is None else "removed"
    if any(cell.was is not None for cell in cells):
        return "changed"
    return "moved" if was.number in elsewhere else "same"


def _drawn_column(was: Column | None, now: Column | None) -> model.Column:
    if was is None or now is None:
        one = now or was
        assert one is not None  # noqa: S101 - a column of at least one version
        return model.Column(one.kind, one.label, "added" if was is None else "removed")
    changed = list(_column(was, now))
    label = was.label if was.label != now.label else None
    return model.Column(now.kind, now.label, "changed" if changed else "same", label)


def _drawn_cell(was: Rule | None, now: Rule | None, ids: tuple[str, str]) -> model.Cell:
    old = "" if was is None else was.cells.get(ids[0], "")
    if now is None:
        return model.Cell(old)
    new = now.cells.get(ids[1], "")
    differs = was is not None and ids[0] and ids[1] and normal(old) != normal(new)
    return model.Cell(new if ids[1] else old, old if differs else None)


def _policy(table: Table) -> str:
    return f"{table.policy} {table.aggregation}".strip()


def _in_words(table: Table) -> str:
    words = POLICIES.get(table.policy)
    return _policy(table) + (f" ({words})" if words else "")


def _columns(before: Sequence[Column], after: Sequence[Column]) -> dict[str, str]:
    """By id; those that are left by what they say."""
    new = {one.id: one for one in after}
    same = {
        one.id: one.id
        for one in before
        if one.id in new and new[one.id].kind == one.kind and "#" not in one.id
    }
    for look in (lambda one: (one.kind, one.label, one.expression), lambda one: (one.kind, one.expression)):
        taken = set(same.values())
        left: dict[object, list[str]] = {}
        for one in after:
            if one.id not in taken:
                left.setdefault(look(one), []).append(one.id)
        for one in before:
            if one.id not in same and left.get(look(one)):
                same[one.id] = left[look(one)].pop(0)
    return same


def _same_rules(before: Table, after: Table, columns: Mapping[str, str]) -> dict[int, int]:
    """By id, else by content, else by their place between rules that are the same."""
    ids = {rule.id: rule.number for rule in after.rules if rule.id}
    same = {rule.number: ids[rule.id] for rule in before.rules if rule.id in ids}
    old = [rule for rule in before.rules if rule.number not in same]
    taken = set(same.values())
    new = [rule for rule in after.rules if rule.number not in taken]
    looks: list[list[object]] = [[_look(one, columns) for one in old], [_look(one, None) for one in new]]
    aligned = [] if len(old) * len(new) > MAX_ALIGNED else _aligned(*looks)
    for kind, a, b, c, d in aligned:
        without_ids = not any(rule.id for rule in (*old[a:b], *new[c:d]))
        if kind == "equal" or (kind == "replace" and without_ids and b - a == d - c):
            same.update(zip((one.number for one in old[a:b]), (one.number for one in new[c:d]), strict=True))
    left: dict[object, list[int]] = {}
    taken = set(same.values())
    for rule, look in zip(new, looks[1], strict=True):
        if rule.number not in taken:
            left.setdefault(look, []).append(rule.number)
    for rule, look in zip(old, looks[0], strict=True):
        if rule.number not in same and left.get(look):
            same[rule.number] = left[look].pop(0)
    return same


def _aligned(before: list[object], after: list[object]) -> Sequence[tuple[str, int, int, int, int]]:
    return SequenceMatcher(None, before, after, autojunk=False).get_opcodes()


def _look(rule: Rule, columns: Mapping[str, str] | None) -> tuple[tuple[str, str], ...]:
    cells = rule.cells.items()
    named = [(id if columns is None else columns.get(id, ""), normal(text)) for id, text in cells]
    return tuple(sorted(named))


def _moved(same: Mapping[int, int]) -> set[int]:
    """The rules (numbers before) that stand elsewhere among those that both versions have."""
    pairs = sorted(same.items())
    return {pairs[index][0] for index in moved([now for _, now in pairs])}


def _column(was: Column, now: Column) -> Iterator[tuple[str, str, str, str]]:
    """What is different in a column: about, sentence, was, now."""
    name = f"de kolom {quoted(now.label)}"
    if was.label != now.label:
        yield "column", f"De kolom {quoted(was.label)} heet nu {quoted(now.label)}.", was.label, now.label
    if normal(was.expression) != normal(now.expression):
        what = "Wat wordt gevraagd in" if now.kind == "in" else "De naam van de uitkomst in"
        text = f"{what} {name} is {now_was(was.expression, now.expression)}."
        yield "column", text, was.expression, now.expression
    for what, before, after in (
        ("Het soort waarde in", was.type, now.type),
        ("De mogelijke waarden in", was.allowed, now.allowed),
        ("Wat geldt als geen regel past in", was.default, now.default),
    ):
        if normal(before) != normal(after):
            yield "column", f"{what} {name}: {now_was(before, after)}.", before, after


def _said(rule: Rule, table: Table) -> str:
    """`als Leeftijd < 18 en Huis "arnhem", dan Route "jeugd"`"""
    conditions = [
        f"{one.label} {_cell(rule.cells.get(one.id, ''))}"
        for one in table.columns
        if one.kind == "in" and rule.cells.get(one.id, "") not in ("", "-")
    ]
    results = [
        f"{one.label} {_cell(rule.cells.get(one.id, ''))}" for one in table.columns if one.kind == "out"
    ]
    when = f"als {' en '.join(conditions)}, dan" if conditions else "altijd"
    return f"{when} {' en '.join(results)}"


def _cell(text: str) -> str:
    return " ".join(text.split()) or "leeg"
