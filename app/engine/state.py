"""An instance <-> bytes: only what is still alive, never the definitions.

A checksum, then msgpack: [format, fingerprint, process, last id, values, scopes, workflows]; a workflow is
[name, caller, root, state and scope and own data of the root, tasks]. What is finished is not written:
nothing ahead looks back at it, so a state does not grow with the age of a case. A called process begins with
all that its caller knows: the same value is written once, however many scopes have it.
"""

import hashlib
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any

import msgspec
from SpiffWorkflow.util.task import TaskState

from app.engine.definitions import Definitions
from app.engine.scope import Scope
from app.engine.token import Token
from app.engine.workflow import Inner, Instance
from app.errors import EngineError, Unreadable

FORMAT = 3
MAX_NESTING = 120
"""So deep, at most, lists and groups of data stand in each other; FEEL's own limit is below it."""
MAX_BYTES = 16 * 1024 * 1024
_DAMAGED = "De bewaarde stand van deze casus is beschadigd."
_SUM_BYTES = 8
_DECIMAL, _LARGE = 1, 2


def write(instance: Instance) -> bytes:
    """The whole state of an instance."""
    scopes = _Scopes()
    workflows = [_workflow(one, scopes) for one in instance.workflows()]
    body = _encode(
        [
            FORMAT,
            instance.definitions.fingerprint,
            instance.spec.name,
            instance.last_id,
            scopes.values,
            scopes.written,
            workflows,
        ]
    )
    if len(body) > MAX_BYTES:
        raise EngineError("De gegevens van deze casus zijn te groot om te bewaren.")
    return _checksum(body) + body


def read(state: bytes, definitions: Definitions, *, now: datetime) -> Instance:
    """Raises Unreadable for bytes that are damaged, of another format, or of other definitions."""
    body = state[_SUM_BYTES:]
    if _checksum(body) != state[:_SUM_BYTES]:
        raise Unreadable(_DAMAGED)
    try:
        return _instance(_DECODER.decode(body), definitions, now=now)
    except Unreadable:
        raise
    except Exception as error:  # bytes with the right checksum that no release ever wrote
        raise Unreadable(_DAMAGED) from error


def _instance(content: list[Any], definitions: Definitions, *, now: datetime) -> Instance:
    number, *rest = content
    while number in _UPGRADES:
        rest = _UPGRADES[number](rest)
        number += 1
    if number != FORMAT:
        raise Unreadable("De bewaarde stand van deze casus is van een andere versie van Casusroute.")
    fingerprint, process_id, last_id, values, scope_rows, workflows = rest
    if fingerprint != definitions.fingerprint:
        raise Unreadable("Deze casus hoort bij een andere versie van de werkwijze.")
    instance = Instance(definitions, process_id, now=now)
    instance.last_id = last_id
    scopes: list[Scope] = []
    for outer, wall, places, written in scope_rows:
        known = {name: values[place] for name, place in places.items()}
        scope = Scope(known, outer=scopes[outer] if outer >= 0 else None, wall=wall)
        scope.written = set(written)
        scopes.append(scope)
    tasks: dict[int, Any] = {}
    for row in workflows:
        _restore(instance, row, scopes, tasks)
    return instance


def renamed(state: bytes, fingerprint: bytes, rename: Callable[[list[Any]], list[Any]]) -> bytes:
    """The bytes of a good state of the present format, for definitions in which elements have other names.

    `rename` changes the row of one workflow.
    """
    number, _, process_id, last_id, values, scopes, workflows = _DECODER.decode(state[_SUM_BYTES:])
    rows = [rename(row) for row in workflows]
    body = _encode([number, fingerprint, process_id, last_id, _plain(values), _plain(scopes), _plain(rows)])
    return _checksum(body) + body


def _checksum(body: bytes) -> bytes:
    return hashlib.blake2b(body, digest_size=_SUM_BYTES).digest()


