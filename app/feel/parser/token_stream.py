"""Reading tokens one after another, and saying in plain Dutch what was expected instead."""

from collections.abc import Iterable
from difflib import get_close_matches
from typing import NoReturn

from app.feel import limits
from app.feel.errors import FeelLimitError, FeelSyntaxError
from app.feel.lexer import Token, tokens

_WORDS = "and or if then else for in return some every satisfies between instance of function true false null"
KEYWORDS = frozenset(_WORDS.split())
"""`of`, `function` and the constants are only special in their own place, the rest never is a name."""
RESERVED = KEYWORDS - {"of", "function"}

_OTHER_LANGUAGES = {
    "==": "Gebruik in FEEL één = om te vergelijken.",
    "&&": "Schrijf 'and' in plaats van &&.",
    "||": "Schrijf 'or' in plaats van ||.",
    "!": "Schrijf 'not(…)' in plaats van !.",
    "'": 'Zet tekst tussen dubbele aanhalingstekens: "…".',
    "%": "Schrijf 'modulo(deeltal, deler)' in plaats van %.",
    ";": "Een expressie heeft geen ; nodig.",
    "“": 'Gebruik rechte aanhalingstekens: "…".',
    "”": 'Gebruik rechte aanhalingstekens: "…".',
}


class TokenStream:
    """The tokens of one text with a place in them."""

    def __init__(self, text: str) -> None:
        if len(text) > limits.MAX_TEXT_CHARS:
            raise FeelLimitError("Deze expressie is te lang.", max_chars=limits.MAX_TEXT_CHARS)
        self.text = text
        self.tokens = tokens(text)
        self.place = 0
        self._nesting = 0

    @property
    def current(self) -> Token:
        return self.tokens[self.place]

    def ahead(self, count: int = 1) -> Token:
        return self.tokens[min(self.place + count, len(self.tokens) - 1)]

    def take(self) -> Token:
        token = self.current
        if token.kind != "end":
            self.place += 1
        return token

    def at_symbol(self, *texts: str) -> bool:
        return self.current.kind == "symbol" and self.current.text in texts

    def at_word(self, *words: str) -> bool:
        return self.current.kind == "name" and self.current.text in words

    def skip_symbol(self, text: str) -> bool:
        if not self.at_symbol(text):
            return False
        self.place += 1
        return True

    def skip_word(self, word: str) -> bool:
        if not self.at_word(word):
            return False
        self.place += 1
        return True

    def expect_symbol(self, text: str) -> None:
        if not self.skip_symbol(text):
            self.fail(f"een '{text}'")

    def expect_word(self, word: str) -> None:
        if not self.skip_word(word):
            self.fail(f"het woord '{word}'", [word])

    def enter(self) -> None:
        """One more bracket or condition deep."""
        self._nesting += 1
        if self._nesting > limits.MAX_NESTING:
            raise FeelLimitError("Deze expressie zit te diep in elkaar.", max_nesting=limits.MAX_NESTING)

    def leave(self) -> None:
        self._nesting -= 1

    def fail(self, expected: str, words: Iterable[str] = ()) -> NoReturn:
        """Raise FeelSyntaxError: what was expected, what was found, and which of `words` may be meant."""
        token = self.current
        if token.kind == "symbol" and token.text in _OTHER_LANGUAGES:
            raise FeelSyntaxError(_OTHER_LANGUAGES[token.text], self.text, token.at)
        found = "het einde" if token.kind == "end" else f"'{token.text[:40]}'"
        message = f"Hier wordt {expected} verwacht, maar er staat {found}."
        raise FeelSyntaxError(message + suggestion(self._meant(), words), self.text, token.at)

    def _meant(self) -> list[str]:
        """What somebody may have meant here: this word, or together with the one before it."""
        word = self.current.text if self.current.kind == "name" else ""
        before = self.tokens[self.place - 1] if self.place else None
        if not word:
            return []
        return [f"{before.text} {word}", word] if before is not None and before.kind == "name" else [word]


def suggestion(written: Iterable[str], words: Iterable[str]) -> str:
    """` Bedoelt u 'x'?` when one of the known words is nearly what was written, else nothing."""
    known = sorted(set(words))
    for text in written:
        if text in known:
            continue
        for match in get_close_matches(text, known, n=1, cutoff=0.75):
            return f" Bedoelt u '{match}'?"
    return ""
