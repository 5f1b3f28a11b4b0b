"""The bytes of a case: of an older format, damaged, or of no format that we know."""

from decimal import Decimal
from pathlib import Path

import msgspec
import pytest

from app.engine import definitions, run, state
from app.engine.definitions import Definitions
from app.errors import EngineError
from tests.engine.diagrams import NOW

STATES = Path(__file__).parent / "states"


@pytest.fixture(scope="module")
def made() -> Definitions:
    files = {path.name: path.read_bytes() for path in STATES.glob("*.bpmn")}
    found, problems = definitions.load(
        files, roles={"procesregisseur": "procesregisseur"}, forms=["klein"], job_types=[]
    )
    assert problems == []
    assert found is not None
    return found


@pytest.mark.parametrize("number", [2])
def test_a_state_of_an_older_format_runs_on(made: Definitions, number: int) -> None:
    old = (STATES / f"format_{number}.state").read_bytes()
    assert run.variables(made, old) == {"mensen": ["Ada", "Bob"], "bedrag": Decimal("1.50"), "groot": 2**70}
    step = run.fire(made, old, now=NOW)
    for name in ("a", "b", "c"):
        [waiting] = [task for task in step.tasks if task.element_id == name]
        step = run.complete(made, step.state, waiting.id, {}, now=NOW)
    assert step.ended


def test_every_single_damaged_byte_is_noticed(made: Definitions) -> None:
    good = (STATES / "format_2.state").read_bytes()
    for place in range(len(good)):
        bad = bytearray(good)
        bad[place] ^= 1
        with pytest.raises(EngineError, match="beschadigd"):
            run.variables(made, bytes(bad))


def test_a_format_of_a_later_version_is_refused_in_words(made: Definitions) -> None:
    body = msgspec.msgpack.encode([state.FORMAT + 1])
    with pytest.raises(EngineError, match="andere versie van Casusroute"):
        run.variables(made, state._checksum(body) + body)


def test_the_same_state_gives_the_same_bytes(made: Definitions) -> None:
    old = (STATES / "format_2.state").read_bytes()
    once = run.fire(made, old, now=NOW).state
    assert run.fire(made, once, now=NOW).state == once
