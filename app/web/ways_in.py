"""/aanmelden: the ways in, each with its start form."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import uuid4

from flask import Blueprint, jsonify, redirect, render_template, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import clock, forms
from app.engine.definitions import ProcessInfo
from app.errors import Busy, Conflict, EngineError, Invalid, NotFound
from app.forms import Form
from app.services import access, cases, reference, releases
from app.services.access import Permission
from app.store.models import Case, Person
from app.store.session import db, transaction
from app.web import submission
from app.web.access import current_person, is_partner, requires
from app.web.errors import log_failure, status_of

bp = Blueprint("ways_in", __name__, url_prefix="/aanmelden")


@bp.get("")
@requires(Permission.START_CASE)
def page() -> str:
    session: Session = db.session()
    definitions = releases.definitions(session, releases.current_number(session))
    ways = [definitions.processes[one.id] for one in releases.ways_in(session)]
    ways.sort(key=lambda process: (_place(process), process.name))
    return render_template("aanmelden/lijst.html", wegen=ways)


def _place(process: ProcessInfo) -> int:
    text = process.properties.get("aanmelden.volgorde", "")
    return int(text) if text.isdigit() else 99


@bp.get("/<process_id>")
@requires(Permission.START_CASE)
def form(process_id: str) -> str:
    process, found, context = _open(process_id)
    return _page(process, forms.view(found, context=context, now=clock.now()))


@bp.post("/<process_id>")
@requires(Permission.START_CASE)
def start(process_id: str) -> Any:
    process, found, context = _open(process_id)
    person, now, raw = current_person(), clock.now(), submission.texts()
    documents, errors = submission.keep_documents(found, raw, context, by=person, now=now)
    if "_rij" in raw:
        raw = forms.with_rows(found, raw, raw["_rij"][-1])
    if "_rij" in request.form or "_bijwerken" in request.form:
        return _page(process, forms.view(found, context=context, raw=raw, documents=documents, now=now))
    try:
        answers = forms.read(found, raw, context=context, documents=documents, now=now)
        if errors:
            raise Invalid("Controleer wat u invulde.", errors)
        number = _start(process_id, answers, by=person, now=now)
    except Invalid as error:
        shown = {**error.errors, **errors} or {"": error.message}
        view = forms.view(found, context=context, raw=raw, errors=shown, documents=documents, now=now)
        return _page(process, view), 422
    except (Busy, EngineError) as error:
        log_failure(error)
        shown = {"": error.message}
        view = forms.view(found, context=context, raw=raw, errors=shown, documents=documents, now=now)
        return _page(process, view), status_of(error)
    return redirect(url_for("ways_in.received", number=number), 303)


def _start(process_id: str, answers: Mapping[str, Any], *, by: Person, now: datetime) -> str:
    """The number of the case; of the one that there is already if this page was sent before."""
    form_key = _form_key()
    try:
        with transaction() as session:
            return cases.start(session, process_id, answers, by=by, now=now, form_key=form_key).number
    except Conflict:
        known = cases.begun_with(db.session(), form_key, answers, by=by)
        if known is None:
            raise
        return known.number


def _form_key() -> str:
    """Of the page that was sent; a new one for a new page."""
    sent = request.form.get("_eenmalig", "")
    return sent if re.fullmatch("[0-9a-f]{32}", sent) else uuid4().hex


@bp.post("/<process_id>/velden")
@requires(Permission.START_CASE)
def fields(process_id: str) -> Any:
    """Which fields are hidden by what is filled in now, and the computed values."""
    _, found, context = _open(process_id)
    return jsonify(forms.hidden(found, submission.texts(), context=context, now=clock.now()))


@bp.get("/ontvangen/<number>")
@requires(Permission.START_CASE)
def received(number: str) -> str:
    session: Session = db.session()
    person = current_person()
    case = session.scalars(select(Case).where(Case.number == number)).unique().one_or_none()
    if case is None or (case.started_by != person.key and not access.may_see_case(person, case)):
        raise NotFound("Deze ontvangstbevestiging bestaat niet, of is niet voor u.")
    seen = access.may_see_case(person, case)
    return render_template("aanmelden/ontvangen.html", casus=case, mag_casus=seen, partner=is_partner(person))


def _open(process_id: str) -> tuple[ProcessInfo, Form, dict[str, Any]]:
    session: Session = db.session()
    number = releases.current_number(session)
    process = releases.definitions(session, number).processes.get(process_id)
    if process is None or not process.executable or process.start_form_id is None:
        raise NotFound("Deze manier van aanmelden bestaat niet.")
    context = reference.context(session, clock.now(), person=current_person())
    return process, releases.form(session, number, process.start_form_id), context


def _page(process: ProcessInfo, view: forms.FormView) -> str:
    return render_template(
        "aanmelden/formulier.html", proces=process, formulier_view=view, eenmalig=_form_key()
    )
