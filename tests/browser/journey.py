"""One case on its way through the browser: each step by the person whose step it is, with example answers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from app import clock
from app.services import demo
from tests.browser.people import Visitor

PROJECT = Path(__file__).parent.parent.parent
EXAMPLES = demo.read(PROJECT / "deploy" / "voorbeelden.toml")

STEPS: Mapping[str, tuple[str, str, str]] = {
    "consulteren": ("procesregisseur.{house}", "Adviesconsultatie", "adviesconsultatie"),
    "aanmelding_aanvullen": ("gemeente-ede", "Aanmeldformulier aanvullen", "aanmeldformulier_aanvullen"),
    "intake": ("procesregisseur.{house}", "Intake", "intake"),
    "uitvraag": ("informatiecoordinator.{house}", "Gegevens uit het netwerk vragen", "uitvraag"),
    "informatie_geven": ("gemeente-arnhem", "Informatie geven", "informatie_geven"),
    "leefgebieden": ("informatiecoordinator.{house}", "Leefgebieden invullen", "leefgebieden"),
    "vaststellen": ("informatiecoordinator.{house}", "Verrijkt formulier vaststellen", "verrijkt_formulier"),
    "voorbereiden": ("informatiecoordinator.{house}", "Weging voorbereiden", "weging_voorbereiden"),
    "criteria_wegen": ("locatiemanager.{house}", "Criteria wegen", "weging_criteria"),
    "besluiten": ("ketenmanager", "Besluit nemen", "weging_besluit"),
    "advies_opstellen": ("procesregisseur.{house}", "Advies opstellen", "advies_opstellen"),
    "advies_lezen": ("politie", "Advies lezen", "advies_lezen"),
    "terugmelding_lezen": ("politie", "Terugmelding lezen", "terugmelding_lezen"),
    "agenderen": ("procesregisseur.{house}", "Agenderen", "mdo_agenderen"),
    "agenda": ("administratief.{house}", "Agenda maken en uitnodigen", "mdo_agenda"),
    "uitnodiging": ("politie", "Uitnodiging MDO", "mdo_uitnodiging"),
    "overleg": ("informatiecoordinator.{house}", "Multidisciplinair overleg", "mdo_overleg"),
    "plan_maken": ("procesregisseur.{house}", "Plan van aanpak", "plan_van_aanpak"),
    "voortgang_melden": ("politie", "Voortgang melden", "voortgang_melden"),
    "beoordelen": ("procesregisseur.{house}", "Voortgang beoordelen", "monitoring"),
    "afsluiten": ("procesregisseur.{house}", "MDO afsluiten", "mdo_afsluiten"),
    "afgesloten": ("politie", "Afsluitend bericht lezen", "terugmelding_lezen"),
    "verzoek_beoordelen": ("procesregisseur.{house}", "Verzoek beoordelen en agenderen", "cob_beoordelen"),
    "cob_uitnodiging": ("veilig-thuis", "Uitnodiging casusoverleg", "cob_uitnodiging"),
    "cob_overleg": ("procesregisseur.{house}", "Casusoverleg Bescherming", "cob_overleg"),
    "terugmelden": ("procesregisseur.{house}", "Terugmelding met advies schrijven", "cob_terugmelding"),
    "raadsmelding": ("procesregisseur.{house}", "Raadsmelding doen", "raadsmelding"),
    "raad_ontvangt": (
        "raad-voor-de-kinderbescherming",
        "Raadsmelding ontvangen",
        "raadsmelding_ontvangen",
    ),
    "contact": ("procesregisseur.{house}", "Contact in detentie", "nazorg_contact"),
    "basisvoorwaarden": (
        "informatiecoordinator.{house}",
        "Basisvoorwaarden in kaart brengen",
        "nazorg_basisvoorwaarden",
    ),
    "rapport": ("procesregisseur.{house}", "Verrijkt rapport DJI vaststellen", "verrijkt_rapport"),
    "rapport_lezen": ("dji", "Verrijkt rapport DJI lezen", "rapport_lezen"),
}
"""Step -> (who does it, the name of the task, its form)."""

_seen: set[str] = set()
"""The forms that axe looked at already."""


@dataclass
class Journey:
    """A case that was started in the browser."""

    visit: Any
    house: str
    number: str = ""
    answers: Mapping[str, Any] = field(default_factory=dict)

    def start(self, way: str, form: str, login: str) -> None:
        visitor: Visitor = self.visit(login)
        visitor.go(f"/aanmelden/{way}")
        self._look(visitor, form)
        visitor.answer(self._typed(form))
        self.number = visitor.send()

    def do(self, step: str, by: str = "", **otherwise: Any) -> None:
        """Do a step as its person would, with what is otherwise than in the examples."""
        login, name, form = STEPS[step]
        visitor: Visitor = self.visit(by or login.format(house=self.house))
        visitor.open_task(name, number=self.number)
        self._look(visitor, form)
        visitor.answer(self._typed(form, otherwise))
        visitor.complete()

    def do_all(self, *steps: str) -> None:
        for step in steps:
            self.do(step)

    def later(self, **span: float) -> datetime:
        moment: datetime = self.visit.later(**span)
        return moment

    def _typed(self, form: str, otherwise: Mapping[str, Any] | None = None) -> dict[str, list[str]]:
        one = {"antwoorden": {form: {**self.answers.get(form, {}), **(otherwise or {})}}}
        return demo.raw(demo.answers_for(EXAMPLES, form, one), now=clock.now())

    def _look(self, visitor: Visitor, form: str) -> None:
        if form not in _seen:
            _seen.add(form)
            found = visitor.violations()
            assert not found, found
