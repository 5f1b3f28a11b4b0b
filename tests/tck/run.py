"""Running the TCK's cases against our decisions."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from app import clock, decisions, feel
from app.decisions import DecisionModel
from app.decisions.model import Service
from app.feel import values
from tests.tck.cases import Case, Expected, read

PRECISION = Decimal("1e-8")
"""How far numbers may be apart: the TCK gives a few as doubles, others to ten digits."""


@dataclass(frozen=True)
class Result:
    """`wrong` has a line for each result of the case that is not what was expected."""

    case: Case
    wrong: tuple[str, ...]


def folders(top: Path) -> Iterator[Path]:
    """Every folder below `top` (or `top` itself) that holds test files."""
    yield from sorted({file.parent for file in top.rglob("*-test-*.xml")})


def run_folder(folder: Path) -> list[Result]:
    """All cases of one folder, each against the model that it names."""
    files = {file.name: file.read_bytes() for file in sorted(folder.glob("*.dmn"))}
    models = {model.file: model for model in decisions.parse_all(files)[0]}
    results = []
    for test in sorted(folder.glob("*-test-*.xml")):
        for case in read(test):
            results.append(_run(case, models.get(case.model)))
    return results


def _run(case: Case, model: DecisionModel | None) -> Result:
    if model is None:
        return Result(case, (f"het model {case.model} is er niet",))
    lines = (_wrong(case, model, expected) for expected in case.expected)
    return Result(case, tuple(line for line in lines if line))


def _wrong(case: Case, model: DecisionModel, expected: Expected) -> str:
    """What is wrong with one result; nothing when it is right."""
    try:
        actual = _ask(case, model, expected.name)
        text = shown(actual)
    except (decisions.DecisionError, feel.FeelLimitError) as error:
        # What the TCK calls an error is a null with us, or one of these.
        actual, text = None, f"fout: {error.message}"
    except Exception as error:  # a crash is a failure, and the run goes on
        return f"{expected.name}: CRASH {type(error).__name__}: {error}"
    fits = same(actual, expected.value)
    return "" if fits else f"{expected.name}: verwacht {shown(expected.value)}, gekregen {text}"


def _ask(case: Case, model: DecisionModel, name: str) -> Any:
    found = [one for one in model.elements.values() if one.name == (case.invocable or name)]
    if not found:
        raise LookupError(name)
    actual, _ = decisions.ask(model, found[0].id, case.given, now=clock.now())
    several = isinstance(found[0], Service) and len(found[0].outputs) > 1
    return actual.get(name) if several else actual


def same(actual: Any, expected: Any) -> bool:
    """Whether a result is what was expected: numbers within PRECISION, moments in the same zone."""
    if values.kind(actual) != values.kind(expected):
        return False
    if values.kind(expected) == "number":
        return _close(values.number(actual), values.number(expected))
    if isinstance(expected, list):
        return len(actual) == len(expected) and all(map(same, actual, expected))
    if isinstance(expected, dict):
        return actual.keys() == expected.keys() and all(same(actual[key], expected[key]) for key in expected)
    return values.equal(actual, expected) is True


def _close(actual: Decimal | None, expected: Decimal | None) -> bool:
    if actual is None or expected is None:
        return actual is expected
    return abs(actual - expected) <= PRECISION * max(1, abs(expected))


def shown(value: Any) -> str:
    text = f'"{value}"' if isinstance(value, str) else feel.to_text(value)
    return text if len(text) < 200 else text[:199] + "…"
