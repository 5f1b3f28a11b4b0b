"""Finding the rules that hit without trying them all: each column has, per piece, the rules that fit it."""

from collections.abc import Callable
from typing import Any

from app.decisions.columns import bits, columns
from app.decisions.model import Table
from app.feel.scope import Scope

MIN_RULES = 6
"""For fewer rules trying them is as fast."""

Hits = Callable[[list[Any], Scope], list[int]]
"""The places of the rules that fit these inputs."""


def finder(table: Table) -> Hits:
    """A function that finds the hits; the index is made when it is first called."""
    if len(table.rules) < MIN_RULES:
        return _try_all(table)
    made: list[Hits] = []

    def hits(asked: list[Any], scope: Scope) -> list[int]:
        if not made:
            made.append(_indexed(table))
        return made[0](asked, scope)

    return hits


def _try_all(table: Table) -> Hits:
    rows = [list(enumerate(rule.tests)) for rule in table.rules]

    def hits(asked: list[Any], scope: Scope) -> list[int]:
        return [
            place
            for place, row in enumerate(rows)
            if all(test.check(asked[at], scope) is True for at, test in row)
        ]

    return hits


def _indexed(table: Table) -> Hits:
    found = columns(table)
    everything = (1 << len(table.rules)) - 1
    fitting = [_rules_by_piece(column.cells, len(column.pieces)) for column in found]
    # The cells that can't be known are asked when all others fit.
    asking = [
        [at for at, column in enumerate(found) if column.cells[place] is None]
        for place in range(len(table.rules))
    ]
    open_rules = sum(1 << place for place, cells in enumerate(asking) if cells)

    def hits(asked: list[Any], scope: Scope) -> list[int]:
        left = everything
        unplaced: list[int] = []
        for at, value in enumerate(asked):
            piece = found[at].piece(value)
            if piece is None:
                unplaced.append(at)
                continue
            left &= fitting[at][piece]
            if not left:
                return []
        return [
            place
            for place in bits(left)
            if all(
                table.rules[place].tests[at].check(asked[at], scope) is True
                for at in ((*unplaced, *asking[place]) if unplaced or open_rules >> place & 1 else ())
            )
        ]

    return hits


def _rules_by_piece(cells: tuple[int | None, ...], pieces: int) -> list[int]:
    by_piece = [0] * pieces
    for place, cell in enumerate(cells):
        for piece in range(pieces):
            if cell is None or cell >> piece & 1:
                by_piece[piece] |= 1 << place
    return by_piece
