"""The diagram editor as process owners meet it: by mouse, by keyboard alone, together, without a network."""

import re
from itertools import pairwise
from pathlib import Path

import pytest
from lxml import etree
from playwright.sync_api import Route

from app.engine import reader
from app.engine.build import SPECS
from tests.browser.conftest import Visit
from tests.browser.studio import Editor, make_draft, problems

PROJECT = Path(__file__).parents[2]
DIAGRAMS = sorted((PROJECT / "processes").glob("*.bpmn"))


@pytest.fixture
def edit(visit: Visit):
    """`edit("mdo.bpmn")`: a new draft with that file open."""

    def open_file(file: str, login: str = "proceseigenaar", draft: str = "") -> Editor:
        visitor = visit(login)
        return Editor(visitor, draft or make_draft(visitor, "Proef met de editor"), file)

    return open_file


def test_a_task_with_form_lane_and_condition_by_mouse(edit, visit: Visit) -> None:
    editor = edit("mdo.bpmn")
    page = editor.page
    gateway = editor.ask(
        "studio.modeler.get('elementRegistry').find((e) => e.type === 'bpmn:ExclusiveGateway'"
        " && e.outgoing.length > 1).id"
    )
    editor.click(gateway)

    page.locator(".djs-context-pad .entry.cr-stap-toevoegen").first.click()
    page.locator(".djs-popup").get_by_text("Iemand vult een formulier in.").click()
    task = editor.until(f"get('selection').get()[0]?.id !== '{gateway}' && get('selection').get()[0]?.id")
    page.get_by_label("Naam", exact=True).fill("Nazorg bespreken")
    page.get_by_label("Formulier", exact=True).select_option("monitoring")
    page.get_by_label("Baan", exact=True).select_option(label="Procesregisseur")
    page.get_by_label("Een aantal werkdagen").check()
    editor.until(f"shape('{task}').businessObject.name === 'Nazorg bespreken'")

    flow = editor.ask(f"shape('{task}').incoming[0].id")
    editor.choose(flow)
    page.get_by_label("Als", exact=True).select_option("spoed")
    page.get_by_label("Waarde", exact=True).select_option("ja")
    editor.until(f"shape('{flow}').businessObject.conditionExpression?.body === '=spoed = \"ja\"'")
    editor.choose(task)
    page.get_by_role("button", name="Verbinden", exact=True).click()
    editor.dialog().get_by_label("Stap").select_option(index=0)
    editor.dialog().get_by_role("button", name="Verbinden").click()
    editor.saved()

    process = reader.processes(editor.content(), file="mdo.bpmn")[0][0]
    made = process.elements[task]
    assert (made.name, made.form_id, made.lane) == ("Nazorg bespreken", "monitoring", "Procesregisseur")
    assert made.due_date == "=add working days(now(), 5)"
    assert [one.condition for one in made.incoming] == ['=spoed = "ja"']
    assert [one for one in problems(visit.place, editor.draft) if one.severity == "error"] == []


def test_a_task_with_form_lane_and_condition_by_keyboard_alone(edit, visit: Visit) -> None:
    editor = edit("adviesvraag.bpmn")
    keyboard = editor.page.keyboard
    gateway = editor.named("Uitkomst?")

    keyboard.press("Alt+1")
    _walk_to(editor, gateway)
    keyboard.press("+")
    editor.dialog().wait_for()
    keyboard.press("Tab")
    keyboard.type("Nog eens bellen")
    keyboard.press("Tab")
    _tab_to(editor, "Toevoegen", press="Enter")
    task = editor.named("Nog eens bellen")

    keyboard.press("Alt+3")
    _tab_to(editor, "Formulier")
    keyboard.type("Adviesconsultatie")
    _tab_to(editor, "Baan")
    keyboard.type("Partner")
    editor.until(f"shape('{task}').incoming.length === 1")
    flow = editor.ask(f"shape('{task}').incoming[0].id")
    keyboard.press("Alt+1")
    _walk_to(editor, flow)
    keyboard.press("Enter")
    _tab_to(editor, "Voorwaarde als formule")
    keyboard.type('uitkomst = "bellen"')
    editor.until(f"shape('{flow}').businessObject.conditionExpression?.body === '=uitkomst = \"bellen\"'")
    keyboard.press("Alt+1")
    _walk_to(editor, task)
    keyboard.press("+")
    editor.dialog().wait_for()
    keyboard.type("Einde")
    _tab_to(editor, "Toevoegen", press="Enter")
    editor.until(f"shape('{task}').outgoing.length === 1")
    editor.saved()

    process = reader.processes(editor.content(), file="adviesvraag.bpmn")[0][0]
    made = process.elements[task]
    assert (made.form_id, made.lane) == ("adviesconsultatie", "Partner")
    assert [(one.source, one.condition) for one in made.incoming] == [(gateway, '=uitkomst = "bellen"')]
    assert [one for one in problems(visit.place, editor.draft) if one.severity == "error"] == []


