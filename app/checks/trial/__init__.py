"""Trying out a way of working that is not live: a case in a try-out only, with a clock of its own.

`trial` runs one, `examples` fills in forms, `scenario` plays one again on other files and says what differs.
"""

from app.checks.trial.examples import before, document, documents, example
from app.checks.trial.scenario import (
    Act,
    Difference,
    Played,
    Stop,
    compare,
    play,
    route,
    start_by,
    with_place,
)
from app.checks.trial.trial import (
    Moment,
    Trial,
    Way,
    answer,
    begin,
    context,
    forward,
    jump,
    look,
    next_due,
    read_answers,
    send,
)

__all__ = [
    "Act",
    "Difference",
    "Moment",
    "Played",
    "Stop",
    "Trial",
    "Way",
    "answer",
    "before",
    "begin",
    "compare",
    "context",
    "document",
    "documents",
    "example",
    "forward",
    "jump",
    "look",
    "next_due",
    "play",
    "read_answers",
    "route",
    "send",
    "start_by",
    "with_place",
]