class _Scopes:
    """Each scope once, the outer ones first, and each value once."""

    def __init__(self) -> None:
        self.places: dict[int, int] = {}
        self.written: list[list[Any]] = []
        self.values: list[msgspec.Raw] = []
        self.value_places: dict[bytes, int] = {}

    def place(self, scope: Scope) -> int:
        found = self.places.get(id(scope))
        if found is None:
            outer = -1 if scope.outer is None else self.place(scope.outer)
            found = self.places[id(scope)] = len(self.written)
            values = {name: self.value_place(value) for name, value in scope.items()}
            self.written.append([outer, scope.wall, values, sorted(scope.written)])
        return found

    def value_place(self, value: Any) -> int:
        encoded = _encode(_plain(value))
        found = self.value_places.get(encoded)
        if found is None:
            found = self.value_places[encoded] = len(self.values)
            self.values.append(msgspec.Raw(encoded))
        return found


def _workflow(workflow: Any, scopes: _Scopes) -> list[Any]:
    root = workflow.task_tree
    live = [task for task in workflow.tasks.values() if task is not root]
    live = [task for task in live if task.has_state(TaskState.NOT_FINISHED_MASK)]
    kept = {task.id for task in live}
    rows = [
        [
            task.id,
            task.task_spec.name,
            task.state,
            task._parent if task._parent in kept else root.id,
            scopes.place(task.data),
            _plain(task.internal_data),
        ]
        for task in live
    ]
    scope, own = scopes.place(root.data), _plain(root.internal_data)
    return [workflow.spec.name, workflow.parent_task_id, root.id, root.state, scope, own, rows]


def _restore(instance: Instance, row: list[Any], scopes: list[Scope], tasks: dict[int, Any]) -> None:
    """`tasks` has those of the workflows before; a scope stands behind the one that it was opened in."""
    name, caller_id, root_id, root_state, root_scope, own, rows = row
    workflow: Any = instance
    if caller_id is not None:
        workflow = Inner(instance.definitions.specs[name], tasks[caller_id], instance)
        instance.subprocesses[caller_id] = workflow
    root = Token(workflow, workflow.spec.start, None, state=root_state, id=root_id)
    root.data = scopes[root_scope]
    root.internal_data = own
    workflow.task_tree = root
    workflow.completed = root_state != TaskState.STARTED
    for task_id, spec_name, task_state, parent_id, scope, internal in rows:
        spec = workflow.spec.task_specs[spec_name]
        task = Token(workflow, spec, workflow.tasks[parent_id], state=task_state, id=task_id)
        task.data = scopes[scope]
        task.internal_data = internal
        tasks[task_id] = task


def _from_2(rest: list[Any]) -> list[Any]:
    """Until format 3 the root of a scope had no data of its own."""
    *others, workflows = rest
    return [*others, [[*row[:5], {}, row[5]] for row in workflows]]


_UPGRADES: dict[int, Callable[[list[Any]], list[Any]]] = {2: _from_2}
"""From a format to the next one. A format that no running case can have any more may leave."""


_AS_IT_IS = frozenset([str, bool, float, type(None)])


def _plain(value: Any, room: int = MAX_NESTING) -> Any:
    """What msgpack can hold, with decimals and very large numbers marked as such."""
    kind = type(value)
    if kind in _AS_IT_IS:
        return value
    if kind is int:
        return value if -(2**63) <= value < 2**63 else msgspec.msgpack.Ext(_LARGE, str(value).encode())
    if kind is Decimal:
        return msgspec.msgpack.Ext(_DECIMAL, str(value).encode())
    if isinstance(value, dict | list):
        if not room:
            raise EngineError("De gegevens van deze casus staan te diep in elkaar.")
        if isinstance(value, list):
            return [_plain(item, room - 1) for item in value]
        return {key: _plain(item, room - 1) for key, item in value.items()}
    return value


def _marked(code: int, data: memoryview) -> Any:
    text = bytes(data).decode()
    return Decimal(text) if code == _DECIMAL else int(text)


_ENCODER = msgspec.msgpack.Encoder()
_DECODER = msgspec.msgpack.Decoder(ext_hook=_marked)


def _encode(value: Any) -> bytes:
    try:
        return _ENCODER.encode(value)
    except (TypeError, ValueError, OverflowError) as error:
        raise EngineError("Een gegeven van deze casus kan niet worden bewaard.") from error
