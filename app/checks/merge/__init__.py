"""Two people changed one file: both their changes in one, or where they changed the same.

Per step, flow, shape, rule, column or field. What overlaps, and what is doubtful, is a conflict: nothing
is lost and nothing is guessed.
"""

from app.checks.merge import bpmn, dmn, forms
from app.checks.merge.conflicts import conflicts, whole_file
from app.checks.merge.model import Conflict, Merged
from app.errors import Invalid

__all__ = ["Conflict", "Merged", "merge"]


def merge(name: str, base: bytes, mine: bytes, theirs: bytes) -> Merged:
    """`mine` and `theirs` were both made from `base`; `name` says what kind of file it is."""
    if mine == theirs or theirs == base:
        return Merged(mine)
    if mine == base:
        return Merged(theirs)
    try:
        if name.endswith(".bpmn"):
            content, clashes = bpmn.merge(base, mine, theirs)
        elif name.endswith(".dmn"):
            content, clashes = dmn.merge(base, mine, theirs)
        elif name.endswith(".form"):
            content, clashes = forms.merge(base, mine, theirs)
        else:
            return Merged(None, (whole_file(name, "dit soort bestand"),))
    except (Invalid, RecursionError) as error:
        return Merged(None, (whole_file(name, error.message if isinstance(error, Invalid) else ""),))
    if content is None:
        return Merged(None, conflicts(name, base, mine, theirs, clashes))
    return Merged(content)
