"""Under what conditions was measured: a figure without them says little."""

import os
import platform
import sqlite3
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

from sqlalchemy import create_engine, text

from tests.bench.databases import Database

BUSY_LOAD = 0.5
"""A load a core above this, before anything was measured, means that others were at work."""


def report(databases: Sequence[Database], *, rounds: int, quick: bool) -> str:
    """One line a condition."""
    cores, (load, *_) = len(os.sched_getaffinity(0)), os.getloadavg()
    busy = ": ER DRAAIT MEER, de tijden zijn niet zuiver" if load > BUSY_LOAD * cores else ""
    libraries = ", ".join(f"{name} {version(name)}" for name in ("SpiffWorkflow", "SQLAlchemy", "gunicorn"))
    found = {
        "machine": f"{platform.system()} {platform.release()}, {_processor()}",
        "kernen": f"{cores} (belasting vooraf {load:.1f}{busy})",
        "Python": f"{platform.python_version()}; {libraries}",
        **{one.name: _version(one) for one in databases},
        "rondes": f"{rounds}{', kleine maten (--quick)' if quick else ''}; elk getal is de mediaan ervan",
    }
    width = max(map(len, found))
    return "\n".join(
        ["Omstandigheden", "==============", *(f"{k.ljust(width)}  {v}" for k, v in found.items()), ""]
    )


def afterwards() -> str:
    """What else the machine did while we measured shows in the load."""
    return "Belasting achteraf: " + ", ".join(f"{load:.1f}" for load in os.getloadavg())


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor()


def _version(database: Database) -> str:
    if not database.url:
        return f"{sqlite3.sqlite_version}, WAL, synchronous=FULL"
    engine = create_engine(database.url)
    with engine.connect() as connection:
        said = [connection.execute(text(f"SHOW {name}")).scalar_one() for name in SETTINGS]
    engine.dispose()
    return ", ".join(
        [said[0], *(f"{name}={value}" for name, value in zip(SETTINGS[1:], said[1:], strict=True))]
    )


SETTINGS = ("server_version", "fsync", "synchronous_commit", "shared_buffers")
