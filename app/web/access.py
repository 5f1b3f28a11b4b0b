"""Who is asking, and what each address demands. An address that demands nothing is closed."""

from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import quote

from flask import Flask, current_app, g, redirect, request, session, url_for
from werkzeug.exceptions import Unauthorized
from werkzeug.wrappers import Response

from app.config import Config
from app.errors import Forbidden
from app.services import access
from app.services.access import Permission
from app.store import people as people_rows
from app.store.models import Person
from app.store.session import db

View = TypeVar("View", bound=Callable[..., Any])

PUBLIC = "public"
DEMANDS = "casusroute_demands"


def requires(*permissions: Permission) -> Callable[[View], View]:
    """Only for who is signed in and has at least one of these permissions (none given: any permission)."""

    def mark(view: View) -> View:
        setattr(view, DEMANDS, frozenset(permissions))
        return view

    return mark


def public(view: View) -> View:
    """For anybody, signed in or not."""
    setattr(view, DEMANDS, PUBLIC)
    return view


def current_person() -> Person:
    """Who is asking. Only behind `requires`."""
    person: Person = g.person
    return person


def signed_in() -> Person | None:
    """Who is asking, if anybody; a session that was ended elsewhere is nobody's."""
    key = session.get("person")
    if not isinstance(key, int):
        return None
    person = people_rows.with_roles(db.session(), key)
    if person is None or not person.active or person.session_epoch != session.get("epoch"):
        session.clear()
        return None
    return person


def settings() -> Config:
    found: Config = current_app.config["CASUSROUTE"]
    return found


def install(app: Flask) -> None:
    app.before_request(_guard)
    app.context_processor(_for_templates)


def _guard() -> Response | None:
    g.person = None
    if request.endpoint == "static":
        return None
    g.person = signed_in()
    if request.endpoint is None:
        return None
    demands = getattr(current_app.view_functions[request.endpoint], DEMANDS, None)
    if demands == PUBLIC:
        return None
    if demands is None:
        raise Forbidden("Deze pagina is niet opengesteld.")
    if g.person is None and request.accept_mimetypes.best == "application/json":
        raise Unauthorized
    if g.person is None:
        here = request.full_path if request.method == "GET" else ""
        return redirect(url_for("sign_in.page") + (f"?terug={quote(here)}" if here else ""), 303)
    held = access.permissions(g.person)
    if not (held & demands if demands else held):
        raise Forbidden("Deze pagina hoort niet bij uw rol.")
    return None


NAVIGATION = (
    ("Taken", "inbox.page", (Permission.DO_TASKS,)),
    ("Aanmelden", "ways_in.page", (Permission.START_CASE,)),
    ("Meldingen", "reports.page", (Permission.START_CASE,)),
    ("Casussen", "cases.page", (Permission.SEE_CASES, Permission.SEE_COURSE)),
    ("Regie", "overview.page", (Permission.SEE_OVERVIEW, Permission.SEE_FIGURES)),
    (
        "Werkwijze",
        "workflow.page",
        (Permission.CHANGE_WORKFLOW, Permission.SEE_CASES, Permission.SEE_OVERVIEW),
    ),
    ("Gezondheid", "health.page", (Permission.ADMINISTER,)),
)


SECTION = {
    **dict.fromkeys(("interventions", "data_changes"), "cases"),
    **dict.fromkeys(("terms", "troubles", "chain_figures", "ways", "health"), "overview"),
    **dict.fromkeys(("drafts", "draft_files", "moving", "compare", "trials"), "workflow"),
    "case_list": "cases",
    **dict.fromkeys(("editor", "decision_editor", "form_editor"), "workflow"),
}
"""Which blueprints belong to another one's place in the menu."""


def home(person: Person) -> str:
    """The first page for this person."""
    held = access.permissions(person)
    for _, endpoint, permissions in NAVIGATION:
        if held & set(permissions):
            return url_for(endpoint)
    return url_for("sign_in.account")


def is_partner(person: Person) -> bool:
    return person.organisation.kind != "veiligheidshuis"


def _for_templates() -> dict[str, Any]:
    person: Person | None = g.get("person")
    held = access.permissions(person) if person else frozenset()
    pages = [(name, endpoint) for name, endpoint, permissions in NAVIGATION if held & set(permissions)]
    if person is not None and not is_partner(person):
        pages = [page for page in pages if page[1] != "reports.page"]
    return {
        "ik": person,
        "mag": held,
        "menu": pages,
        "Recht": Permission,
        "demo": settings().demo,
        "AFDELING": SECTION,
    }
