"""What stands in a DMN file, with its expressions ready to run."""

from collections.abc import Mapping
from dataclasses import dataclass

from app.feel import Expression, UnaryTests


@dataclass(frozen=True, slots=True)
class Input:
    label: str
    expression: Expression


@dataclass(frozen=True, slots=True)
class Output:
    """A column of results. `values` is the order that PRIORITY and OUTPUT ORDER go by, best first."""

    name: str
    label: str
    values: tuple[Expression, ...]
    default: Expression | None


@dataclass(frozen=True, slots=True)
class Rule:
    id: str
    tests: tuple[UnaryTests, ...]
    outputs: tuple[Expression, ...]
    annotations: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A decision table. `hit_policy` in the words of DMN; `aggregation` belongs to COLLECT."""

    hit_policy: str
    aggregation: str
    inputs: tuple[Input, ...]
    outputs: tuple[Output, ...]
    rules: tuple[Rule, ...]
    annotation_names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Decision:
    """`requires` are ids of decisions in the same file; `variable` is the name of its result for others."""

    id: str
    name: str
    variable: str
    requires: tuple[str, ...]
    logic: Table | Expression
    documentation: str = ""


@dataclass(frozen=True, slots=True)
class DecisionModel:
    """One DMN file."""

    file: str
    name: str
    decisions: Mapping[str, Decision]


@dataclass(frozen=True, slots=True)
class Fired:
    """What one decision did: its inputs by label, the rules that fired (from 1), and what came out."""

    decision_id: str
    decision_name: str
    inputs: dict[str, object]
    rules: tuple[int, ...]
    rule_ids: tuple[str, ...]
    output: object
    annotations: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """`trace` has every decision that was needed, the asked one last."""

    value: object
    trace: tuple[Fired, ...]
