"""How small a number may be shown to who is asking."""

from flask import Flask

from app.services import access, diagrams
from app.services.access import Permission
from app.web.access import current_person


def install(app: Flask) -> None:
    app.jinja_env.filters.update(cijfer=figure, casussen=cases)


def smallest() -> int:
    """Below this number who may see figures only reads that it is fewer."""
    return diagrams.SMALLEST_FIGURE if only_figures() else 0


def only_figures() -> bool:
    """Whether who is asking sees numbers and no cases: two answers together may not tell them of one."""
    return not access.permissions(current_person()) & {Permission.SEE_CASES, Permission.SEE_COURSE}


def figure(number: int) -> str:
    return diagrams.figure(number, smallest=smallest())


def cases(number: int) -> str:
    """A number of cases in words."""
    return diagrams.cases_in_words(number, smallest=smallest())