def _focused(editor: Editor) -> str:
    """The name of what has the focus, as it is labelled."""
    return str(
        editor.page.evaluate(
            "(() => { const one = document.activeElement;"
            " return one.getAttribute('aria-label') || one.labels?.[0]?.textContent || one.textContent; })()"
        )
    ).strip()


def _tab_to(editor: Editor, name: str, *, press: str = "") -> None:
    for _ in range(40):
        if _focused(editor) == name:
            break
        editor.page.keyboard.press("Tab")
    assert _focused(editor) == name
    if press:
        editor.page.keyboard.press(press)


def _walk_to(editor: Editor, id: str) -> None:
    """With the arrows through the step list."""
    editor.page.keyboard.press("Home")
    for _ in range(80):
        if editor.ask("document.activeElement.closest('[data-element]')?.dataset.element") == id:
            return
        editor.page.keyboard.press("ArrowDown")
    raise AssertionError(f"de pijltjes komen nooit bij {id}")


def test_a_problem_stands_at_its_element_in_the_list_and_in_words_and_undo_takes_it_away(edit) -> None:
    editor = edit("adviesvraag.bpmn")
    task = editor.named("Adviesconsultatie")
    editor.until("document.querySelector('.cr-problemen__stand').textContent.includes('niets mis')")

    editor.choose(task)
    editor.page.get_by_label("Formulier", exact=True).select_option("")

    editor.until(f"get('canvas').hasMarker('{task}', 'cr-fout')")
    line = editor.page.locator(".cr-probleem", has_text="geen formulier")
    line.get_by_role("button", name="Adviesconsultatie").click()
    assert editor.chosen() == task
    assert "1 probleem" in editor.line(task).inner_text()
    assert editor.page.locator(".cr-probleemteken--fout").inner_text() == "✕ 1"

    editor.page.get_by_role("heading", name="Problemen").click()
    editor.page.keyboard.press("Control+z")
    editor.until(f"!get('canvas').hasMarker('{task}', 'cr-fout')")
    assert "niets mis" in editor.text("problemen")


def test_a_counter_example_is_played_as_tokens_and_can_be_read(edit) -> None:
    editor = edit("informatieverrijking.bpmn")
    editor.page.emulate_media(reduced_motion="reduce")
    editor.page.evaluate(
        "document.getElementById('studio').editor.studio.play({message: 'Hier kan de casus blijven wachten.',"
        " trace: [['begin'], ['intake'], ['leefgebieden', 'navraag', 'navraag'], []]})"
    )
    player = editor.page.get_by_role("region", name="Zo kan het gebeuren")
    assert "Stap 1 van 4: bij Te verrijken." in player.inner_text()

    player.get_by_role("button", name="Volgende").click()
    player.get_by_role("button", name="Volgende").click()
    editor.until(
        "get('canvas').hasMarker('navraag', 'cr-hier') && !get('canvas').hasMarker('intake', 'cr-hier')"
    )
    assert (
        "Stap 3 van 4: bij Leefgebieden invullen en Gegevens uit het netwerk (2 keer)." in player.inner_text()
    )
    assert editor.page.locator(".djs-overlay .cr-penning").all_inner_texts() == ["", "2"]

    editor.page.keyboard.press("Escape")
    editor.until("!get('canvas').hasMarker('navraag', 'cr-hier')")


def test_what_is_drawn_saves_itself_and_is_there_after_a_reload(edit) -> None:
    editor = edit("informatieverrijking.bpmn")
    editor.choose("intake")
    editor.page.get_by_label("Naam", exact=True).fill("Intakegesprek")
    editor.saved()

    editor.open()

    assert "Intakegesprek" in editor.line("intake").inner_text()
    assert b'name="Intakegesprek"' in editor.content()


def test_without_a_connection_nothing_is_lost(edit) -> None:
    editor = edit("informatieverrijking.bpmn")
    page = editor.page
    page.route("**/bestanden/**", lambda route: route.abort())
    editor.choose("intake")
    page.get_by_label("Naam", exact=True).fill("Zonder verbinding")
    editor.until("studio.saving.stand === 'weg'")
    assert "geen verbinding" in editor.text("stand")
    assert "veilig in deze browser" in editor.text("stand")
    page.unroute("**/bestanden/**")
    page.on("dialog", lambda dialog: dialog.accept())

    editor.open()

    assert "Zonder verbinding" in editor.line("intake").inner_text()
    editor.saved()
    assert b'name="Zonder verbinding"' in editor.content()
    assert editor.ask("localStorage.length") == 0
    assert set(editor.visitor.messages) == {"Failed to load resource: net::ERR_FAILED"}
    editor.visitor.messages.clear()


