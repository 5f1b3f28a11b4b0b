"""The same net with fewer places: what no join, choice or event depends on is done in one move.

Only fusions that keep every deadlock, every endless round, every way to the end and every place where two
tokens can meet (post-agglomeration: Berthelot, 1987): a place is left out when whatever takes its token takes
nothing else, and one move alone brings it; and a join when all its tokens come from one split.
"""

from dataclasses import replace

from app.checks.soundness.moves import Aside, Move, Net, Place


def reduced(net: Net) -> Net:
    """Nets stay as they are where it matters where exactly each token stands."""
    if net.inclusive or net.resting.races:
        return net
    return replace(net, moves=_Work(net).all())


def _key(move: Move) -> object:
    """What tells moves apart by what they do."""
    gives = tuple(sorted(move.gives))
    return move.takes, gives, move.clears, move.leaves, move.done, move.undoes, move.unless, move.outside


def _as_aside(move: Move) -> tuple[Aside, ...]:
    return (move.firings, *move.asides)


class _Work:
    def __init__(self, net: Net) -> None:
        self.started, self.piling = set(net.start), net.resting.piling
        self.moves: dict[int, Move] = {}
        self.takers: dict[Place, set[int]] = {}
        self.givers: dict[Place, set[int]] = {}
        self.alike: dict[object, int] = {}
        self.asides: dict[Place, Move] = {}
        """What can happen at a place without any effect."""
        self.made = 0
        for move in net.moves:
            self.add(move)

    def all(self) -> list[Move]:
        ahead = list(self.takers)
        while ahead:
            ahead += self.fuse(ahead.pop())
        return [*self.moves.values(), *self.asides.values()]

    def add(self, move: Move) -> None:
        """Moves that do the same are one: the first shows how, and all tell which elements run."""
        if move.is_plain and not move.done and move.takes == move.gives and len(move.takes) == 1:
            [place] = move.takes
            known = self.asides.get(place)
            self.asides[place] = move if known is None else _with_asides(known, _as_aside(move))
            return
        same = self.alike.get(_key(move))
        if same is not None:
            self.moves[same] = _with_asides(self.moves[same], _as_aside(move))
            return
        number, self.made = self.made, self.made + 1
        self.moves[number] = move
        self.alike[_key(move)] = number
        for place in move.takes:
            self.takers.setdefault(place, set()).add(number)
        for place in move.gives:
            self.givers.setdefault(place, set()).add(number)

    def remove(self, number: int) -> Move:
        move = self.moves.pop(number)
        del self.alike[_key(move)]
        for place in move.takes:
            self.takers[place].discard(number)
        for place in move.gives:
            self.givers[place].discard(number)
        return move

    def fuse(self, place: Place) -> list[Place]:
        """Leave the place out if that changes nothing; gives the places to look at again."""
        takers = sorted(self.takers.get(place, ()))
        giver = self.only_giver(place)
        if giver is None or not takers or giver in takers:
            return []
        together = self.moves[takers[0]].takes
        if not all(self.moves[one].takes == together and self.moves[one].is_plain for one in takers):
            return []
        for other in together:
            if self.only_giver(other) != giver or len(self.takers[other]) != len(takers):
                return []
        before = self.remove(giver)
        for other in together:
            if other in self.asides:
                before = _with_asides(before, _as_aside(self.asides.pop(other)))
        made = [_joined(before, self.remove(one)) for one in takers]
        for move in made:
            self.add(move)
        return [one for move in made for one in (*move.takes, *move.gives)]

    def only_giver(self, place: Place) -> int | None:
        """The one move that brings a token to this place, and only one."""
        givers = self.givers.get(place, set())
        if place in self.started or place.element in self.piling or len(givers) != 1:
            return None
        [giver] = givers
        return giver if self.moves[giver].gives.count(place) == 1 else None


def _with_asides(move: Move, asides: tuple[Aside, ...]) -> Move:
    return replace(move, asides=_united(move.asides, asides))


def _united(some: tuple[Aside, ...], others: tuple[Aside, ...]) -> tuple[Aside, ...]:
    """Each aside once: two ways to the same place often have the same ones."""
    return tuple({id(aside): aside for aside in (*some, *others)}.values())


def _joined(before: Move, after: Move) -> Move:
    left = tuple(place for place in before.gives if place not in after.takes)
    return replace(
        before,
        gives=(*left, *after.gives),
        firings=(*before.firings, *after.firings),
        done=(*before.done, *after.done),
        asides=_united(before.asides, after.asides),
    )
