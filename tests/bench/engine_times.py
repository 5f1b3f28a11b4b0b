"""The engine beside plain SpiffWorkflow, in one run: a realistic case, parallel blocks in a row, a long loop.

Plain SpiffWorkflow is measured in memory, with nothing saved, and as it is meant to be used: with its own
serializer and one commit to SQLite a step. Ours always goes from bytes to bytes.
"""

import re
import sqlite3
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer

from app.engine import definitions, run
from app.engine.definitions import Definitions
from app.engine.step import Step
from tests.bench.figures import Figure, table, timed
from tests.engine.diagrams import END, START, element, extensions, flows, process, script, task, timer
from tests.engine.plain import Plain

NOW = datetime(2026, 1, 5, 9, tzinfo=UTC)
REPEATS, FEW = 40, 3
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

    def __init__(self, *files: bytes) -> None:
        self.definitions = _load(*files)
        self.step: Step = run.start(self.definitions, "proef", {}, now=NOW)

    def complete(self, element_id: str, answers: dict[str, Any]) -> None:
        waiting = next(one for one in self.step.tasks if one.element_id == element_id)
        self.step = run.complete(self.definitions, self.step.state, waiting.id, answers, now=NOW)

    def saved(self) -> bytes:
        return self.step.state


class Saved:
    """Plain SpiffWorkflow as it is meant to be used: read, one step, written."""

    def __init__(self, content: bytes) -> None:
        self.serializer = BpmnWorkflowSerializer()
        self.plain = Plain(content)
        self.text = self.serializer.serialize_json(self.plain.workflow)

    def complete(self, element_id: str, answers: dict[str, Any]) -> None:
        engine = self.plain.workflow.script_engine
        self.plain.workflow = self.serializer.deserialize_json(self.text)
        self.plain.workflow.script_engine = engine
        self.plain.complete(element_id, answers)
        self.text = self.serializer.serialize_json(self.plain.workflow)

    def saved(self) -> bytes:
        return self.text.encode()


class Kept:
    """One row, one commit: what any store must do at least."""

    def __init__(self, folder: Path, name: str) -> None:
        self.connection = sqlite3.connect(folder / f"{name}.db", isolation_level=None)
        for text in ("PRAGMA journal_mode=WAL", "PRAGMA synchronous=FULL"):
            self.connection.execute(text)
        self.connection.execute("CREATE TABLE one (key INTEGER PRIMARY KEY, state BLOB)")
        self.connection.execute("INSERT INTO one VALUES (1, x'')")

    def write(self, state: bytes) -> None:
        self.connection.execute("BEGIN IMMEDIATE")
        self.connection.execute("UPDATE one SET state = ? WHERE key = 1", (state,))
        self.connection.execute("COMMIT")


def _realistic(case: Any, keep: Callable[[bytes], None] | None, repeats: int) -> list[float]:
    """Milliseconds a user task, on average over each round."""
    case.complete("inschrijven", FIRST)
    times = []
    for _ in range(repeats):
        whole = 0.0
        for name in ROUND:

            def work(name: str = name) -> None:
                case.complete(name, ANSWERS[name])
                if keep is not None:
                    keep(case.saved())

            whole += timed(work)[0]
        times.append(whole / len(ROUND))
    return times


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


LOOP = process(
    START,
    element("exclusiveGateway", "weer"),
    task("a"),
    element("exclusiveGateway", "klaar", default="klaar_weer"),
    END,
    flows("begin>weer", "weer>a", "a>klaar", "klaar>einde if stop = true", "klaar>weer"),
)


def _rounds(case: Any, upto: int) -> tuple[list[float], list[float]]:
    """Milliseconds of rounds 5 to 15, and of the last eleven."""
    times = [timed(case.complete, "a", {"n": at})[0] for at in range(upto)]
    return times[4:15], times[-11:]


def report(rounds: int) -> str:
    return "\n".join([_report_realistic(rounds), _report_blocks(rounds), _report_loop(rounds)])


def _report_realistic(rounds: int) -> str:
    plain_file = _for_spiff(CASE, CREDIT)
    found: dict[str, list[list[float]]] = {}
    sizes: dict[str, int] = {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for at in range(rounds):
            # Plain SpiffWorkflow grows with every round: it is measured at its best, in its first three.
            kinds: dict[str, tuple[Callable[[], Any], bool, int]] = {
                "SpiffWorkflow in geheugen": (lambda: Plain(plain_file), False, FEW),
                "wij, staat lezen en schrijven": (lambda: Ours(CASE, CREDIT), False, REPEATS),
                "wij, met één commit": (lambda: Ours(CASE, CREDIT), True, REPEATS),
                "SpiffWorkflow met eigen serializer en commit": (lambda: Saved(plain_file), True, FEW),
            }
            for number, (kind, (make, keeps, repeats)) in enumerate(kinds.items()):
                case = make()
                keep = Kept(folder, f"{at}_{number}").write if keeps else None
                found.setdefault(kind, []).append(_realistic(case, keep, repeats))
                if hasattr(case, "saved"):
                    sizes[kind] = len(case.saved())
    figures = {kind: Figure.of(times) for kind, times in found.items()}
    floor = next(iter(figures.values())).p50
    rows = [(kind, f.p50, f.p50 / floor, sizes.get(kind, "–")) for kind, f in figures.items()]
    title = "Een stap van een realistische casus (ms, gemiddeld over vijf taken van een ronde)"
    return table(title, ("wat", "p50", "× in geheugen", "bytes"), rows)


def _report_blocks(rounds: int) -> str:
    rows = []
    for number in (1, 4, 8, 12):
        ours = Figure.of(_first_block(Ours(_blocks(number))) for _ in range(rounds))
        # With 12 it makes 32,766 tasks; 8 shows the direction.
        alone = [_first_block(Plain(_blocks(number))) for _ in range(rounds)] if number <= 8 else []
        plain = Figure.of(alone).p50 if alone else "–"
        rows.append((f"{number} blokken", ours.p50, plain))
    return table(
        "Parallelle blokken op een rij, de eerste twee taken (ms)", ("rij", "wij", "SpiffWorkflow"), rows
    )


def _report_loop(rounds: int) -> str:
    early, late = zip(*(_rounds(Ours(LOOP), 1_000) for _ in range(rounds)), strict=True)
    plain_early, plain_late = zip(*(_rounds(Plain(LOOP), 200) for _ in range(rounds)), strict=True)
    ours = Figure.of(early).p50, Figure.of(late).p50
    plain = Figure.of(plain_early).p50, Figure.of(plain_late).p50
    rows = [
        ("wij, ronde 10 en 1000", *ours, ours[1] / ours[0]),
        ("SpiffWorkflow in geheugen, ronde 10 en 200", *plain, plain[1] / plain[0]),
    ]
    return table("Een lus (ms)", ("wat", "vroeg", "laat", "×"), rows)
