"""Paging by key: where a page ended, as one opaque word for in an address."""

import base64
import binascii
import json
from typing import Any

from app.errors import Invalid

MAX_CURSOR_CHARS = 200


def cursor(*place: str | int) -> str:
    """The sort columns of the last row of a page, in order."""
    return base64.urlsafe_b64encode(json.dumps(place).encode()).decode().rstrip("=")


def place(cursor: str, *types: type) -> list[Any]:
    """What `cursor()` was given. Raises Invalid if the word is not one of ours."""
    try:
        if len(cursor) > MAX_CURSOR_CHARS:
            raise ValueError("too long")
        values = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (ValueError, binascii.Error) as error:
        raise no_such_page() from error
    if not isinstance(values, list) or [type(value) for value in values] != list(types):
        raise no_such_page()
    return values


def no_such_page() -> Invalid:
    return Invalid("Deze pagina bestaat niet. Begin opnieuw bij de eerste pagina.")
