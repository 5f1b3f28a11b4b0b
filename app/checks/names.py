"""Names that are nearly right."""

from collections.abc import Iterable
from difflib import get_close_matches


def closest(written: str, known: Iterable[str]) -> str | None:
    """The known word that this was probably meant to be."""
    words = {word.lower(): word for word in sorted(known, reverse=True)}
    found = get_close_matches(written.lower(), sorted(words), n=1, cutoff=0.72)
    return words[found[0]] if found and words[found[0]] != written else None
