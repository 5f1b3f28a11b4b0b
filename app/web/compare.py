"""/werkwijze/vergelijken: what is different between two versions of the way of working, told and drawn."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, Response, render_template, request, url_for
from sqlalchemy.orm import Session

from app.checks.compare import Change, FileComparison, Piece
from app.errors import NotFound
from app.services import access, comparison, sources
from app.services.access import Permission
from app.services.sources import Source
from app.store.session import db
from app.web.access import current_person, requires
from app.web.workflow import READERS

bp = Blueprint("compare", __name__, url_prefix="/werkwijze/vergelijken")

SIGNS = {
    "added": ("+", "nieuw"),
    "removed": ("−", "vervallen"),
    "changed": ("≠", "anders"),
    "moved": ("↔", "verplaatst"),
    "same": ("", "gelijk"),
}
"""A sign and a word for each kind of change: colour is never the only difference."""
KINDS = {"process": "Proces", "decision": "Beslissing", "form": "Formulier", "file": "Bestand"}


@dataclass(frozen=True, slots=True)
class Drawn:
    """One version of a process as the script draws it: `place` is was or nu, `marks` have sign and word."""

    id: str
    place: str
    side: str
    name: str
    source: str
    process_id: str
    marks: dict[str, dict[str, str]]


@dataclass(frozen=True, slots=True)
class Part:
    """A process, decision or form with its changes; what is only about the drawing stands apart."""

    piece: Piece
    name: str
    kind: str
    changes: tuple[Change, ...]
    layout: tuple[Change, ...]
    drawings: tuple[Drawn, ...] = ()


@dataclass(frozen=True, slots=True)
class FileParts:
    """A file that is different, as the pages show it."""

    file: FileComparison
    parts: tuple[Part, ...]

    @property
    def count(self) -> int:
        return len(self.file.changes)

    @property
    def title(self) -> str:
        """What people call it; a file with several parts by its own name."""
        known = [part for part in self.parts if part.piece.kind != "file"]
        return f"{known[0].kind} {known[0].name}" if len(known) == 1 else self.file.name

    @property
    def words(self) -> str:
        """What the page about this file shows more than the sentences; empty where that is nothing."""
        if any(part.piece.kind == "process" for part in self.parts):
            return "Tekening bekijken" if self.file.state != "changed" else "Beide tekeningen bekijken"
        return "Tabel bekijken" if any(part.piece.table for part in self.parts) else ""


@bp.get("")
@requires(*READERS)
def page() -> str:
    session: Session = db.session()
    choices = comparison.choices(session, drafts=_changes_workflow())
    keys = [key for key, _ in choices if comparison.is_release(key)]
    after = request.args.get("naar") or keys[0]
    before = request.args.get("van") or _before(after, keys)
    sides = None if before is None else (_side(session, before), _side(session, after))
    found = None if sides is None else comparison.compared(*sides)
    names = comparison.form_names(session)
    return render_template(
        "werkwijze/vergelijken.html",
        keuzes=_with_sides(choices, sides),
        van=before,
        naar=after,
        kanten=sides,
        vergelijking=found,
        bestanden=[] if found is None else [_parts(file, names) for file in found.different],
        tekens=SIGNS,
    )


def _before(after: str, keys: Sequence[str]) -> str | None:
    """What somebody most likely wants to compare with: the release before, of a draft the live one."""
    if after not in keys:
        return keys[0]
    place = keys.index(after) + 1
    return keys[place] if place < len(keys) else None


def _with_sides(choices: list[tuple[str, str]], sides: tuple[Source, Source] | None) -> list[tuple[str, str]]:
    """The choices, with what is compared now and is not among them."""
    known = {key for key, _ in choices}
    more = [(side.key, side.title) for side in sides or () if side.key not in known]
    return [*more, *choices]


@bp.get("/bestand")
@requires(*READERS)
def file() -> str:
    session: Session = db.session()
    before = _side(session, request.args.get("van", ""))
    after = _side(session, request.args.get("naar", ""))
    found = comparison.compared(before, after).file(request.args.get("naam", ""))
    if found is None:
        raise NotFound("Dit bestand staat in geen van beide versies.")
    parts = _parts(found, comparison.form_names(session))
    drawn = FileParts(found, tuple(_with_drawings(part, found, before, after) for part in parts.parts))
    return render_template(
        "werkwijze/vergelijken_bestand.html", van=before, naar=after, bestand=drawn, tekens=SIGNS
    )


@bp.get("/bron")
@requires(*READERS)
def source() -> Response:
    """A file of one side, for the script that draws it."""
    name = request.args.get("naam", "")
    content = _side(db.session(), request.args.get("versie", "")).files.get(name)
    if content is None:
        raise NotFound("Dit bestand bestaat niet in deze versie.")
    kind = "application/json" if name.endswith(".form") else "application/xml"
    return Response(content, content_type=f"{kind}; charset=utf-8")


def _changes_workflow() -> bool:
    return Permission.CHANGE_WORKFLOW in access.permissions(current_person())


def _side(session: Session, text: str) -> Source:
    if not comparison.is_release(text) and not _changes_workflow():
        # A draft is for who changes the way of working; for others it does not exist.
        raise NotFound(sources.UNKNOWN)
    return sources.find(session, text)


def _parts(file: FileComparison, form_names: dict[str, str]) -> FileParts:
    return FileParts(file, tuple(_part(piece, form_names) for piece in file.pieces))


def _part(piece: Piece, form_names: dict[str, str]) -> Part:
    name = form_names.get(piece.id, piece.name) if piece.kind == "form" else piece.name
    layout = tuple(one for one in piece.changes if one.about == "layout")
    told = tuple(one for one in piece.changes if one.about != "layout")
    return Part(piece, name, KINDS[piece.kind], told, layout)


def _with_drawings(part: Part, file: FileComparison, before: Source, after: Source) -> Part:
    """Of a process both versions; of one that came or went the one that there is."""
    piece = part.piece
    if piece.kind != "process":
        return part
    names = (file.was or file.name, file.name)
    sides = zip(
        ("was", "nu"), (before, after), (piece.before, piece.after), names, piece.marks(), strict=True
    )
    drawings = tuple(
        Drawn(
            id=f"tekening-{place}-{process_id}",
            place=place,
            side=side.title,
            name=f"{part.name}, {side.name}",
            source=url_for("compare.source", versie=side.key, naam=name),
            process_id=process_id,
            marks={id: _mark(kind) for id, kind in marks.items()},
        )
        for place, side, process_id, name, marks in sides
        if process_id is not None and name in side.files
    )
    return Part(piece, part.name, part.kind, part.changes, part.layout, drawings)


def _mark(kind: str) -> dict[str, str]:
    """In the words of the script (`Teken` in vergelijken/marks.js)."""
    sign, word = SIGNS[kind]
    return {"soort": kind, "teken": sign, "tekst": word}
