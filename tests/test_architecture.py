"""The rules of the house, kept as tests. The layers themselves are kept by import-linter (.importlinter)."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

PROJECT = Path(__file__).parent.parent
APP = PROJECT / "app"


def sources(folder: Path = APP) -> list[Path]:
    return [file for file in sorted(folder.rglob("*.py")) if "node_modules" not in file.parts]


def calls(file: Path) -> Iterator[tuple[str, int]]:
    """Every call in a file, as dotted text and line."""
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func), node.lineno


def places(pattern: str, *, allowed: set[str]) -> list[str]:
    return [
        f"{file.relative_to(PROJECT)}:{line} {name}"
        for file in sources()
        if str(file.relative_to(APP)) not in allowed
        for name, line in calls(file)
        if re.fullmatch(pattern, name)
    ]


def test_the_transaction_is_committed_in_one_file():
    assert places(r".*\.commit", allowed={"store/session.py"}) == []


def test_the_time_of_day_is_read_in_one_file():
    pattern = r"(.*\.)?(datetime\.(now|utcnow|today)|date\.today|time\.time)"

    assert places(pattern, allowed={"clock.py"}) == []


def test_nothing_evaluates_python_from_text():
    assert places(r"(builtins\.)?(eval|exec|__import__)|pickle\.loads?", allowed=set()) == []


def test_importing_the_language_does_not_import_the_web():
    code = (
        "import sys, app.feel, app.decisions; print([m for m in ('flask', 'sqlalchemy') if m in sys.modules])"
    )

    answer = subprocess.run(
        [sys.executable, "-c", code],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=True,
    )

    assert answer.stdout.strip() == "[]"


def test_every_setting_is_documented_in_the_readme():
    readme = (PROJECT / "README.md").read_text()
    config = (APP / "config.py").read_text()
    names = set(re.findall(r'"([A-Z][A-Z_]{3,})"', config))

    assert names
    assert sorted(name for name in names if f"`{name}`" not in readme) == []


def test_templates_do_not_switch_escaping_off_or_style_inline():
    forbidden = re.compile(r"\|\s*safe\b|<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=|autoescape false")
    found = [
        f"{file.relative_to(PROJECT)}: {match.group(0)}"
        for file in sorted((APP / "templates").rglob("*.html"))
        for match in forbidden.finditer(file.read_text())
    ]

    assert found == []


def test_the_project_names_no_machine_and_no_registry():
    names = re.compile(r"/work/(main|shared)|/root/|registry\.npmjs|pypi\.org/simple|files\.pythonhosted")
    listed = subprocess.run(["git", "ls-files"], cwd=PROJECT, capture_output=True, text=True, check=False)
    if listed.returncode:
        pytest.skip("geen git-werkmap: de lijst met bestanden is er niet")
    found = []
    for name in listed.stdout.splitlines():
        file = PROJECT / name
        if file == Path(__file__) or not file.is_file() or file.suffix in {".png", ".woff2"}:
            continue
        found += [f"{name}: {match.group(0)}" for match in names.finditer(file.read_text(errors="replace"))]

    assert found == []


def test_only_the_agreed_places_stand_at_the_top():
    agreed = {"pyproject.toml", "processes", "app", "forms", "tests", "deploy", "README.md", "Makefile"}
    listed = subprocess.run(["git", "ls-files"], cwd=PROJECT, capture_output=True, text=True, check=False)
    if listed.returncode:
        pytest.skip("geen git-werkmap: de lijst met bestanden is er niet")
    top = {name.split("/")[0] for name in listed.stdout.splitlines()}

    assert {name for name in top if not name.startswith(".")} <= agreed
