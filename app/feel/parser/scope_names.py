"""Names with spaces or signs in them: which are known, and where in the tokens one of them stands."""

from collections.abc import Collection, Iterable
from functools import lru_cache

from app.feel.errors import FeelSyntaxError
from app.feel.lexer import Token, tokens

_Part = tuple[str, bool]


class ScopeNames:
    """The names of more than one token that the parser must know, longest first."""

    def __init__(self, names: Iterable[str] = ()) -> None:
        self._by_first: dict[str, list[tuple[str, tuple[_Part, ...]]]] = {}
        for name in names:
            self.add(name)

    @classmethod
    def knowing(cls, names: Iterable[str]) -> "ScopeNames":
        """The same as ScopeNames(names), and fast where many expressions know the same thousand names."""
        made = cls()
        made._by_first = dict(_known(tuple(names))._by_first)
        return made

    def add(self, name: str) -> None:
        """Know a name. One of a single token needs no knowing; one that can't be cut up is never found."""
        try:
            parts = [token for token in tokens(name) if token.kind != "end"]
        except FeelSyntaxError:
            return
        if len(parts) < 2 or parts[0].kind != "name":
            return
        entry = (name, tuple((part.text, part.spaced) for part in parts))
        same_start = self._by_first.get(parts[0].text, [])
        if entry not in same_start:
            # A new list: others may have the old one.
            longest_first = sorted([*same_start, entry], key=lambda known: -len(known[1]))
            self._by_first[parts[0].text] = longest_first

    def find(self, found: list[Token], at: int) -> tuple[str, int] | None:
        """The longest known name that starts at this token, and how many tokens it takes."""
        for name, parts in self._by_first.get(found[at].text, ()):
            here = found[at : at + len(parts)]
            if len(here) == len(parts) and _same(here, parts):
                return name, len(parts)
        return None


@lru_cache(maxsize=64)
def _known(names: tuple[str, ...]) -> ScopeNames:
    return ScopeNames(names)


def _same(here: list[Token], parts: tuple[_Part, ...]) -> bool:
    if any(token.text != text for token, (text, _) in zip(here, parts, strict=True)):
        return False
    return all(token.spaced == spaced for token, (_, spaced) in zip(here[1:], parts[1:], strict=True))


def joined(parts: Collection[Token]) -> str:
    """One name out of its tokens, with single spaces where there were any."""
    return "".join((" " if part.spaced and index else "") + part.text for index, part in enumerate(parts))
