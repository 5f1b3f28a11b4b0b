"""The marshmallow schema of a form as it stands: a field for each visible input, built from the same file."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields

from app.errors import Invalid
from app.forms.answers import Answers, Node, put
from app.forms.definition import CONTAINERS
from app.forms.field_types import TYPES, FieldError


class Answer(fields.Field[Any]):
    """One input: its texts in, its value out."""

    def __init__(self, node: Node, files: list[dict[str, Any]] | None, now: datetime) -> None:
        super().__init__(allow_none=True)
        self.node, self.files, self.now = node, files, now

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        component = self.node.component
        kind = TYPES[component.type]
        if self.files is not None:
            found: Any = self.files or None
        else:
            try:
                found = kind.read(component, value, options=self.node.options, now=self.now)
            except FieldError as error:
                raise ValidationError(str(error)) from error
        if found is None and component.required:
            said = component.properties.get("verplicht_melding")
            raise ValidationError(str(said) if said else kind.missing(component))
        return found


class Rows(fields.Field[Any]):
    """The rows of a dynamic list, each with a schema of its own: a condition may hide a field in one row."""

    def __init__(self, schemas: list[Schema], least: int, label: str) -> None:
        super().__init__()
        self.schemas, self.least, self.label = schemas, least, label

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        made: list[Any] = []
        errors: dict[str | int, Any] = {}
        if len(self.schemas) < self.least:
            raise ValidationError(f"Voeg minstens één regel toe bij ‘{self.label}’.")
        for index, (schema, row) in enumerate(zip(self.schemas, value, strict=True)):
            try:
                made.append(schema.load(row))
            except ValidationError as error:
                errors[index] = error.messages
        if errors:
            raise ValidationError(errors)
        return made


class _Checks(Schema):
    """The schema of one form as it stands now."""

    class Meta:
        unknown = RAISE

    def __init__(self, members: dict[str, fields.Field[Any]]) -> None:
        # What marshmallow else takes from a class: to make one for each form that comes in costs more than
        # all its checks.
        self._declared_fields = members
        super().__init__()


def read(answers: Answers) -> dict[str, Any]:
    """The checked answers; hidden fields are null. Raises Invalid with a sentence for each input name."""
    schema, tree = _schema(answers.nodes, answers)
    try:
        loaded: dict[str, Any] = dict(schema.load(tree))
    except ValidationError as error:
        raise Invalid("Controleer wat u invulde.", dict(_flat(error.messages, ""))) from error
    _add_unasked(loaded, answers.nodes)
    return loaded


def _schema(nodes: list[Node], answers: Answers) -> tuple[Schema, dict[str, Any]]:
    made: dict[str, Any] = {}
    tree: dict[str, Any] = {}
    _fill(nodes, answers, made, tree)
    return _as_schema(made), tree


def _fill(nodes: list[Node], answers: Answers, made: dict[str, Any], tree: dict[str, Any]) -> None:
    for node in nodes:
        if node.hidden:
            continue
        key = node.component.key
        if node.component.type == "dynamiclist":
            parts = [_schema(row, answers) for row in node.rows]
            least = int(node.component.raw.get("defaultRepetitions", 1)) and 1
            put(made, key, Rows([part[0] for part in parts], least, node.component.label))
            put(tree, key, [part[1] for part in parts])
        elif node.component.type in CONTAINERS:
            inner, below = (made, tree) if not key else (_below(made, key), _below(tree, key))
            _fill(node.children, answers, inner, below)
        elif node.is_input:
            files = answers.files(node) if node.component.type == "filepicker" else None
            put(made, key, Answer(node, files, answers.now))
            put(tree, key, node.texts)


def _below(values: dict[str, Any], path: str) -> dict[str, Any]:
    for part in path.split("."):
        values = values.setdefault(part, {})
    return values


def _as_schema(made: Mapping[str, Any]) -> Schema:
    members = {
        key: fields.Nested(_as_schema(value)) if isinstance(value, dict) else value
        for key, value in made.items()
    }
    return _Checks(members)


def _name(key: str | int, above: str) -> str:
    if isinstance(key, int):
        return f"{above}[{key}]"
    return f"{above}.{key}" if above else key


def _flat(messages: Any, above: str) -> Any:
    """marshmallow's nested messages as (input name, sentence)."""
    if isinstance(messages, dict):
        for key, value in messages.items():
            yield from _flat(value, _name(key, above))
    elif isinstance(messages, list):
        first = messages[0] if messages else ""
        if isinstance(first, str):
            yield above, first
        else:
            for one in messages:
                yield from _flat(one, above)
    else:
        yield above, str(messages)


def _add_unasked(loaded: dict[str, Any], nodes: list[Node]) -> None:
    """Null for what is hidden, and the values of computed fields."""
    for node in nodes:
        component = node.component
        if component.type == "dynamiclist":
            if node.hidden:
                put(loaded, component.key, [])
                continue
            rows: Any = loaded
            for part in component.key.split("."):
                rows = rows[part]
            for row, inner in zip(rows, node.rows, strict=True):
                _add_unasked(row, inner)
        elif component.type in CONTAINERS:
            below = _below(loaded, component.key) if component.key else loaded
            _add_unasked(below, node.children)
        elif component.type == "expression":
            put(loaded, component.key, None if node.hidden else node.value)
        elif node.is_input and node.hidden:
            put(loaded, component.key, None)
