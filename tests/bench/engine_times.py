"""The engine beside plain SpiffWorkflow, in one run: a realistic case, parallel blocks in a row, a long loop.

Plain SpiffWorkflow is measured in memory, with nothing saved, and as it is meant to be used: with its own
serializer and one commit a step. Ours always goes from bytes to bytes.
"""

import re
from collections.abc import Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from typing import Any

from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer

from app.engine import definitions, run, state
from app.engine.definitions import Definitions
from app.engine.step import Step
from tests.bench.databases import Database
from tests.bench.figures import Figure, Goal, Line, said, timed
from tests.bench.kept import Kept, kept
from tests.bench.ways import in_a_row
from tests.engine.diagrams import END, START, element, extensions, flows, process, script, task, timer
from tests.engine.plain import Plain

NOW = datetime(2026, 1, 5, 9, tzinfo=UTC)
REPEATS, FEW = 40, 3
FEWEST, BLOCKS, TEN = 2, 12, 10
STATE_BYTES = 4_096
NOISE = 1.25
"""What is as cheap as another may still differ so much by chance."""
ROUND = ("techniek", "recht", "bevestig", "beslis", "herzie")
"""The user tasks of one round of the realistic case."""
ANSWERS: dict[str, Any] = {
    "techniek": {"techniek": {"akkoord": True, "tekst": "in orde " * 20}},
    "recht": {"recht": {"akkoord": True, "tekst": "in orde " * 20}},
    "bevestig": {"bevestigd": True},
    "beslis": {"besluit": "herzien"},
    "herzie": {"notitie": "n" * 50},
}
FIRST = {
    "aanvrager": {"naam": "Ada Verzonnen", "adres": "Straat 1", "geboren": "1990-12-10"},
    "bedrag": 800,
    "compleet": True,
    "rondes": 0,
    "notities": "x" * 200,
    "regels": [{"wat": f"S{at}", "aantal": at, "prijs": at * 1.5} for at in range(10)],
}


def _call() -> str:
    said = extensions('<zeebe:calledElement processId="krediet"/>')
    return element("callActivity", "roep", said, name="Krediet", calledElement="krediet")


CASE = process(
    START,
    task("inschrijven"),
    element("exclusiveGateway", "weer"),
    element("exclusiveGateway", "volledig", default="volledig_aanvullen"),
    task("aanvullen"),
    element("boundaryEvent", "te_laat", timer("timeDuration", '="P14D"'), attachedToRef="aanvullen"),
    task("intrekken"),
    element("endEvent", "ingetrokken"),
    element("parallelGateway", "uit"),
    task("techniek"),
    task("recht"),
    _call(),
    element("parallelGateway", "samen"),
    script("tarief", "if bedrag < 1000 then 10 else 50", "tarief"),
    task("beslis"),
    element("exclusiveGateway", "keuze", default="keuze_afwijzen"),
    script("tel", "rondes + 1", "rondes"),
    task("herzie"),
    task("toekennen"),
    task("afwijzen"),
    element("exclusiveGateway", "klaar"),
    END,
    flows("begin>inschrijven", "inschrijven>weer", "weer>volledig", "volledig>uit if compleet = true"),
    flows("volledig>aanvullen", "aanvullen>weer", "te_laat>intrekken", "intrekken>ingetrokken"),
    flows("uit>techniek", "uit>recht", "uit>roep", "techniek>samen", "recht>samen", "roep>samen"),
    flows("samen>tarief", "tarief>beslis", "beslis>keuze", 'keuze>toekennen if besluit = "ja"'),
    flows('keuze>tel if besluit = "herzien" and rondes < 1000000', "keuze>afwijzen", "tel>herzie"),
    flows("herzie>weer", "toekennen>klaar", "afwijzen>klaar", "klaar>einde"),
)
CREDIT = process(
    element("startEvent", "kb"),
    script("score", "if bedrag < 1000 then 700 else 500", "score"),
    task("bevestig"),
    element("endEvent", "ke"),
    flows("kb>score", "score>bevestig", "bevestig>ke"),
    id="krediet",
)


def _for_spiff(*files: bytes) -> bytes:
    """One file, with the scripts in Python: SpiffWorkflow knows no other."""
    text = files[0].decode()
    processes = [re.findall(r"<bpmn:process .*</bpmn:process>", one.decode(), re.S) for one in files[1:]]
    beside = "".join(one for found in processes for one in found)
    text = text.replace("</bpmn:definitions>", f"{beside}</bpmn:definitions>")
    python = {
        "tarief": "tarief = 10 if bedrag &lt; 1000 else 50",
        "tel": "rondes = rondes + 1",
        "score": "score = 700 if bedrag &lt; 1000 else 500",
    }
    for name, code in python.items():
        pattern = rf'(<bpmn:scriptTask id="{name}"[^>]*>).*?(</bpmn:scriptTask>)'
        text = re.sub(pattern, rf"\1<bpmn:script>{code}</bpmn:script>\2", text, flags=re.S)
    return text.encode()


