"""How small a number may be shown to who is asking."""

from flask import Flask

from app.services import access, diagrams
from app.services.access import Permission
from app.web.access import current_person


def install(app: Flask) -> None:
    app.jinja_env.filters.update(cijfer=figure, casussen=cases)


def smallest() -> int:
    """Below this number who may see figures only reads that it is fewer."""
    held = access.permissions(current_person())
    return 0 if held & {Permission.SEE_CASES, Permission.SEE_COURSE} else diagrams.SMALLEST_FIGURE


def figure(number: int) -> str:
    return diagrams.figure(number, smallest=smallest())


def cases(number: int) -> str:
    """A number of cases in words."""
    return diagrams.cases_in_words(number, smallest=smallest())
