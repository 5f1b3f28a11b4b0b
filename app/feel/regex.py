"""Regular expressions of XPath (W3C XPath and XQuery Functions 3.1, 5.6) -> those of RE2.

RE2's time grows with the text only: no pattern can stall a server. What it can't do is looking back
(`(a)\\1`), so that is no pattern here.
"""

import re
from functools import lru_cache
from typing import Any

import re2

MAX_PATTERN_CHARS = 1_000
_LITERAL = frozenset("\\|.?*+(){}-[]^$")
_CONTROL = {"n": "\\n", "r": "\\r", "t": "\\t"}
_NEGATED = {"D": "\\P{Nd}", "S": "\\S", "W": "\\W"}
"""Those that mean everything else, as RE2 takes them inside a class."""
_CLASSES = {
    "d": "\\p{Nd}",
    "D": "\\P{Nd}",
    "s": " \\t\\n\\r",
    "w": "\\p{L}\\p{M}\\p{N}_",
    "i": "\\p{L}_:",
    "c": "\\p{L}\\p{M}\\p{N}_:.\\-",
}
_PROPERTY = re.compile(r"([pP])\{([A-Za-z-]+)\}")
_BLOCKS = {
    "BasicLatin": (0x00, 0x7F),
    "Latin-1Supplement": (0x80, 0xFF),
    "LatinExtended-A": (0x100, 0x17F),
    "LatinExtended-B": (0x180, 0x24F),
    "Greek": (0x370, 0x3FF),
    "Cyrillic": (0x400, 0x4FF),
    "Hebrew": (0x590, 0x5FF),
    "Arabic": (0x600, 0x6FF),
    "GeneralPunctuation": (0x2000, 0x206F),
    "CurrencySymbols": (0x20A0, 0x20CF),
}


@lru_cache(maxsize=512)
def compiled(pattern: str, flags: str) -> Any:
    """A compiled pattern; None if it is no pattern or has flags that XPath does not know."""
    if len(pattern) > MAX_PATTERN_CHARS or not set(flags) <= set("smixq"):
        return None
    translated = re2.escape(pattern) if "q" in flags else _Translation(pattern, flags).whole()
    if translated is None:
        return None
    kept = "".join(flag for flag in "smi" if flag in flags)
    options = re2.Options()
    options.log_errors = False
    try:
        return re2.compile(f"(?{kept}){translated}" if kept else translated, options)
    except (re2.error, UnicodeError):
        return None


class _NoPattern(Exception):
    pass


class _Translation:
    def __init__(self, pattern: str, flags: str) -> None:
        self.pattern = _without_space(pattern) if "x" in flags else pattern
        self.all_lines = "s" in flags
        self.at = 0

    def whole(self) -> str | None:
        parts: list[str] = []
        try:
            while self.at < len(self.pattern):
                parts.append(self._next())
        except _NoPattern:
            return None
        return "".join(parts)

    def _take(self) -> str:
        if self.at >= len(self.pattern):
            raise _NoPattern
        self.at += 1
        return self.pattern[self.at - 1]

    def _next(self) -> str:
        found = self._take()
        if found == "\\":
            inside, negated = self._escape()
            return f"[{'^' if negated else ''}{inside}]"
        if found == "[":
            return self._class()
        if found == "." and not self.all_lines:
            return "[^\\n\\r]"
        if found == "(" and self.pattern.startswith("?", self.at) and self.pattern[self.at :][1:2] != ":":
            raise _NoPattern
        return found

    def _escape(self) -> tuple[str, bool]:
        """What stands in a class for an escape, and whether it means everything else."""
        found = self._take()
        if found in _LITERAL:
            return "\\" + found, False
        if found in _CONTROL:
            return _CONTROL[found], False
        if found in _CLASSES:
            return _CLASSES[found], False
        if found.lower() in _CLASSES:
            return _CLASSES[found.lower()], True
        match = _PROPERTY.match(self.pattern, self.at - 1)
        if match is None:
            raise _NoPattern
        self.at = match.end()
        block = _BLOCKS.get(match[2].removeprefix("Is")) if match[2].startswith("Is") else None
        if block is not None:
            return f"\\x{{{block[0]:x}}}-\\x{{{block[1]:x}}}", match[1] == "P"
        return f"\\{match[1]}{{{match[2]}}}", False

    def _class(self) -> str:
        """A character class; one less another is worked out, for plain characters and ranges only."""
        start = self.at
        negated = self.pattern.startswith("^", self.at)
        self.at += negated
        parts: list[str] = []
        while True:
            found = self._take()
            if found == "]" and parts:
                return f"[{'^' if negated else ''}{''.join(parts)}]"
            if found == "-" and self.pattern.startswith("[", self.at):
                self.at += 1
                return self._less(self.pattern[start + negated : self.at - 2], negated)
            if found == "[":
                raise _NoPattern
            if found == "\\":
                parts.append(self._in_class())
            else:
                parts.append("\\" + found if found in "^&~" else found)

    def _in_class(self) -> str:
        start = self.at
        inside, negated = self._escape()
        if not negated:
            return inside
        if inside.startswith("\\P{"):
            return inside
        found = _NEGATED.get(self.pattern[start])
        if found is None:
            raise _NoPattern
        return found

    def _less(self, text: str, negated: bool) -> str:
        end = self.pattern.find("]]", self.at)
        taken = self.pattern[self.at : end]
        if end < 0 or negated or set(text + taken) & set("\\[]^"):
            raise _NoPattern
        self.at = end + 2
        left = sorted(_characters(text) - _characters(taken))
        if not left:
            raise _NoPattern
        return "[" + "".join(f"\\x{{{ord(one):x}}}" for one in left) + "]"


def _characters(text: str) -> set[str]:
    found: set[str] = set()
    at = 0
    while at < len(text):
        if text[at + 1 : at + 2] == "-" and at + 2 < len(text):
            low, high = ord(text[at]), ord(text[at + 2])
            if high - low > 0x3000:
                raise _NoPattern
            found |= {chr(code) for code in range(low, high + 1)}
            at += 3
        else:
            found.add(text[at])
            at += 1
    return found


def _without_space(pattern: str) -> str:
    """Flag x: white space outside a character class says nothing."""
    kept: list[str] = []
    depth, escaped = 0, False
    for one in pattern:
        if not escaped:
            depth += (one == "[") - (one == "]")
        escaped = one == "\\" and not escaped
        if depth > 0 or not one.isspace():
            kept.append(one)
    return "".join(kept)
