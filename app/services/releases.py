"""Releases of the way of working: check, publish, and read what one says."""

import hashlib
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy.orm import Session

from app import clock, forms
from app.checks import release as release_checks
from app.checks.release import People
from app.engine import definitions as engine_definitions
from app.engine.definitions import Definitions
from app.errors import Invalid, NotFound, Problem
from app.forms import Form
from app.services import job_types
from app.services.access import Permission
from app.services.way_files import KINDS
from app.store import people as people_rows
from app.store import releases as rows
from app.store.models import Definition, Release, ReleaseFile

CACHED = 64
SETTLED = timedelta(minutes=1)
"""A younger release may still be rolled back, and its number be used again."""


def check(session: Session, files: Mapping[str, bytes], *, only: str | None = None) -> list[Problem]:
    """What is wrong in these files, taken together as one release; `only` tells of one of them."""
    return release_checks.check(
        files, roles=_roles(session), job_types=job_types.RESULTS, people=_people(session), only=only
    )


def load(session: Session, files: Mapping[str, bytes]) -> Definitions | None:
    """The diagrams and tables of files that need not be live; None where something forbids running them."""
    try:
        return read(session, files)[0]
    except Invalid:
        return None


def publish(session: Session, files: Mapping[str, bytes], *, by: str, note: str, now: datetime) -> Release:
    """Put these files live as a new release; the same files as the current one give that one.

    Raises Invalid, with every problem in its message, when they cannot be published.
    """
    content_hash = hash_of(files)
    current = rows.current(session)
    if current is not None and current.hash == content_hash:
        return current
    _refuse([one for one in check(session, files) if one.severity == "error"])
    definitions, found_forms, problems = _read(_roles(session), files)
    if definitions is None:
        _refuse(problems)
        raise Invalid("Deze versie kan niet worden gelezen.")
    number = 1 if current is None else current.number + 1
    release = Release(number=number, hash=content_hash, author=by, note=note, published_at=now)
    session.add(release)
    session.flush()
    hashes = keep(session, files)
    session.add_all(
        ReleaseFile(release_number=number, name=name, content_hash=one) for name, one in hashes.items()
    )
    _add_definitions(session, number, hashes, definitions, found_forms, current)
    session.flush()
    return release


def _refuse(errors: list[Problem]) -> None:
    if errors:
        lines = "\n".join(str(problem) for problem in errors)
        raise Invalid(f"Deze versie kan niet live:\n{lines}", problems=len(errors))


def keep(session: Session, files: Mapping[str, bytes]) -> dict[str, str]:
    """Store the contents of these files, once for all that have them; gives the hash of each by its name."""
    hashes = {name: _content_hash(content) for name, content in files.items()}
    rows.keep(session, {hashes[name]: content for name, content in files.items()})
    return hashes


def _add_definitions(
    session: Session,
    number: int,
    hashes: Mapping[str, str],
    definitions: Definitions,
    found_forms: Mapping[str, Form],
    before: Release | None,
) -> None:
    earlier = [] if before is None else rows.definitions(session, before.number)
    versions = {(one.kind, one.id): one for one in earlier}
    earlier_hashes = {} if before is None else rows.file_hashes(session, before.number)

    def add(kind: str, identifier: str, name: str, file: str, *, startable: bool = False) -> None:
        old = versions.get((kind, identifier))
        same = old is not None and earlier_hashes.get(old.file_name) == hashes[file]
        session.add(
            Definition(
                release_number=number,
                kind=kind,
                id=identifier,
                name=name,
                version=1 if old is None else old.version + (not same),
                file_name=file,
                startable=startable,
            )
        )

    for process in definitions.processes.values():
        way_in = process.executable and process.start_form_id is not None
        add("process", process.id, process.name, process.file, startable=way_in)
    for identifier, model in definitions.decisions.items():
        add("decision", identifier, model.decisions[identifier].name, model.file)
    names = _form_names(definitions)
    for form in found_forms.values():
        add("form", form.id, names.get(form.id, form.id), form.file)


def _form_names(definitions: Definitions) -> dict[str, str]:
    """A form-js file has no name: a form is called after the first step that uses it, or its way in."""
    found: dict[str, str] = {}
    for process in definitions.processes.values():
        if process.start_form_id:
            found.setdefault(process.start_form_id, process.name)
        for element in process.elements:
            if element.form_id and element.type == "userTask":
                found.setdefault(element.form_id, element.name)
    return found


def current_number(session: Session) -> int:
    """Raises NotFound when nothing has been published yet."""
    number = rows.current_number(session)
    if number is None:
        raise NotFound("Er is nog geen werkwijze gepubliceerd.")
    return number


def definitions(session: Session, number: int) -> Definitions:
    """The diagrams and tables of a release, read once a process. Raises NotFound."""
    return _loaded(session, number)[0]


def read(session: Session, files: Mapping[str, bytes]) -> tuple[Definitions, Mapping[str, Form]]:
    """The diagrams, tables and forms of files that need not be live. Raises Invalid with what is wrong."""
    content_hash = hash_of(files)
    found = _cache.get(content_hash)
    if found is None:
        loaded, found_forms, problems = _read(_roles(session), files)
        if loaded is None:
            wrong = [str(problem) for problem in problems if problem.severity == "error"]
            raise Invalid("\n".join(["Deze bestanden kunnen nog niet worden uitgevoerd:", *wrong[:10]]))
        found = _remember(content_hash, loaded, found_forms)
    return found


