"""/werkwijze/proefritten and /werkwijze/scenarios: running a way of working that need not be live."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, flash, jsonify, redirect, render_template, request, url_for
from sqlalchemy.orm import Session

from app import clock, forms, workdays
from app.checks import trial as pure
from app.checks.trial import Moment, Way
from app.engine.definitions import ProcessInfo
from app.errors import CasusrouteError, EngineError, Invalid, NotFound
from app.forms import Form, FormView
from app.services import decision_words, diagrams, releases, sources, trials
from app.services.access import Permission
from app.services.sources import Source
from app.store import people as people_rows
from app.store import releases as release_rows
from app.store.models import Trial
from app.store.session import db, transaction
from app.web import drawing, submission
from app.web.access import current_person, requires
from app.web.drawing import Drawing

bp = Blueprint("trials", __name__, url_prefix="/werkwijze")

FORWARD = (("uur", "1 uur"), ("1", "1 werkdag"), ("5", "5 werkdagen"), ("20", "20 werkdagen"))
"""How far the clock can be turned on at once."""
SILENT = {"exclusiveGateway", "parallelGateway", "inclusiveGateway", "eventBasedGateway", "boundaryEvent"}
"""Elements of which it says nothing that a token passed them, or something else says it already."""


@bp.get("/proefritten")
@requires(Permission.CHANGE_WORKFLOW)
def page() -> str:
    session: Session = db.session()
    definitions = releases.definitions(session, releases.current_number(session))
    names = {process.id: process.name or process.id for process in definitions.processes.values()}
    return render_template(
        "werkwijze/proefritten.html",
        proefritten=trials.recent(session),
        scenarios=trials.scenarios(session),
        namen=names,
        bron=str(releases.current_number(session)),
    )


@bp.get("/proefritten/nieuw")
@requires(Permission.CHANGE_WORKFLOW)
def new() -> str:
    return _new_page()


def _new_page(errors: dict[str, str] | None = None) -> str:
    session: Session = db.session()
    source = sources.find(session, request.values.get("bron", "") or str(releases.current_number(session)))
    chosen = request.values.get("proces", "")
    steps, problem = [], ""
    try:
        definitions, _ = releases.read(session, source.files)
    except Invalid as error:
        problem, processes = error.message, []
    else:
        processes = [one for one in definitions.processes.values() if one.executable]
        processes.sort(key=lambda one: (one.start_form_id is None, one.name))
        if chosen in definitions.processes and definitions.processes[chosen].executable:
            steps = trials.steps(Way(definitions, {}), chosen)
    return render_template(
        "werkwijze/proefrit_nieuw.html",
        bron=source,
        processen=processes,
        gekozen=chosen,
        stappen=steps,
        huizen=people_rows.houses(session),
        fouten=errors or {},
        probleem=problem,
    )


@bp.post("/proefritten")
@requires(Permission.CHANGE_WORKFLOW)
def start() -> Any:
    step = request.form.get("stap", "")
    try:
        with transaction() as session:
            source = sources.find(session, request.form.get("bron", ""))
            made = trials.start(
                session,
                source.files,
                process_id=request.form.get("proces", ""),
                house_key=request.form.get("huis", ""),
                release=source.release,
                draft_id=source.draft_id,
                by=current_person(),
                now=clock.now(),
            )
            if step and made.state is None:
                trials.begin_at(session, made, step, by=current_person())
            id = made.id
    except CasusrouteError as error:
        wrong = error.errors if isinstance(error, Invalid) and error.errors else {"proces": error.message}
        return _new_page(wrong), 422
    return redirect(url_for("trials.trial", id=id), 303)


@bp.get("/proefritten/<uuid:id>")
@requires(Permission.CHANGE_WORKFLOW)
def trial(id: UUID) -> str:
    row = trials.trial(db.session(), id)
    return _start_page(row) if row.state is None else _page(row)


def _page(row: Trial, error: str = "") -> str:
    session: Session = db.session()
    on, at = trials.way(session, row), trials.stand(session, row)
    role = request.values.get("als", "")
    tasks = [task for task in at.step.tasks if not role or role in _groups(task)]
    roles = sorted({group for task in at.step.tasks for group in _groups(task)})
    source = _source(session, row)
    return render_template(
        "werkwijze/proefrit.html",
        rit=row,
        bron=source,
        proces=on.definitions.processes[row.process_id],
        stand=at,
        taken=tasks,
        rol=role,
        rollen=[(key, _role_name(key)) for key in roles],
        groepen=lambda task: [_role_name(key) for key in _groups(task)],
        volgende=pure.next_due(at),
        sprongen=FORWARD,
        verloop=[(one, _told(one)) for one in reversed(trials.moments(row)) if _told(one)],
        gegevens=[(name, value) for name, value in sorted(at.step.variables.items()) if name != "casus"],
        tekeningen=_drawings(on, row, at)[::-1],
        fout=error,
    )


def _source(session: Session, row: Trial) -> Source | None:
    """What is tried out, where it still exists."""
    try:
        return sources.find(session, str(row.draft_id or row.release_number))
    except NotFound:
        return None


def _groups(task: Any) -> list[str]:
    users = [*task.candidate_users, *([task.assignee] if task.assignee else [])]
    return [*task.candidate_groups, *(f"persoon:{login}" for login in users)]


def _role_name(group: str) -> str:
    kind, colon, key = group.partition(":")
    if colon:
        return f"{kind} {key}"
    role = next((one for one in people_rows.roles(db.session()) if one.key == group), None)
    return role.name if role else group


def _told(moment: Moment) -> str:
    """One thing that happened, in words; empty for what says nothing."""
    name = f"‘{moment.name or moment.element_id}’"
    match moment.kind:
        case "work":
            return moment.text
        case "decision":
            return decision_words.explain([moment.data])
        case "incident" | "error":
            return f"Mislukt bij {name}: {moment.text}"
        case "timer_fired":
            return f"De termijn {name} ging af."
        case "message" | "signal":
            return f"Bericht ontvangen: {name}."
        case "cancelled" if moment.type in ("userTask", "callActivity", "subProcess"):
            return f"{name} is vervallen."
        case "completed" if moment.name and moment.type not in SILENT:
            done = (
                "Einde" if moment.type == "endEvent" else "Begin" if moment.type == "startEvent" else "Klaar"
            )
            return f"{done}: {name}."
    return ""


def _drawings(on: Way, row: Trial, at: pure.Trial) -> list[Drawing]:
    """The diagrams in which something stands, the outermost first."""
    found: dict[tuple[str, ...], ProcessInfo] = {}
    for path in sorted({token.path for token in at.step.tokens}, key=len):
        process: ProcessInfo | None = on.definitions.processes[row.process_id]
        found[()] = on.definitions.processes[row.process_id]
        for depth, step in enumerate(path, start=1):
            call = (
                next((one for one in process.elements if one.id == step and one.calls), None)
                if process
                else None
            )
            if call is None:
                break
            process = on.definitions.processes.get(call.calls or "")
            if process is not None:
                found[path[:depth]] = process
    if not found:
        found[()] = on.definitions.processes[row.process_id]
    return [_drawing(on, row, at, process, path) for path, process in found.items()]


def _drawing(on: Way, row: Trial, at: pure.Trial, process: ProcessInfo, path: tuple[str, ...]) -> Drawing:
    here = diagrams.tokens_here(at.step.tokens, process.elements, process_id=process.id, path=path)
    depth = len(path)
    inside = {one.path[depth] for one in at.step.tokens if one.path[:depth] == path and len(one.path) > depth}
    standings = {element: diagrams.standing_in_case(count, 0) for element, count in here.items()}
    steps = {one.id for one in process.elements}
    standings |= {one: diagrams.standing_in_case(1, 0) for one in (inside & steps) - standings.keys()}
    source = url_for("trials.file", id=row.id, name=process.file)
    return drawing.drawing(on.definitions, process, source=source, standings=standings)


@bp.get("/proefritten/<uuid:id>/bestanden/<name>")
@requires(Permission.CHANGE_WORKFLOW)
def file(id: UUID, name: str) -> Response:
    """A diagram as it is tried out."""
    session: Session = db.session()
    hashes = trials.trial(session, id).files
    if name not in hashes:
        raise NotFound("Dit bestand hoort niet bij deze proefrit.")
    content = release_rows.contents(session, {name: hashes[name]})[name]
    kind = "application/json" if name.endswith(".form") else "application/xml"
    return Response(content, content_type=f"{kind}; charset=utf-8")


# ── forms ────────────────────────────────────────────────────────────────────────────────────────────────


def _typed(form: Form) -> submission.Raw:
    """What was sent; of files their name and size only."""
    raw = submission.texts()
    for name in forms.file_fields(form, {name: [] for name in request.files}):
        sent = [
            pure.document(one.filename, len(one.read()))
            for one in request.files.getlist(name)
            if one.filename
        ]
        raw[f"{name}__documenten"] = [*raw.get(f"{name}__documenten", []), *sent]
    return forms.with_rows(form, raw, raw["_rij"][-1]) if "_rij" in raw else raw


def _filled_in(
    form: Form,
    known: dict[str, Any],
    now: datetime,
    work: Callable[[submission.Raw], None],
) -> tuple[FormView, int] | None:
    """Draw the form again where that was asked or something is wrong; None when `work` took the answers."""
    raw = _typed(form)
    if "_voorbeeld" in request.form:
        raw = pure.example(form, context=known, typed=forms.read_draft(form, raw), now=now)
        return forms.view(form, context=known, raw=raw, documents=pure.documents(form, raw), now=now), 200
    documents = pure.documents(form, raw)
    if {"_rij", "_bijwerken"} & request.form.keys():
        return forms.view(form, context=known, raw=raw, documents=documents, now=now), 200
    try:
        work(raw)
    except (Invalid, EngineError) as error:
        shown = (error.errors if isinstance(error, Invalid) else {}) or {"": error.message}
        return forms.view(form, context=known, raw=raw, errors=shown, documents=documents, now=now), 422
    return None


def _start_form(row: Trial) -> tuple[ProcessInfo, Form, dict[str, Any]]:
    session: Session = db.session()
    on = trials.way(session, row)
    process = on.definitions.processes[row.process_id]
    form = on.form(process.start_form_id)
    if form is None:
        raise NotFound("Dit proces heeft geen startformulier.")
    return process, form, trials.start_context(session, current_person(), now=row.now_at)


def _start_page(row: Trial, view: FormView | None = None) -> str:
    process, form, known = _start_form(row)
    return render_template(
        "werkwijze/proefrit_formulier.html",
        rit=row,
        titel=process.name or process.id,
        uitleg=process.documentation,
        knop="Beginnen",
        doel=url_for("trials.begin", id=row.id),
        velden=url_for("trials.begin_fields", id=row.id),
        formulier_view=view or forms.view(form, context=known, now=row.now_at),
    )


@bp.post("/proefritten/<uuid:id>/begin")
@requires(Permission.CHANGE_WORKFLOW)
def begin(id: UUID) -> Any:
    row = trials.trial(db.session(), id)
    _, form, known = _start_form(row)

    def work(raw: submission.Raw) -> None:
        with transaction() as session:
            trials.begin(session, trials.trial(session, id, lock=True), raw, by=current_person())

    again = _filled_in(form, known, row.now_at, work)
    if again is not None:
        return _start_page(row, again[0]), again[1]
    return redirect(url_for("trials.trial", id=id), 303)


@bp.post("/proefritten/<uuid:id>/velden")
@requires(Permission.CHANGE_WORKFLOW)
def begin_fields(id: UUID) -> Any:
    """Which fields of the start form are hidden by what is filled in now, and the computed values."""
    row = trials.trial(db.session(), id)
    _, form, known = _start_form(row)
    return jsonify(forms.hidden(form, submission.texts(), context=known, now=row.now_at))


def _task_form(row: Trial, task_id: str) -> tuple[Any, Form, dict[str, Any]]:
    session: Session = db.session()
    on, at = trials.way(session, row), trials.stand(session, row)
    task = at.task(task_id)
    form = on.form(task.form_id)
    if form is None:
        raise NotFound("Het formulier van deze taak bestaat niet.")
    return task, form, pure.context(on, at, task)


def _task_page(row: Trial, task_id: str, view: FormView | None = None) -> str:
    task, form, known = _task_form(row, task_id)
    return render_template(
        "werkwijze/proefrit_formulier.html",
        rit=row,
        titel=task.name,
        uitleg=task.documentation,
        knop="Afronden",
        doel=url_for("trials.complete", id=row.id, task_id=task_id, als=request.values.get("als") or None),
        velden=url_for("trials.fields", id=row.id, task_id=task_id),
        formulier_view=view or forms.view(form, context=known, now=row.now_at),
    )


@bp.get("/proefritten/<uuid:id>/taken/<task_id>")
@requires(Permission.CHANGE_WORKFLOW)
def task(id: UUID, task_id: str) -> str:
    return _task_page(trials.trial(db.session(), id), task_id)


@bp.post("/proefritten/<uuid:id>/taken/<task_id>")
@requires(Permission.CHANGE_WORKFLOW)
def complete(id: UUID, task_id: str) -> Any:
    row = trials.trial(db.session(), id)
    task, form, known = _task_form(row, task_id)
    role = request.values.get("als", "")

    def work(raw: submission.Raw) -> None:
        with transaction() as session:
            trials.complete(session, trials.trial(session, id, lock=True), task_id, raw, role=role)

    again = _filled_in(form, known, row.now_at, work)
    if again is not None:
        return _task_page(row, task_id, again[0]), again[1]
    flash(f"Afgerond in de proefrit: {task.name}.")
    return redirect(url_for("trials.trial", id=id, als=role or None), 303)


@bp.post("/proefritten/<uuid:id>/taken/<task_id>/velden")
@requires(Permission.CHANGE_WORKFLOW)
def fields(id: UUID, task_id: str) -> Any:
    """Which fields are hidden by what is filled in now, and the computed values."""
    row = trials.trial(db.session(), id)
    _, form, known = _task_form(row, task_id)
    return jsonify(forms.hidden(form, submission.texts(), context=known, now=row.now_at))


# ── the clock, messages, scenarios ───────────────────────────────────────────────────────────────────────


def _act(id: UUID, work: Callable[[Session, Trial], None]) -> Any:
    """Do something in a try-out; what is wrong is told on its own page."""
    try:
        with transaction() as session:
            work(session, trials.trial(session, id, lock=True))
    except CasusrouteError as error:
        row = trials.trial(db.session(), id)
        if row.state is None:
            raise
        return _page(row, error.message), 422
    return redirect(url_for("trials.trial", id=id, als=request.form.get("als") or None), 303)


@bp.post("/proefritten/<uuid:id>/klok")
@requires(Permission.CHANGE_WORKFLOW)
def forward(id: UUID) -> Any:
    """Turn the clock on: an hour, some working days, or to the next term."""
    return _act(id, lambda session, row: trials.forward(session, row, _until(session, row)))


def _until(session: Session, row: Trial) -> datetime:
    step = request.form.get("vooruit", "")
    if step == "termijn":
        due = pure.next_due(trials.stand(session, row))
        if due is None:
            raise Invalid("Er loopt nu geen termijn.")
        return max(due, row.now_at)
    if step == "uur":
        return row.now_at + timedelta(hours=1)
    if step.isdecimal() and 1 <= int(step) <= 250:
        return workdays.add(row.now_at, int(step))
    raise Invalid("Kies hoe ver de klok vooruit moet.")


@bp.post("/proefritten/<uuid:id>/bericht")
@requires(Permission.CHANGE_WORKFLOW)
def send(id: UUID) -> Any:
    """The message that the case waits for, chosen from what it waits for."""

    def work(session: Session, row: Trial) -> None:
        waiting = trials.stand(session, row).step.messages
        chosen = next((one for one in waiting if one.id == request.form.get("bericht")), None)
        if chosen is None:
            raise NotFound("De casus wacht niet meer op dit bericht.")
        trials.send(session, row, chosen.name, chosen.correlation_key, {})

    return _act(id, work)


@bp.post("/proefritten/<uuid:id>/scenario")
@requires(Permission.CHANGE_WORKFLOW)
def keep(id: UUID) -> Any:
    name = request.form.get("naam", "")

    def work(session: Session, row: Trial) -> None:
        trials.keep_scenario(session, row, name, by=current_person(), now=clock.now())

    answer = _act(id, work)
    if not isinstance(answer, tuple):
        flash(f"Bewaard als scenario: {' '.join(name.split())}.")
    return answer


@bp.get("/scenarios")
@requires(Permission.CHANGE_WORKFLOW)
def scenarios() -> str:
    """Every scenario, played on a release or draft."""
    session: Session = db.session()
    source = sources.find(session, request.args.get("bron", "") or str(releases.current_number(session)))
    found = trials.scenarios(session)
    results, problem = [], ""
    try:
        results = trials.replay(session, source.files, found, by=current_person(), now=clock.now())
    except Invalid as error:
        problem = error.message
    session.rollback()
    return render_template(
        "werkwijze/scenarios.html", bron=source, resultaten=results, probleem=problem, aantal=len(found)
    )


@bp.post("/scenarios/<uuid:id>/route")
@requires(Permission.CHANGE_WORKFLOW)
def expect(id: UUID) -> Any:
    """The way that it goes now is the way that it must go."""
    with transaction() as session:
        source = sources.find(session, request.form.get("bron", ""))
        scenario = trials.scenario(session, id)
        [result] = trials.replay(session, source.files, [scenario], by=current_person(), now=clock.now())
        trials.expect(session, scenario, result.played)
        name = scenario.name
    flash(f"De nieuwe route van ‘{name}’ is nu de verwachte.")
    return redirect(url_for("trials.scenarios", bron=source.key), 303)


@bp.post("/scenarios/<uuid:id>/weg")
@requires(Permission.CHANGE_WORKFLOW)
def remove(id: UUID) -> Any:
    with transaction() as session:
        scenario = trials.scenario(session, id)
        name = scenario.name
        trials.remove_scenario(session, scenario)
    flash(f"Scenario verwijderd: {name}.")
    return redirect(url_for("trials.scenarios", bron=request.form.get("bron") or None), 303)
