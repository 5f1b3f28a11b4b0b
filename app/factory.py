"""The web application: configuration, database and pages meet here."""

from datetime import timedelta
from pathlib import Path

from flask import Flask
from jinja2 import StrictUndefined
from werkzeug.middleware.proxy_fix import ProxyFix

from app import web
from app.config import Config, from_environment
from app.services import mail, summaries
from app.store.session import connect

APP = Path(__file__).parent
FORM_BYTES = 5 * 1024 * 1024
"""Room for the fields of a form beside its documents."""


def create_app(config: Config) -> Flask:
    """The whole application for one configuration."""
    app = Flask("app", root_path=str(APP))
    app.config.update(
        SECRET_KEY=config.secret_key,
        SESSION_COOKIE_NAME="casusroute",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=not config.demo,
        PERMANENT_SESSION_LIFETIME=timedelta(hours=config.session_hours),
        MAX_CONTENT_LENGTH=5 * config.max_document_bytes + FORM_BYTES,
        MAX_FORM_MEMORY_SIZE=FORM_BYTES,
        MAX_FORM_PARTS=10_000,
        WTF_CSRF_TIME_LIMIT=None,
        CASUSROUTE=config,
    )
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    connect(app, config.database_url, threads=config.web_threads)
    mail.configure(
        mail.Settings(config.smtp_url, config.mail_from, config.data_dir / "post" if config.demo else None)
    )
    summaries.configure(config.public_url)
    web.install(app)
    if not config.demo:
        # In production a proxy on the same machine ends TLS and tells who asked.
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=1, x_proto=1, x_host=1)  # type: ignore[method-assign]
    return app


def from_settings() -> Flask:
    """For gunicorn: the application of this environment."""
    return create_app(from_environment())
