"""Two people in one diagram: what comes together, and what clashes in which words."""

from app.checks import bpmn_parts
from app.checks.merge import merge
from tests.checks import edits
from tests.checks.edits import replaced, shipped
from tests.checks.merging import clash, clean, meaning, problems
from tests.engine.diagrams import element, flows, process

MDO = shipped("mdo.bpmn")


# ── Nothing else changes ───────────────────────────────────────────────────────────────────────


def test_what_nobody_touched_keeps_its_text_to_the_byte() -> None:
    mine = (
        'name="Agenda maken en uitnodigen">\n      <bpmn:documentation>Zet',
        'name="Agenda">\n      <bpmn:documentation>Zet',
    )
    theirs = ("Leg het resultaat vast en schrijf", "Leg vast\nwat het resultaat is en schrijf")

    merged = clean(merge("mdo.bpmn", MDO, replaced(MDO, mine), replaced(MDO, theirs)))

    assert merged == replaced(MDO, mine, theirs)


def test_another_version_of_a_tool_and_other_white_space_are_no_change() -> None:
    theirs = replaced(MDO, ('exporterVersion="5.31.0"', 'exporterVersion="5.40.0"')).replace(
        b"\n      ", b"\n "
    )
    mine = replaced(MDO, ('name="Agenderen"', 'name="Op de agenda"'))

    assert clean(merge("mdo.bpmn", MDO, mine, theirs)) == mine


def test_a_part_that_was_written_with_other_prefixes_is_read_the_same() -> None:
    theirs = MDO.replace(b"bpmn:", b"b:").replace(b"xmlns:bpmn=", b"xmlns:b=").replace(b"zeebe:", b"z:")
    theirs = theirs.replace(b"xmlns:zeebe=", b"xmlns:z=")
    assert meaning("mdo.bpmn", theirs) == meaning("mdo.bpmn", MDO)
    theirs = replaced(theirs, ("then 2 else 5", "then 1 else 5"))
    theirs = edits.Edit(
        "", frozenset(), lambda given: edits._on(given, edits._insert, "agenda__uitnodigen", "t")
    )(theirs)
    mine = replaced(MDO, ('name="Plan van aanpak"', 'name="Plan"'))

    merged = clean(merge("mdo.bpmn", MDO, mine, theirs))

    result, same = meaning("mdo.bpmn", merged), replaced(MDO, ('name="Plan van aanpak"', 'name="Plan"'))
    same = replaced(same, ("then 2 else 5", "then 1 else 5"))
    assert result == meaning("mdo.bpmn", edits._on(same, edits._insert, "agenda__uitnodigen", "t"))
    assert problems("mdo.bpmn", merged) == []


# ── What clashes ───────────────────────────────────────────────────────────────────────


def test_two_changes_of_one_step_say_what_each_did() -> None:
    mine = replaced(MDO, ('name="Agenderen"', 'name="Op de agenda"'))
    theirs = replaced(MDO, ("then 2 else 5", "then 2 else 8"))

    name, one, other = clash("mdo.bpmn", MDO, mine, theirs)["agenderen"]

    assert name == "De taak ‘Agenderen’"
    assert one == "De taak ‘Agenderen’ heet nu ‘Op de agenda’."
    assert other.startswith("De termijn van de taak ‘Agenderen’ is nu ")


def test_a_step_that_one_took_out_and_the_other_changed() -> None:
    mine = edits._on(MDO, edits._take_out, "overleg", "")
    theirs = replaced(MDO, ("Leg vast wie er was,", "Schrijf op wie er was,"))

    _, one, other = clash("mdo.bpmn", MDO, mine, theirs)["overleg"]

    assert one == "De taak ‘Multidisciplinair overleg’ is vervallen."
    assert other.startswith("De uitleg van de taak ‘Multidisciplinair overleg’ is nu ")


