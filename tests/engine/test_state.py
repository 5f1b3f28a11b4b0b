"""The bytes of a case: of an older format, damaged, or of no format that we know."""

from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.engine import definitions, run, state
from app.engine.definitions import Definitions
from app.errors import Conflict, EngineError
from tests.engine.diagrams import NOW
from tests.engine.random_processes import ALL, Maker
from tests.engine.test_random import RUNS, Driver

STATES = Path(__file__).parent / "states"
EXAMPLES = RUNS


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


def test_a_state_of_the_present_format_runs_on_in_every_release_of_casusroute() -> None:
    # Written once, and never again: what it holds must be read as long as its format is.
    folder = STATES / "format_3"
    files = {path.name: path.read_bytes() for path in folder.glob("*.bpmn")}
    made, problems = definitions.load(
        files, roles={"procesregisseur": "procesregisseur"}, forms=["klein"], job_types=[]
    )
    assert problems == []
    assert made is not None
    old = (folder / "rijk.state").read_bytes()
    assert run.variables(made, old) == {
        **{"mensen": ["Ada", None, "Bob"], "k": "K1", "limiet": 1, "af": True},
        **{"bedrag": Decimal("1.50"), "groot": 2**70},
    }
    later = NOW + timedelta(days=1)
    step = run.fire(made, old, now=later)
    assert sorted(one.element_id for one in step.tasks) == ["binnen", "vraag", "vraag"]
    assert [(one.element_id, one.due_at) for one in step.timers] == [("weer", NOW + timedelta(days=2))]
    assert [(one.name, one.correlation_key) for one in step.messages] == [("B", "K1")]
    assert [(one.element_id, one.name) for one in step.signals] == [("let_op", "Sein")]
    [incident] = step.incidents
    assert incident.element_id == "fout"
    step = run.signal(made, step.state, "Sein", {}, now=later)
    step = run.correlate(made, step.state, "B", "K1", {}, now=later)
    step = run.change_variables(made, step.state, {"limiet": 9}, now=later)
    step = run.retry(made, step.state, incident.id, now=later)
    for name in ("vraag", "kijk", "vraag", "binnen", "eerst_terug"):
        waiting = next(task for task in step.tasks if task.element_id == name)
        step = run.complete(made, step.state, waiting.id, {"zei": name}, now=later)
    assert step.ended
    assert step.variables["antwoorden"] == ["vraag", "niets", "vraag"]


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


# ── bytes that no release ever wrote ─────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def real() -> list[tuple[Definitions, bytes]]:
    """States of random processes, each from the middle of its life."""
    found = []
    for seed in range(40):
        driver = Driver(Maker(seed, ALL).whole(), seed)
        for number in range(seed % 7):
            if driver.step.ended:
                break
            driver.move(number)
        found.append((driver.definitions, driver.step.state))
    return found


def _answer(made: Definitions, content: bytes) -> str:
    """What the engine says of these bytes; an exception that is no EngineError fails the test."""
    try:
        run.variables(made, content)
        step = run.fire(made, content, now=NOW)
        for token in step.tokens:
            run.move(made, step.state, token.id, token.element_id, now=NOW)
    except (EngineError, Conflict) as error:
        return error.message
    return ""


@settings(max_examples=EXAMPLES, deadline=None)
@given(data=st.data())
def test_damaged_bytes_are_told_from_good_ones(
    real: list[tuple[Definitions, bytes]], data: st.DataObject
) -> None:
    made, good = data.draw(st.sampled_from(real))
    kind = data.draw(st.sampled_from(["cut", "flip", "swap", "grow", "random"]))
    place = data.draw(st.integers(0, len(good) - 1))
    other = data.draw(st.sampled_from(real))[1]
    bad = {
        "cut": good[:place],
        "flip": good[:place] + bytes([good[place] ^ data.draw(st.integers(1, 255))]) + good[place + 1 :],
        "swap": good[: state._SUM_BYTES] + other[state._SUM_BYTES :],
        "grow": good + data.draw(st.binary(min_size=1, max_size=9)),
        "random": data.draw(st.binary(max_size=200)),
    }[kind]
    assert bad == good or "beschadigd" in _answer(made, bad)


def _sealed(body: bytes) -> bytes:
    return state._checksum(body) + body


@settings(max_examples=EXAMPLES, deadline=None)
@given(data=st.data())
def test_bytes_with_a_good_checksum_that_mean_nothing_are_an_error_in_words(
    real: list[tuple[Definitions, bytes]], data: st.DataObject
) -> None:
    made, good = data.draw(st.sampled_from(real))
    body = bytearray(good[state._SUM_BYTES :])
    for _ in range(data.draw(st.integers(1, 3))):
        body[data.draw(st.integers(0, len(body) - 1))] = data.draw(st.integers(0, 255))
    _answer(made, _sealed(bytes(body)))


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\x91" * 100_000,  # a list in a list in a list …
        b"\x81\xa1a" * 100_000,
        msgspec.msgpack.encode([]),
        msgspec.msgpack.encode({}),
        msgspec.msgpack.encode([3]),
        msgspec.msgpack.encode([3, *range(6)]),
        msgspec.msgpack.encode([-1, None]),
        msgspec.msgpack.encode([[], None]),
        msgspec.msgpack.encode("3"),
        b"\xc7\x01\x01x",  # a decimal that is no number
        b"\xdd\xff\xff\xff\xff",  # a list of four thousand million
        b"\xc1",
    ],
)
def test_hostile_bytes_with_a_good_checksum_are_damaged(made: Definitions, body: bytes) -> None:
    with pytest.raises(EngineError, match=r"beschadigd|andere versie"):
        run.variables(made, _sealed(body))


def test_a_state_that_was_good_does_not_become_another_by_being_read_and_written(
    real: list[tuple[Definitions, bytes]],
) -> None:
    for made, good in real:
        step = run.fire(made, good, now=NOW)
        assert run.variables(made, step.state) == run.variables(made, good)
        assert run.fire(made, step.state, now=NOW).state == step.state
