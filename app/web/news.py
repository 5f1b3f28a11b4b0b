"""/werkwijze/nieuws: what is different in the way of working, for everybody who signs in."""

from typing import Any

from flask import Blueprint, redirect, render_template, request
from sqlalchemy.orm import Session

from app.services import news
from app.store.models import Person
from app.store.session import db, transaction
from app.web.access import current_person, home, requires

bp = Blueprint("news", __name__, url_prefix="/werkwijze/nieuws")


@bp.get("")
@requires()
def page() -> str:
    """The notes only: who made it and what is in it is for who may see the way of working."""
    session: Session = db.session()
    return render_template("werkwijze/nieuws.html", versies=news.everything(session))


@bp.post("/gelezen")
@requires()
def read() -> Any:
    """This person read the notes up to the release that the page showed (`tot`)."""
    said, person = request.form.get("tot", ""), current_person()
    with transaction() as session:
        if said.isdecimal() and len(said) < 10:
            news.mark_read(session, session.get_one(Person, person.key), int(said))
    back = request.form.get("terug", "")
    ours = back.startswith("/") and not back.startswith("//") and "\\" not in back
    return redirect(back if ours else home(person), 303)
