"""Cases that went through a small process with a choice in it, a few of them changed by hand."""

from sqlalchemy.orm import Session

from app.services import cases, changes, inbox
from app.store.models import Case
from tests.engine.diagrams import element, ends, extensions, flows, process, task
from tests.services import region
from tests.services.region import NOW

WHY = "in overleg met de weegploeg"
CHOICE = process(
    element("startEvent", "begin", extensions('<zeebe:formDefinition formId="klein"/>'), name="Binnen"),
    task("beoordelen"),
    element("exclusiveGateway", "keuze", name="Wat nu?", default="keuze_advies"),
    task("advies"),
    task("overleg"),
    task("afwijzen"),
    ends("advies", "overleg", "afwijzen"),
    flows("begin>beoordelen", "beoordelen>keuze", "keuze>advies"),
    flows('keuze>overleg if onderwerp = "overleg"', 'keuze>afwijzen if onderwerp = "afwijzen"'),
    flows("advies>einde_advies", "overleg>einde_overleg", "afwijzen>einde_afwijzen"),
    id="beoordeling",
)
"""A form of one text decides; nobody is ever turned down."""


def publish(session: Session) -> int:
    return region.publish(session, {"beoordeling.bpmn": CHOICE})


def make(session: Session, *, advised: int, discussed: int, moved: int = 0) -> None:
    """So many cases that got advice, or were discussed; of the latter `moved` were moved there by hand."""
    for number in range(advised + discussed):
        case = region.case(session, "beoordeling", huis="arnhem")
        discuss = number >= advised
        by_hand = advised <= number < advised + moved
        answer(session, case, "overleg" if discuss and not by_hand else "advies")
        if by_hand:
            [token] = cases.tokens(session, case)
            manager = region.ketenmanager(session)
            changes.move(session, case, token.engine_id, "overleg", why=WHY, by=manager, now=NOW)
        answer(session, case, "klaar")


def answer(session: Session, case: Case, onderwerp: str) -> None:
    task = region.open_task(session, case)
    inbox.complete(session, task.id, {"onderwerp": onderwerp}, by=region.person(session), now=NOW)
