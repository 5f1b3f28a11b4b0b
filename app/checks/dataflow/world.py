"""What the data flow knows of a release beside its diagrams: what forms, tables and jobs fill in."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from app.checks.dataflow import types
from app.checks.dataflow.types import Type
from app.decisions import DecisionModel
from app.engine.model import Process
from app.forms import Form

OPTION: Final = types.context({"value": types.TEXT, "label": types.TEXT})
REFERENCE: Final = (
    *("huizen", "gemeenten", "organisaties", "organisaties_primair", "medewerkers", "themas"),
)
"""The lists of `app.services.reference`."""
REFERENCES: Final = types.context({name: types.list_of(OPTION) for name in REFERENCE})
"""The name `referentie`, which every form has."""
ME: Final = types.context(
    {
        "naam": types.TEXT,
        "organisatie": types.TEXT,
        "organisatie_naam": types.TEXT,
        "partner": types.BOOLEAN,
    }
)
"""The name `ik`, which a start form has."""
CASE: Final = types.context(
    {
        "nummer": types.TEXT,
        "huis": types.TEXT,
        "huis_naam": types.TEXT,
        "gestart_op": Type("string", holds="date and time"),
        "gestart_door": types.TEXT,
        "kanaal_organisatie": Type("string", nullable=True),
    }
)
"""The variable `casus`, which every case has from its start on (`app.services.cases`)."""


@dataclass(frozen=True, slots=True)
class World:
    """Everything that is in a release, as far as it could be read."""

    processes: Mapping[str, Process] = field(default_factory=dict)
    forms: Mapping[str, Form] = field(default_factory=dict)
    decisions: Mapping[str, DecisionModel] = field(default_factory=dict)
    """The file of each decision, by the decision's id."""
    jobs: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """What each job type is known to give back; one that is not named here may give anything."""

    def callable(self, process_id: str) -> bool:
        """Whether there is such a process that can be called."""
        process = self.processes.get(process_id)
        return process is not None and process.executable
