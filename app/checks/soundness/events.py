"""The moves of activities, of what is thrown, and of the events that stand beside the flow."""

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from app.checks.soundness.layout import CAUGHT, Layout
from app.checks.soundness.moves import DONE, ROUND, STUCK, UNCAUGHT, Exit, Firing, Move, Place
from app.engine.model import Element

if TYPE_CHECKING:
    from app.checks.soundness.net import Builder


def is_silent(layout: Layout, element: Element) -> bool:
    """Whether a throwing event does nothing to the tokens of this process."""
    event = element.event
    if event is None or event.kind in ("signal", "link"):
        # A signal can also come from another case: it is an event from outside, thrown here or not.
        return True
    caught = event.kind == "escalation" and layout.catcher(element.scope_id, event.kind, event.text)
    return event.kind == "escalation" and caught is None and not layout.called


# ── activities ──


def activity_moves(builder: "Builder", element: Element) -> Iterator[Move]:
    """A task, call or subprocess: it completes, an event on it comes, or what is inside goes wrong."""
    here, inner = Place(element.id), builder.inner(element)
    around = builder.layout.attached.get(element.id, [])
    out = builder.layout.out_of(element)
    completes = inner is None or inner.ends
    if completes:
        yield builder.move(element, (here,), out, chosen=bool(around))
    places = [here]
    if inner is not None:
        for exit in sorted(inner.exits, key=str):
            yield from _thrown_inside(builder, element, exit)
        if element.calls is None:
            caught = _caught_inside(builder, element)
            yield from caught
            places += [move.gives[0] for move in caught]
        elif any(exit.catcher is None for exit in inner.exits):
            places.append(Place(element.id, UNCAUGHT))
    for boundary in around:
        kind = boundary.event.kind if boundary.event else ""
        if kind not in CAUGHT:
            for place in places:
                idle = place != here or not completes
                yield from _boundary(builder, boundary, place, idle=idle)


def _caught_inside(builder: "Builder", element: Element) -> list[Move]:
    """Tokens inside can wait for ever, or go round."""
    inner = builder.inner(element)
    if inner is None:
        return []
    here, stays = Place(element.id), (_stays(element),)
    marks = [mark for mark, so in ((STUCK, inner.sticks), (ROUND, inner.circles)) if so]
    return [Move((here,), (Place(element.id, mark),), stays) for mark in marks]


def _stays(element: Element) -> Firing:
    return Firing(element.id, (element.id,), (element.id,))


def _boundary(builder: "Builder", boundary: Element, place: Place, *, idle: bool) -> Iterator[Move]:
    """An event from outside comes to an activity with a token at `place`."""
    move = builder.move(boundary, (place,), builder.layout.out_of(boundary), chosen=True)
    if boundary.interrupting:
        yield replace(move, outside="saves" if place.mark in (STUCK, UNCAUGHT) else "")
        return
    again = boundary.event is not None and _comes_again(boundary)
    host = builder.elements[place.element]
    beside = _beside(move, place)
    if beside.gives == beside.takes:
        yield replace(beside, outside="idle" if idle else "")
        return
    left = builder.may_come(boundary, often=again or builder.layout.repeats(host))
    yield replace(beside, takes=(place, left), outside="idle" if idle else "")


def _beside(move: Move, place: Place) -> Move:
    """The same, and the token at `place` stays where it is."""
    first = move.firings[0]
    stays = replace(first, gives=(place.element, *first.gives))
    return replace(move, gives=(place, *move.gives), firings=(stays, *move.firings[1:]))


def _comes_again(listener: Element) -> bool:
    event = listener.event
    return event is not None and (event.kind != "timer" or event.timer == "timeCycle")


# ── throwing ──


def throw_moves(builder: "Builder", element: Element) -> Iterator[Move]:
    """An end event or throwing event."""
    here, layout = Place(element.id), builder.layout
    goes_on = builder.move(element, (here,), layout.out_of(element))
    kind, code = (element.event.kind, element.event.text) if element.event else ("", "")
    match kind:
        case "terminate":
            yield _cleared(goes_on)
        case "compensate":
            yield from _undoing(builder, goes_on, code)
        case "error" | "escalation" | "cancel":
            if kind == "cancel":
                [goes_on, *blocked] = _undoing(builder, goes_on, "")
                yield from blocked
            catch = layout.catcher(element.scope_id, kind, code)
            if catch is not None:
                exit = Exit(kind, code, catch.element.id, catch.interrupting)
                yield from _thrown(builder, goes_on, exit, often=layout.repeats(element))
            elif layout.called and kind != "cancel":
                yield from _thrown(builder, goes_on, Exit(kind, code, None, kind == "error"), often=False)
            elif kind == "escalation":
                yield goes_on
        case _:
            yield goes_on


