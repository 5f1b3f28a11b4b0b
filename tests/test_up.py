"""`casusroute up`: everything on one command, and Ctrl-C stops everything."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.installation import PROJECT, Client, Installation

pytestmark = pytest.mark.slow


def _up(installation: Installation, log: Path) -> subprocess.Popen[bytes]:
    line = [sys.executable, "-m", "app.cli", "up"]
    with log.open("wb") as out:
        process = subprocess.Popen(
            line, cwd=PROJECT, env=installation.environment, stdout=out, stderr=out, start_new_session=True
        )
    until = time.monotonic() + 90
    while b"staat klaar" not in log.read_bytes():
        assert process.poll() is None, log.read_text()
        assert time.monotonic() < until, log.read_text()
        time.sleep(0.1)
    return process


def _stop(process: subprocess.Popen[bytes]) -> None:
    os.kill(process.pid, signal.SIGINT)
    assert process.wait(timeout=30) == 0


def test_one_command_sets_up_serves_and_stops(tmp_path: Path) -> None:
    installation = Installation(tmp_path)
    first = _up(installation, tmp_path / "eerste.log")
    try:
        client = Client(installation.port)
        assert "procesregisseur.arnhem" in client.get("/inloggen").text
        client.sign_in("procesregisseur.arnhem")
        before = client.tasks()
        assert before
    finally:
        _stop(first)
    said = (tmp_path / "eerste.log").read_text()
    assert f"http://127.0.0.1:{installation.port}" in said
    assert "voorbeeldcasussen gemaakt" in said
    with pytest.raises(OSError):
        Client(installation.port).get("/gezondheid")
    second = _up(installation, tmp_path / "tweede.log")
    try:
        client = Client(installation.port)
        client.sign_in("procesregisseur.arnhem")
        assert client.tasks() == before
    finally:
        _stop(second)
    assert "Voorbeelden maken" not in (tmp_path / "tweede.log").read_text()
