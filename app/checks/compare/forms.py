"""Two versions of a form: fields that came, went or moved, and what is different in those that stayed."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from app.checks.compare.form_text import TYPES, Field, read
from app.checks.compare.identity import pair
from app.checks.compare.model import Change, Piece
from app.checks.compare.options import options
from app.checks.compare.order import moved
from app.checks.compare.words import as_it_is, capital, count, listed, normal, now_was, quoted, shown, told

NOISE = (
    "$schema",
    "schemaVersion",
    "exporter",
    "executionPlatform",
    "executionPlatformVersion",
    "components",
)
_TOLD = frozenset(
    {"id", "type", "key", "path", "label", "dateLabel", "timeLabel", "components", "layout", "validate"}
    | {"conditional", "values", "properties"}
)
_CHECKS = {
    "minLength": "het kleinste aantal tekens",
    "maxLength": "het grootste aantal tekens",
    "min": "het laagste getal",
    "max": "het hoogste getal",
    "pattern": "het patroon",
    "patternErrorMessage": "de melding bij een verkeerde vorm",
    "validationType": "de soort controle",
}
_SETTINGS = {
    "description": "de hulptekst",
    "text": "de inhoud",
    "content": "de inhoud",
    "defaultValue": "de beginwaarde",
    "valuesKey": "de bron van de keuzes",
    "valuesExpression": "de bron van de keuzes",
    "expression": "de berekening",
    "dataSource": "de bron van de rijen",
    "columnsExpression": "de bron van de kolommen",
    "decimalDigits": "het aantal cijfers achter de komma",
    "subtype": "de soort datum of tijd",
    "defaultRepetitions": "het aantal rijen om mee te beginnen",
    "accept": "de soort bestanden",
}
_SWITCHES = {
    "readonly": ("kan niet meer worden veranderd", "kan nu worden veranderd"),
    "disabled": ("is nu uitgeschakeld", "is niet meer uitgeschakeld"),
    "disallowPassedDates": ("mag niet meer in het verleden liggen", "mag nu ook in het verleden liggen"),
    "multiple": ("mag nu meer dan één bestand zijn", "mag nu één bestand zijn"),
    "allowAddRemove": ("mag nu langer en korter worden gemaakt", "heeft nu een vast aantal rijen"),
    "showOutline": ("heeft nu een kader", "heeft geen kader meer"),
}
_PROPERTIES = {
    "beginwaarde": "de beginwaarde",
    "regels": "de hoogte",
    "breedte": "de breedte",
    "opmaak": "de soort nummer",
}


def compare(before: bytes, after: bytes) -> tuple[Piece, ...]:
    """Raises Invalid when either version cannot be read."""
    (was, old), (now, new) = read(before), read(after)
    same = _matched(old, new)
    found = list(_all(_Fields(old, new, same)))
    ids = str(was.get("id") or ""), str(now.get("id") or "")
    if ids[0] != ids[1]:
        text = f"De naam waarmee taken dit formulier kiezen is nu {quoted(ids[1])}, was {quoted(ids[0])}."
        found.insert(0, Change("changed", "id", text, *ids))
    rest = [{key: value for key, value in one.items() if key not in (*NOISE, "id")} for one in (was, now)]
    if rest[0] != rest[1]:
        found.append(Change("changed", "technical", "Een technische instelling van het formulier is anders."))
    state: Literal["changed", "same"] = "changed" if found else "same"
    return (Piece("form", ids[1], state, tuple(found), *ids),)


def whole(content: bytes, *, new: bool) -> tuple[Piece, ...]:
    """A form that came or went. Raises Invalid."""
    data, fields = read(content)
    id = str(data.get("id") or "")
    size = count(len(fields), "onderdeel", "onderdelen")
    state: Literal["added", "removed"] = "added" if new else "removed"
    text = f"Het formulier {quoted(id)} is {'nieuw' if new else 'vervallen'} ({size})."
    ids = (None, id) if new else (id, None)
    return (Piece("form", id, state, (Change(state, "form", text, *ids),), *ids),)


def _matched(old: Mapping[str, Field], new: Mapping[str, Field]) -> dict[str, str]:
    """Id before -> id after: by id, else by the name of the answer, else by what it says."""
    same = {id: id for id in old if id in new}
    looks: tuple[Callable[[Field], Any], ...] = (
        lambda one: (one.type, one.path) if one.raw.get("key") or one.raw.get("path") else None,
        lambda one: (one.type, one.name) if one.name else None,
    )
    for look in looks:
        pair(same, old, new, look)
    return same


@dataclass(frozen=True, slots=True)
class _Fields:
    """`same` is id before -> id after."""

    old: Mapping[str, Field]
    new: Mapping[str, Field]
    same: Mapping[str, str]


def called(field: Field) -> str:
    return f"{field.noun} {quoted(field.name)}" if field.name else field.noun


def _all(both: _Fields) -> Iterator[Change]:
    back = {now: was for was, now in both.same.items()}
    elsewhere = _elsewhere(both)
    for id, field in both.new.items():
        if id not in back:
            text = f"Er is {TYPES.get(field.type, 'een onderdeel')} bijgekomen"
            named = f": {quoted(field.name)}" if field.name else ""
            must = " (verplicht)" if field.of("validate").get("required") is True else ""
            yield Change("added", "field", f"{text}{named}{must}{_place(field, both.new)}.", None, id)
            continue
        was = both.old[back[id]]
        for about, sentence, before, after in _field(was, field):
            yield Change("changed", about, sentence, was.id, id, before, after)
        yield from _moved(both, was, field, id in elsewhere)
    for id, field in both.old.items():
        if id not in both.same:
            yield Change("removed", "field", f"{capital(called(field))} is vervallen.", id, None)
    yield from _beside(both)


def _place(field: Field, fields: Mapping[str, Field]) -> str:
    """Behind which field of the same group it stands, or in which group it is the first."""
    alike = [one for one in fields.values() if one.parent == field.parent]
    before = [one for one in alike if one.place < field.place and one.name]
    if before:
        return f", na {quoted(before[-1].name)}"
    around = fields.get(field.parent)
    return f", in {called(around)}" if around is not None else ", bovenaan"


def _elsewhere(both: _Fields) -> set[str]:
    """The fields (ids after) that were moved within what they stand in."""
    found: set[str] = set()
    for parent in {field.parent for field in both.new.values()}:
        pairs = [
            (was.place, both.new[both.same[id]])
            for id, was in both.old.items()
            if id in both.same
            and both.new[both.same[id]].parent == parent
            and both.same.get(was.parent, "") == parent
        ]
        pairs.sort(key=lambda one: one[0])
        found |= {pairs[index][1].id for index in moved([now.place for _, now in pairs])}
    return found


def _moved(both: _Fields, was: Field, now: Field, elsewhere: bool) -> Iterator[Change]:
    place = _place(now, both.new)
    if both.same.get(was.parent, was.parent) != now.parent:
        around = both.new.get(now.parent)
        where = f"in {called(around)}" if around is not None else "niet meer in een groep"
        behind = place if place.startswith(", na") else ""
        text = f"{capital(called(now))} staat nu {where}{behind}."
        yield Change("moved", "place", text, was.id, now.id)
    elif elsewhere:
        yield Change("moved", "place", f"{capital(called(now))} staat nu{place.lstrip(',')}.", was.id, now.id)


def _beside(both: _Fields) -> Iterator[Change]:
    """Fields that stand in one row with others than before, or are wider or narrower."""
    rows = [_mates(fields) for fields in (both.old, both.new)]
    for id, now_id in both.same.items():
        was, now = both.old[id], both.new[now_id]
        before = {both.same[one] for one in rows[0][id] if one in both.same}
        after = {one for one in rows[1][now_id] if one in both.same.values()}
        widths = [field.of("layout").get("columns") for field in (was, now)]
        for verb, mates in (("nu", after - before), ("niet meer", before - after)):
            # Of two fields the later one tells it.
            names = [quoted(both.new[one].name) for one in mates if both.new[one].place < now.place]
            if names:
                text = f"{capital(called(now))} staat {verb} naast {listed(sorted(names))}."
                yield Change("moved", "layout", text, id, now_id)
        if before == after and widths[0] != widths[1]:
            yield Change("moved", "layout", f"{capital(called(now))} is breder of smaller.", id, now_id)


def _mates(fields: Mapping[str, Field]) -> dict[str, set[str]]:
    rows: dict[tuple[str, Any], set[str]] = {}
    for field in fields.values():
        row = field.of("layout").get("row") or f"#{field.id}"
        rows.setdefault((field.parent, str(row)), set()).add(field.id)
    return {id: row - {id} for row in rows.values() for id in row}


_Found = tuple[str, str, str, str]
"""about, sentence, was, now"""


def _field(was: Field, now: Field) -> Iterator[_Found]:
    name = called(now)
    if was.type != now.type:
        kinds = [TYPES.get(one.type, quoted(one.type)) for one in (now, was)]
        yield "type", f"{capital(quoted(now.name))} is nu {kinds[0]}, was {kinds[1]}.", was.type, now.type
    for label in ("label", "dateLabel", "timeLabel"):
        old, new = _text(was.raw.get(label)), _text(now.raw.get(label))
        if normal(old) != normal(new):
            yield "label", told("de naam", called(was), old, new, say=as_it_is), old, new
    keys = (_own_key(was), _own_key(now))
    if keys[0] != keys[1]:
        text = f"Het antwoord bij {name} heet intern {now_was(*keys)}. Wie het gebruikt moet mee veranderen."
        yield "key", text, *keys
    yield from _required(was, now, name)
    for key, what in _CHECKS.items():
        yield from _setting(
            "validation", what, name, was.of("validate").get(key), now.of("validate").get(key)
        )
    yield from _condition(was, now, name)
    yield from options(was.raw.get("values"), now.raw.get("values"), name)
    for key, what in _SETTINGS.items():
        yield from _setting(key, what, name, was.raw.get(key), now.raw.get(key))
    for key, words in _SWITCHES.items():
        flags = [bool(one.raw.get(key)) for one in (was, now)]
        if flags[0] != flags[1]:
            yield key, f"{capital(name)} {words[0] if flags[1] else words[1]}.", "", ""
    yield from _properties(was, now, name)
    yield from _rest(was, now, name)


def _own_key(field: Field) -> str:
    return _text(field.raw.get("key") or field.raw.get("path"))


def _required(was: Field, now: Field, name: str) -> Iterator[_Found]:
    must = [one.of("validate").get("required") is True for one in (was, now)]
    if must[0] != must[1]:
        text = "is nu verplicht" if must[1] else "is niet meer verplicht"
        yield "required", f"{capital(name)} {text}.", "", ""


def _condition(was: Field, now: Field, name: str) -> Iterator[_Found]:
    hides = (_text(was.of("conditional").get("hide")), _text(now.of("conditional").get("hide")))
    if normal(hides[0]) == normal(hides[1]):
        return
    if not hides[0]:
        text = f"is nu verborgen als {shown(hides[1].removeprefix('='))}; eerst was het er altijd"
    elif not hides[1]:
        text = f"is er nu altijd; eerst was het verborgen als {shown(hides[0].removeprefix('='))}"
    else:
        text = f"is nu verborgen als {now_was(*hides).removeprefix('nu ')}"
    yield "condition", f"{capital(name)} {text}.", *hides


def _setting(about: str, what: str, name: str, was: Any, now: Any) -> Iterator[_Found]:
    old, new = _text(was), _text(now)
    if normal(old) != normal(new):
        yield about, told(what, name, old, new), old, new


def _properties(was: Field, now: Field, name: str) -> Iterator[_Found]:
    old, new = was.of("properties"), now.of("properties")
    for key in {**old, **new}:
        what = _PROPERTIES.get(key, f"de eigenschap {quoted(key)}")
        yield from _setting("property", what, name, old.get(key), new.get(key))


def _rest(was: Field, now: Field, name: str) -> Iterator[_Found]:
    """What nothing above tells of: that something is different, at the least."""
    known = _TOLD | set(_SETTINGS) | set(_SWITCHES)
    left = [{key: value for key, value in one.raw.items() if key not in known} for one in (was, now)]
    for group, keys in (("validate", {"required", *_CHECKS}), ("conditional", {"hide"})):
        for place, one in enumerate((was, now)):
            inner = {key: value for key, value in one.of(group).items() if key not in keys}
            left[place] |= {group: inner} if inner else {}
    if left[0] != left[1]:
        differs = sorted(key for key in {**left[0], **left[1]} if left[0].get(key) != left[1].get(key))
        text = f"Een instelling van {name} is anders ({', '.join(differs)})."
        yield "technical", text, "", ""


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "ja" if value else "nee"
    return value if isinstance(value, str) else str(value)
