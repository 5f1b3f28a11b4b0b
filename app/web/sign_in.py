"""Signing in and out."""

import re
import tomllib

from flask import Blueprint, flash, redirect, render_template, request, session
from werkzeug.wrappers import Response

from app import clock
from app.errors import Invalid
from app.services import people, summaries
from app.services.organisation import DEMO_PASSWORD
from app.store.models import Person
from app.store.session import db, transaction
from app.web.access import current_person, home, public, requires, settings, signed_in

bp = Blueprint("sign_in", __name__)


@bp.get("/")
@public
def start() -> Response:
    person = signed_in()
    return redirect(home(person) if person else "/inloggen", 303)


@bp.get("/inloggen")
@public
def page() -> str:
    return _page()


@bp.post("/inloggen")
@public
def enter() -> Response | tuple[str, int]:
    login, password = request.form.get("gebruikersnaam", ""), request.form.get("wachtwoord", "")
    try:
        with transaction() as store:
            person = people.sign_in(store, login, password, now=clock.now())
            if person is not None:
                _begin(person)
                address = home(person)
    except Invalid as error:
        return _page(login, error.message), 422
    if person is None:
        return _page(login, people.WRONG), 422
    wanted = request.form.get("terug", "")
    return redirect(wanted if _is_ours(wanted) else address, 303)


def _begin(person: Person) -> None:
    session.clear()
    session.permanent = True
    session["person"], session["epoch"] = person.key, person.session_epoch


def _is_ours(address: str) -> bool:
    """Only a page of this site: nobody is led elsewhere after signing in."""
    # Browsers read a backslash as a slash and leave out tabs and line ends, so "/\t/elsewhere" leads away.
    return re.fullmatch(r"/(?!/)[^\s\\]*", address) is not None


@bp.post("/uitloggen")
@public
def leave() -> Response:
    session.clear()
    flash("U bent uitgelogd.")
    return redirect("/inloggen", 303)


@bp.get("/account")
@requires()
def account() -> str:
    return account_page()


def account_page(address: str | None = None, error: str = "") -> str:
    """The page of who is signed in; `address` is what was typed for the daily summary."""
    person = current_person()
    chosen = summaries.of(db.session(), person)
    return render_template(
        "inloggen/account.html",
        person=person,
        mag_overzicht=summaries.may_have(person),
        overzicht=chosen,
        adres=address if address is not None else chosen.address if chosen else "",
        fout=error,
    )


def _page(login: str = "", error: str = "") -> str:
    return render_template(
        "inloggen/inloggen.html",
        login=login,
        fout=error,
        terug=request.values.get("terug", ""),
        mensen=_demo_people(),
        wachtwoord=DEMO_PASSWORD,
    )


def _demo_people() -> list[dict[str, str]]:
    """The people of the demo, as the organisation's file has them; nobody in production."""
    if not settings().demo:
        return []
    data = tomllib.loads(settings().organisation_file.read_text())
    organisations = {row["sleutel"]: row["naam"] for row in data["organisatie"]}
    roles = {row["sleutel"]: row["naam"] for row in data["rol"]}
    return [
        {
            "login": row["login"],
            "rollen": ", ".join(roles[role["rol"]] for role in row["rollen"]),
            "organisatie": organisations[row["organisatie"]],
        }
        for row in data["demo_persoon"]
    ]
