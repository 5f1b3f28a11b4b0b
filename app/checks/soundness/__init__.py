"""Can a process always end? Proved by looking at every marking that its tokens can reach.

The tokens move as in our own engine. What data decides is open: at a choice each way is possible, and an
event from outside may come at any moment or never. An event beside the flow (that does not interrupt) is let
come at most twice in a run: more shows nothing new, and would let tokens pile up that nobody meant.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from app.checks.soundness.problems import Teller
from app.checks.soundness.proof import Prover
from app.engine.model import Process
from app.errors import Problem

LIMIT = 200_000
"""So many markings are looked at."""


@dataclass(frozen=True, slots=True)
class Soundness:
    """What was found, whether everything was looked at, and how many markings that were."""

    problems: tuple[Problem, ...]
    complete: bool
    markings: int


def check(process: Process, processes: Mapping[str, Process], *, limit: int = LIMIT) -> Soundness:
    """Prove one process; `processes` are all of its release, by id, for what it calls and who calls it."""
    if not process.executable:
        return Soundness((), complete=True, markings=0)
    proof = Prover({**processes, process.id: process}, limit).prove(process)
    return Soundness(Teller(proof).all(), proof.complete, proof.markings)
