"""/taken/<id>: one task: its form, and what somebody does with it."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from app import clock, forms
from app.errors import Busy, Conflict, EngineError, Invalid, Unreadable
from app.forms import Form, FormView
from app.services import access, cases, dossier, four_eyes, inbox, releases
from app.services.access import Permission
from app.store.models import UserTask
from app.store.session import db, transaction
from app.web import drawing, looks, submission
from app.web.access import current_person, is_partner, requires
from app.web.errors import TITLES, log_failure, status_of

bp = Blueprint("tasks", __name__, url_prefix="/taken")


@bp.get("/<uuid:id>")
@requires(Permission.DO_TASKS)
def page(id: UUID) -> str:
    task, form, context = _open(id)
    now = clock.now()
    draft = task.draft if _may_see_draft(task) else None
    view = forms.view(form, context=context, raw=draft, now=now)
    return _page(task, view)


@bp.post("/<uuid:id>")
@requires(Permission.DO_TASKS)
def complete(id: UUID) -> Any:
    if not request.files and not {"_rij", "_bijwerken", "_bewaren"} & request.form.keys():
        return _hand_in(id)
    person, now, raw = current_person(), clock.now(), submission.texts()
    try:
        task, form, context = _open(id)
    except Conflict as error:
        return _too_late(id, raw, error)
    documents, errors = submission.keep_documents(form, raw, context, by=person, now=now)
    if "_rij" in raw:
        raw = forms.with_rows(form, raw, raw["_rij"][-1])
    if "_rij" in request.form or "_bijwerken" in request.form:
        return _page(task, forms.view(form, context=context, raw=raw, documents=documents, now=now))
    if "_bewaren" in request.form:
        return _keep(task, form, raw)
    return _hand_in(id, raw, documents, errors)


def _hand_in(
    id: UUID,
    raw: submission.Raw | None = None,
    documents: forms.Documents | None = None,
    errors: Mapping[str, str] | None = None,
) -> Any:
    """Check the answers and run on, in one transaction; `errors` are what is wrong with the files."""
    person, now, errors = current_person(), clock.now(), errors or {}
    raw = submission.texts() if raw is None else raw

    def read(form: Form, context: Mapping[str, Any]) -> Mapping[str, Any]:
        answers = forms.read(form, raw, context=context, documents=documents, now=now)
        if errors:
            raise Invalid("Controleer wat u invulde.", dict(errors))
        return answers

    try:
        with transaction() as session:
            done = inbox.complete(session, id, read, by=person, now=now)
            name, number = done.name, done.case.number
    except Invalid as error:
        task, form, context = _open(id)
        shown = {**error.errors, **errors} or {"": error.message}
        view = forms.view(form, context=context, raw=raw, errors=shown, documents=documents, now=now)
        return _page(task, view), 422
    except Conflict as error:
        return _too_late(id, raw, error)
    except Unreadable:
        raise  # the page itself can't be made any more
    except (Busy, EngineError) as error:
        # Nothing of the step was kept, so what was typed must not be lost with it.
        log_failure(error)
        task, form, context = _open(id)
        shown = {"": error.message}
        view = forms.view(form, context=context, raw=raw, errors=shown, documents=documents, now=now)
        return _page(task, view), status_of(error)
    flash(f"Afgerond: {name} ({number}).")
    return redirect(url_for("inbox.page"), 303)


def _keep(task: UserTask, form: Form, raw: submission.Raw) -> Response:
    with transaction() as session:
        mine = inbox.task(session, task.id, current_person())
        draft = forms.read_draft(form, raw)
        inbox.save_draft(session, mine, draft, by=current_person(), now=clock.now())
    flash("Uw concept is bewaard. U kunt later verdergaan.")
    return redirect(url_for("tasks.page", id=task.id), 303)


@bp.post("/<uuid:id>/concept")
@requires(Permission.DO_TASKS)
def save(id: UUID) -> Any:
    """While somebody types: keep it, unchecked."""
    task, form, _ = _open(id)
    draft = forms.read_draft(form, submission.texts())
    with transaction() as session:
        mine = inbox.task(session, task.id, current_person())
        inbox.save_draft(session, mine, draft, by=current_person(), now=clock.now())
    moment = clock.now().astimezone(clock.AMSTERDAM)
    return jsonify({"melding": f"Concept bewaard om {moment:%H.%M}"})


@bp.post("/<uuid:id>/velden")
@requires(Permission.DO_TASKS)
def fields(id: UUID) -> Any:
    """Which fields are hidden by what is filled in now, and the computed values."""
    _, form, context = _open(id)
    return jsonify(forms.hidden(form, submission.texts(), context=context, now=clock.now()))


@bp.post("/<uuid:id>/oppakken")
@requires(Permission.DO_TASKS)
def claim(id: UUID) -> Response:
    with transaction() as session:
        inbox.claim(session, inbox.task(session, id, current_person()), by=current_person(), now=clock.now())
    return redirect(url_for("tasks.page", id=id), 303)


@bp.post("/<uuid:id>/terugleggen")
@requires(Permission.DO_TASKS)
def release(id: UUID) -> Response:
    with transaction() as session:
        inbox.release(
            session, inbox.task(session, id, current_person()), by=current_person(), now=clock.now()
        )
    flash("De taak ligt weer bij de anderen met deze rol.")
    return redirect(url_for("tasks.page", id=id), 303)


@bp.post("/<uuid:id>/overdragen")
@requires(Permission.DO_TASKS)
def assign(id: UUID) -> Response:
    login = request.form.get("aan", "")
    with transaction() as session:
        task = inbox.task(session, id, current_person())
        inbox.assign(session, task, login, by=current_person(), now=clock.now())
        name = next(one.name for one in inbox.assignees(session, task) if one.login == login)
    flash(f"De taak is nu van {name}.")
    mine = login == current_person().login
    return redirect(url_for("tasks.page", id=id) if mine else url_for("inbox.page"), 303)


def _open(id: UUID) -> tuple[UserTask, Form, dict[str, Any]]:
    """The task with its form and what its expressions can use. Raises NotFound, Forbidden, Conflict."""
    session: Session = db.session()
    person = current_person()
    task = inbox.task(session, id, person)
    instance = cases.instance(session, task.case)
    form = releases.form(session, instance.release_number, task.form_id or "")
    return task, form, inbox.form_context(session, task, person, now=clock.now())


def _may_see_draft(task: UserTask) -> bool:
    person = current_person()
    return task.draft is not None and person.key in (task.draft_by, task.assignee_key)


def _page(task: UserTask, view: FormView) -> str:
    session: Session = db.session()
    person, now, case = current_person(), clock.now(), task.case
    looks.saw(case.key)
    contents = access.may_see_contents(session, person, case, now=now)
    seen = access.may_see_case(person, case)
    instance = cases.instance(session, case)
    definitions = releases.definitions(session, instance.release_number)
    partner = is_partner(person)
    return render_template(
        "taken/taak.html",
        taak=task,
        casus=case,
        formulier_view=view,
        collegas=[one for one in inbox.assignees(session, task, person=person) if one.key != person.key],
        concept_bewaard=task.draft_saved_at if _may_see_draft(task) else None,
        mag_casus=seen,
        gegeven=dossier.given(session, case, now=now) if contents else [],
        verloop=cases.timeline(session, case)[-8:] if seen else [],
        tekening=drawing.for_task(
            definitions,
            instance.release_number,
            task.process_id,
            task.element_id,
            with_diagram=not partner and seen,
        ),
        partner=partner,
        zelf_gedaan=four_eyes.refusal(session, task, person, definitions),
    )


def _too_late(id: UUID, raw: submission.Raw, error: Conflict) -> tuple[str, int]:
    """Somebody was first: say who, and give back what was typed so that nothing is lost."""
    typed = {
        name: [text for text in values if text.strip()]
        for name, values in raw.items()
        if not name.startswith("_") and not name.endswith("__documenten") and name != "csrf_token"
    }
    typed = {name: values for name, values in typed.items() if values}
    return render_template(
        "taken/te_laat.html", titel=TITLES[409], tekst=error.message, getypt=typed, taak_id=id
    ), 409
