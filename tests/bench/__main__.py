"""`make bench`: what a user waits for, beside the floors of the same machine in the same run.

Each figure is the median of the rounds. The table says which goals were reached; nothing here asserts a time,
for machines differ. BENCH_ARGS="--only http --quick" measures one part, with small sizes.
"""

import argparse
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tests.bench import (
    check_times,
    conditions,
    crowd_times,
    editor_times,
    engine_times,
    figures_times,
    http_times,
    inbox_times,
    language_times,
    list_times,
    practice_times,
    regie_times,
    size,
    soundness_times,
    timer_times,
    waiting_times,
)
from tests.bench.databases import Database, databases
from tests.bench.figures import Line, goals, timed

ALONE = {"language": language_times, "check": check_times, "soundness": soundness_times}
"""What needs no database."""
PARTS = (
    *(
        "engine",
        "http",
        "crowd",
        "size",
        "inbox",
        "list",
        "waiting",
        "figures",
        "practice",
        "regie",
        "timers",
        "editor",
    ),
    *ALONE,
)
FEWEST_ROUNDS = 5


@dataclass(frozen=True)
class Sizes:
    """How much there is of what makes a measure take long."""

    loop: int = 1_000
    completions: int = 200
    cases: int = 200
    tasks: int = 1_000_000
    timers: int = 100_000
    past: int = 100_000
    """Cases of which most ended."""
    listed: int = 100_000
    pasts: int = 100_000


QUICK = Sizes(
    loop=300, completions=40, cases=40, tasks=20_000, timers=5_000, listed=10_000, pasts=2_000, past=5_000
)
ON_SQLITE = 100_000
"""So many open tasks at most on SQLite: a region with a million has a database server."""
PASTS_ON_SQLITE = 20_000
"""And so many cases with a past."""


def main() -> None:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--rounds", type=int, default=FEWEST_ROUNDS, help="rounds a figure (at least 5)")
    parser.add_argument("--only", choices=PARTS, nargs="+", default=PARTS, help="these parts")
    parser.add_argument("--quick", action="store_true", help="small sizes: a minute or two")
    parser.add_argument("--tasks", type=int, help="size of the large inbox, on every database")
    parser.add_argument(
        "--database",
        default=os.environ.get("DATABASE_URL", ""),
        help="a server to make scratch databases on; without it SQLite and a PostgreSQL of its own",
    )
    chosen = parser.parse_args()
    rounds, sizes = max(chosen.rounds, FEWEST_ROUNDS), QUICK if chosen.quick else Sizes()
    with databases(chosen.database) as found:
        print(conditions.report(found, rounds=rounds, quick=chosen.quick), flush=True)
        print(goals(list(_measure(found, rounds, sizes, chosen))), flush=True)
        for one in found:
            if "timers" in chosen.only:
                print(timer_times.report(one), flush=True)
            if "editor" in chosen.only and not one.url:
                print(editor_times.report(one, rounds), flush=True)
    for name, part in ALONE.items():
        if name in chosen.only:
            print(part.report(rounds), flush=True)
    print(conditions.afterwards())


def _measure(
    found: Sequence[Database], rounds: int, sizes: Sizes, chosen: argparse.Namespace
) -> Sequence[Line]:
    lines: list[Line] = []

    def add(part: str, name: str, work: Callable[[], list[Line]]) -> None:
        if part in chosen.only:
            seconds, made = timed(work)
            lines.extend(made)
            print(f"  {part} {name}: {seconds / 1000:.0f} s", flush=True)

    add("engine", "", lambda: engine_times.lines(found, rounds, loop=sizes.loop))
    for one in found:
        tasks = sizes.tasks if one.url else min(sizes.tasks, ON_SQLITE)
        add("http", one.name, lambda one=one: http_times.lines(one, rounds))
        add("crowd", one.name, lambda one=one: crowd_times.lines(one, rounds, completions=sizes.completions))
        add("size", one.name, lambda one=one: size.lines(one, cases=sizes.cases))
        wanted = chosen.tasks or tasks
        add("inbox", one.name, lambda one=one, wanted=wanted: inbox_times.lines(one, rounds, tasks=wanted))
        add("list", one.name, lambda one=one: list_times.lines(one, rounds, cases=sizes.listed))
        add("waiting", one.name, lambda one=one: waiting_times.lines(one, rounds, timers=sizes.timers))
        add("regie", one.name, lambda one=one: regie_times.lines(one, rounds, cases=sizes.past))
        pasts = sizes.pasts if one.url else min(sizes.pasts, PASTS_ON_SQLITE)
        add("figures", one.name, lambda one=one, pasts=pasts: figures_times.lines(one, rounds, cases=pasts))
        add("practice", one.name, lambda one=one, pasts=pasts: practice_times.lines(one, rounds, cases=pasts))
    print()
    return lines


if __name__ == "__main__":
    main()
