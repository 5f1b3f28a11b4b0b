"""/account/overzicht: the daily summary by mail, switched on or off by who gets it."""

from flask import Blueprint, flash, redirect, request, url_for
from werkzeug.wrappers import Response

from app import clock
from app.errors import Invalid
from app.services import summaries
from app.services.access import Permission
from app.store.session import transaction
from app.web import sign_in
from app.web.access import current_person, requires

bp = Blueprint("summaries", __name__, url_prefix="/account/overzicht")


@bp.post("")
@requires(Permission.SEE_OVERVIEW)
def choose() -> Response | tuple[str, int]:
    """Switch it on for an address, or off."""
    on, address = request.form.get("aan") == "ja", request.form.get("adres", "")
    try:
        with transaction() as session:
            if on:
                summaries.switch_on(session, current_person(), address, now=clock.now())
            else:
                summaries.switch_off(session, current_person())
    except Invalid as error:
        return sign_in.account_page(address, error.message), 422
    flash("U krijgt het overzicht vanaf de volgende werkdag." if on else "Het overzicht staat uit.")
    return redirect(url_for("sign_in.account"), 303)
