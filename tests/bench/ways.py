"""Diagrams that the measures need beside the small way of working."""

from itertools import pairwise

from tests.engine.diagrams import element, extensions, flows, process, task

AT_ONCE = 4
_START = element("startEvent", "begin", extensions('<zeebe:formDefinition formId="klein"/>'))


def at_once(id: str = "vier_tegelijk") -> bytes:
    """Four tasks of one case that wait at the same time."""
    names = [f"t{at}" for at in range(AT_ONCE)]
    return process(
        _START,
        element("parallelGateway", "uit"),
        *(task(name) for name in names),
        element("parallelGateway", "samen"),
        element("endEvent", "einde"),
        flows("begin>uit", *(f"uit>{name}" for name in names), *(f"{name}>samen" for name in names)),
        flows("samen>einde"),
        id=id,
    )


def in_a_row(number: int = 10, id: str = "proef") -> bytes:
    """So many tasks, one after the other."""
    names = [f"t{at}" for at in range(number)]
    places = ["begin", *names, "einde"]
    return process(
        _START,
        *(task(name) for name in names),
        element("endEvent", "einde"),
        flows(*(f"{one}>{next_one}" for one, next_one in pairwise(places))),
        id=id,
    )
