"""What the diagram says about a case: the `casus.*` properties of its start event. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from app import feel
from app.errors import CasusrouteError

MAX_TEXT_CHARS = 200
LOWEST_PRIORITY, HIGHEST_PRIORITY = 0, 100


@dataclass(frozen=True, slots=True)
class CaseProperties:
    """A property that is absent or gives null is None: what the case had stays. The empty text clears it.

    So an expression that fails can never lift a closed compartment.
    """

    title: str | None = None
    house: str | None = None
    municipality: str | None = None
    theme: str | None = None
    route: str | None = None
    legal_regime: str | None = None
    compartment: str | None = None
    reporter: str | None = None
    priority: int | None = None


NAMES = {
    "casus.titel": "title",
    "casus.huis": "house",
    "casus.gemeente": "municipality",
    "casus.thema": "theme",
    "casus.route": "route",
    "casus.rechtsregime": "legal_regime",
    "casus.compartiment": "compartment",
    "casus.melder": "reporter",
}


def evaluate(properties: Mapping[str, str], variables: Mapping[str, Any], *, now: datetime) -> CaseProperties:
    """The case's properties as `variables` have it now. Never raises: a case goes on without a theme."""
    texts = {
        field: _text(_value(properties[name], variables, now))
        for name, field in NAMES.items()
        if name in properties
    }
    priority = _number(_value(properties.get("casus.prioriteit", "=null"), variables, now))
    return CaseProperties(**texts, priority=priority)


def _value(text: str, variables: Mapping[str, Any], now: datetime) -> Any:
    try:
        return feel.to_variable(feel.compile_value(text).evaluate(variables, now=now))
    except CasusrouteError:
        return None


def _text(value: Any) -> str | None:
    if value is None or isinstance(value, bool | list | dict):
        return None
    return str(value).strip()[:MAX_TEXT_CHARS]


def _number(value: Any) -> int | None:
    if isinstance(value, str) and value.strip().isdigit():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        return None
    return max(LOWEST_PRIORITY, min(HIGHEST_PRIORITY, int(value)))
