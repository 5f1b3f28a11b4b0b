"""What is wrong with a decision table as a whole: rules that never hold or contradict each other, and gaps.

Only what is certain is told. A cell that asks for more than constants (another variable, a calculation)
can't be known: it is taken to fit everything when gaps are looked for, and nothing otherwise.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from app.decisions.columns import Column, bits, columns, constant, is_constant, shown
from app.decisions.model import DecisionModel, Table
from app.errors import Problem
from app.feel import values

MAX_STEPS = 20_000
"""How many pieces of a table are looked at; a larger one is not searched to the end, and that is told."""
MAX_EXAMPLES = 3

Box = tuple[int, ...]
"""A set of inputs: a bit set of pieces for each column."""


class _TooLargeError(Exception):
    pass


@dataclass
class _Search:
    steps: int = 0

    def step(self) -> None:
        self.steps += 1
        if self.steps > MAX_STEPS:
            raise _TooLargeError


def check(model: DecisionModel) -> list[Problem]:
    """The problems of all tables in a file."""
    problems = []
    for element in model.elements.values():
        table = getattr(element, "table", None)
        if table is not None:
            problems += check_table(table, file=model.file)
    return problems


def check_table(table: Table, *, file: str) -> list[Problem]:
    """Rules that never hold, that contradict each other, and inputs that no rule answers."""
    found = columns(table)
    rules = [_box(found, at) for at in range(len(table.rules))]
    problems = [*_never(table, found, rules, file), *_contradictions(table, found, rules, file)]
    try:
        problems += _hidden(table, rules, file)
        problems += _gaps(table, found, file)
    except _TooLargeError:
        message = (
            "Deze tabel is te groot om helemaal na te gaan; er kunnen gaten in zitten die hier niet staan."
        )
        problems.append(Problem(file, table.id, message, "warning"))
    return problems


def _box(found: list[Column], rule: int) -> Box | None:
    """What a rule fits; None when a cell of it can't be known."""
    cells = [_cell(column, rule) for column in found]
    return None if None in cells else tuple(cell for cell in cells if cell is not None)


def _cell(column: Column, rule: int) -> int | None:
    cell = column.cells[rule]
    return None if cell is None else cell & column.possible


def _problem(table: Table, rule: int, file: str, message: str, *, error: bool = False) -> Problem:
    id = table.rules[rule].id or table.id
    return Problem(file, id, f"Regel {rule + 1} {message}", "error" if error else "warning")


def _never(table: Table, found: list[Column], rules: list[Box | None], file: str) -> Iterator[Problem]:
    for at in range(len(table.rules)):
        for column in found:
            if _cell(column, at) == 0:
                text = table.rules[at].tests[found.index(column)].text
                yield _problem(
                    table, at, file, f"kan nooit gelden: '{column.input.label}' kan niet {text} zijn."
                )


def _contradictions(
    table: Table, found: list[Column], rules: list[Box | None], file: str
) -> Iterator[Problem]:
    if table.hit_policy not in ("UNIQUE", "ANY"):
        return
    for later, box in enumerate(rules):
        for earlier in range(later):
            both = _both(box, rules[earlier])
            if both is None or (table.hit_policy == "ANY" and not _differ(table, earlier, later)):
                continue
            why = "en" if table.hit_policy == "UNIQUE" else "met een andere uitkomst, en"
            message = f"en regel {earlier + 1} gelden tegelijk, {why} dat mag niet"
            example = _example(found, both)
            yield _problem(table, later, file, f"{message}: bijvoorbeeld bij {example}.", error=True)
            break  # one a rule is enough to mend it by


def _both(left: Box | None, right: Box | None) -> Box | None:
    """What fits two rules, if anything does."""
    if left is None or right is None:
        return None
    both = tuple(a & b for a, b in zip(left, right, strict=True))
    return both if all(both) else None


def _differ(table: Table, left: int, right: int) -> bool:
    pairs = zip(table.rules[left].outputs, table.rules[right].outputs, strict=True)
    results = [(constant(a.tree), constant(b.tree)) for a, b in pairs]
    return any(is_constant(a) and is_constant(b) and values.equal(a, b) is not True for a, b in results)


def _hidden(table: Table, rules: list[Box | None], file: str) -> Iterator[Problem]:
    """Rules that never get a turn, since rules that go before them take all that they fit."""
    search = _Search()
    for at, box in enumerate(rules):
        before = [rules[one] for one in _going_before(table, at)]
        known = [one for one in before if one is not None]
        if box is not None and all(box) and known and not any(_uncovered(box, known, search)):
            yield _problem(table, at, file, "komt nooit aan de beurt: regels die voorgaan vangen alles af.")


def _going_before(table: Table, rule: int) -> list[int]:
    if table.hit_policy == "FIRST":
        return list(range(rule))
    if table.hit_policy == "PRIORITY" and len(table.outputs) == 1 and table.outputs[0].values:
        listed = [value for one in table.outputs[0].values for value in one.evaluate({}) or []]
        ranks = [_rank(listed, constant(one.outputs[0].tree)) for one in table.rules]
        own = ranks[rule]
        return [at for at, rank in enumerate(ranks) if own is not None and rank is not None and rank < own]
    return []


def _rank(listed: list[object], value: object) -> int | None:
    return next((at for at, one in enumerate(listed) if values.equal(one, value) is True), None)


def _gaps(table: Table, found: list[Column], file: str) -> Iterator[Problem]:
    if table.hit_policy in ("COLLECT", "RULE ORDER", "OUTPUT ORDER") or not found:
        return
    if any(output.default is not None for output in table.outputs):
        return
    whole = tuple(_possible(column) for column in found)
    covered = [
        tuple(column.possible if (cell := _cell(column, at)) is None else cell for column in found)
        for at in range(len(table.rules))
    ]
    search = _Search()
    for number, gap in enumerate(_uncovered(whole, covered, search)):
        if number == MAX_EXAMPLES:
            break
        message = f"Voor deze invoer is er geen regel: {_example(found, gap, several=True)}."
        yield Problem(file, table.id, message, "warning")


def _possible(column: Column) -> int:
    """The pieces that an input may be: those that are allowed, if that is said."""
    allowed = column.input.allowed
    if allowed is None:
        return column.possible
    fits = sum(1 << at for at, value in enumerate(column.pieces) if allowed.matches(value, {}) is True)
    return fits & column.possible


def _uncovered(box: Box, rules: list[Box], search: _Search) -> Iterator[Box]:
    """The parts of a box that no rule fits, each as a box."""
    search.step()
    if not all(box):
        return
    for at, rule in enumerate(rules):
        if _both(box, rule) is None:
            continue
        # Around this rule: column by column what lies outside it, the columns before it inside.
        for column in range(len(box)):
            outside = box[column] & ~rule[column]
            if outside:
                inside = tuple(box[one] & rule[one] for one in range(column))
                yield from _uncovered((*inside, outside, *box[column + 1 :]), rules[at + 1 :], search)
        return
    yield box


def _example(found: list[Column], box: Box, *, several: bool = False) -> str:
    """One input out of a box, in words; with `several` a few values where there are more."""
    return ", ".join(
        f"{column.input.label} = {' of '.join(_values(column, mask, MAX_EXAMPLES if several else 1))}"
        for column, mask in zip(found, box, strict=True)
        if mask != column.possible or len(found) == 1
    )


def _values(column: Column, mask: int, count: int) -> list[str]:
    return [shown(column, piece) for piece in islice(bits(mask), count)]
