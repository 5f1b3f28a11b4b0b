"""What an intervention would do to a case, before somebody decides: which tasks lapse and which come."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from app.engine import run
from app.engine.definitions import Definitions
from app.engine.step import Step
from app.services import cases, releases
from app.store.models import Case

Work = Callable[[Definitions, bytes], Step]


@dataclass(frozen=True, slots=True)
class Effect:
    """The names of the tasks that would lapse and come, and of the terms that would stop."""

    closes: tuple[str, ...]
    opens: tuple[str, ...]
    stays: tuple[str, ...]
    ends: bool
    fails: tuple[str, ...] = ()
    """What would stand still, in words."""


def effect(session: Session, case: Case, work: Work, *, now: datetime) -> Effect:
    """Work it out on the state as it is now; nothing is kept. Raises LookupError, Conflict, EngineError."""
    instance = cases.instance(session, case)
    definitions = releases.definitions(session, instance.release_number)
    return told(run.look(definitions, instance.state, now=now), work(definitions, instance.state))


def told(before: Step, after: Step) -> Effect:
    """The difference between two answers of the engine, in names. Pure."""
    old = {task.id: task.name for task in before.tasks}
    new = {task.id: task.name for task in after.tasks}
    return Effect(
        closes=_names(old[id] for id in old if id not in new),
        opens=_names(new[id] for id in new if id not in old),
        stays=_names(new[id] for id in new if id in old),
        ends=after.ended and not before.ended,
        fails=tuple(one.message for one in after.incidents),
    )


def _names(found: Iterable[str]) -> tuple[str, ...]:
    counted = Counter(found)
    return tuple(name if number == 1 else f"{name} ({number} keer)" for name, number in counted.items())
