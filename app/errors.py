"""The errors of Casusroute, in words that a person can read, and `Problem`, what is wrong in a file.

Each error carries a Dutch sentence for people and `context`: ids for the log, never names or answers.
`app.web.errors` turns them into HTTP, in one table.
"""

from dataclasses import dataclass
from typing import Literal


class CasusrouteError(Exception):
    """Base of our own errors: a Dutch sentence, and ids that help to find the cause."""

    def __init__(self, message: str, **context: object) -> None:
        super().__init__(message)
        self.message = message
        self.context = context


class NotFound(CasusrouteError):
    """It does not exist, or this person may not know that it does."""


class Forbidden(CasusrouteError):
    """This person may not do this."""


class Conflict(CasusrouteError):
    """Somebody else was first, or the thing is no longer in the state that this action needs."""


class Busy(CasusrouteError):
    """Others hold what this needs for too long. Nothing is kept; it may well go a moment later."""


class Invalid(CasusrouteError):
    """Bad input. `errors` maps the path of a field to a Dutch sentence."""

    def __init__(self, message: str, errors: dict[str, str] | None = None, **context: object) -> None:
        super().__init__(message, **context)
        self.errors = errors or {}


class EngineError(CasusrouteError):
    """A step could not be executed. Nothing of it is kept; `context` names process and element."""


class Unreadable(EngineError):
    """The kept state of a case is damaged, or of a format or release that it can't be read with."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong in one file of a draft or release: where, and what in plain Dutch.

    `element_id` is the id of the BPMN or DMN element, or the key or id of the form component;
    None when the file as a whole is meant. An `error` forbids publishing, a `warning` does not.
    """

    file: str
    element_id: str | None
    message: str
    severity: Literal["error", "warning"] = "error"
    rule: str = ""
    """The check that found it, such as `soundness.stuck`."""
    trace: tuple[tuple[str, ...], ...] = ()
    """How it comes to this: the ids of the elements that hold a token, moment after moment."""
    repair: str | None = None
    """What one click can do about it: the name of a repair in `app.checks.repairs`."""

    def __str__(self) -> str:
        place = f"{self.file} · {self.element_id}" if self.element_id else self.file
        return f"{place}: {self.message}"
