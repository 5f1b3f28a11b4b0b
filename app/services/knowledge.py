"""What an editor has to choose from: all that a draft refers to, in the words of who owns the process."""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from sqlalchemy.orm import Session

from app import decisions, feel, forms
from app.checks import questions, release
from app.decisions import DecisionModel
from app.engine import reader
from app.engine.model import Process
from app.forms import Form
from app.services import job_types
from app.store import people as people_rows

CACHED = 512
"""Files that were read: between two saves of a draft only one of them changes."""


def known(session: Session, files: Mapping[str, bytes], name: str) -> dict[str, Any]:
    """Roles, forms, tables, processes, kinds of work and messages; and what is known before each element of
    the file `name`. A file that cannot be read adds nothing.
    """
    processes = {
        process.id: process
        for file, content in files.items()
        if file.endswith(".bpmn")
        for process in _processes(file, content)
    }
    found_forms = dict(_forms(files))
    models, _ = decisions.parse_all({name: one for name, one in files.items() if name.endswith(".dmn")})
    return {
        "roles": [{"key": role.key, "name": role.name} for role in people_rows.roles(session)],
        "forms": _form_data(found_forms, processes),
        "decisions": [_decision(model, one) for model in models for one in model.decisions],
        "processes": [_process(one) for one in processes.values() if one.executable],
        "jobTypes": [{"id": one, "text": job_types.TEXTS[one]} for one in sorted(job_types.NAMES)],
        "messages": sorted({text for one in processes.values() for text in _messages(one)}),
        "variables": {
            element: [{"name": one.name, "type": one.kind, "from": one.filled_by} for one in variables]
            for element, variables in release.variables_before(
                files, name, job_types=job_types.RESULTS
            ).items()
        },
        "functions": [{"name": name, "params": list(params)} for name, params in feel.signatures()],
    }


def process_name(file: str, content: bytes) -> str:
    """What the process in a file is called; the name of the file where that cannot be told."""
    return next((one.name for one in _processes(file, content) if one.executable), file)


def form(files: Mapping[str, bytes], form_id: str) -> Form | None:
    """A form of these files; None when it is not there or cannot be read."""
    return dict(_forms(files)).get(form_id)


def _forms(files: Mapping[str, bytes]) -> Iterator[tuple[str, Form]]:
    for name, content in files.items():
        if name.endswith(".form"):
            found = _form(name, content)
            if found is not None:
                yield found.id, found


@lru_cache(maxsize=CACHED)
def _processes(file: str, content: bytes) -> tuple[Process, ...]:
    return tuple(reader.processes(content, file=file)[0])


@lru_cache(maxsize=CACHED)
def _form(file: str, content: bytes) -> Form | None:
    return forms.parse(content, file=file)[0]


def _form_data(found: Mapping[str, Form], processes: Mapping[str, Process]) -> list[dict[str, Any]]:
    names = _form_names(processes)
    data = [
        {
            "id": form.id,
            "name": names.get(form.id, form.id),
            "file": form.file,
            "fields": [
                {
                    "key": one.key,
                    "label": one.label,
                    "type": one.type,
                    "values": [{"value": value, "label": label} for value, label in one.values],
                }
                for one in questions.fields(form)
            ],
        }
        for form in found.values()
    ]
    return sorted(data, key=lambda one: str(one["name"]).lower())


def _form_names(processes: Mapping[str, Process]) -> dict[str, str]:
    """A form is called after the first step that uses it, or after the process that begins with it."""
    found: dict[str, str] = {}
    for process in processes.values():
        for element in process.elements.values():
            if element.form_id:
                name = process.name if element.type == "startEvent" else element.name
                found.setdefault(element.form_id, name or element.form_id)
    return found


def _decision(model: DecisionModel, identifier: str) -> dict[str, Any]:
    found = model.decisions[identifier]
    table = found.table
    return {
        "id": identifier,
        "name": found.name,
        "inputs": [one.label for one in table.inputs] if table else [],
        "outputs": [one.label or one.name for one in table.outputs] if table else [],
    }


def _process(process: Process) -> dict[str, Any]:
    starts = [one for one in process.inside(process.id) if one.type == "startEvent"]
    messages = [one.event.text for one in starts if one.event and one.event.kind == "message"]
    return {"id": process.id, "name": process.name, "messages": messages}


def _messages(process: Process) -> Iterator[str]:
    for element in process.elements.values():
        if element.event is not None and element.event.kind == "message" and element.event.text:
            yield element.event.text