def _cleared(move: Move) -> Move:
    """The same, and no other token of the scope is left."""
    first = replace(move.firings[0], clears=True)
    return replace(move, clears=True, firings=(first, *move.firings[1:]))


def _undoing(builder: "Builder", move: Move, activity_id: str) -> Iterator[Move]:
    """What was done is undone; in an activity that undoes, tokens can get stuck too."""
    undoing = {
        done: undo
        for done, undo in builder.layout.undoing.items()
        if done in builder.elements and undo in builder.elements and activity_id in ("", done)
    }
    inner = {done: builder.inner(builder.elements[undo]) for done, undo in undoing.items()}
    endless = tuple(Place(done, DONE) for done, scope in inner.items() if scope and not scope.ends)
    undoes = tuple((Place(done, DONE), undo) for done, undo in undoing.items())
    yield replace(move, undoes=undoes, unless=endless)
    for done, undo in undoing.items():
        scope = inner[done]
        if scope is not None and (scope.sticks or not scope.ends):
            asks = move.firings[0].element
            begins = Firing(asks, (asks,), (asks, undo))
            yield Move((*move.takes, Place(done, DONE)), (Place(undo, STUCK),), (begins,))


def _thrown_inside(builder: "Builder", element: Element, exit: Exit) -> Iterator[Move]:
    """What comes out of the scope or called process in an activity."""
    layout = builder.layout
    often = exit.often or layout.repeats(element)
    if exit.catcher is None and element.calls is not None:
        catch = layout.catcher_of_call(element, exit.kind, exit.code)
        if catch is not None:
            exit = Exit(exit.kind, exit.code, catch.element.id, catch.interrupting)
        elif not layout.called:
            if exit.kind == "error":
                place = Place(element.id)
                yield Move((place,), (Place(element.id, UNCAUGHT),), (_stays(element),))
            return
    here = Place(element.id)
    if exit.interrupting:
        yield from _thrown(builder, Move((here,), (), (Firing(element.id, (element.id,), (), True),)), exit)
    else:
        stays = Move((here,), (here,), (_stays(element),))
        yield from _thrown(builder, stays, exit, often=often)


def _thrown(builder: "Builder", goes_on: Move, exit: Exit, *, often: bool = False) -> Iterator[Move]:
    """`goes_on` is what the throwing element does when it may go on."""
    catcher = builder.elements.get(exit.catcher or "")
    if catcher is None:
        yield replace(_cleared(goes_on) if exit.interrupting else goes_on, leaves=exit)
        return
    if catcher.by_event:
        caught = Move((), (Place(catcher.id),), (Firing(catcher.id, (), (catcher.id,)),))
    else:
        caught = builder.move(catcher, (), builder.layout.out_of(catcher))
    thrower = goes_on.firings[0]
    if exit.interrupting:
        gone = catcher.by_event
        comes = replace(caught.firings[0], takes=thrower.takes, clears=gone, chosen=True)
        firings = (comes, *caught.firings[1:])
        yield Move(goes_on.takes, caught.gives, firings, clears=gone, undoes=goes_on.undoes)
        return
    if goes_on.takes != goes_on.gives:
        # When it has come often enough, the token goes on without it.
        yield goes_on
    first = replace(thrower, gives=(*thrower.gives, *caught.firings[0].gives))
    firings = (first, Firing(catcher.id, (), ()), *goes_on.firings[1:], *caught.firings[1:])
    gives = (*goes_on.gives, *caught.gives)
    if not caught.gives:
        yield replace(goes_on, firings=firings)
    else:
        left = builder.may_come(catcher, often=often)
        yield replace(goes_on, takes=(*goes_on.takes, left), gives=gives, firings=firings)


# ── event subprocesses ──


def subprocess_moves(builder: "Builder", element: Element) -> Iterator[Move]:
    """An event subprocess: its event comes, and what runs in it then."""
    inner, start = builder.inner(element), builder.layout.trigger(element)
    if inner is None or start is element:
        return
    here = Place(element.id)
    kind = start.event.kind if start.event else ""
    begins = Firing(element.id, (), (element.id,), chosen=True)
    if kind not in CAUGHT and start.interrupting:
        took = (builder.listens(element),)
        yield Move(took, (here,), (replace(begins, clears=True),), clears=True, outside="saves")
    elif kind not in CAUGHT and inner.is_plain:
        builder.net.free.add(element.id)
    elif kind not in CAUGHT:
        left = builder.may_come(element, often=_comes_again(start))
        yield Move((left,), (here,), (begins,), outside="saves" if inner.exits else "idle")
    if inner.ends:
        yield Move((here,), (), (Firing(element.id, (element.id,), ()),))
    for exit in sorted(inner.exits, key=str):
        yield from _thrown_inside(builder, element, exit)
    yield from _caught_inside(builder, element)
