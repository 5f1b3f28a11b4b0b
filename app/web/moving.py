"""/werkwijze/<nummer>/lopende-casussen and /werkwijze/overgangen: running cases that go along to a release.

A process owner sees numbers; who may change cases chooses.
"""

from collections.abc import Collection, Mapping
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session

from app import clock
from app.errors import Conflict, Invalid, NotFound
from app.services import access, impact, migration, moving, releases
from app.services.access import Permission
from app.store import migrations as rows
from app.store.models import Case, Migration, MigrationCase
from app.store.session import db, transaction
from app.web.access import current_person, requires

bp = Blueprint("moving", __name__, url_prefix="/werkwijze")

EARLIER_SHOWN = 10
CASES_SHOWN = 1_000
BEGUN = "De casussen zijn onderweg. Elke casus gaat in zijn geheel mee, of blijft zoals hij is."
RENAMED = "anders:"
"""What the names of the fields begin with that say what a step is called now."""


def _may_choose() -> bool:
    return Permission.CHANGE_CASES in access.permissions(current_person())


@bp.get("/<int:number>/lopende-casussen")
@requires(Permission.CHANGE_WORKFLOW, Permission.CHANGE_CASES)
def page(number: int) -> str:
    return _page(number)


def _page(
    number: int, *, errors: Mapping[str, str] | None = None, typed: Mapping[str, Any] | None = None
) -> str:
    session: Session = db.session()
    release, person = releases.require(session, number), current_person()
    renamed = _renamed(request.values)
    target = releases.definitions(session, number)
    return render_template(
        "werkwijze/lopende_casussen.html",
        versie=release,
        huidige=releases.current_number(session),
        mag_kiezen=_may_choose(),
        keuzes=moving.choices(session, person, number, renamed) if _may_choose() else None,
        groepen=[] if _may_choose() else impact.outlook(session, person, target, release=number),
        anders=renamed,
        onderweg=[
            (one, migration.progress(session, one)) for one in rows.newest(session, limit=EARLIER_SHOWN)
        ],
        fouten=errors or {},
        getypt=typed or {"waarom": release.note, "groep": None, "zonder": []},
    )


def _renamed(given: Mapping[str, str]) -> dict[str, str]:
    return {
        name.removeprefix(RENAMED): value[:200]
        for name, value in given.items()
        if name.startswith(RENAMED) and value
    }


@bp.post("/<int:number>/lopende-casussen")
@requires(Permission.CHANGE_CASES)
def send(number: int) -> Any:
    why = request.form.get("waarom", "")
    groups, without = request.form.getlist("groep"), request.form.getlist("zonder")
    try:
        with transaction() as session:
            if releases.current_number(session) != number:
                raise Conflict(f"Versie {number} is niet meer live: kies de versie die nu live is.")
            made = moving.send(
                session,
                current_person(),
                number,
                groups=groups,
                without=without,
                renamed=_renamed(request.form),
                why=why,
                now=clock.now(),
            )
            key = made.key
    except Invalid as error:
        errors = {"waarom" if name == "why" else name: text for name, text in error.errors.items()}
        typed = {"waarom": why, "groep": groups, "zonder": without}
        return _page(number, errors=errors, typed=typed), 422
    flash(BEGUN)
    return redirect(url_for("moving.migration_page", key=key), 303)


def _migration(session: Session, key: int) -> Migration:
    found = session.get(Migration, key)
    if found is None:
        raise NotFound("Deze overgang bestaat niet.")
    return found


@bp.get("/overgangen/<int:key>")
@requires(Permission.CHANGE_WORKFLOW, Permission.CHANGE_CASES)
def migration_page(key: int) -> str:
    """How far it is; which cases, only for who may know of them."""
    session: Session = db.session()
    found = _migration(session, key)
    how_far = migration.progress(session, found)
    # While it runs the page is asked for every few seconds: then only what needs somebody stands in it.
    others = (migration.MOVED, migration.STOPPED) if not how_far.waiting else ()
    return render_template(
        "werkwijze/overgang.html",
        overgang=found,
        voortgang=how_far,
        geweigerd=_known(session, key, (migration.REFUSED,)),
        casussen=_known(session, key, others) if others else [],
        storingen=rows.failing(session, key) if _may_choose() and not how_far.waiting else 0,
        getoond=CASES_SHOWN,
        mag_kiezen=_may_choose(),
        huidige=releases.current_number(session),
    )


def _known(session: Session, key: int, states: Collection[str]) -> list[tuple[MigrationCase, Case]]:
    """The cases with these outcomes that this person may know of."""
    if not _may_choose():
        return []
    found, person = rows.cases(session, key, states=states, limit=CASES_SHOWN), current_person()
    return [(row, case) for row, case in found if access.may_see_case(person, case)]


@bp.post("/overgangen/<int:key>/stoppen")
@requires(Permission.CHANGE_CASES)
def stop(key: int) -> Any:
    with transaction() as session:
        migration.stop(session, _migration(session, key), now=clock.now())
    flash("Gestopt. Wat al meeging, blijft meegegaan; de andere casussen blijven waar zij waren.")
    return redirect(url_for("moving.migration_page", key=key), 303)


@bp.post("/overgangen/<int:key>/verder")
@requires(Permission.CHANGE_CASES)
def resume(key: int) -> Any:
    with transaction() as session:
        migration.resume(session, _migration(session, key), by=current_person(), now=clock.now())
    flash("De gestopte casussen zijn weer onderweg.")
    return redirect(url_for("moving.migration_page", key=key), 303)


@bp.get("/overgangen/<int:key>/terug")
@requires(Permission.CHANGE_CASES)
def back_page(key: int) -> str:
    return _back_page(key)


def _back_page(key: int, *, release: int = 0, why: str = "", error: str = "") -> str:
    """What bringing cases back would do; an error is of the form for `release`."""
    session: Session = db.session()
    found = _migration(session, key)
    return render_template(
        "werkwijze/terug.html",
        overgang=found,
        terug=moving.back(session, current_person(), found),
        fout_bij=release,
        waarom=why,
        fout=error,
    )


@bp.post("/overgangen/<int:key>/terug")
@requires(Permission.CHANGE_CASES)
def send_back(key: int) -> Any:
    """Bring the cases that went along back to the release that they came from."""
    text, why = request.form.get("naar", ""), request.form.get("waarom", "")
    release = int(text) if text.isdecimal() and len(text) < 10 else 0
    try:
        with transaction() as session:
            found = _migration(session, key)
            made = moving.send_back(session, current_person(), found, release, why=why, now=clock.now())
            new = made.key
    except Invalid as error:
        return _back_page(key, release=release, why=why, error=error.message), 422
    flash(BEGUN)
    return redirect(url_for("moving.migration_page", key=new), 303)
