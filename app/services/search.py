"""Where something stands in a way of working: names, fields, columns, and what expressions read. Pure.

"Waar wordt `thema` gebruikt?" A `Mention` is one place; the places of a release are gathered once.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from app import feel
from app.decisions import Decision, DecisionModel
from app.engine.definitions import Definitions
from app.engine.model import Element, Process
from app.feel import free_names
from app.forms import Component, Form, templating
from app.forms.definition import CONTAINERS, INPUTS, prefix

MAX_FOUND = 200
MAX_TEXT_CHARS = 300


@dataclass(frozen=True, slots=True)
class Mention:
    """One place: of a `process`, `decision` or `form`, at an element or field (its input name) of it."""

    kind: str
    owner_id: str
    owner_name: str
    element_id: str
    name: str
    what: str
    """What it is there, in Dutch, such as `voorwaarde`."""
    text: str
    variables: frozenset[str] = field(default_factory=frozenset)
    """The names that it reads or fills in, as paths: `melder.naam`."""
    fills: bool = False
    """It gives these variables a value."""


@dataclass(frozen=True, slots=True)
class Found:
    """First where a variable of exactly this name is filled in or read, then every other place."""

    exact: list[Mention]
    others: list[Mention]
    more: int = 0
    """How many places are not shown."""


def find(mentions: Iterable[Mention], text: str) -> Found:
    """The places with this text in them, in any case."""
    wanted = text.strip().removeprefix("=").casefold()
    exact: list[Mention] = []
    others: list[Mention] = []
    if not wanted:
        return Found(exact, others)
    for one in mentions:
        if any(_is(path, wanted) for path in one.variables):
            exact.append(one)
        elif wanted in one.text.casefold() or wanted in one.name.casefold():
            others.append(one)
    exact.sort(key=lambda one: not one.fills)
    shown, rest = exact[:MAX_FOUND], others[: max(0, MAX_FOUND - len(exact))]
    return Found(shown, rest, len(exact) + len(others) - len(shown) - len(rest))


def _is(path: str, wanted: str) -> bool:
    path = path.casefold()
    return path == wanted or path.startswith(f"{wanted}.") or path.endswith(f".{wanted}")


def gather(
    definitions: Definitions, forms: Mapping[str, Form], form_names: Mapping[str, str]
) -> tuple[Mention, ...]:
    """Every place in a release. `form_names`: how people know each form, by its id."""
    found: list[Mention] = []
    for process in definitions.models.values():
        found += _of_process(process)
    for identifier, model in definitions.decisions.items():
        found += _of_decision(model, model.decisions[identifier])
    for form in forms.values():
        found += _of_form(form, form_names.get(form.id, form.id))
    return tuple(found)


def reads(text: str) -> frozenset[str]:
    """The variables that a FEEL expression reads, as dotted paths; none where it can't be read."""
    try:
        tree = feel.compile(text).tree
    except (feel.FeelSyntaxError, feel.FeelLimitError):
        return frozenset()
    return frozenset(".".join(path) for path in free_names.variables(tree))


def _of_process(process: Process) -> Iterator[Mention]:
    name = process.name or process.id

    def at(
        element_id: str, element_name: str, what: str, text: str | None, *, fills: str = ""
    ) -> Iterator[Mention]:
        if not text:
            return
        read = frozenset([fills]) if fills else reads(text[1:]) if text.startswith("=") else frozenset()
        yield Mention(
            "process",
            process.id,
            name,
            element_id,
            element_name,
            what,
            text[:MAX_TEXT_CHARS],
            read,
            bool(fills),
        )

    yield from at("", name, "proces", f"{name} ({process.id})")
    yield from at("", name, "uitleg", process.documentation)
    for element in process.elements.values():
        yield from _of_element(element, at)


