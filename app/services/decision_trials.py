"""Trying out a decision that is being made: what it asks for, what it says to that, and which rules held."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from app import decisions, feel
from app.decisions import Decision, DecisionModel, Table
from app.errors import CasusrouteError, Invalid
from app.services import decision_words

YES_NO = ("true", "false")


@dataclass(frozen=True, slots=True)
class Asked:
    """One value that a decision needs: `path` is how expressions call it, `values` what it may be."""

    path: str
    label: str
    type: str
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Told:
    """What came out. `rule_ids` are those that held, of all tables; `steps` say it in words."""

    decisions: tuple[tuple[str, str], ...]
    decision_id: str
    asked: tuple[Asked, ...]
    value: str = ""
    rule_ids: tuple[str, ...] = ()
    steps: tuple[str, ...] = ()
    problem: str = ""


def ask(
    files: Mapping[str, bytes], name: str, decision_id: str | None, given: Mapping[str, str], *, now: datetime
) -> Told:
    """Ask a decision of the file `name`; without a `decision_id` the one that no other needs.

    Raises Invalid when the file cannot be read.
    """
    models, problems = decisions.parse_all({one: files[one] for one in files if one.endswith(".dmn")})
    model = next((one for one in models if one.file == name), None)
    if model is None or not model.decisions:
        wrong = [one.message for one in problems if one.file == name]
        raise Invalid(" ".join(wrong) or "In dit bestand staat geen beslissing.")
    chosen = decision_id if decision_id in model.decisions else _last(model)
    listed = tuple((one.id, one.name or one.id) for one in model.decisions.values())
    asked = tuple(_asked(model, model.decisions[chosen]))
    if not given:
        return Told(listed, chosen, asked)
    try:
        outcome = decisions.evaluate(model, chosen, _variables(asked, given), now=now)
    except CasusrouteError as error:
        return Told(listed, chosen, asked, problem=error.message)
    fired = [decisions.as_data(one) for one in outcome.trace]
    return Told(
        listed,
        chosen,
        asked,
        value=_words(outcome.value),
        rule_ids=tuple(id for one in outcome.trace for id in one.rule_ids),
        steps=tuple(decision_words.explain([one]) for one in reversed(fired)),
    )


def _last(model: DecisionModel) -> str:
    """The decision that no other one needs; it gives the answer of the file."""
    needed = {reference.id for one in model.decisions.values() for reference in one.requires}
    return next((id for id in model.decisions if id not in needed), next(iter(model.decisions)))


def _asked(model: DecisionModel, decision: Decision) -> Iterator[Asked]:
    """What this decision and those it needs ask of the outside, each once."""
    seen: set[str] = set()
    inner: set[str] = set()
    ahead, found = [decision], []
    while ahead:
        one = ahead.pop(0)
        found.append(one)
        for reference in one.requires:
            required = None if reference.namespace else model.elements.get(reference.id)
            if isinstance(required, Decision) and required not in [*found, *ahead]:
                ahead.append(required)
            if isinstance(required, Decision):
                inner |= {required.variable, required.name}
    for one in found:
        for path, label, kind, values in _used(one):
            if path.partition(".")[0] not in inner and path not in seen:
                seen.add(path)
                yield Asked(path, label, kind, values)


def _used(decision: Decision) -> Iterator[tuple[str, str, str, tuple[str, ...]]]:
    table = decision.table
    if table is not None:
        for column in table.inputs:
            paths = [".".join(path) for path in sorted(column.expression.variables)]
            whole = paths == [column.expression.text.strip()]
            values = _values(column.allowed.text) if whole and column.allowed else ()
            for path in paths:
                yield (
                    path,
                    (column.label or path) if whole else path,
                    column.type_name if whole else "",
                    values,
                )
        for text in _cells(table):
            yield from ((".".join(names), ".".join(names), "", ()) for names in sorted(text.variables))
    else:
        for names in sorted(decision.logic.variables):
            yield ".".join(names), ".".join(names), "", ()


def _cells(table: Table) -> Iterator[feel.Expression | feel.UnaryTests]:
    for rule in table.rules:
        yield from rule.tests
        yield from rule.outputs


def _values(text: str) -> tuple[str, ...]:
    """The texts that an input may be, where the file lists them."""
    try:
        found = json.loads(f"[{text}]")
    except ValueError:
        return ()
    return tuple(found) if all(isinstance(one, str) for one in found) else ()


def _variables(asked: tuple[Asked, ...], given: Mapping[str, str]) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for one in asked:
        *above, last = one.path.split(".")
        place = made
        for part in above:
            place = place.setdefault(part, {})
        place[last] = _value(one, given.get(one.path, ""))
    return made


def _value(asked: Asked, text: str) -> Any:
    """What somebody typed, by the type of its column; nothing typed is null."""
    text = text.strip()
    if not text:
        return None
    if asked.type in ("string", "date", "time", "dateTime", "date and time"):
        return text
    if asked.type == "boolean" or (not asked.type and text in YES_NO):
        return text == "true"
    try:
        return Decimal(text.replace(",", "."))
    except InvalidOperation:
        return text


def _words(value: Any) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{key} = {_words(item)}" for key, item in value.items())
    return feel.to_text(value) if value is not None else "niets (null)"
