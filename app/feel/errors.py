"""The two errors of FEEL: text that is not FEEL, and an expression that asks for too much."""

from app.errors import CasusrouteError


class FeelSyntaxError(CasusrouteError):
    """The text is not FEEL. `line` and `column` count from 1 and point at the first wrong character."""

    def __init__(self, message: str, text: str, offset: int) -> None:
        before = text[:offset]
        self.text = text
        self.offset = offset
        self.line = before.count("\n") + 1
        self.column = offset - (before.rfind("\n") + 1) + 1
        super().__init__(
            f"{message} (regel {self.line}, teken {self.column})", line=self.line, column=self.column
        )

    def caret(self) -> str:
        """The wrong line, and under it a caret below the wrong character: two lines."""
        line = self.text.split("\n")[self.line - 1].replace("\t", " ").rstrip("\r")
        return f"{line}\n{' ' * (self.column - 1)}^"


class FeelLimitError(CasusrouteError):
    """The expression is too long, too deep, too slow, or its result is too large."""


class FeelValueError(CasusrouteError):
    """A FEEL value that cannot be kept as a process variable, or that `assert` does not let pass."""
