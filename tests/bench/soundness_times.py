"""The proof of soundness: the shipped diagrams, diagrams of 26 to 200 elements, a split into fourteen."""

from collections.abc import Mapping
from pathlib import Path

from app.checks import soundness
from app.engine import reader
from app.engine.model import Process
from tests.bench.figures import Figure, table, timed
from tests.checks.drawing import diagram, on

PROJECT = Path(__file__).parents[2]
REPEATS = 5
WIDE = 14


def _read(content: bytes) -> Mapping[str, Process]:
    return {one.id: one for one in reader.processes(content, file="proef.bpmn")[0]}


def shipped() -> dict[str, Process]:
    """The processes of the shipped diagrams, by id."""
    found: dict[str, Process] = {}
    for file in sorted((PROJECT / "processes").glob("*.bpmn")):
        found |= {one.id: one for one in reader.processes(file.read_bytes(), file=file.name)[0]}
    return found


def of_size(elements: int) -> bytes:
    """Phases in a row (a loop for more information, two branches with events, a choice), and then tasks."""
    kinds: list[str] = []
    flows: list[str] = []
    events: list[str] = []
    last, ends = "begin", ["einde"]
    for at in range((elements - 2) // 18):
        kinds += [f"{name}{at}:X" for name in "mxknyz"] + [f"{name}{at}:U" for name in "abrcdef"]
        kinds += [f"p{at}:P", f"j{at}:P"]
        events += [on(f"b{at}", f"h{at}", "timer", beside=True), on(f"c{at}", f"t{at}", "message")]
        text = (
            "{last}>m# m#>a# a#>x# x#>p# x#>m# p#>b# p#>c# h#>r# r#>einde_# b#>j# c#>k# k#>n# k#>d# d#>n# "
            "t#>n# n#>j# j#>y# y#>e# y#>f# e#>z# f#>z#"
        )
        flows += text.replace("{last}", last).replace("#", str(at)).split()
        last = f"z{at}"
        ends.append(f"einde_{at}")
    for at in range(elements - 1 - len(kinds) - len(events) - len(ends)):
        kinds.append(f"v{at}:U")
        flows.append(f"{last}>v{at}")
        last = f"v{at}"
    return diagram(" ".join(kinds), " ".join([*flows, f"{last}>einde"]), *events)


BRANCHES = {
    "een taak": ("a#:U", "p>a# a#>j"),
    "een keuze uit twee taken": ("x#:X a#:U b#:U m#:X", "p>x# x#>a# x#>b# a#>m# b#>m# m#>j"),
    "een lus": ("m#:X a#:U x#:X", "p>m# m#>a# a#>x# x#>m# x#>j"),
    "een herinneringstaak": ("a#:U r#:U", "p>a# a#>j h#>r# r#>einde_r"),
    "een afbreking (blijft steken)": ("a#:U", "p>a# a#>j h#>einde_h"),
}


def wide(branch: str, *, split: str = "P", join: str = "P") -> bytes:
    """A split into fourteen branches; `branch` is what stands in each."""
    kinds, flows, events = [f"p:{split}", f"j:{join}"], ["begin>p", "j>einde"], []
    for at in range(WIDE):
        nodes, arrows = BRANCHES[branch]
        kinds += nodes.replace("#", str(at)).split()
        flows += arrows.replace("#", str(at)).split()
        if "h#" in arrows:
            events.append(on(f"a{at}", f"h{at}", "timer", beside="r#" in arrows))
    return diagram(" ".join(kinds), " ".join(flows), *events)


def report(rounds: int) -> str:
    return "\n".join([_report_shipped(rounds), _report_sizes(rounds)])


def _figure(
    process: Process, processes: Mapping[str, Process], rounds: int
) -> tuple[Figure, soundness.Soundness]:
    times, result = [], soundness.check(process, processes)
    for _ in range(rounds):
        times.append([timed(soundness.check, process, processes)[0] for _ in range(REPEATS)])
    return Figure.of(times), result


def _row(name: str, process: Process, processes: Mapping[str, Process], rounds: int) -> tuple[object, ...]:
    figure, result = _figure(process, processes, rounds)
    seen = "alles" if result.complete else "tot de grens"
    return name, len(process.elements), figure.p50, figure.p95, result.markings, seen, len(result.problems)


_HEADS = ("diagram", "elementen", "p50", "p95", "standen", "gezien", "meldingen")


def _report_shipped(rounds: int) -> str:
    processes = shipped()
    rows = [_row(one.id, one, processes, rounds) for one in processes.values() if one.executable]
    return table("Kan het proces altijd eindigen? De meegeleverde diagrammen (ms)", _HEADS, rows)


def _report_sizes(rounds: int) -> str:
    made = {f"{nodes} elementen": of_size(nodes) for nodes in (26, 60, 200)}
    made |= {f"{WIDE} takken, elk {branch}": wide(branch) for branch in BRANCHES}
    made[f"{WIDE} takken, inclusief samen"] = wide("een taak", join="O")
    rows = []
    for name, content in made.items():
        processes = _read(content)
        rows.append(_row(name, processes["proef"], processes, rounds))
    return table("Kan het proces altijd eindigen? Gemaakte diagrammen (ms)", _HEADS, rows)
