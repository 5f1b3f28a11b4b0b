"""Merging DMN: a rule is one whole, columns and cells belong together, and order may say something."""

from collections.abc import Iterator

from app import decisions
from app.checks import dmn_parts
from app.checks.compare.rules import ORDERED
from app.checks.merge.compose import both_reordered, compose
from app.checks.merge.three_way import MINE, THEIRS, Name, Plan, first_of, plan
from app.checks.merge.vanished import asks_for_what_is_gone
from app.checks.xml_parts import Document, Key
from app.errors import Invalid

_KINDS = {"in": 0, "out": 1, "note": 2}


def merge(base: bytes, mine: bytes, theirs: bytes) -> tuple[bytes | None, set[str]]:
    """The file, or the ids of the elements that clash (empty text: the file as a whole). Raises Invalid."""
    made = plan(*(dmn_parts.read(one) for one in (base, mine, theirs)), is_drawing=_is_drawing)
    _settle_edges(made)
    clashes = {_element(key) for key in made.clashes} | set(_together(made))
    if clashes:
        return None, clashes
    content = compose(made, order=lambda key, keys: _by_column(made, key, keys))
    clashes = set(_doubtful(made, content, mine, theirs))
    return (None, clashes) if clashes else (content, set())


def _is_drawing(key: Key) -> bool:
    return key[0] in ("shape", "diagram", "drawing")


def _element(key: Key) -> str:
    """The rule, where it is about one; else the decision or other element."""
    if key[0] in ("rule", "cell", "shape"):
        return key[2]
    return "" if len(key) < 2 else key[1]


def _settle_edges(made: Plan) -> None:
    """Lines between decisions are of no importance: of two the one that sorts first."""
    for key in [one for one in made.clashes if one[0] == "shape"]:
        parts = [one.parts.get(key) for one in (made.base, made.mine, made.theirs)]
        if all(part is not None and part.node.name == "DMNEdge" for part in parts):
            made.clashes.remove(key)
            made.side[key] = first_of(parts[1], parts[2])
            made.parent[key] = ("diagram", key[1])


# ── What does not go together ────────────────────────────────────────────────────────────────────────────


def _together(made: Plan) -> Iterator[str]:
    changed = {side: _changed_rules(made, side) for side in (MINE, THEIRS)}
    for key in changed[MINE].keys() & changed[THEIRS].keys():
        if changed[MINE][key] != changed[THEIRS][key]:
            yield key[2]
    for key in made.base.parts:
        if key[0] == "table" and {key} <= made.mine.parts.keys() & made.theirs.parts.keys():
            policies = {
                one.parts[key].node.attributes.get("hitPolicy", "") for one in (made.mine, made.theirs)
            }
            if policies & set(ORDERED) and _rules_meet(made, key):
                yield key[1]
            if both_reordered(made, key):
                yield key[1]


def _changed_rules(made: Plan, side: Name) -> dict[Key, frozenset[tuple[Key, object]]]:
    """The rules of the base in which this side changed a cell, or filled one of a new column."""
    document = made.document(side)
    found: dict[Key, set[tuple[Key, object]]] = {}
    for key, part in document.parts.items():
        rule = ("rule", key[1], key[2]) if key[0] == "cell" else None
        if rule is None or rule not in made.base.parts:
            continue
        was = made.base.parts.get(key)
        says = dmn_parts.text_of(part.node)
        if (was is None and says not in ("", "-")) or (was is not None and was.own != part.own):
            found.setdefault(rule, set()).add((key, part.own))
    return {rule: frozenset(cells) for rule, cells in found.items()}


def _rules_meet(made: Plan, table: Key) -> bool:
    """Whether both sides put a rule at the same place, or both moved rules, where the order counts."""
    listed = [
        [one.key for one in document.parts[table].parts if one.key[0] == "rule"]
        for document in (made.base, made.mine, made.theirs)
    ]
    was = set(listed[0])
    places = [_behind(keys, was) for keys in listed[1:]]
    if places[0].keys() & places[1].keys() and places[0] != places[1]:
        return True
    moved = [
        [one for one in keys if one in was] != [one for one in listed[0] if one in keys]
        for keys in listed[1:]
    ]
    # A rule that was put in means its place among the others.
    return (moved[0] and (moved[1] or bool(places[1]))) or (moved[1] and bool(places[0]))


def _behind(keys: list[Key], was: set[Key]) -> dict[Key | None, list[Key]]:
    """The new rules by the rule that they stand behind."""
    found: dict[Key | None, list[Key]] = {}
    last: Key | None = None
    for key in keys:
        if key in was:
            last = key
        else:
            found.setdefault(last, []).append(key)
    return found


