"""Days as people fill them in."""

from collections.abc import Mapping
from datetime import date

from app.errors import Invalid


def day(given: Mapping[str, str], name: str) -> date | None:
    """The day in the field with this name; None where it is empty. Raises Invalid, at that field."""
    text = given.get(name, "")
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        message = "Vul een datum in."
        raise Invalid(message, {name: message}) from error
