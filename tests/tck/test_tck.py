"""The official conformance tests, where they are at hand, and that the runner would notice a failure."""

from pathlib import Path

import pytest

from tests.tck.__main__ import main
from tests.tck.run import folders, run_folder

TCK = Path(__file__).parents[3] / "shared" / "dmn-tck"
CANNOT = {
    # A pattern that looks back needs an engine that can be made to run for hours; ours is linear.
    ("1111-feel-matches-function", "K2-MatchesFunc-17"),
}

FOLDERS = list(folders(TCK)) if TCK.is_dir() else []


@pytest.mark.skipif(not FOLDERS, reason="de conformiteitstests van DMN staan niet naast het project")
@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_conformance(folder: Path) -> None:
    results = run_folder(folder)

    failed = {(folder.name, one.case.id): one.wrong for one in results if one.wrong}

    assert results
    assert failed.keys() == {known for known in CANNOT if known[0] == folder.name}, failed


MODEL = """<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" name="m" namespace="n">
<decision id="d" name="Som"><variable name="Som"/><informationRequirement><requiredInput href="#a"/>
</informationRequirement><literalExpression><text>a + 1</text></literalExpression></decision>
<decision id="k" name="Stuk"><variable name="Stuk"/><literalExpression><text>1 +</text></literalExpression>
</decision><inputData id="a" name="a"><variable name="a" typeRef="number"/></inputData></definitions>"""


def _case(id: str, name: str, given: str, expected: str) -> str:
    return (
        f'<testCase id="{id}"><inputNode name="a"><value xsi:type="xsd:decimal">{given}</value></inputNode>'
        f'<resultNode name="{name}" type="decision"><expected>{expected}</expected></resultNode></testCase>'
    )


def test_the_runner_counts_what_passes_and_lists_what_fails(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "level" / "0001-som"
    folder.mkdir(parents=True)
    (folder / "m.dmn").write_text(MODEL)
    (folder / "0001-som-test-01.xml").write_text(
        '<testCases xmlns="http://www.omg.org/spec/DMN/20160719/testcase"'
        ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><modelName>m.dmn</modelName>'
        + _case("1", "Som", "2", '<value xsi:type="xsd:decimal">3</value>')
        + _case("2", "Som", "2", '<value xsi:type="xsd:decimal">4</value>')
        + _case("3", "Stuk", "2", '<value xsi:nil="true"/>')
        + _case("4", "Niets", "2", '<value xsi:nil="true"/>')
        + "</testCases>"
    )

    code = main([str(tmp_path)])

    lines = capsys.readouterr().out.splitlines()
    assert code == 1
    assert lines[0] == "level/0001-som: 2/4"
    assert lines[1] == "  2 Som: verwacht 4, gekregen 3"
    assert lines[2].startswith("  4 Niets: CRASH LookupError")
    assert lines[3] == "passed 2 of 4"


def test_the_runner_says_how_it_is_used(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 2
    assert "MAP" in capsys.readouterr().out
