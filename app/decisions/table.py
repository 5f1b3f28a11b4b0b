"""Evaluating a decision table: which rules hit, what the hit policy makes of them (DMN 1.3, 8.2.10)."""

from collections.abc import Callable, Mapping
from typing import Any

from app import feel
from app.decisions.errors import DecisionError
from app.decisions.index import finder
from app.decisions.model import Fired, Rule, Table
from app.feel import limits, values
from app.feel.scope import Scope
from app.feel.text import text_of

Rows = Mapping[int, dict[str, Any]]
"""The outputs by name of each rule that hits, by the place of the rule."""


def runner(table: Table, *, id: str, name: str) -> Callable[[Scope], Any]:
    """The table as a function of a scope; it leaves a `Fired` in the notes. Raises DecisionError."""

    find = finder(table)
    cost = len(table.rules) * (len(table.inputs) + len(table.outputs)) + 1

    def run(scope: Scope) -> Any:
        limits.spend(cost)
        asked = [one.expression.run(scope) for one in table.inputs]
        _refuse_unlisted(table, asked, scope, name)
        hits = find(asked, scope)
        rows = {place: _row(table, table.rules[place], scope) for place in hits}
        chosen = _choose(table, rows, scope, name)
        value = _result(table, [rows[place] for place in chosen]) if hits else _default(table, scope)
        if scope.evaluation.notes is not None:
            scope.evaluation.notes.append(_fired(table, id, name, asked, chosen, value))
        return value

    return run


def _refuse_unlisted(table: Table, asked: list[Any], scope: Scope, name: str) -> None:
    for one, value in zip(table.inputs, asked, strict=True):
        if one.allowed is not None and value is not None and one.allowed.check(value, scope) is not True:
            raise DecisionError(
                f"In de tabel '{name}' kan '{one.label}' niet {shown(value)} zijn; "
                f"toegestaan is {one.allowed.text}."
            )


def shown(value: Any) -> str:
    """A value as a person would write it in FEEL, not too long."""
    text = f'"{value}"' if type(value) is str else text_of(value)
    return text if len(text) <= 60 else text[:59] + "…"


def _row(table: Table, rule: Rule, scope: Scope) -> dict[str, Any]:
    return {one.name: cell.run(scope) for one, cell in zip(table.outputs, rule.outputs, strict=True)}


def _choose(table: Table, rows: Rows, scope: Scope, name: str) -> list[int]:
    """The places of the rules whose outputs count, in their order."""
    policy = table.hit_policy
    if policy == "UNIQUE" and len(rows) > 1:
        numbers = " en ".join(str(place + 1) for place in rows)
        raise DecisionError(f"In de tabel '{name}' gelden de regels {numbers} tegelijk, en dat mag niet.")
    if policy == "ANY" and _differ(list(rows.values())):
        raise DecisionError(f"In de tabel '{name}' gelden regels die elkaar tegenspreken.")
    if policy in ("PRIORITY", "OUTPUT ORDER"):
        ordered = _ordered(table, rows, scope)
        return ordered[:1] if policy == "PRIORITY" else ordered
    return list(rows)[:1] if policy == "FIRST" else list(rows)


def _differ(rows: list[dict[str, Any]]) -> bool:
    return any(values.equal(row, rows[0]) is not True for row in rows[1:])


def _ordered(table: Table, rows: Rows, scope: Scope) -> list[int]:
    """The hits by the order of the output values, the best first."""
    orders = [(one.name, [v for listed in one.values for v in listed.run(scope)]) for one in table.outputs]

    def rank(place: int) -> list[int]:
        return [_place_in(order, rows[place][name]) for name, order in orders]

    return sorted(rows, key=lambda place: (rank(place), place))


def _place_in(order: list[Any], value: Any) -> int:
    return next((at for at, one in enumerate(order) if values.equal(one, value) is True), len(order))


def _result(table: Table, rows: list[dict[str, Any]]) -> Any:
    found = [row if len(table.outputs) > 1 else next(iter(row.values())) for row in rows]
    if table.hit_policy == "COLLECT" and table.aggregation:
        return _aggregate(table.aggregation, found)
    if table.hit_policy in ("COLLECT", "RULE ORDER", "OUTPUT ORDER"):
        return found
    return found[0]


def _default(table: Table, scope: Scope) -> Any:
    if table.hit_policy == "COLLECT" and table.aggregation == "COUNT":
        return 0
    if all(one.default is None for one in table.outputs):
        lists = table.hit_policy in ("COLLECT", "RULE ORDER", "OUTPUT ORDER") and not table.aggregation
        return [] if lists else None
    row = {one.name: None if one.default is None else one.default.run(scope) for one in table.outputs}
    return row if len(table.outputs) > 1 else next(iter(row.values()))


_AGGREGATES = {kind: feel.compile(f"{kind.lower()}(found)") for kind in ("SUM", "MIN", "MAX")}


def _aggregate(kind: str, found: list[Any]) -> Any:
    return len(found) if kind == "COUNT" else _AGGREGATES[kind].evaluate({"found": found})


def _fired(table: Table, id: str, name: str, asked: list[Any], chosen: list[int], value: Any) -> Fired:
    rules = [table.rules[place] for place in chosen]
    return Fired(
        decision_id=id,
        decision_name=name,
        inputs={one.label: noted(value) for one, value in zip(table.inputs, asked, strict=True)},
        rules=tuple(place + 1 for place in chosen),
        rule_ids=tuple(rule.id for rule in rules),
        tests=tuple(tuple(test.text for test in rule.tests) for rule in rules),
        output=noted(value),
        annotations=tuple(text for rule in rules for text in rule.annotations if text),
    )


def noted(value: Any) -> Any:
    """A value as it can be kept; a range or function as its text."""
    try:
        return feel.to_variable(value)
    except feel.FeelValueError:
        return text_of(value)
