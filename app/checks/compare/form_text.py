"""A form as it was written: its components in a row, each with what it stands in."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from app.errors import Invalid
from app.forms.definition import CONTAINERS, INPUTS, MAX_FILE_BYTES

NOUNS = {
    "text": "de tekst",
    "html": "de tekst",
    "separator": "de scheidingslijn",
    "spacer": "de witruimte",
    "group": "de groep",
    "dynamiclist": "de lijst",
    "table": "de tabel",
    "button": "de knop",
    "image": "de afbeelding",
}
TYPES = {
    "textfield": "een tekstveld",
    "textarea": "een groot tekstveld",
    "number": "een getal",
    "datetime": "een datum of tijd",
    "checkbox": "een vinkje",
    "checklist": "een lijst met vinkjes",
    "radio": "keuzerondjes",
    "select": "een keuzelijst",
    "taglist": "een lijst om uit te kiezen",
    "filepicker": "een bestand",
    "expression": "een berekend veld",
    "text": "een tekst",
    "html": "een tekst",
    "group": "een groep",
    "dynamiclist": "een lijst met rijen",
    "table": "een tabel",
    "separator": "een scheidingslijn",
    "spacer": "een witruimte",
    "button": "een knop",
}
MAX_NAME_CHARS = 50
_COMPUTED = re.compile(r"\{\{.*?\}\}", re.DOTALL)
_BLOCKS = re.compile(r"\{\{[#/].*?\}\}", re.DOTALL)
_DOTS = re.compile(r"(?:…[\s,.:]*)+")
_MARKS = re.compile(r"[*#_`>]+|<[^>]*>")


@dataclass(frozen=True, slots=True)
class Field:
    """One component. `path` is the name of its answer; `place` its number in the form, from 0."""

    id: str
    type: str
    raw: Mapping[str, Any]
    parent: str
    path: str
    place: int

    @property
    def name(self) -> str:
        """Its label, or how its text begins."""
        labels = (self.raw.get(one) for one in ("label", "dateLabel", "timeLabel", "text", "content", "key"))
        said = next((one for one in labels if isinstance(one, str) and one.strip()), "")
        text = _MARKS.sub(" ", _COMPUTED.sub("… ", _BLOCKS.sub(" ", said)))
        text = " ".join(_DOTS.sub("… ", text).split())
        return text if len(text) <= MAX_NAME_CHARS else text[:MAX_NAME_CHARS].rstrip() + " …"

    @property
    def noun(self) -> str:
        return NOUNS.get(self.type, "het veld" if self.type in INPUTS else "het onderdeel")

    def of(self, group: str) -> Mapping[str, Any]:
        """`validate`, `conditional`, `properties`, `appearance` or `layout`."""
        found = self.raw.get(group)
        return found if isinstance(found, dict) else {}


def read(content: bytes) -> tuple[dict[str, Any], dict[str, Field]]:
    """The form and its components by id, containers before what is in them. Raises Invalid."""
    if len(content) > MAX_FILE_BYTES:
        raise Invalid("Dit formulier is te groot.")
    try:
        data = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise Invalid(f"Dit is geen geldige JSON: {error}.") from error
    if not isinstance(data, dict) or not isinstance(data.get("components"), list):
        raise Invalid("Dit is geen formulier van form-js.")
    found: dict[str, Field] = {}
    for field in _fields(data["components"], "", ""):
        if field.id in found:
            raise Invalid(f"De id '{field.id}' komt twee keer voor.")
        found[field.id] = Field(field.id, field.type, field.raw, field.parent, field.path, len(found))
    return data, found


def _fields(components: list[Any], parent: str, above: str) -> Iterator[Field]:
    for place, raw in enumerate(components):
        if not isinstance(raw, dict):
            continue
        kind = str(raw.get("type") or "")
        own = str((raw.get("path") if kind in CONTAINERS else raw.get("key")) or "")
        path = f"{above}.{own}".strip(".") if own else above
        id = str(raw.get("id") or "") or f"{parent}/{kind}:{own or place}"
        yield Field(id, kind, raw, parent, path, 0)
        inner = raw.get("components")
        if isinstance(inner, list):
            yield from _fields(inner, id, path)
