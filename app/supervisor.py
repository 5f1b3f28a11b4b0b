"""Running the web server and the worker together on one machine, and stopping both."""

import os
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field

from app.config import PROJECT, Config

START_SECONDS = 60
STOP_SECONDS = 25
PAUSE_SECONDS = 0.2
RESTART_SECONDS = 1.0

Say = Callable[[str], None]


def web_command() -> list[str]:
    """The web server in the foreground."""
    settings = str(PROJECT / "deploy" / "gunicorn.conf.py")
    return [sys.executable, "-m", "gunicorn", "-c", settings, "app.factory:from_settings()"]


def worker_command() -> list[str]:
    return [sys.executable, "-m", "app.cli", "worker"]


@dataclass
class Supervisor:
    """Keeps both running until it is told to stop. Only ends what it started itself."""

    config: Config
    say: Say
    children: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    stop: threading.Event = field(default_factory=threading.Event)

    def run(self) -> int:
        """Start both, say where, and wait. Gives the exit code."""
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: self.stop.set())
        try:
            self._start("web", web_command())
            self._start("worker", worker_command())
            if not self._wait_until_up():
                return 0 if self.stop.is_set() else 1
            self.say(f"Casusroute staat klaar op {self.address}  (Ctrl-C stopt)")
            while not self.stop.wait(PAUSE_SECONDS):
                self._revive()
            return 0
        finally:
            self._end()

    @property
    def address(self) -> str:
        return f"http://{self.config.host}:{self.config.port}"

    def _start(self, name: str, command: list[str]) -> None:
        # In a group of its own: Ctrl-C reaches us, and we stop the children in order.
        self.children[name] = subprocess.Popen(  # noqa: S603 - our own commands
            command, cwd=PROJECT, env=os.environ, start_new_session=True
        )

    def _wait_until_up(self) -> bool:
        until = time.monotonic() + START_SECONDS
        while time.monotonic() < until and not self.stop.is_set():
            if self.children["web"].poll() is not None:
                self.say(f"De webserver kon niet starten. Is poort {self.config.port} al in gebruik?")
                return False
            if self._answers():
                return True
            self.stop.wait(PAUSE_SECONDS)
        return False

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.address}/gezondheid", timeout=5) as answer:  # noqa: S310
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            return False

    def _revive(self) -> None:
        """Start again what ended by itself."""
        for name, child in list(self.children.items()):
            if child.poll() is not None:
                self.say(f"Onderdeel '{name}' is gestopt en wordt opnieuw gestart.")
                if self.stop.wait(RESTART_SECONDS):
                    return
                self._start(name, web_command() if name == "web" else worker_command())

    def _end(self) -> None:
        for child in self.children.values():
            if child.poll() is None:
                child.terminate()
        until = time.monotonic() + STOP_SECONDS
        for child in self.children.values():
            try:
                child.wait(max(0.1, until - time.monotonic()))
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()
