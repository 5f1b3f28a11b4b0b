"""A try-out: what somebody does in it, its clock, the work that it only tells of, and scenarios."""

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from app import forms
from app.checks import trial
from app.checks.trial import Act, Stop, Trial, Way
from app.engine import definitions
from app.errors import CasusrouteError, Conflict, NotFound
from app.services import job_types
from tests.engine.diagrams import END, NOW, START, element, extensions, flows, process, script, task, timer
from tests.town import shipped

CASE = {"nummer": "PROEF-1", "huis": "arnhem", "huis_naam": "Arnhem", "gestart_door": "Proef"}
ME = {"naam": "Proef", "organisatie": "politie", "organisatie_naam": "Politie", "partner": True}
MAIL = element(
    "serviceTask",
    "mail",
    extensions(
        '<zeebe:taskDefinition type="mail"/>',
        "<zeebe:ioMapping>"
        '<zeebe:input source="=&quot;p@voorbeeld.nl&quot;" target="aan"/>'
        '<zeebe:input source="=&quot;Hallo &quot; + onderwerp" target="onderwerp"/>'
        "</zeebe:ioMapping>",
    ),
    name="Mail",
)


def form(id: str = "klein", *more: Mapping[str, Any], required: bool = True) -> bytes:
    field = {"type": "textfield", "id": "o", "key": "onderwerp", "label": "Onderwerp"}
    made = {"id": id, "components": [{**field, "validate": {"required": required}}, *more]}
    return json.dumps(made).encode()


def asked(kind: str, key: str, properties: Mapping[str, str] = {}, **rules: Any) -> dict[str, Any]:
    """A field that must be filled in."""
    said = {"type": kind, "id": key, "key": key, "label": key.capitalize(), "properties": properties}
    return {**said, "validate": {"required": True, **rules}}


def way(*files: bytes, forms_: tuple[bytes, ...] = (form(),), reference: Mapping[str, Any] = {}) -> Way:
    found = {
        made.id: made for content in forms_ if (made := forms.parse(content, file="f.form")[0]) is not None
    }
    loaded, problems = definitions.load(
        {f"{at}.bpmn": content for at, content in enumerate(files)},
        roles={"procesregisseur": "procesregisseur"},
        forms=found.keys(),
        job_types=job_types.NAMES,
    )
    assert problems == []
    assert loaded is not None
    return Way(loaded, found, reference, ME)


def begun(on: Way, **variables: Any) -> Trial:
    return trial.begin(on, "proef", variables, case=CASE, now=NOW)


def done(on: Way, at: Trial, name: str, text: str = "x") -> Trial:
    [waiting] = [one for one in at.step.tasks if one.element_id == name]
    answers = trial.read_answers(on, at, waiting, {"onderwerp": [text]})
    return trial.answer(on, at, waiting.id, answers)


def names(at: Trial) -> list[str]:
    return [stop.element_id for stop in trial.route(at.moments)]


TWO = process(
    START, task("eerst"), MAIL, task("dan"), END, flows("begin>eerst", "eerst>mail", "mail>dan", "dan>einde")
)


def test_tasks_are_done_with_their_forms_and_a_mail_is_told_and_not_sent() -> None:
    on = way(TWO)
    at = done(on, begun(on), "eerst", "wereld")
    assert [one.text for one in at.moments if one.kind == "work"] == [
        "Hier zou een mail gaan naar p@voorbeeld.nl: ‘Hallo wereld’."
    ]
    at = done(on, at, "dan")
    assert at.step.ended
    assert names(at) == ["eerst", "mail", "dan", "einde"]
    assert at.step.variables["casus"]["nummer"] == "PROEF-1"


def test_a_trial_goes_on_from_what_was_kept_of_it() -> None:
    on = way(TWO)
    kept = begun(on)
    again = trial.look(on, kept.state, now=NOW)
    assert [one.element_id for one in again.step.tasks] == ["eerst"]
    assert names(done(on, again, "eerst")) == ["eerst", "mail"]


WAITS = process(
    START,
    task("eerst"),
    element(
        "boundaryEvent", "rappel", timer("timeCycle", "R2/P1D"), attachedToRef="eerst", cancelActivity="false"
    ),
    task("bellen"),
    element("endEvent", "gebeld"),
    element("intermediateCatchEvent", "rust", timer("timeDuration", "P2D"), name="Rust"),
    END,
    flows("begin>eerst", "rappel>bellen", "bellen>gebeld", "eerst>rust", "rust>einde"),
)