def _load(*files: bytes) -> Definitions:
    made, problems = definitions.load(
        {f"{at}.bpmn": content for at, content in enumerate(files)},
        roles={"procesregisseur": "procesregisseur"},
        forms=["klein"],
        job_types=[],
    )
    if made is None:
        raise ValueError(problems)
    return made


class Ours:
    """A case of ours, from bytes to bytes."""

    def __init__(self, definitions: Definitions) -> None:
        self.definitions = definitions
        self.step: Step = run.start(definitions, "proef", {}, now=NOW)

    def complete(self, element_id: str, answers: dict[str, Any]) -> None:
        waiting = next(one for one in self.step.tasks if one.element_id == element_id)
        self.step = run.complete(self.definitions, self.step.state, waiting.id, answers, now=NOW)

    def saved(self) -> bytes:
        return self.step.state


class Saved:
    """Plain SpiffWorkflow as it is meant to be used: read, one step, written."""

    def __init__(self, content: bytes) -> None:
        self.serializer = BpmnWorkflowSerializer()
        self.text = self.serializer.serialize_json(Plain(content).workflow)

    def complete(self, element_id: str, answers: dict[str, Any]) -> None:
        plain = Plain.of(self.serializer.deserialize_json(self.text))
        plain.complete(element_id, answers)
        self.text = self.serializer.serialize_json(plain.workflow)

    def saved(self) -> bytes:
        return self.text.encode()


def lines(databases: Sequence[Database], rounds: int, *, loop: int) -> list[Line]:
    """A step of a realistic case, of parallel blocks in a row, and of a loop of so many rounds."""
    found = _of_case(databases, rounds)
    return [*found, _of_blocks(rounds), *_of_loop(rounds, loop), *_of_reading(databases, rounds), _of_bytes()]


def _a_round(case: Any, repeats: int, keep: Kept | None = None) -> list[float]:
    """Milliseconds a user task, on average over each round of the realistic case."""
    case.complete("inschrijven", FIRST)
    times = []
    for _ in range(repeats):
        whole = 0.0
        for name in ROUND:

            def work(name: str = name) -> None:
                case.complete(name, ANSWERS[name])
                if keep is not None:
                    keep.write(case.saved())

            whole += timed(work)[0]
        times.append(whole / len(ROUND))
    return times


def _of_case(databases: Sequence[Database], rounds: int) -> list[Line]:
    ours, plain_file = _load(CASE, CREDIT), _for_spiff(CASE, CREDIT)
    found: dict[tuple[str, str], list[list[float]]] = {}

    def add(kind: str, database: str, times: list[float]) -> None:
        found.setdefault((kind, database), []).append(times)

    with ExitStack() as stack:
        places = {one.name: stack.enter_context(kept(one)) for one in databases}
        for _ in range(rounds):
            # Plain SpiffWorkflow grows with every round: it is measured at its best, in its first three.
            add("memory", "", _a_round(Plain(plain_file), FEW))
            add("ours", "", _a_round(Ours(ours), REPEATS))
            for name, place in places.items():
                add("ours", name, _a_round(Ours(ours), REPEATS, place))
                add("library", name, _a_round(Saved(plain_file), FEW, place))
    p50 = {place: Figure.of(times).p50 for place, times in found.items()}
    memory, bare = p50["memory", ""], p50["ours", ""]
    goal = Goal("≤ ⅓× in geheugen", bare <= memory / 3)
    made = [
        Line(
            "realistische stap, staat lezen en schrijven (ms)",
            "",
            bare,
            memory,
            ratio=bare / memory,
            goal=goal,
        )
    ]
    for name in places:
        saved, library = p50["ours", name], p50["library", name]
        goal = Goal.times(saved, memory, 1, "in geheugen")
        words = "realistische stap, met één commit van de staat (ms)"
        made.append(Line(words, name, saved, memory, library=library, ratio=saved / memory, goal=goal))
    return made


def _blocks(number: int) -> bytes:
    """A row of so many parallel blocks of two tasks each."""
    parts, pairs, last = [], [], "begin"
    for at in range(number):
        parts += [element("parallelGateway", f"u{at}"), task(f"a{at}"), task(f"b{at}")]
        parts.append(element("parallelGateway", f"s{at}"))
        pairs += [f"{last}>u{at}", f"u{at}>a{at}", f"u{at}>b{at}", f"a{at}>s{at}", f"b{at}>s{at}"]
        last = f"s{at}"
    return process(START, *parts, END, flows(*pairs, f"{last}>einde"))


