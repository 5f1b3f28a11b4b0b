"""/werkwijze/concepten: a draft of the way of working, from its first change until it is live."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session

from app import clock
from app.errors import Conflict, Forbidden, Invalid, Problem
from app.services import (
    archive,
    draft_history,
    drafts,
    impact,
    new_files,
    organisation,
    publishing,
    releases,
    renewal,
)
from app.services.access import Permission
from app.services.archive import MAX_UPLOAD_BYTES, Imported
from app.services.draft_saves import HERE
from app.services.drafts import SAVED
from app.store import drafts as rows
from app.store import releases as release_rows
from app.store.models import Draft, Person
from app.store.session import db, transaction
from app.web import links
from app.web.access import current_person, requires
from app.web.files import svg_answer, zip_answer

bp = Blueprint("drafts", __name__, url_prefix="/werkwijze/concepten/<uuid:id>")

MAX_UPLOADS = 200
POINTS = 200
"""So many points of the history are listed."""


@bp.get("")
@requires(Permission.CHANGE_WORKFLOW)
def page(id: UUID) -> str:
    return _page(id)


def _page(
    id: UUID,
    *,
    errors: Mapping[str, str] | None = None,
    typed: Mapping[str, str] | None = None,
    problem: str = "",
    place: str = "",
) -> str:
    """The draft; `errors` are at the fields of the part `place`, `problem` is about the page as a whole."""
    session: Session = db.session()
    draft, person = drafts.find(session, id), current_person()
    files = drafts.files(session, draft)
    touched = impact.touched(session, person, draft.base_number, files)
    return render_template(
        "werkwijze/concept.html",
        concept=draft,
        live=releases.current_number(session),
        bestanden=list(files),
        namen=releases.file_names(session, draft.base_number, files),
        veranderd=drafts.changed_names(session, draft),
        laatst=rows.latest(session, draft.key),
        aanwezig=_present(session, draft, person),
        problemen=_by_severity(drafts.problems_in(session, files)),
        geraakt=touched,
        geraakte_casussen=sum(one.cases for one in touched),
        verloop=rows.events(session, draft.key),
        waarom_niet=publishing.why_not_approve(session, draft, person),
        vier_ogen=organisation.four_eyes(session),
        later_veranderd=_changed_since(session, draft),
        ingediend_door=_name(session, draft.submitted_by),
        goedgekeurd_door=_name(session, draft.approved_by),
        ingevoerd=request.args.get("ingevoerd"),
        fouten=errors or {},
        fout=problem,
        deel=place,
        getypt=typed or {},
    )


def _present(session: Session, draft: Draft, person: Person) -> dict[str, list[str]]:
    """The names of the others who have a file open, by file."""
    found: dict[str, list[str]] = {}
    for name, one in rows.present(session, draft.key, since=clock.now() - HERE):
        if one.key != person.key:
            found.setdefault(name, []).append(one.name)
    return found


def _by_severity(problems: list[Problem]) -> dict[str, list[Problem]]:
    return {kind: [one for one in problems if one.severity == kind] for kind in ("error", "warning")}


def _changed_since(session: Session, draft: Draft) -> list[str]:
    """Who changed something after it was handed in."""
    submitted = [one.revision for one in rows.events(session, draft.key) if one.kind == "submitted"]
    if draft.state != drafts.IN_REVIEW or not submitted:
        return []
    found = [one for one in rows.all_saved(session, draft.key) if one.revision > submitted[-1]]
    return sorted({one.person.name for one in found})


def _name(session: Session, key: int | None) -> str:
    return "" if key is None else session.get_one(Person, key).name


def _check_first(id: UUID) -> None:
    """Checking takes long: it is done before the transaction in which the outcome must be known."""
    session: Session = db.session()
    drafts.check(session, drafts.find(session, id))


def _here(id: UUID) -> Response:
    answer: Any = redirect(url_for("drafts.page", id=id), 303)
    return answer  # type: ignore[no-any-return]


# ── Review and publishing ────────────────────────────────────────────────────────────────────────────────


@bp.post("/indienen")
@requires(Permission.CHANGE_WORKFLOW)
def submit(id: UUID) -> Any:
    note = request.form.get("toelichting", "")
    _check_first(id)
    try:
        with transaction() as session:
            draft = drafts.lock(session, id)
            publishing.submit(session, draft, note, by=current_person(), now=clock.now())
    except Invalid as error:
        problem = "" if error.errors else error.message
        typed = {"toelichting": note}
        return _page(id, errors=error.errors, typed=typed, problem=problem, place="indienen"), 422
    except Conflict as error:
        return _page(id, typed={"toelichting": note}, problem=error.message), 409
    flash("Ingediend. Een andere proceseigenaar kan het nu bekijken en goedkeuren.")
    return _here(id)


@bp.post("/intrekken")
@requires(Permission.CHANGE_WORKFLOW)
def withdraw(id: UUID) -> Any:
    with transaction() as session:
        draft = drafts.lock(session, id)
        publishing.withdraw(session, draft, by=current_person(), now=clock.now())
    return _here(id)


@bp.post("/terugsturen")
@requires(Permission.CHANGE_WORKFLOW)
def send_back(id: UUID) -> Any:
    why = request.form.get("reden", "")
    try:
        with transaction() as session:
            draft = drafts.lock(session, id)
            publishing.send_back(session, draft, why, by=current_person(), now=clock.now())
    except Invalid as error:
        return _page(id, errors=error.errors, typed={"reden": why}, place="terugsturen"), 422
    except Conflict as error:
        return _page(id, typed={"reden": why}, problem=error.message), 409
    flash("Teruggestuurd, met uw reden.")
    return _here(id)


@bp.post("/goedkeuren")
@requires(Permission.CHANGE_WORKFLOW)
def approve(id: UUID) -> Any:
    """Approve what the page showed (`stand`); with `meteen` it goes live in the same step."""
    seen = request.form.get("stand", "")
    _check_first(id)
    try:
        with transaction() as session:
            draft, person, now = drafts.lock(session, id), current_person(), clock.now()
            revision = int(seen) if seen.isdecimal() and len(seen) < 10 else -1
            publishing.approve(session, draft, revision, by=person, now=now)
            at_once = request.form.get("meteen") == "ja"
            number = publishing.publish(session, draft, by=person, now=now).number if at_once else None
    except Forbidden as error:
        return _page(id, problem=error.message), 403
    except (Conflict, Invalid) as error:
        return _page(id, problem=error.message), 409 if isinstance(error, Conflict) else 422
    if number is None:
        flash("Goedgekeurd. Het concept kan nu live.")
        return _here(id)
    return _is_live(number)


@bp.post("/publiceren")
@requires(Permission.CHANGE_WORKFLOW)
def publish(id: UUID) -> Any:
    _check_first(id)
    try:
        with transaction() as session:
            draft = drafts.lock(session, id)
            number = publishing.publish(session, draft, by=current_person(), now=clock.now()).number
    except (Conflict, Invalid) as error:
        return _page(id, problem=error.message), 409 if isinstance(error, Conflict) else 422
    return _is_live(number)


def _is_live(number: int) -> Any:
    flash(f"Versie {number} is live: nieuwe casussen volgen haar vanaf nu.")
    return redirect(url_for("moving.page", number=number), 303)


@bp.post("/wegleggen")
@requires(Permission.CHANGE_WORKFLOW)
def drop(id: UUID) -> Any:
    with transaction() as session:
        draft = drafts.lock(session, id)
        publishing.drop(session, draft, by=current_person(), now=clock.now())
    flash("Weggelegd. Er is niets verloren: u kunt het concept weer tevoorschijn halen.")
    return redirect(url_for("workflow.page"), 303)


@bp.post("/hervatten")
@requires(Permission.CHANGE_WORKFLOW)
def take_up(id: UUID) -> Any:
    with transaction() as session:
        draft = drafts.lock_any(session, id)
        publishing.take_up(session, draft, by=current_person(), now=clock.now())
    return _here(id)


# ── A newer release, and what running cases notice ───────────────────────────────────────────────────────


@bp.get("/bijwerken")
@requires(Permission.CHANGE_WORKFLOW)
def renew_page(id: UUID) -> str:
    return _renew_page(id, {})


def _renew_page(id: UUID, choices: Mapping[str, str], *, undecided: bool = False) -> str:
    session: Session = db.session()
    draft = drafts.find(session, id)
    found = renewal.renewal(session, draft)
    return render_template(
        "werkwijze/bijwerken.html",
        concept=draft,
        bijwerking=found,
        versies=release_rows.after(session, draft.base_number),
        namen=releases.file_names(session, found.release),
        keuzes=choices,
        nog_kiezen=undecided,
    )


@bp.post("/bijwerken")
@requires(Permission.CHANGE_WORKFLOW)
def renew(id: UUID) -> Any:
    """`keuze:<file>` is `mine` or `theirs` where both changed it."""
    choices = {
        name.removeprefix("keuze:"): value
        for name, value in request.form.items()
        if name.startswith("keuze:") and value in (renewal.MINE, renewal.THEIRS)
    }
    with transaction() as session:
        draft = drafts.lock(session, id)
        found = renewal.renew(session, draft, choices, by=current_person(), now=clock.now())
    if found.conflicts:
        return _renew_page(id, choices, undecided=True), 422
    flash(f"Het concept is bijgewerkt naar versie {found.release}.")
    return _here(id)


@bp.get("/gevolgen")
@requires(Permission.CHANGE_WORKFLOW)
def consequences(id: UUID) -> str:
    """What it would do to the cases that run: numbers only."""
    session: Session = db.session()
    draft, person = drafts.find(session, id), current_person()
    files = drafts.files(session, draft)
    target = releases.load(session, files)
    return render_template(
        "werkwijze/gevolgen.html",
        concept=draft,
        kan=target is not None,
        geraakt=impact.touched(session, person, draft.base_number, files),
        groepen=[] if target is None else impact.outlook(session, person, target),
    )


# ── History ──────────────────────────────────────────────────────────────────────────────────────────────


@bp.get("/geschiedenis")
@requires(Permission.CHANGE_WORKFLOW)
def history(id: UUID) -> str:
    """All points of the draft, or (`bestand`) of one file."""
    session: Session = db.session()
    draft, name = drafts.find(session, id), request.args.get("bestand", "")
    points = draft_history.history(session, draft, name) if name else rows.all_saved(session, draft.key)
    return render_template(
        "werkwijze/geschiedenis.html",
        concept=draft,
        bestand=name,
        punten=points[:POINTS],
        meer=max(0, len(points) - POINTS),
        nu=points[0].revision if points else 0,
    )


@bp.post("/terug")
@requires(Permission.CHANGE_WORKFLOW)
def back(id: UUID) -> Any:
    """The whole draft back to the point `nummer`."""
    number = request.form.get("nummer", "")
    revision = int(number) if number.isdecimal() and len(number) < 10 else -1
    with transaction() as session:
        draft = drafts.lock(session, id)
        draft_history.back_whole(session, draft, revision, by=current_person(), now=clock.now())
    flash(f"Het concept is weer zoals bij stand {revision}. Wat daarna kwam, staat nog in de geschiedenis.")
    return _here(id)


# ── Files ────────────────────────────────────────────────────────────────────────────────────────────────


@bp.get("/bestanden.zip")
@requires(Permission.CHANGE_WORKFLOW)
def archived(id: UUID) -> Response:
    session: Session = db.session()
    draft = drafts.find(session, id)
    return zip_answer(archive.pack(drafts.files(session, draft)), f"concept-{draft.key}.zip")


@bp.get("/plaatje/<name>")
@requires(Permission.CHANGE_WORKFLOW)
def picture(id: UUID, name: str) -> Response:
    session: Session = db.session()
    found = drafts.file(session, drafts.find(session, id), name)
    return svg_answer(found.content or b"")


@bp.post("/nieuw")
@requires(Permission.CHANGE_WORKFLOW)
def add(id: UUID) -> Any:
    """A new process, decision or form to begin with; its editor opens where there is one."""
    typed = {"soort": request.form.get("soort", ""), "naam": request.form.get("naam", "")}
    try:
        with transaction() as session:
            draft = drafts.lock(session, id)
            others = drafts.files(session, draft)
            name, content = new_files.make(typed["soort"], typed["naam"], others=others)
            drafts.put(session, draft, {name: content}, kind=SAVED, by=current_person(), now=clock.now())
    except Invalid as error:
        return _page(id, errors=error.errors, typed=typed, place="nieuw"), 422
    flash(f"{name} is gemaakt.")
    return redirect(links.edit(id, name) or url_for("drafts.page", id=id), 303)


@bp.post("/invoer")
@requires(Permission.CHANGE_WORKFLOW)
def bring_in(id: UUID) -> Any:
    """Files or zips into the draft; with `precies` the draft becomes exactly those."""
    sent = [file for file in request.files.getlist("bestanden") if file.filename]
    uploads = [(file.filename or "", file.read(MAX_UPLOAD_BYTES + 1)) for file in sent[:MAX_UPLOADS]]
    seen = request.form.get("stand", "")
    revision = int(seen) if seen.isdecimal() and len(seen) < 10 else 0
    try:
        if not uploads:
            raise Invalid("Kies eerst een of meer bestanden, of een zip.")
        if len(sent) > MAX_UPLOADS or sum(len(content) for _, content in uploads) > MAX_UPLOAD_BYTES:
            raise Invalid("Dit is te veel in één keer. Voer het in delen in.")
        # Unpacking takes long, and nobody has to wait for it.
        unpacked = archive.unpack(uploads)
        with transaction() as session:
            told = archive.import_into(
                session,
                drafts.lock(session, id),
                unpacked,
                exactly=request.form.get("precies") == "ja",
                revision=revision,
                by=current_person(),
                now=clock.now(),
            )
    except (Invalid, Conflict) as error:
        wrong = error.errors if isinstance(error, Invalid) else {}
        status = 422 if isinstance(error, Invalid) else 409
        return _page(id, errors=wrong, problem=error.message, place="invoer"), status
    flash(_in_words(told))
    return _here(id)


def _in_words(told: Imported) -> str:
    parts = [
        f"{len(names)} {word}"
        for names, word in (
            (told.added, "nieuw"),
            (told.changed, "veranderd"),
            (told.removed, "weggehaald"),
            (told.same, "gelijk gebleven"),
        )
        if names
    ]
    ignored = f" Niet overgenomen: {', '.join(told.ignored[:5])}." if told.ignored else ""
    return f"Ingevoerd: {', '.join(parts)}.{ignored}"