def test_a_step_that_one_took_out_and_the_other_led_a_way_to() -> None:
    mine = edits._on(MDO, edits._take_out, "overleg", "")
    theirs = replaced(
        MDO,
        (
            'id="hoe_verder__afsluiten" name="Afsluiten" sourceRef="hoe_verder" targetRef="afsluiten"',
            'id="hoe_verder__afsluiten" name="Afsluiten" sourceRef="hoe_verder" targetRef="overleg"',
        ),
    )

    _, one, other = clash("mdo.bpmn", MDO, mine, theirs)["overleg"]

    assert one == "De taak ‘Multidisciplinair overleg’ is vervallen."
    assert other.endswith("gaat nu naar ‘Multidisciplinair overleg’.")


def test_one_moves_a_step_to_one_lane_and_the_other_to_another() -> None:
    reference = "        <bpmn:flowNodeRef>agenda</bpmn:flowNodeRef>\n"
    sides = [
        replaced(MDO, (reference, ""), (f'name="{lane}">\n', f'name="{lane}">\n{reference}'))
        for lane in ("Informatiecoördinator", "Partner")
    ]

    _, one, other = clash("mdo.bpmn", MDO, *sides)["agenda"]

    assert "is nu voor ‘Informatiecoördinator’" in one
    assert "is nu voor ‘Partner’" in other


def test_both_move_a_step_in_the_drawing() -> None:
    place = 'bpmnElement="agenda">\n        <dc:Bounds x="641" y="416"'
    sides = [replaced(MDO, (place, place.replace("641", x))) for x in ("650", "700")]

    assert clash("mdo.bpmn", MDO, *sides)["agenda"][1].endswith("staat op een andere plek in de tekening.")


def test_both_give_a_choice_another_way_out() -> None:
    """The first that holds is taken, so somebody must say which comes first."""
    sides = [
        replaced(
            MDO,
            (
                "        <bpmn:outgoing>hoe_verder__afsluiten</bpmn:outgoing>".strip(),
                f"<bpmn:outgoing>hoe_verder__afsluiten</bpmn:outgoing><bpmn:outgoing>{who}</bpmn:outgoing>",
            ),
            (
                '    <bpmn:sequenceFlow id="hoe_verder__afsluiten"',
                f'    <bpmn:sequenceFlow id="{who}" sourceRef="hoe_verder" targetRef="plan_maken">'
                f"<bpmn:conditionExpression>={who}</bpmn:conditionExpression></bpmn:sequenceFlow>"
                '    <bpmn:sequenceFlow id="hoe_verder__afsluiten"',
            ),
        )
        for who in ("kort", "lang")
    ]

    name, one, other = clash("mdo.bpmn", MDO, *sides)["hoe_verder"]

    assert name == "De keuze ‘Hoe verder?’"
    assert one == "Er is een weg bijgekomen van ‘Hoe verder?’ naar ‘Plan van aanpak’, als ‘kort’."
    assert other.endswith("als ‘lang’.")


def test_both_lead_a_step_on_to_another_one() -> None:
    """A step goes on in one way: two of them would do both."""
    sides = [edits._on(MDO, edits._insert, "agenda__uitnodigen", who) for who in ("a", "b")]

    assert "agenda__uitnodigen" in clash("mdo.bpmn", MDO, *sides)


def test_an_arrow_follows_the_step_that_the_other_moved() -> None:
    mine = replaced(
        MDO,
        (
            'bpmnElement="agenda">\n        <dc:Bounds x="641" y="416"',
            'bpmnElement="agenda">\n        <dc:Bounds x="641" y="600"',
        ),
    )
    theirs = edits._on(MDO, edits._insert, "agenda__uitnodigen", "t")

    document = bpmn_parts.read(clean(merge("mdo.bpmn", MDO, mine, theirs)))

    assert ("id", "taak_t") in document.parts
    assert (
        document.parts[("shape", "samenwerking_mdo", "agenda")].node.child("Bounds").attributes["y"] == "600"
    )  # type: ignore[union-attr]


SHAPE = 'bpmnElement="hoe_verder" isMarkerVisible="true">\n        <dc:Bounds x="1937"'
LABEL = '/><bpmndi:BPMNLabel><dc:Bounds x="1914"'


