"""What every answer carries: no script or style from elsewhere, nothing kept, and forms that only we made."""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, Response, current_app, request
from flask.sessions import SecureCookieSessionInterface, SessionMixin
from flask_wtf.csrf import CSRFProtect

POLICY = "; ".join(
    [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    ]
)
STYLED = f"{POLICY}; style-src-attr 'unsafe-inline'"
"""The same for the few pages whose script places elements: their style attributes only, never a sheet."""
STYLES = "casusroute_styles"

KEPT = ("static", "workflow.picture")
"""What a browser may keep: it has another address once it is different, and nothing of a case in it."""

View = TypeVar("View", bound=Callable[..., Any])
csrf = CSRFProtect()


class Sessions(SecureCookieSessionInterface):
    """Who opens a page stays signed in for longer; what a page's script asks for by itself changes nothing.

    Else its answer, on its way while somebody signs out in another tab, would sign them in again.
    """

    def should_set_cookie(self, app: Flask, session: SessionMixin) -> bool:
        of_a_page = request.headers.get("Sec-Fetch-Mode", "navigate") == "navigate"
        return session.modified or (of_a_page and super().should_set_cookie(app, session))


def styles_elements(view: View) -> View:
    """A page that draws with the diagram or table editor."""
    setattr(view, STYLES, True)
    return view


def install(app: Flask) -> None:
    app.session_interface = Sessions()
    csrf.init_app(app)
    app.after_request(_add_headers)


def _add_headers(response: Response) -> Response:
    headers = response.headers
    view = current_app.view_functions.get(request.endpoint or "")
    headers["Content-Security-Policy"] = STYLED if getattr(view, STYLES, False) else POLICY
    headers["X-Content-Type-Options"] = "nosniff"
    headers["X-Frame-Options"] = "DENY"
    headers["Referrer-Policy"] = "same-origin"
    headers["Cross-Origin-Opener-Policy"] = "same-origin"
    headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=()"
    if request.is_secure:
        headers["Strict-Transport-Security"] = "max-age=31536000"
    if request.endpoint not in KEPT or response.status_code >= 300:
        headers["Cache-Control"] = "no-store"
    return response
