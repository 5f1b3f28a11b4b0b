"""What is logged of a failure."""

from app.errors import EngineError
from app.services.failures import failure


def raised(error: Exception) -> dict[str, object]:
    try:
        raise error
    except Exception as caught:
        return failure(caught)


def test_a_failure_is_logged_by_kind_and_place_and_never_in_its_own_words():
    told = raised(ValueError("geboortedatum van Jan"))

    assert told["error"] == "ValueError"
    assert "test_failures.py" in str(told["place"])
    assert "Jan" not in str(told)


def test_the_ids_that_our_own_errors_carry_are_logged():
    assert raised(EngineError("Het lukt niet.", element="weging"))["error_element"] == "weging"