def form(session: Session, number: int, form_id: str) -> Form:
    """A form of a release. Raises NotFound."""
    found = _loaded(session, number)[1].get(form_id)
    if found is None:
        raise NotFound("Dit formulier bestaat niet.", form=form_id)
    return found


def all_forms(session: Session, number: int) -> Mapping[str, Form]:
    """The forms of a release by their id. Raises NotFound."""
    return _loaded(session, number)[1]


def files(session: Session, number: int) -> dict[str, bytes]:
    """Every file of a release, by name. Raises NotFound."""
    require(session, number)
    return rows.files(session, number)


def file_names(session: Session, number: int, files: Mapping[str, bytes] | None = None) -> dict[str, str]:
    """How people know each file: by what a release defines in it, and what `files` put in its place."""
    found: dict[str, list[str]] = {}
    for one in rows.definitions(session, number):
        found.setdefault(one.file_name, []).append(one.name or one.id)
    loaded = None if files is None else load(session, files)
    for process in loaded.processes.values() if loaded else ():
        found[process.file] = [process.name or process.id]
    return {name: ", ".join(names[:2]) + ("…" if len(names) > 2 else "") for name, names in found.items()}


def require(session: Session, number: int) -> Release:
    """Raises NotFound."""
    release = session.get(Release, number)
    if release is None:
        raise NotFound("Deze versie van de werkwijze bestaat niet.", release=number)
    return release


def history(session: Session) -> list[Release]:
    """All releases, the newest first."""
    return rows.history(session)


def ways_in(session: Session) -> list[Definition]:
    """The processes of the current release that somebody can start, by name."""
    return rows.ways_in(session, current_number(session))


def _loaded(session: Session, number: int) -> tuple[Definitions, Mapping[str, Form]]:
    hashes = _hashes.setdefault(session.get_bind(), {})
    if number not in hashes:
        release = require(session, number)
        if clock.now() - release.published_at < SETTLED:
            return _read_once(session, number, release.hash)
        hashes[number] = release.hash
    return _read_once(session, number, hashes[number])


def _read_once(session: Session, number: int, content_hash: str) -> tuple[Definitions, Mapping[str, Form]]:
    found = _cache.get(content_hash)
    if found is None:
        loaded, found_forms, problems = _read(_roles(session), rows.files(session, number))
        if loaded is None:
            text = "; ".join(str(problem) for problem in problems[:3])
            raise NotFound(f"Deze versie van de werkwijze kan niet meer worden gelezen: {text}")
        found = _remember(content_hash, loaded, found_forms)
    return found


def _remember(
    content_hash: str, loaded: Definitions, found_forms: Mapping[str, Form]
) -> tuple[Definitions, Mapping[str, Form]]:
    found = _cache[content_hash] = (loaded, found_forms)
    if len(_cache) > CACHED:
        _cache.pop(next(iter(_cache)), None)
    return found


_hashes: WeakKeyDictionary[Any, dict[int, str]] = WeakKeyDictionary()
"""By database: the hash of each release. A release never changes."""
_cache: dict[str, tuple[Definitions, Mapping[str, Form]]] = {}
"""By the hash of the release. Roles are read once: a lane that gets another name needs a restart."""


def _roles(session: Session) -> dict[str, str]:
    found = people_rows.roles(session)
    return {role.key: role.key for role in found} | {role.name: role.key for role in found}


def _people(session: Session) -> People:
    """Who may do tasks in each house, by role; who has a role in both houses counts in each."""
    houses = {house.key: house.name for house in people_rows.houses(session)}
    roles: dict[str, set[str]] = {}
    for role, house in people_rows.manned(session):
        if Permission.DO_TASKS in role.permissions:
            roles.setdefault(role.key, set()).update(houses if house is None else [house])
    return People(houses, {role: frozenset(found) for role, found in roles.items()})


def _read(
    roles: Mapping[str, str], files: Mapping[str, bytes]
) -> tuple[Definitions | None, dict[str, Form], list[Problem]]:
    problems = [
        Problem(name, None, "Dit soort bestand hoort niet in een werkwijze.")
        for name in files
        if not name.endswith(KINDS)
    ]
    found: dict[str, Form] = {}
    for name in sorted(files):
        if not name.endswith(".form"):
            continue
        form, wrong = forms.parse(files[name], file=name)
        problems += wrong
        if form is not None and form.id in found:
            problems.append(Problem(name, form.id, f"Dit formulier staat ook in {found[form.id].file}."))
        elif form is not None:
            found[form.id] = form
    loaded, wrong = engine_definitions.load(files, roles=roles, forms=found.keys(), job_types=job_types.NAMES)
    problems += wrong
    broken = any(problem.severity == "error" for problem in problems)
    return (None if broken else loaded), found, problems


def _content_hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def hash_of(files: Mapping[str, bytes]) -> str:
    """Says of two sets of files whether they are the same, names and bytes."""
    digest = hashlib.sha256()
    for name in sorted(files):
        digest.update(f"{name}\0{_content_hash(files[name])}\n".encode())
    return digest.hexdigest()