def test_the_label_of_what_one_named_otherwise_goes_along_with_who_moved_it() -> None:
    named = replaced(MDO, ('name="Hoe verder?"', 'name="En nu?"'), (LABEL, LABEL.replace("1914", "1925")))
    moved = replaced(MDO, (SHAPE, SHAPE.replace("1937", "1967")), (LABEL, LABEL.replace("1914", "1944")))

    for sides in ((named, moved), (moved, named)):
        assert clean(merge("mdo.bpmn", MDO, *sides)) == replaced(
            moved, ('name="Hoe verder?"', 'name="En nu?"')
        )


def test_a_step_that_both_moved_elsewhere_is_asked_about() -> None:
    sides = [replaced(MDO, (SHAPE, SHAPE.replace("1937", place))) for place in ("1967", "1977")]
    assert "hoe_verder" in clash("mdo.bpmn", MDO, *sides)


def test_an_arrow_that_both_drew_otherwise_is_drawn_again() -> None:
    sides = []
    for step, edge, old in (
        ("agenda", "agenda__uitnodigen", "641"),
        ("uitnodigen", "agenda__uitnodigen", "823"),
    ):
        sides.append(
            replaced(
                MDO,
                (f'bpmnElement="{step}"', f'bpmnElement="{step}"'),
                (f'<dc:Bounds x="{old}"', f'<dc:Bounds x="{int(old) + 40}"'),
                (
                    f'bpmnElement="{edge}">\n        <di:waypoint x="',
                    f'bpmnElement="{edge}">\n        <di:waypoint x="1',
                ),
            )
        )
    sides[1] = replaced(
        sides[1],
        (
            'bpmnElement="agenda__uitnodigen">\n        <di:waypoint x="1',
            'bpmnElement="agenda__uitnodigen">\n        <di:waypoint x="2',
        ),
    )

    document = bpmn_parts.read(clean(merge("mdo.bpmn", MDO, *sides)))
    other = bpmn_parts.read(clean(merge("mdo.bpmn", MDO, *reversed(sides))))

    key = ("shape", "samenwerking_mdo", "agenda__uitnodigen")
    points = [one.attributes for one in document.parts[key].node.children if one.name == "waypoint"]
    assert len(points) == 2
    assert document.parts[key].own == other.parts[key].own


def test_a_message_that_one_took_away_and_the_other_began_to_wait_for() -> None:
    message = element("message", "antwoord", name="antwoord")
    steps = (element("startEvent", "begin"), element("userTask", "intake"), element("endEvent", "einde"))
    waits = element("receiveTask", "wachten", messageRef="antwoord", name="Wachten")
    ways = flows("begin>intake", "intake>einde")
    base = process(*steps, ways, more=message)

    found = clash("proef.bpmn", base, process(*steps, ways), process(*steps, waits, ways, more=message))

    assert found["antwoord"][1] == "Het bericht ‘antwoord’ is vervallen."


def test_a_phase_that_one_took_out_and_the_other_put_a_step_in() -> None:
    def phase(*inside: str) -> str:
        return element("subProcess", "fase", "".join(inside), name="Fase")

    begin, end = element("startEvent", "begin"), element("endEvent", "einde")
    base = process(begin, phase(), end)
    theirs = process(begin, phase(element("userTask", "nieuw", name="Nieuw")), end)

    name, one, other = clash("proef.bpmn", base, process(begin, end), theirs)["fase"]

    assert (name, one) == ("De fase ‘Fase’", "De fase ‘Fase’ is vervallen.")
    assert other == "Er is een taak bijgekomen: ‘Nieuw’."


def test_what_was_wrong_before_is_no_reason_to_refuse() -> None:
    """A draft may well have faults in it; only new ones are doubtful."""
    base = replaced(MDO, ('targetRef="terugmelding_lezen_vervallen"', 'targetRef="bestaat_niet"'))
    mine = replaced(base, ('name="Agenderen"', 'name="Op de agenda"'))
    theirs = replaced(base, ('name="Plan van aanpak"', 'name="Plan"'))

    assert clean(merge("mdo.bpmn", base, mine, theirs)) == replaced(
        mine, ('name="Plan van aanpak"', 'name="Plan"')
    )