def test_who_was_signed_out_signs_in_elsewhere_and_goes_on(edit) -> None:
    editor = edit("informatieverrijking.bpmn")
    page, visitor = editor.page, editor.visitor
    page.context.clear_cookies()
    editor.choose("intake")
    page.get_by_label("Naam", exact=True).fill("Toch bewaard")
    editor.until("studio.saving.stand === 'uitgelogd'")

    visitor.page = page.context.new_page()
    visitor.sign_in()
    visitor.page.close()
    visitor.page = page
    page.keyboard.press("Control+s")
    editor.saved()

    assert b'name="Toch bewaard"' in editor.content()


def test_two_people_who_change_the_same_are_told_and_choose(edit) -> None:
    first = edit("informatieverrijking.bpmn")
    second = edit("informatieverrijking.bpmn", login="proceseigenaar2", draft=first.draft)
    second.until("document.querySelector('[data-deel=\"aanwezig\"]').textContent.startsWith('Ook bezig: ')")
    first.choose("intake")
    first.page.get_by_label("Naam", exact=True).fill("Intake van de een")
    first.saved()

    second.choose("intake")
    second.page.get_by_label("Naam", exact=True).fill("Intake van de ander")
    second.dialog().wait_for()
    assert second.dialog().get_by_role("table").is_visible()
    assert second.visitor.violations() == []
    second.dialog().get_by_role("button", name="Nog niet kiezen").click()
    second.page.get_by_label("Naam", exact=True).fill("Intake van de ander")
    second.page.get_by_role("button", name="Nu kiezen").click()
    second.dialog().get_by_role("button", name=re.compile("^Versie van")).click()
    second.until("shape('intake').businessObject.name === 'Intake van de een'")
    second.until("studio.saving.stand === 'bewaard'")
    assert b'name="Intake van de een"' in second.content()

    second.page.get_by_role("button", name="Ongedaan maken").click()
    second.until("shape('intake').businessObject.name === 'Intake van de ander'")
    second.saved()
    assert b'name="Intake van de ander"' in second.content()


def test_what_a_colleague_saves_comes_in_while_nothing_waits_here(edit) -> None:
    first = edit("informatieverrijking.bpmn")
    second = edit("informatieverrijking.bpmn", login="proceseigenaar2", draft=first.draft)
    first.choose("intake")
    first.page.get_by_label("Naam", exact=True).fill("Intake van de een")
    first.saved()

    second.choose("uitvraag")
    second.ask("studio.saving.pull()")

    second.until("shape('intake').businessObject.name === 'Intake van de een'")
    assert "een collega" in second.text("stand")
    assert second.chosen() == "uitvraag"
    assert second.page.get_by_role("button", name="Ongedaan maken").is_disabled()
    assert second.ask("studio.saving.revision") == first.ask("studio.saving.revision")


FILES = {"BPMN-bestand": b"<?xml", "SVG-tekening": b"<?xml", "PNG-plaatje": b"\x89PNG", "PDF": b"%PDF-1.4"}


def test_a_diagram_is_taken_along_as_a_file(edit) -> None:
    editor = edit("weging.bpmn")
    found = {}
    for label in FILES:
        editor.page.get_by_text("Ophalen als").click()
        with editor.page.expect_download() as waiting:
            editor.page.get_by_role("button", name=label).click()
        found[label] = Path(waiting.value.path()).read_bytes()
        assert waiting.value.suggested_filename == f"weging.{label[:4].lower().rstrip('-')}"

    assert {label: content[: len(FILES[label])] for label, content in found.items()} == FILES
    assert all(len(content) > 5_000 for content in found.values())
    assert b"var(--" not in found["SVG-tekening"]
    assert found["PDF"].rstrip().endswith(b"%%EOF")


BLOCKS = {
    "herinnering": ("intake", {"Formulier": "intake"}),
    "partners": ("uitvraag", {"Formulier": "informatie_geven", "Lijst met organisaties": "uitvragen"}),
    "vier_ogen": ("intake", {"Formulier": "intake", "Wie controleert": "locatiemanager"}),
}
"""After which step each comes, and what is chosen."""


