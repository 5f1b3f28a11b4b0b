"""Gunicorn, set by the same variables as the rest of Casusroute."""

from app import log
from app.config import from_environment

_config = from_environment()

bind = f"{_config.host}:{_config.port}"
workers = _config.web_processes
threads = _config.web_threads
worker_class = "gthread"
timeout = 60
graceful_timeout = 20
keepalive = 5
max_requests = 20_000
max_requests_jitter = 2_000
# The parts are imported once and shared; connections are made in each process.
preload_app = False
accesslog = None
loglevel = "warning"


def post_fork(server, worker):
    """Every process of the web server logs as JSON."""
    log.configure()
