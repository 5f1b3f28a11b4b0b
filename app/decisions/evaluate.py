"""Asking a decision: what it requires first, each once, then its own logic (DMN 1.3, 10.4)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from app import feel
from app.decisions.errors import DecisionError
from app.decisions.model import (
    Decision,
    DecisionModel,
    Element,
    Fired,
    InputData,
    Knowledge,
    Outcome,
    Reference,
    Service,
)
from app.decisions.table import noted
from app.decisions.types import coercion, from_variable
from app.feel import limits
from app.feel.scope import Evaluation, Scope
from app.feel.values import Function


def evaluate(
    model: DecisionModel, decision_id: str, variables: Mapping[str, Any], *, now: datetime
) -> Outcome:
    """Ask one decision (or decision service) of a model with process variables.

    Where an input is a date, time or duration its ISO text is read. The value is a process variable again.
    Raises DecisionError; LookupError for a decision that is not there.
    """
    given = dict(variables)
    for item in model.inputs.values():
        if item.type is not None and item.name in given:
            given[item.name] = from_variable(given[item.name], item.type)
    element = model.elements[decision_id]
    try:
        value, trace = ask(model, decision_id, given, now=now)
        return Outcome(feel.to_variable(value), trace)
    except (feel.FeelLimitError, feel.FeelValueError) as error:
        raise DecisionError(f"{element.name}: {error.message}", decision_id=decision_id) from error


def ask(
    model: DecisionModel, id: str, given: Mapping[str, Any], *, now: datetime | None, trace: bool = True
) -> tuple[Any, tuple[Fired, ...]]:
    """The FEEL value of a decision, or of a service or function with `given` as its arguments by name.

    With `trace` also what each table and decision did on the way.

    Input data of an imported file stands under its own name, or under the name of the import.
    Raises DecisionError, FeelLimitError, or LookupError.
    """
    limits.renew()
    notes: list[Fired] = []
    evaluation = Evaluation(now, notes if trace else None)
    graph = _Graph(model, given, evaluation)
    element = model.elements[id]
    value = graph.value(model, element)
    if isinstance(value, Function) and isinstance(element, Service | Knowledge):
        value = value.call([given.get(name) for name in value.parameters])
    return value, tuple(notes)


def as_data(fired: Fired) -> dict[str, Any]:
    """What a decision did, as it is kept with a case."""
    return {
        "decision_id": fired.decision_id,
        "decision_name": fired.decision_name,
        "inputs": fired.inputs,
        "rules": list(fired.rules),
        "rule_ids": list(fired.rule_ids),
        "tests": [list(cells) for cells in fired.tests],
        "output": fired.output,
        "annotations": list(fired.annotations),
    }


_BUSY: Any = object()
"""Stands for what is being decided."""


class _Graph:
    """The elements of a model with these inputs. What was decided once is kept."""

    def __init__(
        self,
        model: DecisionModel,
        given: Mapping[str, Any],
        evaluation: Evaluation,
        known: dict[tuple[str, str], Any] | None = None,
    ) -> None:
        self.root, self.given, self.evaluation = model, given, evaluation
        self.known = {} if known is None else known

    def value(self, model: DecisionModel, element: Element) -> Any:
        key = (model.namespace, element.id)
        if self.known.get(key) is _BUSY:
            raise DecisionError(f"'{element.name}' steunt in een kring op zichzelf.", decision_id=element.id)
        if key not in self.known:
            self.known[key] = _BUSY
            if isinstance(element, InputData):
                self.known[key] = self._input(model, element)
            elif isinstance(element, Decision):
                self.known[key] = self._decide(model, element)
            elif isinstance(element, Knowledge):
                self.known[key] = self._function(model, element)
            else:
                self.known[key] = self._service(model, element)
        return self.known[key]

    def _input(self, model: DecisionModel, item: InputData) -> Any:
        place: Any = self.given
        if model is not self.root:
            under = self.given.get(self.root.imports.get(model.namespace, ""))
            place = under if isinstance(under, Mapping) and item.name in under else self.given
        value = place.get(item.name)
        return value if item.type is None else coercion(item.type)(value)

    def _decide(self, model: DecisionModel, decision: Decision) -> Any:
        names = {**self.given, **self._required(model, decision.requires)}
        value = decision.logic.run(Scope(names, None, self.evaluation))
        if decision.type is not None:
            value = coercion(decision.type)(value)
        if decision.table is None and self.evaluation.notes is not None:
            fired = Fired(decision.id, decision.name, {}, (), (), (), noted(value), ())
            self.evaluation.notes.append(fired)
        return value

    def _function(self, model: DecisionModel, knowledge: Knowledge) -> Any:
        def call(arguments: list[Any]) -> Any:
            # What it requires is looked up when it is called, so that it may require itself.
            names = self._required(model, knowledge.requires)
            function = knowledge.logic.run(Scope(names, None, self.evaluation))
            return function.call(arguments) if isinstance(function, Function) else None

        function = knowledge.logic.run(Scope({}, None, self.evaluation))
        return Function(function.parameters, call) if isinstance(function, Function) else None

    def _service(self, model: DecisionModel, service: Service) -> Function:
        places = [model.find(reference) for reference in service.inputs]
        parameters = tuple(_name(element) for _, element in places)

        def call(arguments: list[Any]) -> Any:
            limits.enter_call()
            try:
                handed = dict(zip(parameters, arguments, strict=True))
                decided = {
                    (other.namespace, element.id): _typed(element, handed[_name(element)])
                    for other, element in places
                }
                inside = _Graph(model, handed, self.evaluation, decided)
                return inside.outputs(model, service)
            finally:
                limits.leave_call()

        return Function(parameters, call)

    def outputs(self, model: DecisionModel, service: Service) -> Any:
        found = {}
        for reference in service.outputs:
            other, element = model.find(reference)
            found[_name(element)] = self.value(other, element)
        value = next(iter(found.values())) if len(found) == 1 else found
        return value if service.type is None else coercion(service.type)(value)

    def _required(self, model: DecisionModel, requires: tuple[Reference, ...]) -> dict[str, Any]:
        names: dict[str, Any] = {}
        for reference in requires:
            other, element = model.find(reference)
            value = self.value(other, element)
            under = "" if other is model else model.imports.get(other.namespace, "")
            if under:
                names.setdefault(under, {})[_name(element)] = value
            else:
                names[_name(element)] = value
        return names


def _name(element: Element) -> str:
    return element.name if isinstance(element, InputData) else element.variable


def _typed(element: Element, value: Any) -> Any:
    wanted = element.type if isinstance(element, InputData | Decision) else None
    return value if wanted is None else coercion(wanted)(value)
