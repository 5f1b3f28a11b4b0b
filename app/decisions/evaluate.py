"""Asking a decision: the decisions that it requires first, then its own table or expression."""

from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from app import feel
from app.decisions.model import Decision, DecisionModel, Fired, Outcome, Rule, Table
from app.errors import CasusrouteError
from app.feel import values


class DecisionError(CasusrouteError):
    """The decision gives no answer, or more than its hit policy allows."""


def evaluate(
    model: DecisionModel, decision_id: str, variables: Mapping[str, Any], *, now: datetime
) -> Outcome:
    """Ask one decision of a model. Raises DecisionError; LookupError for a decision that is not there."""
    run = _Run(model, dict(variables), now)
    value = run.decide(model.decisions[decision_id])
    return Outcome(value, tuple(run.trace))


def as_data(fired: Fired) -> dict[str, Any]:
    """What a decision did, as it is kept with a case."""
    return {
        "decision_id": fired.decision_id,
        "decision_name": fired.decision_name,
        "inputs": fired.inputs,
        "rules": list(fired.rules),
        "rule_ids": list(fired.rule_ids),
        "output": fired.output,
        "annotations": list(fired.annotations),
    }


class _Run:
    def __init__(self, model: DecisionModel, context: dict[str, Any], now: datetime) -> None:
        self.model, self.context, self.now = model, context, now
        self.trace: list[Fired] = []
        self.results: dict[str, Any] = {}

    def decide(self, decision: Decision) -> Any:
        if decision.id in self.results:
            return self.results[decision.id]
        for required in decision.requires:
            other = self.model.decisions[required]
            self.context[other.variable] = self.decide(other)
        try:
            value = self._value(decision)
        except (feel.FeelLimitError, feel.FeelValueError) as error:
            raise DecisionError(f"{decision.name}: {error.message}", decision_id=decision.id) from error
        self.results[decision.id] = value
        return value

    def _value(self, decision: Decision) -> Any:
        if not isinstance(decision.logic, Table):
            value = self._plain(decision.logic)
            self.trace.append(Fired(decision.id, decision.name, {}, (), (), value, ()))
            return value
        return self._table(decision, decision.logic)

    def _plain(self, expression: feel.Expression) -> Any:
        return feel.to_variable(expression.evaluate(self.context, now=self.now))

    def _table(self, decision: Decision, table: Table) -> Any:
        asked = [one.expression.evaluate(self.context, now=self.now) for one in table.inputs]
        hits = [place for place, rule in enumerate(table.rules) if self._hit(rule, asked)]
        rows = {place: self._row(table, table.rules[place]) for place in hits}
        chosen = _POLICIES[table.hit_policy](self, decision, table, rows)
        if hits:
            value = self._result(table, chosen, [rows[place] for place in chosen])
        else:
            value = self._default(table)
        self.trace.append(
            Fired(
                decision_id=decision.id,
                decision_name=decision.name,
                inputs={
                    one.label: feel.to_variable(value) for one, value in zip(table.inputs, asked, strict=True)
                },
                rules=tuple(place + 1 for place in chosen),
                rule_ids=tuple(table.rules[place].id for place in chosen),
                output=value,
                annotations=tuple(
                    text for place in chosen for text in table.rules[place].annotations if text
                ),
            )
        )
        return value

    def _hit(self, rule: Rule, asked: list[Any]) -> bool:
        return all(
            test.matches(value, self.context, now=self.now) is True
            for test, value in zip(rule.tests, asked, strict=True)
        )

    def _row(self, table: Table, rule: Rule) -> dict[str, Any]:
        return {one.name: self._plain(cell) for one, cell in zip(table.outputs, rule.outputs, strict=True)}

    def _result(self, table: Table, chosen: list[int], rows: list[dict[str, Any]]) -> Any:
        found = [row if len(table.outputs) > 1 else next(iter(row.values())) for row in rows]
        if table.hit_policy == "COLLECT" and table.aggregation:
            return _aggregate(table.aggregation, found)
        if table.hit_policy in ("COLLECT", "RULE ORDER", "OUTPUT ORDER"):
            return found
        return found[0]

    def _default(self, table: Table) -> Any:
        if table.hit_policy == "COLLECT" and table.aggregation == "COUNT":
            return 0
        row = {one.name: None if one.default is None else self._plain(one.default) for one in table.outputs}
        if all(one.default is None for one in table.outputs):
            return [] if table.hit_policy in ("COLLECT", "RULE ORDER", "OUTPUT ORDER") else None
        return row if len(table.outputs) > 1 else next(iter(row.values()))

    def ordered(self, table: Table, rows: Mapping[int, dict[str, Any]]) -> list[int]:
        """The hits by the order of the output values, the best first."""
        orders = [
            (one.name, [v for listed in one.values for v in self._plain(listed)]) for one in table.outputs
        ]

        def rank(place: int) -> list[int]:
            return [_place_in(order, rows[place][name]) for name, order in orders]

        return sorted(rows, key=lambda place: (rank(place), place))


_Policy = Callable[[_Run, Decision, Table, Mapping[int, dict[str, Any]]], list[int]]


def _unique(run: _Run, decision: Decision, table: Table, rows: Mapping[int, dict[str, Any]]) -> list[int]:
    if len(rows) > 1:
        numbers = " en ".join(str(place + 1) for place in rows)
        raise DecisionError(
            f"In de tabel '{decision.name}' gelden de regels {numbers} tegelijk, en dat mag niet.",
            decision_id=decision.id,
        )
    return list(rows)


def _any(run: _Run, decision: Decision, table: Table, rows: Mapping[int, dict[str, Any]]) -> list[int]:
    found = list(rows.values())
    if any(values.equal(row, found[0]) is not True for row in found[1:]):
        raise DecisionError(
            f"In de tabel '{decision.name}' gelden regels die elkaar tegenspreken.", decision_id=decision.id
        )
    return list(rows)


_POLICIES: dict[str, _Policy] = {
    "UNIQUE": _unique,
    "ANY": _any,
    "FIRST": lambda run, decision, table, rows: list(rows)[:1],
    "PRIORITY": lambda run, decision, table, rows: run.ordered(table, rows)[:1],
    "OUTPUT ORDER": lambda run, decision, table, rows: run.ordered(table, rows),
    "RULE ORDER": lambda run, decision, table, rows: list(rows),
    "COLLECT": lambda run, decision, table, rows: list(rows),
}


def _place_in(order: list[Any], value: Any) -> int:
    return next((at for at, one in enumerate(order) if values.equal(one, value) is True), len(order))


def _aggregate(kind: str, found: list[Any]) -> Any:
    if kind == "COUNT":
        return len(found)
    function = {"SUM": "sum", "MIN": "min", "MAX": "max"}[kind]
    result = feel.compile(f"{function}(found)").evaluate({"found": found})
    return feel.to_variable(result) if isinstance(result, Decimal | int) else result
