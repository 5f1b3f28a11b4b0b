"""List functions (DMN 1.3, 10.3.4.4), and Camunda's `duplicate values`, `is empty` and `partition`."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from app.feel import arithmetic, limits, values
from app.feel.functions import MISSING, builtin
from app.feel.values import NUMBERS, Function, position


@builtin("list contains(list: list, element: any)")
def list_contains(items: list[Any], element: Any) -> bool:
    limits.spend(len(items))
    return any(values.equal(item, element) is True for item in items)


@builtin("count(list: list)")
def count(items: list[Any]) -> int:
    return len(items)


@builtin("is empty(list: list)")
def is_empty(items: list[Any]) -> bool:
    return not items


@builtin("min(list*)")
def minimum(items: list[Any]) -> Any:
    return _extreme(items, smallest=True)


@builtin("max(list*)")
def maximum(items: list[Any]) -> Any:
    return _extreme(items, smallest=False)


def _extreme(items: list[Any], *, smallest: bool) -> Any:
    limits.spend(len(items))
    best = items[0] if items else None
    for item in items:
        smaller = values.less(item, best)
        if smaller is None:
            return None
        if smaller if smallest else values.less(best, item):
            best = item
    return best


@builtin("sum(list*)")
def sum_of(items: list[Any]) -> Any:
    """Of numbers, or of durations of one kind."""
    limits.spend(len(items))
    total = items[0] if items else None
    if values.kind(total) not in ("number", "days and time duration", "years and months duration"):
        return None
    for item in items[1:]:
        total = arithmetic.add(total, item)
    return total


@builtin("product(list*)")
def product(items: list[Any]) -> Decimal | None:
    numbers = _numbers(items)
    if not numbers:
        return None
    total = Decimal(1)
    for item in numbers:
        total = values.finite(NUMBERS.multiply(total, item)) or Decimal(0)
    return total


@builtin("mean(list*)")
def mean(items: list[Any]) -> Decimal | None:
    numbers = _numbers(items)
    return (
        values.divide(values.number(sum_of(items)) or Decimal(0), Decimal(len(numbers))) if numbers else None
    )


@builtin("median(list*)")
def median(items: list[Any]) -> Decimal | None:
    numbers = sorted(_numbers(items) or [])
    if not numbers:
        return None
    middle = len(numbers) // 2
    if len(numbers) % 2:
        return numbers[middle]
    return values.divide(NUMBERS.add(numbers[middle - 1], numbers[middle]), Decimal(2))


@builtin("stddev(list*)")
def stddev(items: list[Any]) -> Decimal | None:
    numbers = _numbers(items)
    average = mean(items)
    if numbers is None or average is None or len(numbers) < 2:
        return None
    squares = [NUMBERS.power(NUMBERS.subtract(item, average), Decimal(2)) for item in numbers]
    variance = values.divide(values.number(sum_of(squares)) or Decimal(0), Decimal(len(numbers) - 1))
    return None if variance is None else NUMBERS.sqrt(variance)


@builtin("mode(list*)")
def mode(items: list[Any]) -> list[Decimal] | None:
    numbers = _numbers(items)
    if numbers is None:
        return None
    counts: dict[Decimal, int] = {}
    for item in numbers:
        counts[item] = counts.get(item, 0) + 1
    return sorted(item for item, times in counts.items() if times == max(counts.values()))


def _numbers(items: list[Any]) -> list[Decimal] | None:
    limits.spend(len(items))
    numbers = [number for number in map(values.number, items) if number is not None]
    return numbers if len(numbers) == len(items) else None


@builtin("all(list*)")
def all_of(items: list[Any]) -> bool | None:
    limits.spend(len(items))
    if any(item is False for item in items):
        return False
    return True if all(item is True for item in items) else None


@builtin("any(list*)")
def any_of(items: list[Any]) -> bool | None:
    limits.spend(len(items))
    if any(item is True for item in items):
        return True
    return False if all(item is False for item in items) else None


@builtin("sublist(list: list, start position: number, length: number =)")
def sublist(items: list[Any], start: Any, length: Any = None) -> list[Any] | None:
    first = position(start)
    if not first or abs(first) > len(items):
        return None
    begin = first - 1 if first > 0 else len(items) + first
    if length is None or length is MISSING:
        return items[begin:]
    size = position(length)
    return None if size is None or size < 0 or begin + size > len(items) else items[begin : begin + size]


@builtin("append(list: list, item: any*)")
def append(items: list[Any], *more: Any) -> list[Any]:
    limits.check_list(len(items) + len(more))
    return [*items, *more]


@builtin("concatenate(list*)")
def concatenate(lists: list[Any]) -> list[Any]:
    whole_lists = [part if type(part) is list else [part] for part in lists]
    limits.check_list(sum(map(len, whole_lists)))
    return [item for part in whole_lists for item in part]


@builtin("insert before(list: list, position: number, newItem: any)")
def insert_before(items: list[Any], at: Any, item: Any) -> list[Any] | None:
    place = _place(items, at)
    limits.check_list(len(items) + 1)
    return None if place is None else [*items[:place], item, *items[place:]]


@builtin("remove(list: list, position: number)")
def remove(items: list[Any], at: Any) -> list[Any] | None:
    place = _place(items, at)
    limits.check_list(len(items))
    return None if place is None else [*items[:place], *items[place + 1 :]]


@builtin("list replace(list: list, position: number, newItem: any)")
def list_replace(items: list[Any], at: Any, item: Any) -> list[Any] | None:
    place = _place(items, at)
    limits.check_list(len(items))
    return None if place is None else [*items[:place], item, *items[place + 1 :]]


@builtin("list replace(list: list, match: function, newItem: any)")
def list_replace_matching(items: list[Any], match: Function, new: Any) -> list[Any] | None:
    """Each item for which `match(item, newItem)` is true becomes the new one."""
    if len(match.parameters) != 2:
        return None
    replaced = []
    for item in items:
        limits.spend()
        answer = match.call([item, new])
        if type(answer) is not bool:
            return None
        replaced.append(new if answer else item)
    return replaced


def _place(items: list[Any], given: Any) -> int | None:
    """A position that counts from 1, or from the end when it is negative, as an index."""
    place = position(given)
    if not place or abs(place) > len(items):
        return None
    return place - 1 if place > 0 else len(items) + place


@builtin("reverse(list: list)")
def reverse(items: list[Any]) -> list[Any]:
    limits.check_list(len(items))
    return items[::-1]


@builtin("index of(list: list, match: any)")
def index_of(items: list[Any], match: Any) -> list[int]:
    limits.spend(len(items))
    return [place for place, item in enumerate(items, 1) if values.equal(item, match) is True]


@builtin("union(list*)")
def union(lists: list[Any]) -> list[Any]:
    return distinct_values(concatenate(lists))


@builtin("distinct values(list: list)")
def distinct_values(items: list[Any]) -> list[Any]:
    return _split_repeated(items)[0]


@builtin("duplicate values(list: list)")
def duplicate_values(items: list[Any]) -> list[Any]:
    return _split_repeated(_split_repeated(items)[1])[0]


def _split_repeated(items: list[Any]) -> tuple[list[Any], list[Any]]:
    """What comes first of its kind, and what was there before."""
    first: list[Any] = []
    again: list[Any] = []
    for item in items:
        limits.spend(len(first) + 1)
        (again if any(values.equal(item, other) is True for other in first) else first).append(item)
    return first, again


@builtin("flatten(list: list)")
def flatten(items: list[Any]) -> list[Any]:
    flat = list(_flat(items))
    limits.check_list(len(flat))
    return flat


def _flat(items: list[Any]) -> Iterator[Any]:
    for item in items:
        limits.spend()
        if type(item) is list:
            yield from _flat(item)
        else:
            yield item


@builtin("partition(list: list, size: number)")
def partition(items: list[Any], size: Any) -> list[list[Any]] | None:
    step = position(size)
    limits.check_list(len(items))
    if step is None or step < 1:
        return None
    return [items[place : place + step] for place in range(0, len(items), step)]
