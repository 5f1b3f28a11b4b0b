"""Text -> data: numbers exact, nothing that JSON does not know, and not nested without end."""

import json
from decimal import Decimal
from typing import Any, NoReturn

from app.errors import Invalid


def group(text: str) -> dict[str, Any]:
    """A JSON object. Raises Invalid, in Dutch, for anything else."""
    try:
        data = json.loads(text, parse_float=Decimal, parse_constant=_refuse)
    except RecursionError as error:
        raise Invalid("Deze gegevens staan te diep in elkaar.") from error
    except ValueError as error:
        raise Invalid(f"Dit is geen JSON: {error}.") from error
    if not isinstance(data, dict):
        raise Invalid('Hier hoort een groep gegevens, zoals {"leeftijd": 17}.')
    return data


def _refuse(text: str) -> NoReturn:
    raise ValueError(f"{text} is geen getal")
