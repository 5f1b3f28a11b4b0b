"""The command `casusroute`, run as people run it."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.installation import PROJECT, Installation


def command(*words: str, data: Path, typed: str = "", **settings: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"CASUSROUTE_DATA": str(data), "DATABASE_URL": ""} | settings
    line = [sys.executable, "-m", "app.cli", *words]
    return subprocess.run(
        line, cwd=PROJECT, env=environment, input=typed, capture_output=True, text=True, check=False
    )


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the tables and the organisation."""
    folder = tmp_path_factory.mktemp("opdracht")
    installation = Installation(folder)
    installation.command("db", "upgrade")
    installation.command("organisation", "load")
    return folder


def test_help_lists_the_commands(tmp_path: Path) -> None:
    words = command("--help", data=tmp_path).stdout.split()
    for name in (
        "up",
        "serve",
        "worker",
        "db",
        "organisation",
        "release",
        "demo",
        "person",
        "feel",
        "decide",
    ):
        assert name in words


def test_a_database_without_tables_is_said_plainly(tmp_path: Path) -> None:
    done = command("release", "check", data=tmp_path)
    assert done.returncode == 2
    assert "casusroute db upgrade" in done.stderr
    assert "Traceback" not in done.stderr


def test_production_refuses_without_secrets_and_never_makes_examples(tmp_path: Path) -> None:
    done = command("serve", data=tmp_path, CASUSROUTE_MODE="production")
    assert done.returncode == 2
    assert "SECRET_KEY" in done.stderr
    secrets = {"SECRET_KEY": "x" * 40, "DATABASE_URL": f"sqlite:///{tmp_path}/x.db"}
    assert command("demo", data=tmp_path, CASUSROUTE_MODE="production", **secrets).returncode == 2


def test_check_names_the_file_the_element_and_what_is_wrong(data: Path, tmp_path: Path) -> None:
    assert command("release", "check", data=data).returncode == 0
    broken = (PROJECT / "tests" / "small" / "rondes.bpmn").read_text("utf-8").replace("klein", "weg")
    (tmp_path / "rondes.bpmn").write_text(broken, "utf-8")
    done = command("release", "check", str(tmp_path), data=data)
    assert done.returncode == 1
    assert "rondes.bpmn" in done.stdout
    assert "Het formulier 'weg' bestaat niet." in done.stdout


def test_what_is_published_comes_back_as_it_was(data: Path, tmp_path: Path) -> None:
    published = command("release", "publish", "--by", "ik", "--note", "eerste", data=data)
    assert published.stdout.strip() == "Versie 1 is live."
    assert "eerste" in command("release", "list", data=data).stdout
    assert command("release", "export", str(tmp_path), data=data).returncode == 0
    for folder in ("processes", "forms"):
        assert {one.name for one in (tmp_path / folder).iterdir()} == {
            one.name for one in (PROJECT / folder).iterdir()
        }
        for file in (PROJECT / folder).iterdir():
            assert (tmp_path / folder / file.name).read_bytes() == file.read_bytes()
    again = command("release", "publish", str(tmp_path), data=data)
    assert again.stdout.strip() == "Versie 1 is live."
    assert command("release", "export", str(tmp_path), "--release", "1", data=data).returncode == 0
    assert command("release", "export", str(tmp_path), "--release", "9", data=data).returncode == 2


def test_a_person_is_added_with_a_role_of_one_house(data: Path) -> None:
    words = ("person", "add", "nieuw", "Nieuw Persoon", "veiligheidshuis-arnhem", "procesregisseur:arnhem")
    assert command(*words, data=data, typed="een lang wachtwoord\n").returncode == 0
    refused = command(*words[:-1], "bestaat-niet:arnhem", data=data, typed="een lang wachtwoord\n")
    assert refused.returncode == 2
    assert "bestaat-niet" in refused.stderr


def test_cases_go_to_another_release_from_the_command_line(tmp_path: Path) -> None:
    folder = tmp_path / "nieuw"
    folder.mkdir()
    shutil.copytree(PROJECT / "processes", folder, dirs_exist_ok=True)
    shutil.copytree(PROJECT / "forms", folder, dirs_exist_ok=True)
    data = tmp_path / "data"
    Installation(data).set_up(shipped=True)
    assert command("demo", data=data).returncode == 0
    changed = (folder / "mdo.bpmn").read_text("utf-8") + "\n"
    (folder / "mdo.bpmn").write_text(changed, "utf-8")
    assert command("release", "publish", str(folder), data=data).returncode == 0

    said = command("migration", "plan", "--from", "1", "--to", "2", data=data).stdout
    going, _, running, *_ = said.splitlines()[-1].split()
    assert int(going) == int(running) > 0
    why = "de nieuwe werkwijze"
    said = command("migration", "start", "--from", "1", "--to", "2", "--why", why, data=data).stdout
    assert "casussen onderweg" in said
    assert f"0 mee, 0 niet, {going} te gaan" in command("migration", "show", "1", data=data).stdout
    assert f"{going} gestopt" in command("migration", "stop", "1", data=data).stdout
    assert command("migration", "show", "9", data=data).returncode == 2
    bad = command("migration", "plan", "--from", "1", "--to", "2", "--rename", "x", data=data)
    assert (bad.returncode, "oud=nieuw" in bad.stderr) == (2, True)
    assert command("incident", "list", data=data).stdout == "0 storingen.\n"
    assert "bestaat niet" in command("incident", "retry", "1", data=data).stderr


def test_ever_so_many_cases_with_a_past_are_made_on_an_empty_installation(data: Path, tmp_path: Path) -> None:
    shutil.copytree(data, tmp_path / "nieuw")
    done = command("demo", "--cases", "3", "--months", "2", data=tmp_path / "nieuw")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("3 casussen en ")
    assert "‘Leefgebieden invullen’ (informatieverrijking:leefgebieden)" in done.stdout
    assert "Halverwege kwam versie 2." in done.stdout
    assert "Geef minstens één casus" in command("demo", "--cases", "0", data=tmp_path / "nieuw").stderr