def test_the_clock_lets_each_timer_go_off_at_its_own_moment() -> None:
    on = way(WAITS)
    at = trial.forward(on, begun(on), NOW + timedelta(days=5))
    assert at.now == NOW + timedelta(days=5)
    fired = [one.at for one in at.moments if one.kind == "timer_fired"]
    assert fired == [NOW + timedelta(days=1), NOW + timedelta(days=2)]
    assert [one.element_id for one in at.step.tasks] == ["eerst", "bellen", "bellen"]
    at = done(on, at, "eerst")
    assert trial.next_due(at) == NOW + timedelta(days=7)
    with pytest.raises(Conflict, match="alleen vooruit"):
        trial.forward(on, at, NOW)


def test_a_diagram_that_keeps_itself_busy_is_told_and_does_not_hang() -> None:
    busy = process(
        START,
        element("exclusiveGateway", "weer"),
        MAIL,
        flows("begin>weer", "weer>mail", "mail>weer"),
    )
    with pytest.raises(CasusrouteError, match="houden niet op"):
        begun(way(busy))


def test_somebody_can_jump_to_a_step_with_the_data_of_the_forms_before_it() -> None:
    on = way(TWO)
    known = trial.before(["klein"], on.forms, context={}, now=NOW)
    assert known == {"onderwerp": "Voorbeeld onderwerp"}
    at = trial.jump(on, begun(on, **known), "dan")
    assert [one.element_id for one in at.step.tasks] == ["dan"]
    with pytest.raises(Conflict):
        trial.jump(on, at, "bestaat_niet")


def test_a_message_reaches_the_case_only_if_it_waits_for_it() -> None:
    key = extensions('<zeebe:subscription correlationKey="=&quot;7&quot;"/>')
    waits = process(
        START,
        element(
            "intermediateCatchEvent", "post", '<bpmn:messageEventDefinition messageRef="b"/>', name="Post"
        ),
        END,
        flows("begin>post", "post>einde"),
        more=element("message", "b", key, name="brief"),
    )
    on = way(waits)
    with pytest.raises(NotFound, match="brief"):
        trial.send(on, begun(on), "brief", "8", {})
    assert trial.send(on, begun(on), "brief", "7", {}).step.ended


# ── examples ─────────────────────────────────────────────────────────────────────────────────────────────


def test_an_example_fills_in_what_a_form_asks_for_also_what_shows_only_then() -> None:
    more = (
        asked("textfield", "bsn", properties={"opmaak": "bsn"}),
        asked("textfield", "postcode", pattern="[0-9]{4} [A-Z]{2}"),
        asked("number", "aantal", min=3),
        {**asked("datetime", "dag"), "subtype": "datetime", "dateLabel": "Dag"},
        {**asked("radio", "soort"), "values": [{"label": "A", "value": "a"}]},
        {**asked("textarea", "waarom", minLength=40), "conditional": {"hide": '=soort != "a"'}},
        asked("filepicker", "stuk"),
    )
    made, problems = forms.parse(form("f", *more), file="f.form")
    assert problems == []
    assert made is not None
    raw = trial.example(made, context={}, now=NOW)
    answers = forms.read(made, raw, context={}, documents=trial.documents(made, raw), now=NOW)
    assert answers["bsn"] == "111222333"
    assert answers["aantal"] == 3
    assert len(answers["waarom"]) >= 40
    assert answers["stuk"] == [{"id": "proef:1024:voorbeeld.pdf", "name": "voorbeeld.pdf", "size": 1024}]


@pytest.mark.parametrize("way_in", ["aanmelding", "adviesvraag", "cob", "nazorg"])
def test_the_shipped_ways_in_can_be_walked_with_examples_alone(way_in: str) -> None:
    on = _shipped()
    known = on.given
    start = on.form(on.definitions.processes[way_in].start_form_id)
    assert start is not None
    raw = trial.example(start, context=known, now=NOW)
    answers = forms.read(start, raw, context=known, documents=trial.documents(start, raw), now=NOW)
    at = trial.begin(on, way_in, answers, case={**CASE, "kanaal_organisatie": "politie"}, now=NOW)
    for _ in range(20):
        if at.step.ended:
            break
        if not at.step.tasks:
            due = trial.next_due(at)
            assert due is not None
            at = trial.forward(on, at, due)
            continue
        waiting = at.step.tasks[0]
        used = on.form(waiting.form_id)
        assert used is not None
        typed = trial.example(used, context=trial.context(on, at, waiting), now=at.now)
        at = trial.answer(on, at, waiting.id, trial.read_answers(on, at, waiting, typed))
    assert at.step.incidents == ()
    assert at.step.ended or way_in == "aanmelding"
    assert len(trial.route(at.moments)) >= 3


