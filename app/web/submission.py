"""A form as it was sent: texts by input name, and the documents that came with it, kept at once."""

from datetime import datetime
from typing import Any

from flask import request

from app import forms
from app.errors import Invalid
from app.forms import Form
from app.services import documents
from app.store.models import Person
from app.store.session import transaction
from app.web.access import settings

Raw = dict[str, list[str]]


def texts() -> Raw:
    """Every field that was sent, by its name."""
    return dict(request.form.lists())


def keep_documents(
    form: Form, raw: Raw, context: dict[str, Any], *, by: Person, now: datetime
) -> tuple[dict[str, list[dict[str, Any]]], dict[str, str]]:
    """Store what was uploaded, so that a mistake elsewhere on the form loses no file.

    Gives the documents of each file field (earlier ones too) and, by name, what was wrong with one. The ids
    are put into `raw`, to go along with the page.
    """
    uploaded = {name: request.files.getlist(name) for name in request.files}
    earlier = {name.removesuffix("__documenten") for name in raw if name.endswith("__documenten")}
    names = forms.file_fields(form, {name: [] for name in (*uploaded, *earlier)})
    found: dict[str, list[dict[str, Any]]] = {}
    errors: dict[str, str] = {}
    if not names:
        return found, errors
    with transaction() as session:
        for name in names:
            ids = raw.get(f"{name}__documenten", [])
            kept = _known(context, name, ids)
            kept += [as_answer(one) for one in documents.own(session, ids, by=by)]
            for file in uploaded.get(name, []):
                if not file.filename:
                    continue
                try:
                    stored = documents.store(
                        session,
                        name=file.filename,
                        content=file.read(),
                        by=by,
                        now=now,
                        max_bytes=settings().max_document_bytes,
                    )
                except Invalid as error:
                    errors[name] = error.message
                else:
                    kept.append(as_answer(stored))
            found[name] = list({one["id"]: one for one in kept}.values())
            raw[f"{name}__documenten"] = [one["id"] for one in found[name]]
    return found, errors


def _known(context: dict[str, Any], name: str, ids: list[str]) -> list[dict[str, Any]]:
    """Documents that the case already had under this name."""
    value = forms.lookup(context, name)
    items = value if isinstance(value, list) else []
    return [one for one in items if isinstance(one, dict) and str(one.get("id")) in ids]


def as_answer(document: Any) -> dict[str, Any]:
    """A document as process variables hold it."""
    return {"id": str(document.id), "name": document.name, "size": document.size_bytes}
