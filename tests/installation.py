"""A scratch installation with real processes and a real database, and people who use it over HTTP.

For the tests and benchmarks that need gunicorn and a worker as they run in earnest.
"""

import argparse
import contextlib
import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlencode

from flask import Flask

from app import cli
from app.config import from_environment
from app.factory import create_app
from app.store.session import db

PROJECT = Path(__file__).parent.parent
SMALL = PROJECT / "tests" / "small"
HOST = "127.0.0.1"
KEPT_SECONDS = 2.0
"""How long a connection is used again; the server closes it after five."""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


@dataclass
class Installation:
    """A data folder, a database, and the commands of `casusroute` on them."""

    data: Path
    database_url: str = ""
    wsgi: str = ""
    settings: Mapping[str, str] = field(default_factory=dict)
    port: int = field(default_factory=free_port)
    running: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def environment(self) -> dict[str, str]:
        settings = {
            "CASUSROUTE_DATA": str(self.data),
            "CASUSROUTE_MODE": "demo",
            "DATABASE_URL": self.database_url,
            "PORT": str(self.port),
            **self.settings,
        }
        return os.environ | {key: value for key, value in settings.items() if value}

    def command(self, *words: str) -> None:
        """Run `casusroute <words>` to its end; raises with its output when it fails."""
        done = subprocess.run(
            [sys.executable, "-m", "app.cli", *words],
            cwd=PROJECT,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise RuntimeError(f"casusroute {' '.join(words)}: {done.stdout}{done.stderr}")

    def set_up(self, *, shipped: bool = False, files: Mapping[str, bytes] | None = None) -> None:
        """The tables, the organisation, the demo people, and the shipped or the small way of working.

        `files`, by name, come on top of it.
        """
        config = from_environment(self.environment)
        folders = [config.processes_dir, config.forms_dir] if shipped else [SMALL]
        if files:
            folders.append(self.data / "erbij")
            folders[-1].mkdir()
            for name, content in files.items():
                (folders[-1] / name).write_bytes(content)
        chosen = argparse.Namespace(folders=folders, by="test", note="eerste")
        for command in (cli.upgrade, cli.load_organisation, cli.publish):
            command(chosen, config)

    @contextmanager
    def app(self) -> Iterator[Flask]:
        """The application in this process, on the same database."""
        made = create_app(from_environment(self.environment))
        with made.app_context():
            try:
                yield made
            finally:
                db.session.remove()
                db.engine.dispose()

    def spawn(self, *words: str) -> subprocess.Popen[bytes]:
        """Start `casusroute <words>` in a process group of its own, so that it can be killed whole."""
        log = (self.data / f"{words[0]}.log").open("ab")
        process = subprocess.Popen(
            [sys.executable, "-m", "app.cli", *words],
            cwd=PROJECT,
            env=self.environment,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
        self.running.append(process)
        return process

    def wait_until_up(self, seconds: float = 30) -> None:
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            try:
                if Client(self.port).get("/gezondheid").status == 200:
                    return
            except OSError:
                time.sleep(0.05)
        raise TimeoutError("the server did not come up")

    def workers_begun(self) -> int:
        """How many workers have said that they began, ever."""
        log = self.data / "worker.log"
        return log.read_bytes().count(b"worker started") if log.exists() else 0

    def start_workers(self, number: int, seconds: float = 60) -> None:
        """So many more, that are at work when this returns."""
        wanted = self.workers_begun() + number
        for _ in range(number):
            self.spawn("worker")
        until = time.monotonic() + seconds
        while self.workers_begun() < wanted:
            if time.monotonic() > until:
                raise TimeoutError("the workers did not begin")
            time.sleep(0.05)

    def kill(self, process: subprocess.Popen[bytes], sign: signal.Signals = signal.SIGKILL) -> None:
        """End the process and everything it started, at once and without a word."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, sign)
        process.wait()
        if process in self.running:
            self.running.remove(process)

    def stop(self) -> None:
        for process in list(self.running):
            self.kill(process)


@dataclass(frozen=True)
class Answer:
    status: int
    location: str
    text: str
    headers: dict[str, str]


class _Hidden(HTMLParser):
    """The hidden inputs of a page: the tokens that a form must send back."""

    def __init__(self) -> None:
        super().__init__()
        self.values: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if tag == "input" and found.get("type") == "hidden" and found.get("name"):
            self.values[str(found["name"])] = found.get("value") or ""


class Client:
    """Somebody at a browser without a screen: one connection, cookies kept."""

    def __init__(self, port: int, timeout_seconds: float = 30) -> None:
        self.connection = http.client.HTTPConnection(HOST, port, timeout=timeout_seconds)
        self.last_used = 0.0
        self.cookies: dict[str, str] = {}
        self.hidden: dict[str, str] = {}

    def get(self, path: str) -> Answer:
        answer = self._ask("GET", path, None)
        self.read_hidden(answer)
        return answer

    def read_hidden(self, answer: Answer) -> None:
        """What the forms of this page send along."""
        page = _Hidden()
        page.feed(answer.text)
        self.hidden = page.values

    def post(self, path: str, **fields: str) -> Answer:
        """Post a form with the hidden inputs of the page that was read last."""
        return self._ask("POST", path, urlencode(self.hidden | fields))

    def sign_in(self, login: str, password: str = "demo") -> None:
        self.get("/inloggen")
        answer = self.post("/inloggen", gebruikersnaam=login, wachtwoord=password)
        if answer.status != 303:
            raise PermissionError(f"{login}: {answer.status}")

    def tasks(self, path: str = "/taken?weergave=alles") -> list[str]:
        """The addresses of the tasks on the first page of the inbox."""
        return list(dict.fromkeys(re.findall(r'href="(/taken/[0-9a-f-]{36})"', self.get(path).text)))

    def _ask(self, method: str, path: str, body: str | None) -> Answer:
        headers = {"Cookie": "; ".join(f"{key}={value}" for key, value in self.cookies.items())}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        if time.monotonic() - self.last_used > KEPT_SECONDS:
            self.connection.close()
        self.connection.request(method, path, body, headers)
        response = self.connection.getresponse()
        text = response.read().decode(errors="replace")
        self.last_used = time.monotonic()
        for name, value in response.getheaders():
            if name.lower() == "set-cookie":
                key, _, rest = value.partition("=")
                self.cookies[key] = rest.partition(";")[0]
        found = {name.lower(): value for name, value in response.getheaders()}
        return Answer(response.status, found.get("location", ""), text, found)
