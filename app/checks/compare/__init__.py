"""Any two versions of a way of working: what is different, as sentences that a process owner understands.

White space, the order of attributes, the version of a tool and rounding in a drawing are no difference.
"""

from collections.abc import Mapping

from app.checks.compare.files import compare_files, renamed
from app.checks.compare.model import Change, Comparison, FileComparison, Piece, TableDrawing

__all__ = ["Change", "Comparison", "FileComparison", "Piece", "TableDrawing", "compare"]


def compare(before: Mapping[str, bytes], after: Mapping[str, bytes]) -> Comparison:
    """All files of two versions, by name; a file that was renamed stands under its new name."""
    was = renamed(before, after)
    names = sorted({*after, *(name for name in before if name not in was.values())})
    return Comparison(tuple(compare_files(name, was.get(name, name), before, after) for name in names))
