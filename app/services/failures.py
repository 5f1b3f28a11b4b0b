"""What may be logged of a failure: its kind and place, never its message, which can hold names or answers."""

import traceback

from app.errors import CasusrouteError


def failure(error: BaseException) -> dict[str, object]:
    """The type of the error, the line where it began, and the ids that our own errors carry."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f"{frames[-1].filename}:{frames[-1].lineno} {frames[-1].name}" if frames else ""
    context = error.context if isinstance(error, CasusrouteError) else {}
    ids = {f"error_{key}": str(value) for key, value in context.items()}
    return {"error": type(error).__name__, "place": place, **ids}
