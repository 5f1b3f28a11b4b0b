"""The commands `casusroute feel` and `casusroute decide`: trying out an expression or a decision file.

They need no database and no settings. The answer goes to standard output as JSON, what there is to say about
it to standard error.
"""

import argparse
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec

from app import clock, decisions, feel, safe_json
from app.errors import CasusrouteError, Invalid
from app.feel.parser.token_stream import suggestion

_ENCODER = msgspec.json.Encoder(decimal_format="number")


def add_arguments(evaluate: argparse.ArgumentParser, decide: argparse.ArgumentParser) -> None:
    """What the two commands take."""
    evaluate.add_argument("expression", metavar="expressie")
    evaluate.add_argument("--context", default="{}", metavar="JSON", help="de gegevens, of @bestand")
    decide.add_argument("file", type=Path, metavar="bestand.dmn")
    decide.add_argument("decision", metavar="beslissing", help="de naam of het id")
    decide.add_argument("--input", default="{}", metavar="JSON", help="de gegevens, of @bestand")
    decide.add_argument("--explain", action="store_true", help="zeg ook welke regels golden en waarom")


def evaluate(chosen: argparse.Namespace) -> int:
    """`casusroute feel`: the value as JSON, and why a part of it is null."""
    context = _data(chosen.context, "--context")
    try:
        expression = feel.compile(chosen.expression, names=context, members=set(_keys(context)))
    except feel.FeelSyntaxError as error:
        raise CasusrouteError(f"{error.message}\n{error.caret()}") from error
    explanation = expression.explain(context, now=clock.now())
    _answer(explanation.value)
    for reason in explanation.reasons:
        _remark(f"{reason.text}: {reason.message} (regel {reason.line}, teken {reason.column})")
    return 0


def decide(chosen: argparse.Namespace) -> int:
    """`casusroute decide`: the value as JSON; the other files in the folder can be imported."""
    content = chosen.file.read_bytes()
    beside = {path.name: path.read_bytes() for path in sorted(chosen.file.parent.glob("*.dmn"))}
    models, problems = decisions.parse_all({chosen.file.name: content, **beside})
    wrong = [problem for problem in problems if problem.file == chosen.file.name]
    if wrong:
        raise CasusrouteError("\n".join(map(str, wrong)))
    model = next(model for model in models if model.file == chosen.file.name)
    outcome = decisions.evaluate(
        model, _id(model, chosen.decision), _data(chosen.input, "--input"), now=clock.now()
    )
    _answer(outcome.value)
    if chosen.explain:
        for fired in outcome.trace:
            for line in _told(fired):
                _remark(line)
    return 0


def _id(model: decisions.DecisionModel, wanted: str) -> str:
    known = [(one.id, one.name) for one in model.decisions.values()]
    known += [(one.id, one.name) for one in model.services.values()]
    for id, name in known:
        if wanted in (id, name):
            return id
    names = [name for _, name in known]
    listed = ", ".join(f"'{name}'" for name in names) or "niets"
    raise CasusrouteError(
        f"De beslissing '{wanted}' staat niet in dit bestand.{suggestion([wanted], names)} "
        f"Er is wel: {listed}."
    )


def _told(fired: decisions.Fired) -> Iterator[str]:
    """What one decision did, as lines."""
    yield f"{fired.decision_name}: {_json(fired.output)}"
    for label, value in fired.inputs.items():
        yield f"  {label}: {_json(value)}"
    for number, cells in zip(fired.rules, fired.tests, strict=True):
        yield f"  regel {number}: {' | '.join(cells)}"
    for text in fired.annotations:
        yield f"  {text}"


def _data(text: str, option: str) -> dict[str, Any]:
    try:
        return safe_json.group(Path(text[1:]).read_text() if text.startswith("@") else text)
    except Invalid as error:
        raise CasusrouteError(f"{option}: {error.message}") from error


def _keys(value: Any) -> Iterator[str]:
    """The names at any depth, which may hold spaces."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield key
            yield from _keys(inner)
    elif isinstance(value, list):
        for item in value:
            yield from _keys(item)


def _answer(value: Any) -> None:
    print(_json(value))


def _json(value: Any) -> str:
    try:
        return _ENCODER.encode(feel.to_variable(value)).decode()
    except feel.FeelValueError:
        return feel.to_text(value)


def _remark(text: str) -> None:
    print(text, file=sys.stderr)