def _first_block(case: Any) -> list[float]:
    return [timed(case.complete, name, {"x": 1})[0] for name in ("a0", "b0")]


def _of_blocks(rounds: int) -> Line:
    # Beside a row of two: the only block of a row ends the case, which is less work than to begin the next.
    rows = {number: _load(_blocks(number)) for number in (FEWEST, BLOCKS)}
    times: dict[int, list[list[float]]] = {number: [] for number in rows}
    plain = []
    for _ in range(rounds):
        for _ in range(REPEATS):
            for number, made in rows.items():
                times[number].append(_first_block(Ours(made)))
        # With twelve it makes 32,766 tasks: once a round is enough.
        plain.append(_first_block(Plain(_blocks(BLOCKS))))
    few, many = Figure.of(times[FEWEST]).p50, Figure.of(times[BLOCKS]).p50
    words = f"stap in een rij van {BLOCKS} parallelle blokken (ms; rij van {FEWEST}: {said(few)})"
    goal = Goal.times(many, few, NOISE, f"rij van {FEWEST}")
    return Line(words, "", many, Figure.of(plain).p50, ratio=many / few, goal=goal)


LOOP = process(
    START,
    element("exclusiveGateway", "weer"),
    task("a"),
    element("exclusiveGateway", "klaar", default="klaar_weer"),
    END,
    flows("begin>weer", "weer>a", "a>klaar", "klaar>einde if stop = true", "klaar>weer"),
)


def _times(case: Any, upto: int) -> tuple[list[float], list[float]]:
    """Milliseconds of the first rounds, around the tenth, and of the last."""
    times = [timed(case.complete, "a", {"n": at})[0] for at in range(upto)]
    return times[4:45], times[-41:]


def _of_loop(rounds: int, loop: int) -> list[Line]:
    """Ours goes on to the end of the loop; the others grow, and stop at the two hundredth round."""
    short, ours = min(loop, 200), _load(LOOP)
    early, late = zip(*(_times(Ours(ours), loop) for _ in range(rounds * 2)), strict=True)
    _, plain = zip(*(_times(Plain(LOOP), short) for _ in range(rounds)), strict=True)
    _, library = zip(*(_times(Saved(LOOP), short) for _ in range(min(rounds, FEW))), strict=True)
    tenth, last = Figure.of(early).p50, Figure.of(late).p50
    words = f"ronde {loop} van een lus (ms; ronde 10: {tenth:.3f}; de andere: ronde {short})".replace(
        ".", ","
    )
    beside = Figure.of(plain).p50, Figure.of(library).p50
    goal = Goal.times(last, tenth, 1.1, "ronde 10")
    return [Line(words, "", last, beside[0], library=beside[1], ratio=last / tenth, goal=goal)]


def _of_reading(databases: Sequence[Database], rounds: int) -> list[Line]:
    """What keeping live trees in memory could save, beside the commit that stays."""
    case = Ours(_load(CASE, CREDIT))
    case.complete("inschrijven", FIRST)
    content = case.saved()
    made = []
    for database in databases:
        reading, committing = [], []
        with kept(database) as place:
            place.write(content)
            for _ in range(rounds):
                reading.append(
                    [timed(state.read, place.read(), case.definitions, now=NOW)[0] for _ in range(REPEATS)]
                )
                # Each time another: SQLite does not write what stood there already.
                others = [content + bytes([at]) for at in range(REPEATS)]
                committing.append([timed(place.write, other)[0] for other in others])
                place.write(content)
        read, commit = Figure.of(reading).p50, Figure.of(committing).p50
        words = "staat lezen (ms), tegenover alleen de commit ernaast"
        made.append(Line(words, database.name, read, page=commit, ratio=read / commit))
    return made


def _of_bytes() -> Line:
    names, content = [f"t{at}" for at in range(TEN)], in_a_row(TEN)
    sizes: dict[str, int] = {}
    for kind, case in (("ours", Ours(_load(content))), ("library", Saved(content))):
        for at, name in enumerate(names):
            case.complete(name, {name: f"antwoord {at} " * 5})
            sizes[kind] = max(sizes.get(kind, 0), len(case.saved()))
    goal = Goal(f"≤ {STATE_BYTES} bytes", sizes["ours"] <= STATE_BYTES)
    words = "staat van een casus van tien taken, de grootste (bytes)"
    return Line(words, "", str(sizes["ours"]), library=sizes["library"], goal=goal)
