"""`casusroute message` and `casusroute signal`, run as people run them."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from app.cli import main
from tests.engine.diagrams import element, extensions, flows, process, task
from tests.installation import PROJECT

MESSAGE = element("message", "m", extensions('<zeebe:subscription correlationKey="=nummer"/>'), name="Nieuws")
ANSWER = element(
    "message", "n", extensions('<zeebe:subscription correlationKey="=nummer"/>'), name="Antwoord"
)
BEGUN = process(
    element("startEvent", "begin", '<bpmn:messageEventDefinition messageRef="m"/>'),
    element("receiveTask", "wacht", messageRef="n"),
    task("a"),
    element("endEvent", "einde"),
    flows("begin>wacht", "wacht>a", "a>einde"),
    id="nieuws",
    more=MESSAGE + ANSWER,
)


Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs a command on an installation with a process that begins with one message and waits for another.

    Gives the exit code, standard output and standard error.
    """
    monkeypatch.setenv("CASUSROUTE_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("DATABASE_URL", "")

    def run(*words: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as stopped:
            main(words)
        told = capsys.readouterr()
        assert isinstance(stopped.value.code, int)
        return stopped.value.code, told.out.strip(), told.err.strip()

    files = tmp_path / "werkwijze"
    files.mkdir()
    (files / "nieuws.bpmn").write_bytes(BEGUN)
    (files / "klein.form").write_bytes((PROJECT / "tests" / "small" / "klein.form").read_bytes())
    for words in (("db", "upgrade"), ("organisation", "load"), ("release", "publish", str(files))):
        assert run(*words)[0] == 0
    return run


def test_a_message_begins_a_case_goes_to_it_is_kept_or_was_there_already(run: Run, tmp_path: Path) -> None:
    def said(*words: str) -> str:
        code, told, wrong = run(*words)
        assert (code, wrong) == (0, "")
        return told

    send = ("message", "send")
    (tmp_path / "gegevens.json").write_text(json.dumps({"nummer": "7", "bedrag": 1.5}))
    begun = said(*send, "Nieuws", "--house", "wvv", "--data", f"@{tmp_path}/gegevens.json")
    assert re.fullmatch(r"Bezorgd bij casus \S+\.", begun)
    answer = (*send, "Antwoord", "--key", "7", "--data", '{"zei": "ja"}')
    assert said(*answer, "--id", "post-1") == begun
    assert said(*answer, "--id", "post-1") == "Dit bericht was er al: er gebeurt niets."
    assert said(*answer, "--ttl", "P2D").startswith("Bewaard tot ")
    assert said("signal", "send", "Niemand") == "Voor 0 casussen."


WRONG = [
    (("--data", "{"), "geen JSON"),
    (("--data", "[1]"), "groep gegevens"),
    (("--data", '{"a": NaN}'), "geen getal"),
    (("--data", "[" * 100_000), "te diep"),
    (("--data", "@weg.json"), "weg.json"),
    (("--ttl", "morgen"), "geen duur"),
    (("--ttl", "-PT1H"), "geen duur"),
    (("--ttl", "P1Y"), "geen duur"),
    (("--house", "weg"), "bestaat niet"),
]


def test_what_cannot_be_sent_is_said_plainly(run: Run) -> None:
    for (option, value), wrong in WRONG:
        code, told, why = run("message", "send", "Nieuws", f"{option}={value}")
        assert (code, told) == (2, "")
        assert wrong in why
    # A case that begins needs a house.
    assert "gemeente" in run("message", "send", "Nieuws")[2]
