"""Who does what: a step that nobody in a house may do would wait there for ever."""

from collections.abc import Iterator, Mapping

from app.engine.model import Element, Process
from app.errors import Problem

NOT_BY = "niet_door"
"""The property of a task that names, by their ids, the steps of which nobody who did them may do it."""

People = Mapping[str, frozenset[str]]
"""By role key, the keys of the houses that have somebody active in that role."""


def check(
    process: Process, *, people: People, houses: Mapping[str, str], roles: Mapping[str, str]
) -> list[Problem]:
    """The steps of a process that nobody may do in one of the houses.

    `houses` maps the key of a house to its name, `roles` the name or key of a role (lower case) to its key.
    A step of which an expression tells whose it is can't be known here.
    """
    if not process.executable:
        return []
    found = []
    for element in process.elements.values():
        groups = list(_groups(element, roles)) if element.type == "userTask" else []
        text = _lacking(groups, people, houses)
        if text:
            name = f"'{element.name}': " if element.name else ""
            found.append(Problem(process.file, element.id, name + text, "warning", "who.nobody"))
    return found


def not_by(properties: Mapping[str, str]) -> list[str]:
    """The ids of the steps whose doers may not do a task with these properties."""
    return [one.strip() for one in properties.get(NOT_BY, "").split(",") if one.strip()]


def check_four_eyes(process: Process) -> list[Problem]:
    """The tasks that name a step to be done by somebody else, which is no task of the process."""
    found = []
    for element in process.elements.values():
        for step in not_by(element.properties):
            text = _no_such_step(element, step, process)
            if text:
                found.append(Problem(process.file, element.id, text, "error", "who.four_eyes"))
    return found


def _no_such_step(element: Element, step: str, process: Process) -> str:
    name = f"'{element.name}': " if element.name else ""
    other = process.elements.get(step)
    if element.type != "userTask":
        return f"{name}dit doet geen mens, dus '{NOT_BY}' kan hier niet."
    if step == element.id:
        return f"{name}deze taak noemt zichzelf als de stap die een ander deed. Kies een andere stap."
    if other is None or other.type != "userTask":
        return f"{name}de stap '{step}', die een ander moet hebben gedaan, is geen taak in dit diagram."
    return ""


def _groups(element: Element, roles: Mapping[str, str]) -> Iterator[str]:
    """The keys of the roles that may do it; none when that is not for sure."""
    said = element.candidate_groups
    if element.assignee or element.candidate_users or (said and said.startswith("=")):
        return
    names = said.split(",") if said else [element.lane or ""]
    keys = [roles.get(name.strip().lower()) for name in names]
    if None not in keys:
        yield from (key for key in keys if key is not None)


def _lacking(groups: list[str], people: People, houses: Mapping[str, str]) -> str:
    if not groups:
        return ""
    manned = frozenset[str]().union(*(people.get(one, frozenset()) for one in groups))
    without = [name for key, name in sorted(houses.items()) if key not in manned]
    if not without:
        return ""
    shown = " of ".join(f"'{one}'" for one in groups)
    if len(without) == len(houses) and len(houses) > 1:
        return f"Niemand kan deze stap doen: in geen enkel huis heeft iemand de rol {shown}."
    places = " en ".join(without)
    return f"In {places} kan niemand deze stap doen: daar heeft niemand de rol {shown}."
