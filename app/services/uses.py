"""What a variable decides in a way of working: conditions, tables, terms, and what a case is projected to."""

from collections.abc import Iterable, Iterator, Mapping

from app import feel
from app.checks.dataflow import expressions
from app.decisions import DecisionModel
from app.engine.definitions import Definitions
from app.engine.model import Element, Process
from app.errors import CasusrouteError

PROPERTIES = "casus."


def uses(definitions: Definitions, process_id: str, name: str) -> list[str]:
    """Where the diagram of a case, and those that it calls, use this variable; each in a few words. Pure."""
    found: dict[str, None] = {}
    for process in _reachable(definitions, process_id):
        for element in process.elements.values():
            found |= dict.fromkeys(_in_element(element, process, definitions.decisions, name))
    info = definitions.processes.get(process_id)
    for key, text in (info.properties if info else {}).items():
        if key.startswith(PROPERTIES) and text.startswith("=") and name in _names([text[1:]]):
            found[f"wat er bij de casus staat als {key.removeprefix(PROPERTIES)}"] = None
    return list(found)


def _reachable(definitions: Definitions, process_id: str) -> Iterator[Process]:
    seen, ahead = set[str](), [process_id]
    while ahead:
        key = ahead.pop()
        process = definitions.models.get(key)
        if process is None or key in seen:
            continue
        seen.add(key)
        yield process
        ahead += [one.calls for one in process.elements.values() if one.calls]


def _in_element(
    element: Element, process: Process, decisions: Mapping[str, DecisionModel], name: str
) -> Iterator[str]:
    where = f"‘{element.name}’" if element.name else f"een stap in ‘{process.name or process.id}’"
    for text in expressions.texts(element):
        if name in _names([text.text]):
            target = process.elements.get(text.flow_target)
            to = f" ‘{target.name or target.id}’" if target else ""
            yield f"{text.place[:1].lower()}{text.place[1:]}{to}, bij {where}"
    model = decisions.get(element.decision_id or "")
    if element.type == "businessRuleTask" and model is not None and name in _asked_by(model):
        yield f"de beslistabel bij {where}"


def _asked_by(model: DecisionModel) -> set[str]:
    """What the decisions of a file and of those that it needs take from the case."""
    found: set[str] = set()
    for one in (model, *model.others.values()):
        found |= {given.name for given in one.inputs.values()}
        for decision in one.decisions.values():
            for column in decision.table.inputs if decision.table else ():
                found |= {path[0] for path in column.expression.variables}
    return found


def _names(texts: Iterable[str]) -> set[str]:
    found: set[str] = set()
    for text in texts:
        try:
            found |= {path[0] for path in feel.compile(text).variables}
        except CasusrouteError:
            continue
    return found
