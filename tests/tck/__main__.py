"""`python -m tests.tck DIR`: every `*-test-*.xml` under DIR against the models beside it."""

import sys
from pathlib import Path

from tests.tck.run import folders, run_folder


def main(arguments: list[str]) -> int:
    if len(arguments) != 1 or not Path(arguments[0]).is_dir():
        print("Gebruik: python -m tests.tck MAP")
        return 2
    passed = total = 0
    for folder in folders(Path(arguments[0])):
        results = run_folder(folder)
        good = sum(not result.wrong for result in results)
        passed, total = passed + good, total + len(results)
        print(f"{folder.relative_to(arguments[0])}: {good}/{len(results)}")
        for result in results:
            for line in result.wrong:
                print(f"  {result.case.id} {line}")
    print(f"passed {passed} of {total}")
    return 0 if passed == total else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
