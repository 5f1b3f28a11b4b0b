"""The diagram editor in Chromium: opening a large file, and checks while typing."""

import shutil
from itertools import pairwise

from playwright.sync_api import Page, sync_playwright

from tests.bench.databases import Database
from tests.bench.figures import Figure, table, timed
from tests.bench.server import served
from tests.browser.conftest import FLAGS, NAMES
from tests.browser.people import Visitor
from tests.browser.studio import make_draft
from tests.installation import HOST

ELEMENTS = {"openen": 200, "controleren": 60}
REPEATS = 4
_CHECK = """async () => {
  const {modeler, studio} = document.getElementById('studio').editor;
  const {xml} = await modeler.saveXML({format: true});
  const began = performance.now();
  await studio.server.check(xml);
  return performance.now() - began;
}"""


def report(database: Database, rounds: int) -> str:
    executable = next(filter(None, map(shutil.which, NAMES)), None)
    if executable is None:
        return "De editor is niet gemeten: er is geen Chromium.\n"
    with database.installation() as installation, served(installation), sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=executable, args=FLAGS)
        visitor = Visitor(chromium, f"http://{HOST}:{installation.port}", "proceseigenaar")
        opened = [_opened(visitor, _drawn(visitor, "openen")) for _ in range(rounds)]
        _opened(visitor, _drawn(visitor, "controleren"))
        checked = [_checked(visitor.page) for _ in range(rounds)]
        chromium.close()
    rows = [
        (f"{name}, {ELEMENTS[name]} elementen", figure.p50, figure.p95)
        for name, figure in (("openen", Figure.of(opened)), ("controleren", Figure.of(checked)))
    ]
    return table("De diagrameditor in de browser (ms)", ("stap", "p50", "p95"), rows)


def _drawn(visitor: Visitor, name: str) -> str:
    """A draft with a diagram of so many elements; gives the address of its editor."""
    draft = make_draft(visitor, name)
    token = visitor.page.locator('input[name="csrf_token"]').first.input_value()
    answer = visitor.page.request.put(
        f"{visitor.address}{draft}/bestanden/groot.bpmn",
        data=diagram(ELEMENTS[name]),
        headers={"If-Match": '"0"', "X-CSRFToken": token, "Content-Type": "application/xml"},
    )
    assert answer.status == 200, answer.text()
    return f"{draft}/diagram/groot.bpmn"


def _opened(visitor: Visitor, path: str) -> list[float]:
    return [timed(_open, visitor, path)[0] for _ in range(REPEATS)]


def _open(visitor: Visitor, path: str) -> None:
    visitor.go(path)
    visitor.page.locator("#studio[data-klaar]").wait_for(state="attached")


def _checked(page: Page) -> list[float]:
    return [float(page.evaluate(_CHECK)) for _ in range(REPEATS)]


def diagram(elements: int) -> bytes:
    """A row of tasks, as many as that with its start and end, drawn twenty in a row."""
    ids = ["begin", *(f"taak_{number}" for number in range(elements - 2)), "einde"]
    places = {id: (180 + 180 * (index % 20), 160 + 200 * (index // 20)) for index, id in enumerate(ids)}
    said = (
        '<bpmn:extensionElements><zeebe:userTask/><zeebe:formDefinition formId="klein"/>'
        '<zeebe:assignmentDefinition candidateGroups="procesregisseur"/></bpmn:extensionElements>'
    )
    kinds = {"begin": ("startEvent", ""), "einde": ("endEvent", "")}
    nodes, shapes, flows, lines = "", "", "", ""
    for id in ids:
        kind, inner = kinds.get(id, ("userTask", said))
        width, height = (36, 36) if id in kinds else (100, 80)
        x, y = places[id]
        nodes += f'<bpmn:{kind} id="{id}" name="{id}">{inner}</bpmn:{kind}>'
        bounds = f'<dc:Bounds x="{x}" y="{y - height // 2}" width="{width}" height="{height}"/>'
        shapes += f'<bpmndi:BPMNShape id="{id}_vorm" bpmnElement="{id}">{bounds}</bpmndi:BPMNShape>'
    for source, target in pairwise(ids):
        id = f"{source}__{target}"
        ends = "".join(
            f'<di:waypoint x="{places[one][0]}" y="{places[one][1]}"/>' for one in (source, target)
        )
        flows += f'<bpmn:sequenceFlow id="{id}" sourceRef="{source}" targetRef="{target}"/>'
        lines += f'<bpmndi:BPMNEdge id="{id}_lijn" bpmnElement="{id}">{ends}</bpmndi:BPMNEdge>'
    plane = f'<bpmndi:BPMNPlane id="vlak" bpmnElement="groot">{shapes}{lines}</bpmndi:BPMNPlane>'
    names = " ".join(
        f'xmlns:{prefix}="{address}"'
        for prefix, address in {
            "bpmn": "http://www.omg.org/spec/BPMN/20100524/MODEL",
            "bpmndi": "http://www.omg.org/spec/BPMN/20100524/DI",
            "dc": "http://www.omg.org/spec/DD/20100524/DC",
            "di": "http://www.omg.org/spec/DD/20100524/DI",
            "zeebe": "http://camunda.org/schema/zeebe/1.0",
        }.items()
    )
    return (
        f'<bpmn:definitions {names} id="definities" targetNamespace="groot">'
        f'<bpmn:process id="groot" name="Groot" isExecutable="true">{nodes}{flows}</bpmn:process>'
        f'<bpmndi:BPMNDiagram id="tekening">{plane}</bpmndi:BPMNDiagram></bpmn:definitions>'
    ).encode()