def test_blocks_are_ordinary_elements_that_pass_the_checks_and_one_undo_takes_one_away(
    edit, visit: Visit
) -> None:
    editor = edit("informatieverrijking.bpmn")
    for block, (after, choices) in BLOCKS.items():
        before = editor.ask("get('elementRegistry').getAll().length")
        editor.choose(after)
        editor.page.get_by_role("button", name="Blok toevoegen").click()
        editor.dialog().get_by_label("Welk blok?").select_option(block)
        editor.dialog().get_by_label("Naam van de taak").fill(f"Plan {block}")
        for label, value in choices.items():
            editor.dialog().get_by_label(label).select_option(value)
        editor.dialog().get_by_role("button", name="Toevoegen").click()
        editor.named(f"Plan {block}")
    editor.saved()

    assert [one for one in problems(visit.place, editor.draft) if one.severity == "error"] == []
    assert _crooked(editor.content()) == []
    editor.choose(editor.named("Plan vier_ogen controleren"))
    assert editor.page.get_by_label("Niet door wie deze stap deed").input_value() == editor.named(
        "Plan vier_ogen"
    )

    editor.page.get_by_role("button", name="Ongedaan maken").click()
    editor.until(f"get('elementRegistry').getAll().length === {before}")


def _crooked(content: bytes) -> list[str]:
    """The arrows with a piece that is neither level nor upright."""
    found = []
    for edge in etree.fromstring(content).iter("{http://www.omg.org/spec/BPMN/20100524/DI}BPMNEdge"):
        points = [(float(one.get("x")), float(one.get("y"))) for one in edge if one.tag.endswith("waypoint")]
        for (x, y), (u, v) in pairwise(points):
            if abs(x - u) > 1 and abs(y - v) > 1:
                found.append(edge.get("bpmnElement"))
    return found


def test_looking_saves_nothing_and_writing_changes_nothing_that_is_executed_or_drawn(edit) -> None:
    editor = edit("informatieverrijking.bpmn")
    before = editor.content()
    for id in ("intake", "uitvraag", "intake_termijn"):
        editor.choose(id)
    editor.ask("studio.saving.now()")
    assert editor.content() == before
    assert editor.ask("studio.saving.revision") == 0

    for path in DIAGRAMS:
        content = path.read_bytes()

        written = editor.page.evaluate(
            "async (text) => { const {modeler} = document.getElementById('studio').editor;"
            " await modeler.importXML(text); return (await modeler.saveXML({format: true})).xml; }",
            content.decode(),
        ).encode()

        assert reader.processes(written, file="x") == reader.processes(content, file="x"), path.name
        assert _plain(written) == _plain(content), path.name


def _plain(content: bytes) -> list[tuple[str, list[tuple[str, str]], str]]:
    """Every element with its attributes and text, whatever the layout and order of the file."""
    parser = etree.XMLParser(remove_comments=True)
    return sorted(
        (str(one.tag), sorted(one.attrib.items()), (one.text or "").strip())
        for one in etree.fromstring(content, parser).iter()
    )


EVERYTHING = (PROJECT / "tests" / "browser" / "every_kind.js").read_text()


def test_everything_is_said_in_dutch_and_only_what_runs_is_offered(edit) -> None:
    editor = edit("informatieverrijking.bpmn")
    editor.page.route("**/bestanden/**", lambda route: _answer_saved(route))

    offered = editor.page.evaluate(EVERYTHING)

    editor.visitor.messages.clear()  # of the saves that were kept back
    assert editor.ask("[...unknown]") == []
    assert [one for one in offered if "kan niet worden uitgevoerd" in one] == []
    assert len(offered) > 40
    types = editor.ask("document.getElementById('studio').editor.kinds.map((one) => one.attributes.type)")
    assert {one[5].lower() + one[6:] for one in types} <= SPECS.keys()


def _answer_saved(route: Route) -> None:
    """This drawing has every kind of element, also where they cannot stand: it is not for the draft."""
    if route.request.method == "PUT":
        route.abort()
    else:
        route.continue_()


def test_no_violations_in_any_state_light_dark_and_narrow(edit) -> None:
    editor = edit("monitoring.bpmn")
    page, violations = editor.page, editor.visitor.violations
    editor.choose(editor.named("Voortgang beoordelen"))
    page.get_by_text("Technisch").click()
    page.locator(".bio-properties-panel-group").first.wait_for()
    assert violations() == []
    page.get_by_role("button", name="Stap toevoegen", exact=True).click()
    page.emulate_media(color_scheme="dark")
    assert violations() == []
    page.keyboard.press("Escape")
    page.locator(".cr-schrijfstap--pijl button").first.click()
    page.locator('[data-deel="eigenschappen"] .cm-content').wait_for()
    assert violations() == []
    page.set_viewport_size({"width": 320, "height": 640})
    page.get_by_role("button", name="Simulatie").click()
    page.locator(".bts-context-pad").first.wait_for(state="attached")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert violations() == []
