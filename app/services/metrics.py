"""The health of the installation as Prometheus reads it: its text format 0.0.4. Pure."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from app.services.health import Health

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

Sample = tuple[Sequence[tuple[str, str]], float]
"""Labels, and a value."""


def text(health: Health, *, now: datetime) -> str:
    """Every measure, each with what it means. Only numbers of the whole installation, nothing of a case."""
    work = health.work
    oldest = 0.0 if work.oldest_due is None else (now - work.oldest_due).total_seconds()
    kind, version, revision = health.database
    measures: list[tuple[str, str, Iterable[Sample]]] = [
        ("workers", "Workers that said within a minute that they are there.", _one(work.alive)),
        ("jobs_due", "Jobs that could run now.", [_of(one.kind, one.due) for one in work.queues]),
        (
            "jobs_late",
            "Jobs that should have run five minutes ago.",
            [_of(one.kind, one.late) for one in work.queues],
        ),
        ("jobs_parked", "Jobs that wait for a person.", [_of(one.kind, one.parked) for one in work.queues]),
        ("job_oldest_due_seconds", "How long the job waits that is due longest.", _one(oldest)),
        ("incidents_open", "Failures that wait for a person.", _one(health.incidents)),
        ("cases_running", "Cases that run.", _one(health.running)),
        ("cases_suspended", "Cases that are suspended.", _one(health.suspended)),
        ("tasks_overdue", "Open tasks whose term is over.", _one(health.overdue)),
        ("release", "The release of the way of working that is live.", _one(health.release or 0)),
        (
            "info",
            "Versions.",
            [([*_versions(health), ("database", f"{kind} {version}"), ("migration", revision)], 1)],
        ),
    ]
    if health.back_up is not None:
        measures.append(
            ("last_backup_timestamp_seconds", "The last back-up.", _one(health.back_up.timestamp()))
        )
    return "".join(_measure(f"casusroute_{name}", meaning, samples) for name, meaning, samples in measures)


def _one(value: float) -> list[Sample]:
    return [((), value)]


def _of(kind: str, value: float) -> Sample:
    return [("kind", kind)], value


def _versions(health: Health) -> list[tuple[str, str]]:
    return [(name.lower(), version) for name, version in health.versions]


def _measure(name: str, meaning: str, samples: Iterable[Sample]) -> str:
    lines = [f"# HELP {name} {meaning}", f"# TYPE {name} gauge"]
    for labels, value in samples:
        told = ",".join(f'{label}="{_escaped(text)}"' for label, text in labels)
        lines.append(f"{name}{{{told}}} {value:.15g}" if told else f"{name} {value:.15g}")
    return "\n".join(lines) + "\n"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
