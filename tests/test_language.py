"""`casusroute feel` and `casusroute decide`, run as people run them: no settings, no database."""

import json
from pathlib import Path

import pytest

from app.cli import main
from tests.installation import PROJECT

WEGING = str(PROJECT / "processes" / "weging.dmn")


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    """The exit code, standard output and standard error."""
    with pytest.raises(SystemExit) as stopped:
        main(words)
    said = capsys.readouterr()
    assert isinstance(stopped.value.code, int)
    return stopped.value.code, said.out.strip(), said.err.rstrip()


@pytest.mark.parametrize(
    ("expression", "context", "answer"),
    [
        ("1 + 1", "{}", "2"),
        ("leeftijd < 18", '{"leeftijd": 17}', "true"),
        ("aantal kinderen * 0.1", '{"aantal kinderen": 3}', "0.3"),
        ('date("2026-11-24") + @"P1D"', "{}", '"2026-11-25"'),
        ("{naam: upper case(wie)}", '{"wie": "ad"}', '{"naam":"AD"}'),
        ("[1..3]", "{}", "[1..3]"),
    ],
)
def test_the_value_is_printed_as_json(capsys, expression, context, answer):
    assert run(capsys, "feel", expression, "--context", context) == (0, answer, "")


def test_data_may_stand_in_a_file(capsys, tmp_path: Path):
    (tmp_path / "data.json").write_text('{"leeftijd": 20}')
    assert run(capsys, "feel", "leeftijd + 1", "--context", f"@{tmp_path}/data.json")[1] == "21"


def test_a_null_is_explained_on_standard_error(capsys):
    code, value, why = run(capsys, "feel", "1 + leeftijd", "--context", '{"leeftijd": "oud"}')
    assert (code, value) == (0, "null")
    assert "1 + leeftijd" in why
    assert "(regel 1, teken 3)" in why


def test_a_syntax_error_shows_the_place(capsys):
    code, value, why = run(capsys, "feel", "leeftijd <", "--context", '{"leeftijd": 1}')
    assert (code, value) == (2, "")
    assert "leeftijd <" in why
    assert why.endswith("^")


@pytest.mark.parametrize(
    ("context", "message"),
    [
        ("{", "geen JSON"),
        ("[1]", "groep gegevens"),
        ("@bestaat-niet.json", "bestaat-niet.json"),
    ],
)
def test_bad_data_is_said_plainly(capsys, context, message):
    code, _, why = run(capsys, "feel", "1", "--context", context)
    assert code == 2
    assert message in why


def test_a_decision_is_found_by_name_and_explained(capsys):
    given = {"criteria": dict.fromkeys(("k1a", "k1b", "a", "b", "c"), "ja")}
    code, value, why = run(
        capsys, "decide", WEGING, "Wegingsadvies", "--input", json.dumps(given), "--explain"
    )
    assert code == 0
    assert json.loads(value) == {"uitkomst": "VOLDOET", "advies": "AGENDEREN_MDO"}
    assert '  regel 1: "ja" | "ja"' in why.splitlines()


def test_an_unknown_decision_gets_a_suggestion(capsys):
    code, _, why = run(capsys, "decide", WEGING, "Wegingsadvis")
    assert code == 2
    assert "Bedoelt u 'Wegingsadvies'?" in why


def test_a_file_that_is_not_dmn_is_said_plainly(capsys, tmp_path: Path):
    (tmp_path / "kapot.dmn").write_text("<definitions")
    code, _, why = run(capsys, "decide", str(tmp_path / "kapot.dmn"), "x")
    assert code == 2
    assert "kapot.dmn" in why
    code, _, why = run(capsys, "decide", str(tmp_path / "weg.dmn"), "x")
    assert code == 2
    assert "weg.dmn" in why
