"""Repairs by one click: each a pure function from the bytes of a file to its bytes, with all else left alone.

A repair goes by a name with its arguments behind it, such as `correct-name:besluti:besluit`; a problem
carries that, and `label` says in Dutch what it will do.
"""

from collections.abc import Mapping
from typing import Final
from urllib.parse import quote, unquote

from app.checks.repairs import diagrams, texts
from app.errors import Invalid

__all__ = ["LABELS", "label", "named", "repair"]

LABELS: Final[Mapping[str, str]] = {
    "set-default": "Maak deze pijl de standaardweg",
    "add-default-branch": "Voeg een standaardweg toe voor de rest",
    "give-ids": "Geef elk element een id",
    "remove-flow": "Haal de dubbele pijl weg",
    "remove-gateway": "Haal de overbodige gateway weg",
    "name-after-form": "Geef de stap een naam",
    "add-end-event": "Zet er een eindpunt achter",
    "plain-end": "Maak er een gewoon eindpunt van",
    "correct-name": "Verander '{0}' in '{1}'",
    "correct-text": 'Verander "{0}" in "{1}"',
    "quote": 'Zet aanhalingstekens om "{0}"',
    "replace-form": "Kies het formulier '{0}'",
    "replace-process": "Kies het proces '{0}'",
    "replace-decision": "Kies de beslissing '{0}'",
    "replace-job-type": "Kies de soort werk '{0}'",
    "set-header": "Kies de taak '{1}'",
}
"""What each repair does, in words; `{0}` is its first argument."""


def named(name: str, *arguments: str) -> str:
    """A repair with its arguments, as one text."""
    return ":".join([name, *(quote(one, safe="") for one in arguments)])


def split(repair_id: str) -> tuple[str, list[str]]:
    """The name of a repair, and its arguments."""
    name, *arguments = repair_id.split(":")
    return name, [unquote(one) for one in arguments]


def label(repair_id: str) -> str:
    """What a repair does, in Dutch. Raises Invalid for one that does not exist."""
    name, arguments = split(repair_id)
    try:
        return LABELS[name].format(*arguments)
    except (KeyError, IndexError) as error:
        raise Invalid("Deze herstelactie bestaat niet.", repair=name) from error


def repair(
    repair_id: str,
    content: bytes,
    element_id: str | None,
    *,
    file: str,
    files: Mapping[str, bytes] | None = None,
) -> bytes:
    """The file with one thing mended at an element (or form field). `files` are the others of the release.

    Raises Invalid, in Dutch, for a repair that does not exist or that can't be done there.
    """
    name, arguments = split(repair_id)
    label(repair_id)
    if name in texts.REPAIRS:
        return texts.REPAIRS[name](content, file, element_id, arguments)
    if not file.endswith(".bpmn"):
        raise Invalid("Dit kan hier niet vanzelf worden hersteld.", repair=name)
    return diagrams.REPAIRS[name](content, element_id, arguments, files or {})