def _shipped() -> Way:
    files = shipped()
    found = [forms.parse(content, file=name)[0] for name, content in files.items() if name.endswith(".form")]
    by_id = {one.id: one for one in found if one is not None}
    roles = [
        "partner",
        "procesregisseur",
        "informatiecoordinator",
        "weegploeg",
        "locatiemanager",
        "ketenmanager",
    ]
    names = {key: key for key in (*roles, "administratief_ondersteuner", "melder")}
    loaded, problems = definitions.load(
        files, roles=names | _lanes(files), forms=by_id.keys(), job_types=job_types.NAMES
    )
    assert loaded is not None, problems
    lists = ("huizen", "gemeenten", "organisaties", "organisaties_primair", "medewerkers", "themas")
    return Way(loaded, by_id, {name: [{"value": "politie", "label": "Politie"}] for name in lists}, ME)


def _lanes(files: Mapping[str, bytes]) -> dict[str, str]:
    from app.engine import reader

    return {
        one.lane: one.lane.lower()
        for name, content in files.items()
        if name.endswith(".bpmn")
        for process in reader.processes(content, file=name)[0]
        for one in process.elements.values()
        if one.lane
    }


# ── scenarios ────────────────────────────────────────────────────────────────────────────────────────────

ACTS = (
    Act("begin", "proef"),
    Act("task", "proef", "eerst", raw={"onderwerp": ["wereld"]}),
    Act("task", "proef", "dan", raw={"onderwerp": ["af"]}),
)


def played(on: Way, *acts: Act) -> trial.Played:
    return trial.play(on, acts or ACTS, case=CASE, now=NOW)


def test_a_scenario_on_the_same_files_goes_the_same_way() -> None:
    first = played(way(TWO))
    assert first.problem is None
    assert [stop.element_id for stop in first.route] == ["eerst", "mail", "dan", "einde"]
    assert trial.compare(first.route, played(way(TWO)).route) == []


def test_a_scenario_says_which_step_came_and_was_not_expected_and_which_did_not_come() -> None:
    other = process(
        START,
        task("eerst"),
        script("tel", "1 + 1", "som"),
        task("dan"),
        END,
        flows("begin>eerst", "eerst>tel", "tel>dan", "dan>einde"),
    )
    expected, actual = played(way(TWO)).route, played(way(other)).route
    assert [str(one) for one in trial.compare(expected, actual)] == [
        "‘Mail’ werd verwacht en kwam niet (na ‘Eerst’).",
        "‘tel’ kwam en werd niet verwacht (na ‘Eerst’).",
    ]


def test_a_scenario_that_cannot_go_on_says_where_and_why_and_what_stands_open_instead() -> None:
    without = process(START, task("ander"), END, flows("begin>ander", "ander>einde"))
    stopped = played(way(without))
    assert stopped.problem == "Stap 2 ('eerst'): Deze taak staat niet open. Open staat: ‘Ander’."
    assert played(way(TWO), ACTS[1]).problem is not None
    assert "bestaat niet" in str(played(way(TWO), Act("begin", "weg")).problem)


def test_a_form_that_changed_is_told_field_by_field() -> None:
    field = {"type": "textfield", "id": "n", "key": "nieuw", "label": "Nieuw", "validate": {"required": True}}
    asked = played(way(TWO, forms_=(form("klein", field),)))
    assert asked.problem == (
        "Stap 2 ('eerst'): Het formulier neemt de antwoorden niet aan: Vul iets in bij ‘Nieuw’."
    )
    renamed = json.loads(form("klein", required=False))
    renamed["components"][0]["key"] = "titel"
    gone = played(way(TWO, forms_=(json.dumps(renamed).encode(),)))
    assert gone.notes[0] == "Bij ‘Eerst’ bestaat het veld 'onderwerp' niet meer."


def test_of_tasks_that_stand_open_twice_the_right_one_is_done() -> None:
    on = way(WAITS)
    at = trial.forward(on, begun(on), NOW + timedelta(days=2))
    second = [one for one in at.step.tasks if one.element_id == "bellen"][1]
    act = trial.with_place(Act("task", "proef", "bellen", raw={"onderwerp": ["x"]}), at, second)
    assert act.place == 1
    found = played(on, Act("begin", "proef"), Act("clock", seconds=2 * 86_400), act)
    assert found.problem is None
    assert [stop.element_id for stop in found.route][-1] == "gebeld"
    assert Stop("proef", "bellen", "Bellen") in found.route