def _of_element(element: Element, at: Callable[..., Iterator[Mention]]) -> Iterator[Mention]:
    name = element.name or element.id
    plain = (
        ("stap", f"{element.name} ({element.id})" if element.name else ""),
        ("uitleg", element.documentation),
        ("baan", element.lane),
        ("formulier", element.form_id),
        ("beslissing", element.decision_id),
        ("deelproces", element.calls),
        ("automatische stap", element.job_type),
        ("wie", element.assignee),
        ("wie", element.candidate_groups),
        ("wie", element.candidate_users),
        ("termijn", element.due_date),
        ("herinnering", element.follow_up_date),
        ("prioriteit", element.priority),
        ("berekening", element.script),
    )
    for what, text in plain:
        yield from at(element.id, name, what, text)
    if element.event is not None:
        yield from at(element.id, name, "gebeurtenis", element.event.text)
        yield from at(element.id, name, "sleutel van het bericht", element.event.correlation_key)
    if element.loop is not None:
        yield from at(element.id, name, "herhaald voor", element.loop.collection)
        yield from at(element.id, name, "uitkomst van elke keer", element.loop.output_element)
        yield from at(element.id, name, "klaar als", element.loop.completion_condition)
        target = element.loop.output_collection
        yield from at(element.id, name, "wordt hier verzameld", target, fills=target or "")
    for source, target in element.inputs:
        yield from at(element.id, name, f"invoer: {target}", source)
    for source, target in element.outputs:
        yield from at(element.id, name, f"uitvoer: {target}", source)
        yield from at(element.id, name, "wordt hier ingevuld", target, fills=target)
    result = element.result_variable
    yield from at(element.id, name, "wordt hier bepaald", result, fills=result or "")
    for flow in element.outgoing:
        yield from at(element.id, name, "voorwaarde", flow.condition)
    for key, value in (*element.properties.items(), *element.headers.items()):
        yield from at(element.id, name, key, value)


def _of_decision(model: DecisionModel, decision: Decision) -> Iterator[Mention]:
    def at(what: str, text: str, variables: frozenset[str] = frozenset(), *, fills: bool = False) -> Mention:
        name, short = decision.name, text[:MAX_TEXT_CHARS]
        return Mention("decision", decision.id, name, "", name, what, short, variables, fills)

    yield at("beslissing", f"{decision.name} ({decision.id})")
    if decision.documentation:
        yield at("uitleg", decision.documentation)
    yield at("uitkomst", decision.variable, frozenset([decision.variable]), fills=True)
    if decision.table is None:
        yield at("berekening", decision.logic.text, reads(decision.logic.text))
        return
    for column in decision.table.inputs:
        yield at("kolom", f"{column.label}: {column.expression.text}", reads(column.expression.text))
    for output in decision.table.outputs:
        yield at("uitkomst", f"{output.label} ({output.name})", frozenset([output.name]), fills=True)
    for number, rule in enumerate(decision.table.rules, start=1):
        cells = [cell.text for cell in rule.tests] + [cell.text for cell in rule.outputs]
        text = " | ".join(filter(None, [*cells, *rule.annotations]))
        names = frozenset[str]().union(*(reads(cell.text) for cell in rule.outputs))
        yield at(f"regel {number}", text, names)


def _of_form(form: Form, name: str) -> Iterator[Mention]:
    yield Mention("form", form.id, name, "", name, "formulier", f"{name} ({form.id})")
    yield from _of_components(form, name, form.components, "")


def _of_components(
    form: Form, form_name: str, components: Iterable[Component], above: str
) -> Iterator[Mention]:
    for one in components:
        path = f"{above}{one.key}".replace("[]", "")
        # Of a list a page may show no row: the list itself is always there.
        place = f"{above}{one.key}".partition("[]")[0]
        field_name = one.label or one.key or one.id

        def at(
            what: str, text: str, variables: frozenset[str] = frozenset(), *, fills: bool = False
        ) -> Mention:
            short = text[:MAX_TEXT_CHARS]
            return Mention("form", form.id, form_name, place, field_name, what, short, variables, fills)  # noqa: B023

        if one.key and (one.type in INPUTS or one.type in CONTAINERS):
            yield at("wordt hier ingevuld", f"{one.label} ({path})".strip(), frozenset([path]), fills=True)
        expressions = (
            ("voorwaarde", one.hide),
            ("keuzes", one.raw.get("valuesExpression")),
            ("tabel", one.raw.get("dataSource")),
            ("beginwaarde", one.properties.get("beginwaarde")),
            ("berekening", one.raw.get("expression")),
        )
        for what, text in expressions:
            if isinstance(text, str) and text:
                yield at(what, text, reads(text.removeprefix("=")))
        for what, name in (("opschrift", "label"), ("toelichting", "description"), ("tekst", "text")):
            text = one.raw.get(name)
            if isinstance(text, str) and text:
                read = frozenset[str]().union(*map(reads, templating.expressions(text)))
                yield at(what, text, read)
        for option in one.raw.get("values") or []:
            if isinstance(option, dict):
                yield at("keuze", f"{option.get('label')} ({option.get('value')})")
        inner = prefix(one, above) if one.type in CONTAINERS else above
        yield from _of_components(form, form_name, one.children, inner)
