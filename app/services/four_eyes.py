"""Four eyes on what is decided: a diagram says of a task that who did an earlier step may not do this one."""

from sqlalchemy import select
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


def require(session: Session, task: UserTask, person: Person, definitions: Definitions | None = None) -> None:
    """Raises Forbidden for who did the step that somebody else should look at."""
    step = barred(session, task, definitions).get(person.key)
    if step is not None:
        raise Forbidden(words(step), task=str(task.id))


def words(step: str) -> str:
    """What is said to who did that step."""
    return f"U deed zelf ‘{step}’ in deze casus. Daarom doet iemand anders deze taak."


def _definitions(session: Session, task: UserTask) -> Definitions:
    query = select(Instance.release_number).where(Instance.case_key == task.case_key)
    return releases.definitions(session, session.scalars(query).one())
