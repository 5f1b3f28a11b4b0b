"""The engine alone, nothing saved: start a case of ten tasks in a row, and complete them."""

from datetime import UTC, datetime

from app.engine import definitions, run
from tests.bench.figures import Figure, table, timed
from tests.installation import SMALL

NOW = datetime(2026, 1, 5, 9, tzinfo=UTC)
CASES = 20


def report(rounds: int) -> str:
    files = {path.name: path.read_bytes() for path in SMALL.glob("*.bpmn")}
    loaded, problems = definitions.load(
        files, roles={"procesregisseur": "procesregisseur"}, forms=["klein"], job_types=[]
    )
    if loaded is None:
        raise ValueError(problems)
    starts, completions = [], []
    for _ in range(rounds):
        started, completed = _one_round(loaded)
        starts.append(started)
        completions.append(completed)
    rows = [
        (name, f.p50, f.p95) for name, f in (("starten", Figure.of(starts)), ("taak", Figure.of(completions)))
    ]
    return table("De motor alleen, van bytes tot bytes (ms)", ("stap", "p50", "p95"), rows)


def _one_round(loaded: definitions.Definitions) -> tuple[list[float], list[float]]:
    starts, completions = [], []
    answers = {"onderwerp": "meten"}
    for _ in range(CASES):
        took, step = timed(run.start, loaded, "tien_taken", answers, now=NOW)
        starts.append(took)
        while step.tasks:
            took, step = timed(run.complete, loaded, step.state, step.tasks[0].id, answers, now=NOW)
            completions.append(took)
    return starts, completions
