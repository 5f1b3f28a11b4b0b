"""Addresses of pages that an installation may not have: where one is missing its link is left out."""

from urllib.parse import quote
from uuid import UUID

from flask import Flask, current_app, url_for

from app.forms.view import input_id

EDITORS = {
    ".bpmn": ("editor.diagram", "diagram"),
    ".dmn": ("decision_editor.page", "beslissing"),
    ".form": ("form_editor.page", "formulier"),
}


def install(app: Flask) -> None:
    app.jinja_env.filters["veld_id"] = input_id
    app.jinja_env.globals.update(bewerken=edit, vergelijken=compare, vergelijk_bestand=compare_file)


def edit(draft: UUID, name: str, element: str | None = None) -> str | None:
    """The page where a file of a draft is changed, at an element of it."""
    endpoint, part = EDITORS[name[name.rindex(".") :]]
    if endpoint not in current_app.view_functions:
        return None
    place = f"#{quote(element)}" if element else ""
    return f"{url_for('drafts.page', id=draft)}/{part}/{quote(name)}{place}"


def compare(before: int | UUID, after: int | UUID) -> str | None:
    """The page that compares two releases, or a draft with a release."""
    if "compare.page" not in current_app.view_functions:
        return None
    return url_for("compare.page", van=before, naar=after)


def compare_file(before: int | UUID, after: int | UUID, name: str) -> str | None:
    """The same of one file."""
    if "compare.page" not in current_app.view_functions:
        return None
    return f"{url_for('compare.page')}/bestand?van={before}&naar={after}&naam={quote(name)}"
