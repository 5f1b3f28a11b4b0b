"""What stands in a DMN file, with its expressions ready to run."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from app.decisions.types import ItemType
from app.feel import Expression, UnaryTests


@dataclass(frozen=True, slots=True)
class Input:
    """A column of conditions. `allowed` is what its values may be; None where anything may."""

    label: str
    expression: Expression
    type_name: str = ""
    allowed: UnaryTests | None = None


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

    id: str
    hit_policy: str
    aggregation: str
    inputs: tuple[Input, ...]
    outputs: tuple[Output, ...]
    rules: tuple[Rule, ...]
    annotation_names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reference:
    """What something requires: an element of this file, or with `namespace` of an imported one."""

    id: str
    namespace: str = ""


@dataclass(frozen=True, slots=True)
class InputData:
    """`name` is how expressions call it."""

    id: str
    name: str
    type: ItemType | None


@dataclass(frozen=True, slots=True)
class Decision:
    """`variable` is the name of its result for others; `table` is there when its logic is one table."""

    id: str
    name: str
    variable: str
    type: ItemType | None
    requires: tuple[Reference, ...]
    logic: Expression
    table: Table | None = None
    documentation: str = ""


@dataclass(frozen=True, slots=True)
class Knowledge:
    """A business knowledge model: a function, `logic` gives it."""

    id: str
    name: str
    variable: str
    requires: tuple[Reference, ...]
    logic: Expression
    table: Table | None = None


@dataclass(frozen=True, slots=True)
class Service:
    """A decision service: a function of its inputs, and of the decisions that are handed in as well."""

    id: str
    name: str
    variable: str
    type: ItemType | None
    outputs: tuple[Reference, ...]
    inputs: tuple[Reference, ...]
    """Input data first, then the decisions that are handed in: the order of the parameters."""


Element = InputData | Decision | Knowledge | Service
T = TypeVar("T", InputData, Decision, Knowledge, Service)


@dataclass(frozen=True, slots=True)
class DecisionModel:
    """One DMN file. `imports` maps a namespace to the name that this file has for it."""

    file: str
    name: str
    namespace: str
    elements: Mapping[str, Element]
    imports: Mapping[str, str] = field(default_factory=dict)
    others: Mapping[str, "DecisionModel"] = field(default_factory=dict, repr=False, compare=False)
    """All files that were read together, by namespace."""

    @property
    def decisions(self) -> dict[str, Decision]:
        return self._of(Decision)

    @property
    def services(self) -> dict[str, Service]:
        return self._of(Service)

    @property
    def inputs(self) -> dict[str, InputData]:
        return self._of(InputData)

    def _of(self, kind: type[T]) -> dict[str, T]:
        return {id: element for id, element in self.elements.items() if isinstance(element, kind)}

    def find(self, reference: Reference) -> tuple["DecisionModel", Element]:
        """What is referred to, and the file that it stands in. Raises LookupError."""
        model = self if reference.namespace in ("", self.namespace) else self.others[reference.namespace]
        return model, model.elements[reference.id]


@dataclass(frozen=True, slots=True)
class Fired:
    """What one table or decision did.

    `inputs` by label, `rules` that fired (from 1) with `tests` their cells per input, and what came out.
    """

    decision_id: str
    decision_name: str
    inputs: dict[str, object]
    rules: tuple[int, ...]
    rule_ids: tuple[str, ...]
    tests: tuple[tuple[str, ...], ...]
    output: object
    annotations: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """`trace` has every decision that was needed, the asked one last."""

    value: object
    trace: tuple[Fired, ...]