# ── Columns and cells ────────────────────────────────────────────────────────────────────────────────────


def _by_column(made: Plan, key: Key, keys: list[Key]) -> list[Key]:
    """The cells of a rule in the order of the columns; the columns and rules of a table in theirs."""
    if key[0] == "rule":
        columns = _columns(made, ("table", key[1]))
        places = {column: place for place, column in enumerate(columns)}
        return sorted(keys, key=lambda cell: places.get(cell[-1], len(places)))
    if key[0] != "table":
        return keys
    columns = _columns(made, key)
    places = {column: place for place, column in enumerate(columns)}
    return sorted(keys, key=lambda one: places.get(one[2], len(places)) if one[0] in _KINDS else len(places))


def _columns(made: Plan, table: Key) -> list[str]:
    """The ids of the columns in the order of the result: the same for the table and for every rule in it."""
    side = made.side[table]
    sides = [side, THEIRS if side == MINE else MINE]
    lists = [
        [one.key for one in part.parts if one.key[0] in _KINDS]
        for name in sides
        if (part := made.document(name).parts.get(table)) is not None
    ]
    base = made.base.parts.get(table)
    if base is not None and len(lists) == 2:
        order = [one.key for one in base.parts if one.key[0] in _KINDS]
        if [one for one in lists[0] if one in order] == [one for one in order if one in lists[0]]:
            lists.reverse()
    found = [key for key in lists[0] if key in made.side]
    for other in lists[1:]:
        for place, key in enumerate(other):
            if key in made.side and key not in found:
                before = [one for one in other[:place] if one in found]
                found.insert(found.index(before[-1]) + 1 if before else 0, key)
    found.sort(key=lambda key: _KINDS[key[0]])
    return [key[2] for key in found]


# ── Is it what was meant? ────────────────────────────────────────────────────────────────────────────────


def _doubtful(made: Plan, content: bytes, mine: bytes, theirs: bytes) -> Iterator[str]:
    try:
        result = dmn_parts.read(content)
    except Invalid:
        yield ""
        return
    for key in {**made.side, **result.parts}:
        part = result.parts.get(key)
        if _is_drawing(key):
            continue
        if part is None or key not in made.side or part.own != made.part(key).own:
            yield _element(key)
    yield from _incomplete(result)
    known = _dangling(made.mine) | _dangling(made.theirs)
    for owner, href in _dangling(result) - known:
        yield href[1:] if ("id", href[1:]) in made.base.parts else owner
    before = {str(one) for version in (mine, theirs) for one in decisions.parse_all({"": version})[1]}
    for problem in decisions.parse_all({"": content})[1]:
        if str(problem) not in before:
            yield problem.element_id or ""
    yield from asks_for_what_is_gone(_names(made.base), _names(result), _texts(made))


def _incomplete(result: Document) -> Iterator[str]:
    """Rules without a cell for every column: the one side made the rule, the other the column."""
    for key, part in result.parts.items():
        table = result.parts.get(("table", key[1])) if key[0] == "rule" else None
        if table is not None:
            columns = [one.key[2] for one in table.parts if one.key[0] in ("in", "out")]
            cells = [one.key[3] for one in part.parts if one.key[3].partition(":")[0] in ("in", "out")]
            if sorted(columns) != sorted(cells):
                yield key[2]


def _dangling(document: Document) -> set[tuple[str, str]]:
    ids = {key[1] for key in document.parts if key[0] == "id"}
    needs = {(key[1], key[2]) for key in document.parts if key[0] == "need"}
    return {(owner, href) for owner, href in needs if href.startswith("#") and href[1:] not in ids}


def _names(document: Document) -> set[str]:
    """What expressions can ask for: decisions and input data."""
    found = set()
    for part in document.root.parts:
        if part.node.name in ("decision", "inputData", "businessKnowledgeModel"):
            variable = part.node.child("variable")
            named = "" if variable is None else variable.attributes.get("name", "")
            found.add(named or part.node.attributes.get("name", ""))
    return found


def _texts(made: Plan) -> dict[str, tuple[str, str]]:
    """By element: the expressions of the result, and those of the base."""
    found: dict[str, tuple[str, str]] = {}
    for key in made.side:
        if key[0] in ("cell", "in", "logic"):
            was = made.base.parts.get(key)
            found[_element(key)] = (
                found.get(_element(key), ("", ""))[0] + " " + repr(made.part(key).own),
                found.get(_element(key), ("", ""))[1] + " " + ("" if was is None else repr(was.own)),
            )
    return found
