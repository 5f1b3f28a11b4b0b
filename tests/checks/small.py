"""Small releases as text: diagrams, forms and a table, and what the checks say of them."""

import json
from collections.abc import Mapping
from typing import Any

from app.checks import release
from app.checks.release import People
from app.errors import Problem
from tests.engine.diagrams import element, extensions, flows, process

__all__ = ["check", "element", "extensions", "field", "flows", "form", "process", "rules", "step", "way_in"]

ROLES = {"procesregisseur": "procesregisseur", "Weegploeg": "weegploeg", "weegploeg": "weegploeg"}
JOBS: Mapping[str, tuple[str, ...]] = {"herinner": (), "rekenen": ("uitslag",)}


def field(key: str, kind: str = "textfield", **more: Any) -> dict[str, Any]:
    """A component; `required`, `hide` and `options` in short."""
    made: dict[str, Any] = {"type": kind, "id": f"veld_{key}", "key": key, "label": key}
    if kind in ("group", "dynamiclist"):
        made["path"] = made.pop("key")
    if more.pop("required", False):
        made["validate"] = {"required": True}
    if "hide" in more:
        made["conditional"] = {"hide": more.pop("hide")}
    if "options" in more:
        made["values"] = [{"value": one, "label": one} for one in more.pop("options")]
    return made | more


def form(id: str, *components: dict[str, Any]) -> bytes:
    return json.dumps({"id": id, "type": "default", "components": list(components)}).encode()


def step(id: str, form_id: str, inner: str = "", **more: str) -> str:
    """A user task with a form."""
    zeebe = ["<zeebe:userTask/>", f'<zeebe:formDefinition formId="{form_id}"/>']
    said = more.pop("groups", "procesregisseur")
    zeebe.append(f'<zeebe:assignmentDefinition candidateGroups="{said}"/>')
    zeebe += [more.pop("zeebe", "")]
    return element("userTask", id, extensions(*zeebe) + inner, name=more.pop("name", id.capitalize()), **more)


def way_in(form_id: str = "start", **properties: str) -> str:
    """A start event with a start form."""
    pairs = "".join(f'<zeebe:property name="{name}" value="{text}"/>' for name, text in properties.items())
    said = [f'<zeebe:formDefinition formId="{form_id}"/>']
    said += [f"<zeebe:properties>{pairs}</zeebe:properties>"] if pairs else []
    return element("startEvent", "begin", extensions(*said), name="Begin")


def check(
    files: Mapping[str, bytes], *, people: People | None = None, only: str | None = None
) -> list[Problem]:
    """All problems, but for the drawing that small diagrams don't have."""
    found = release.check(files, roles=ROLES, job_types=JOBS, people=people, only=only)
    return [one for one in found if one.rule != "form.no-bpmndi"]


def rules(files: Mapping[str, bytes], group: str = "") -> list[tuple[str, str | None]]:
    """(rule, element) of each problem, of one group or of all."""
    return [(one.rule, one.element_id) for one in check(files) if one.rule.startswith(group)]
