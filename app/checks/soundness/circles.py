"""Which nodes of a graph lie on a circle (Kosaraju: the strongly connected parts)."""

from collections.abc import Mapping, Sequence


def circles(ahead: Mapping[str, Sequence[str]]) -> dict[str, int]:
    """The nodes from which a way leads back to themselves, with the number of the part that they are in.

    `ahead` are the next nodes of each.
    """
    behind: dict[str, list[str]] = {name: [] for name in ahead}
    for name, others in ahead.items():
        for other in others:
            behind[other].append(name)
    found: dict[str, int] = {}
    placed: set[str] = set()
    for number, root in enumerate(reversed(_last_left_last(ahead))):
        part = _reached(root, behind, placed)
        if len(part) > 1 or root in ahead[root]:
            found |= dict.fromkeys(part, number)
    return found


def _last_left_last(ahead: Mapping[str, Sequence[str]]) -> list[str]:
    """All nodes, in the order in which a walk in depth has seen all behind them."""
    order: list[str] = []
    seen: set[str] = set()
    for root in ahead:
        if root in seen:
            continue
        seen.add(root)
        path = [(root, iter(ahead[root]))]
        while path:
            name, others = path[-1]
            other = next((one for one in others if one not in seen), None)
            if other is None:
                order.append(name)
                path.pop()
            else:
                seen.add(other)
                path.append((other, iter(ahead[other])))
    return order


def _reached(root: str, graph: Mapping[str, Sequence[str]], placed: set[str]) -> set[str]:
    """All that is reached from `root` and not placed yet; it is then."""
    part: set[str] = set()
    left = [root]
    while left:
        name = left.pop()
        if name not in placed:
            placed.add(name)
            part.add(name)
            left += graph[name]
    return part
