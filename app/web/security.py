"""What every answer carries: no script or style from elsewhere, nothing kept, and forms that only we made."""

from flask import Flask, Response, request
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
KEPT = ("static", "workflow.picture")
"""What a browser may keep: it has another address once it is different, and nothing of a case in it."""
csrf = CSRFProtect()


def install(app: Flask) -> None:
    csrf.init_app(app)
    app.after_request(_add_headers)


def _add_headers(response: Response) -> Response:
    headers = response.headers
    headers["Content-Security-Policy"] = POLICY
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
