"""Four eyes on what is decided: a diagram says of a task that who did an earlier step may not do this one."""

from sqlalchemy.orm import Session

from app.checks.who import not_by
from app.engine.definitions import Definitions
from app.errors import Forbidden
from app.services import releases
from app.store import tasks as task_rows
from app.store.models import Instance, Person, UserTask


def barred(session: Session, task: UserTask, definitions: Definitions | None = None) -> dict[int, str]:
    """Who may not do it: {key of the person: name of the step that they did in this case}.

    `definitions` are those of the case's release, where the caller has them.
    """
    definitions = definitions or _definitions(session, task)
    process = definitions.processes.get(task.process_id)
    elements = {one.id: one for one in process.elements} if process else {}
    here = elements.get(task.element_id)
    found: dict[int, str] = {}
    for step in not_by(here.properties) if here else ():
        name = elements[step].name if step in elements else ""
        done = task_rows.done_by(session, task.case_key, task.process_id, step)
        found |= dict.fromkeys(done, name or step)
    return found


def refusal(
    session: Session, task: UserTask, person: Person, definitions: Definitions | None = None
) -> str | None:
    """What is said to who did the step that somebody else should look at; None for all others."""
    step = barred(session, task, definitions).get(person.key)
    if step is None:
        return None
    return f"U deed zelf ‘{step}’ in deze casus. Daarom doet iemand anders deze taak."


def require(session: Session, task: UserTask, person: Person, definitions: Definitions | None = None) -> None:
    """Raises Forbidden for who did the step that somebody else should look at."""
    said = refusal(session, task, person, definitions)
    if said is not None:
        raise Forbidden(said, task=str(task.id))


def _definitions(session: Session, task: UserTask) -> Definitions:
    # Not its column alone: a page that shows the task has read the instance already.
    return releases.definitions(session, session.get_one(Instance, task.case_key).release_number)
