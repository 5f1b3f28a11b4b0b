"""A way of working as files: the folders `processes/` and `forms/`, in a zip or loose, and back.

What was published or brought in comes out byte for byte. A zip from outside is not trusted in anything.
"""

import io
import stat
import zipfile
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import PurePosixPath

from sqlalchemy.orm import Session

from app.errors import Conflict, Invalid
from app.safe_xml import MAX_FILE_BYTES
from app.services import drafts, way_files
from app.services.drafts import IMPORTED
from app.store import drafts as rows
from app.store.models import Draft, Person

MAX_UPLOAD_BYTES = 20 * 1024 * 1024
MAX_MEMBERS = 2_000
FORMS, PROCESSES = "forms", "processes"
_MEMBER = b"PK\x01\x02"
"""How each entry of a zip's table of contents begins."""
_BEGINNING = (1980, 1, 1, 0, 0, 0)
"""The moment of every file in our zips: the same files give the same zip."""


@dataclass(frozen=True, slots=True)
class Imported:
    """What bringing in files did: names, and what lay in the zip that isn't part of a way of working."""

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    same: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()


@dataclass(slots=True)
class Unpacked:
    """The files by bare name, what was left aside, and by name why something can't be brought in."""

    files: dict[str, bytes] = field(default_factory=dict)
    ignored: list[str] = field(default_factory=list)
    wrong: dict[str, str] = field(default_factory=dict)
    unpacked_bytes: int = 0


def folder(name: str) -> str:
    """The folder that a file has its place in."""
    return FORMS if name.endswith(".form") else PROCESSES


def pack(files: Mapping[str, bytes]) -> bytes:
    """The files as a zip with their two folders."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, name in sorted((f"{folder(name)}/{name}", name) for name in files):
            member = zipfile.ZipInfo(path, _BEGINNING)
            member.external_attr = (stat.S_IFREG | 0o644) << 16
            archive.writestr(member, files[name], zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def unpack(uploads: Iterable[tuple[str, bytes]]) -> Unpacked:
    """Loose files and zips, taken together."""
    found = Unpacked()
    for name, content in uploads:
        if name.lower().endswith(".zip"):
            _unzip(found, name, content)
        else:
            # Some browsers send the folder along.
            _add(found, name.replace("\\", "/").rpartition("/")[2], content)
    return found


def _unzip(found: Unpacked, zip_name: str, content: bytes) -> None:
    if content.count(_MEMBER) > MAX_MEMBERS:
        found.wrong[zip_name] = f"Deze zip bevat te veel bestanden: hoogstens {MAX_MEMBERS}."
        return
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for member in archive.infolist():
                _take(found, archive, member)
    # A broken or hostile zip fails in many ways, and each of them means the same here.
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError, RuntimeError):
        found.wrong[zip_name] = "Deze zip is beschadigd of beveiligd, en kan niet worden gelezen."


def _take(found: Unpacked, archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> None:
    path = member.filename.replace("\\", "/")
    name = PurePosixPath(path).name
    if member.is_dir():
        return
    if "__MACOSX" in path or name.startswith(".") or not name.endswith(way_files.KINDS):
        found.ignored.append(path[:200])
    elif path.startswith("/") or ".." in PurePosixPath(path).parts or ":" in path:
        found.wrong[path[:200]] = "Dit pad wijst buiten de zip."
    elif stat.S_ISLNK(member.external_attr >> 16):
        found.wrong[path[:200]] = "Dit is een verwijzing en geen bestand."
    elif member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        found.wrong[path[:200]] = "Dit bestand is ingepakt op een manier die hier niet kan."
    elif len(found.files) >= way_files.MAX_FILES or found.unpacked_bytes > way_files.MAX_TOTAL_BYTES:
        found.wrong[path[:200]] = "De zip is uitgepakt te groot."
    else:
        with archive.open(member) as file:
            # What the zip says of a size is not believed.
            content = file.read(MAX_FILE_BYTES + 1)
        found.unpacked_bytes += len(content)
        _add(found, name, content)


def _add(found: Unpacked, name: str, content: bytes) -> None:
    if name in found.files:
        found.wrong[name[:200]] = "Dit bestand komt twee keer voor."
        return
    try:
        way_files.require_name(name, others=found.files)
        way_files.require_kind(name, content)
    except Invalid as error:
        found.wrong[name[:200]] = error.message
    else:
        found.files[name] = content


def import_into(
    session: Session,
    draft: Draft,
    unpacked: Unpacked,
    *,
    exactly: bool,
    revision: int,
    by: Person,
    now: datetime,
) -> Imported:
    """Bring files into a draft as one change; `exactly`: what is not among them is taken away.

    The draft is locked. All or nothing: raises Invalid naming every file that can't be brought in, and
    Conflict when a colleague changed one of them after `revision`, which this person saw.
    """
    if unpacked.wrong:
        raise Invalid("Er is niets overgenomen.", dict(unpacked.wrong))
    if not unpacked.files:
        raise Invalid("Hier zitten geen diagrammen, tabellen of formulieren in.")
    before = drafts.files(session, draft)
    wanted = unpacked.files if exactly else {**before, **unpacked.files}
    _require_room(wanted, unpacked.files)
    contents = drafts.differing(session, draft, wanted)
    _require_seen(session, draft, contents, revision=revision, by=by)
    drafts.put(session, draft, contents, kind=IMPORTED, by=by, now=now)
    return Imported(
        added=tuple(name for name in contents if name not in before),
        changed=tuple(name for name, content in contents.items() if name in before and content is not None),
        removed=tuple(name for name, content in contents.items() if content is None),
        same=tuple(name for name, content in unpacked.files.items() if before.get(name) == content),
        ignored=tuple(unpacked.ignored),
    )


def _require_room(wanted: Mapping[str, bytes], new: Iterable[str]) -> None:
    if len(wanted) > way_files.MAX_FILES or sum(map(len, wanted.values())) > way_files.MAX_TOTAL_BYTES:
        raise Invalid("Zo veel of zo grote bestanden kan een werkwijze niet hebben.")
    wrong: dict[str, str] = {}
    for name in new:
        try:
            way_files.require_name(name, others=wanted)
        except Invalid as error:
            wrong[name] = error.message
    if wrong:
        raise Invalid("Er is niets overgenomen.", wrong)


def _require_seen(
    session: Session, draft: Draft, contents: Iterable[str], *, revision: int, by: Person
) -> None:
    changed = rows.latest(session, draft.key)
    unseen = [changed[name] for name in contents if name in changed]
    unseen = [row for row in unseen if row.revision > revision and row.saved_by != by.key]
    if unseen:
        told = ", ".join(f"{row.name} ({row.person.name})" for row in unseen)
        raise Conflict(
            f"Er is niets overgenomen: een collega veranderde intussen {told}. Kijk daar eerst naar."
        )
