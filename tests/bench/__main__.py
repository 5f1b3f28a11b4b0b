"""`make bench`: what a user waits for, beside the floor of the same machine in the same run.

Each figure is the median of ROUNDS rounds. Nothing here asserts a time: machines differ, ratios less so.
"""

import argparse
import tempfile
from pathlib import Path

from tests.bench import (
    check_times,
    editor_times,
    engine_times,
    http_times,
    inbox_times,
    language_times,
    size,
    soundness_times,
    timer_times,
)
from tests.installation import Installation

ALONE = {
    "language": language_times,
    "engine": engine_times,
    "check": check_times,
    "soundness": soundness_times,
}
"""What needs no installation."""


def main() -> None:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="rounds a figure (at least 5)")
    parser.add_argument("--database", default="", help="DATABASE_URL; SQLite in a scratch folder without it")
    parser.add_argument(
        "--tasks", type=int, nargs="*", default=[100, 1_000, 10_000], help="sizes of the inbox"
    )
    parser.add_argument("--only", choices=[*ALONE, "editor", "timers"], help="one part")
    chosen = parser.parse_args()
    for name, part in ALONE.items():
        if chosen.only in (None, name):
            print(part.report(chosen.rounds))
    if chosen.only in (None, "timers"):
        print(timer_times.report(chosen.database))
    if chosen.only in (*ALONE, "timers"):
        return
    with tempfile.TemporaryDirectory() as folder:
        installation = Installation(Path(folder), database_url=chosen.database)
        try:
            installation.set_up()
            print(editor_times.report(installation, chosen.rounds))
            if chosen.only:
                return
            print(http_times.report(installation, chosen.rounds))
            print(size.report(installation))
            print(inbox_times.report(installation, chosen.rounds, chosen.tasks))
        finally:
            installation.stop()


if __name__ == "__main__":
    main()
