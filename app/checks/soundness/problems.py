"""What a proof says, as problems: each at its element, in plain Dutch, with the run that shows it."""

from collections.abc import Container, Iterable
from typing import Literal

from app.checks.soundness import traces
from app.checks.soundness.moves import ROUND, STUCK, UNCAUGHT, Firing, Move, Place
from app.checks.soundness.never import Unreached
from app.checks.soundness.proof import Proof, Scope
from app.checks.soundness.traces import Trace
from app.checks.soundness.words import Words, listed, sentence
from app.errors import Problem


class Teller:
    """Tells what a proof found, from the outer scope inwards."""

    def __init__(self, proof: Proof) -> None:
        self.proof, self.layout, self.process = proof, proof.layout, proof.layout.process
        self.words = Words(proof.layout)
        self.found: dict[tuple[str, str], Problem] = {}
        self.behind: dict[str, set[str]] = {}

    def all(self) -> tuple[Problem, ...]:
        self.scope(self.process.id, ())
        if not self.proof.complete and self.process.id in self.proof.scopes:
            self.bounded()
        return tuple(self.found.values())

    def say(
        self,
        rule: str,
        element_id: str,
        message: str,
        trace: Trace = (),
        severity: Literal["error", "warning"] = "error",
    ) -> None:
        """Each thing once at each element: the first to be found has the shortest run."""
        name = f"soundness.{rule}"
        if not self.is_said(rule, element_id) and (
            severity == "error" or (name, element_id) not in self.found
        ):
            text = sentence(message)
            problem = Problem(self.process.file, element_id, text, severity, rule=name, trace=trace)
            self.found[name, element_id] = problem

    def is_said(self, rule: str, element_id: str) -> bool:
        """Whether it is said of this element already, as an error."""
        known = self.found.get((f"soundness.{rule}", element_id))
        return known is not None and known.severity == "error"

    def bounded(self) -> None:
        text = (
            f"Dit diagram heeft te veel mogelijke verlopen om ze allemaal na te gaan. Er zijn er "
            f"{self.proof.markings} bekeken; wat daarbuiten misgaat, is niet gezien. "
            "Maak het diagram eenvoudiger, bijvoorbeeld met een aangeroepen proces."
        )
        self.say("bounded", self.process.id, text, severity="warning")

    # ── a scope ──

    def scope(self, scope_id: str, around: Trace) -> None:
        """All of a scope and those in it, as far as the process gets there. `around` leads to it."""
        scope = self.proof.scopes.get(scope_id)
        if scope is None:
            return
        if scope_id == self.process.id:
            # Of what is inside it, something around can put an end to it: that is seen from here.
            self.dead(scope, scope.found.dead, around)
            self.circling(scope, around)
        self.stalled(scope, around)
        self.growing(scope, around)
        self.doubled(scope, around)
        unreached = Unreached(self.proof, scope)
        for element, text in unreached.problems(self.words):
            self.say("never", element.id, text, severity="warning")
        for inner in self.layout.inside.get(scope_id, ()):
            if inner.id in self.proof.scopes and inner.id in unreached.run:
                self.scope(inner.id, self.trace_to(scope, inner.id, around))

    def trace_to(self, scope: Scope, name: str, around: Trace) -> Trace:
        return self.within(scope, around, traces.to_element(scope.found, name))

    def marking(self, scope: Scope, number: int, around: Trace) -> Trace:
        return self.within(scope, around, traces.to_marking(scope.found, number))

    def within(self, scope: Scope, around: Trace, trace: Trace) -> Trace:
        return trace if scope.found.net.scope_id == self.process.id else traces.inside(around, trace)

    # ── stuck ──

    def dead(self, scope: Scope, numbers: list[int], around: Trace) -> None:
        seen: set[tuple[Place, ...]] = set()
        within: set[Place] = set()
        for number in numbers:
            tokens = list(dict.fromkeys(scope.found.tokens(number)))
            if tuple(tokens) in seen:
                continue
            seen.add(tuple(tokens))
            if all(self.is_said("stuck", place.element) for place in tokens):
                continue
            deeper = [place for place in tokens if place.mark in (STUCK, ROUND)]
            for place in deeper:
                if place not in within:
                    within.add(place)
                    self.inside(scope, place, around)
            for place in [] if deeper else self.causes(tokens):
                if not self.is_said("stuck", place.element):
                    text = self.stuck(scope, number, place, tokens)
                    self.say("stuck", place.element, text, self.marking(scope, number, around))

    def inside(self, scope: Scope, place: Place, around: Trace) -> None:
        """Nothing helps what is stuck, or goes round, in this subprocess."""
        inner = self.proof.scopes.get(place.element)
        if inner is None:
            return
        around = self.trace_to(scope, place.element, around)
        if place.mark == STUCK:
            self.dead(inner, inner.found.dead, around)
        else:
            self.circling(inner, around)

    def causes(self, tokens: list[Place]) -> list[Place]:
        """Of the tokens that wait, those that wait for none of the others."""
        failed = [place for place in tokens if not self.layout.is_join(self.layout.elements[place.element])]
        if failed:
            return failed
        joins = list({place.element: place for place in tokens}.values())
        behind = {place.element: self.reached_from(place.element) for place in joins}
        first = [
            place
            for place in joins
            if not any(
                place.element in behind[other.element] and other.element not in behind[place.element]
                for other in joins
                if other is not place
            )
        ]
        return first or joins

    def reached_from(self, name: str) -> set[str]:
        if name not in self.behind:
            self.behind[name] = self.layout.reached([name], self.layout.next_of)
        return self.behind[name]

    def stuck(self, scope: Scope, number: int, place: Place, tokens: list[Place]) -> str:
        """Why this token waits for ever."""
        element, here = self.layout.elements[place.element], self.words.of(place.element)
        if place.mark == UNCAUGHT:
            return f"in {here} kan een fout optreden die niets opvangt: dan blijft de casus hier staan."
        if element.type == "callActivity":
            return f"{here} roept een proces aan dat nooit kan eindigen: hier blijft de casus staan."
        if element.event is not None and element.event.kind == "error":
            code = f" ‘{element.event.text}’" if element.event.text else ""
            return f"de fout{code} bij {here} wordt nergens opgevangen: hier blijft de casus staan."
        if not self.layout.is_join(element):
            return f"bij {here} blijft de casus staan: daarna kan niets meer gebeuren."
        filled = {one.mark for one in tokens if one.element == place.element}
        missing = [one for one in self.layout.sources(element) if one not in filled]
        lacking = listed(map(self.words.coming, missing))
        choice = self.fatal(scope, number) or self.last_choice(scope, number, missing)
        if choice is None:
            return f"{here} wacht voor altijd op {lacking}: daar komt niets meer."
        return f"{self.words.when(choice)}, wacht {here} voor altijd op {lacking}."

    def fatal(self, scope: Scope, number: int) -> Firing | None:
        """The choice behind which there was no way to the end any more."""
        steps = traces.moves_to(scope.found, number)
        last = [move for before, move in steps if before in scope.ahead][-1:]
        return _last_choice(last) if scope.seen_all else None

    def last_choice(self, scope: Scope, number: int, missing: list[str]) -> Firing | None:
        """The last choice on the way that could have led to one of these."""
        moves = [move for _, move in traces.moves_to(scope.found, number)]
        before = {name: set[str]() for name in self.layout.elements}
        for name in self.layout.elements:
            for other in self.layout.next_of(name):
                before[other].add(name)
        return _last_choice(moves, {*missing, *self.layout.reached(missing, before.__getitem__)})

    def stalled(self, scope: Scope, around: Trace) -> None:
        """Tokens that wait until something from outside ends it all."""
        seen: set[tuple[Place, ...]] = set()
        for number in scope.found.stalled:
            tokens = list(dict.fromkeys(scope.found.tokens(number)))
            if tuple(tokens) in seen:
                continue
            seen.add(tuple(tokens))
            inner = [place for place in tokens if place.mark in (STUCK, UNCAUGHT)]
            for place in self.causes(inner or tokens):
                if ("soundness.stuck", place.element) in self.found:
                    continue
                if place.mark == STUCK:
                    text = f"in {self.words.of(place.element)} kan een stap voor altijd blijven wachten."
                else:
                    text = self.stuck(scope, number, place, tokens)
                text += " Alleen een gebeurtenis die onderbreekt, maakt daar een einde aan."
                self.say("stuck", place.element, text, self.marking(scope, number, around), "warning")

    # ── without end ──

    def circling(self, scope: Scope, around: Trace) -> None:
        """Of the markings without a way to the end, those where that begins."""
        within = set(scope.circling)
        for number in scope.circling:
            before, move = scope.found.origin[number]
            if move is not None and before in within:
                continue
            at, where = self.goes_round(scope, number)
            choice = self.fatal(scope, number)
            if choice is not None:
                text = (
                    f"{self.words.when(choice)}, blijft het proces rondgaan: een einde is er dan niet meer."
                )
            else:
                text = (
                    f"bij {self.words.of(where)} blijft het proces rondgaan: "
                    "geen enkele weg leidt van daar naar een einde."
                )
            self.say("no_end", where, text, self.marking(scope, at, around))

    def goes_round(self, scope: Scope, number: int) -> tuple[int, str]:
        """The first marking from there with a token on a circle, and where that is."""
        for at in [number, *(one for one in scope.circling if one > number)]:
            for place in scope.found.tokens(at):
                if place.element in self.layout.cyclic:
                    return at, place.element
        return number, scope.found.tokens(number)[0].element

    def growing(self, scope: Scope, around: Trace) -> None:
        for number, before in scope.found.growing:
            fewer, more = scope.found.tokens(before), scope.found.tokens(number)
            grown = next(place for place in more if more.count(place) > fewer.count(place))
            split = self.split(scope, number)
            text = (
                f"bij {self.words.of(grown.element)} komen er steeds takken bij, zonder einde"
                f"{split and f': elke ronde begint {split} er een'}."
            )
            self.say("unbounded", grown.element, text, self.marking(scope, number, around))

    def doubled(self, scope: Scope, around: Trace) -> None:
        growing = {number for number, _ in scope.found.growing}
        for number, place in scope.found.doubled:
            if number in growing or self.is_said("unbounded", place.element):
                continue
            where = self.meeting(place)
            if ("soundness.twice", where) in self.found:
                continue
            split = self.split(scope, number)
            why = f"{split} splitst de weg, en " if split else ""
            text = (
                f"{self.words.of(place.element)} kan twee keer tegelijk aan de beurt zijn: {why}"
                f"bij {self.words.of(where)} komen takken samen zonder op elkaar te wachten."
            )
            self.say("twice", where, text, self.marking(scope, number, around), "warning")

    def meeting(self, place: Place) -> str:
        """Where the branches met whose tokens came to this place."""
        name = place.mark or place.element
        seen: set[str] = set()
        while name not in seen:
            seen.add(name)
            sources = self.layout.sources(self.layout.elements[name])
            if len(sources) != 1:
                return name if sources else place.element
            [name] = sources
        return place.element

    def split(self, scope: Scope, number: int) -> str:
        """The last element on the way there that gave more than one token."""
        moves = traces.moves_to(scope.found, number)
        firings = [*scope.found.net.opening, *(firing for _, move in moves for firing in move.firings)]
        several = [firing.element for firing in firings if len(firing.gives) > 1]
        return self.words.of(several[-1]) if several else ""


def _last_choice(moves: Iterable[Move], among: Container[str] | None = None) -> Firing | None:
    chosen = [one for move in moves for one in move.firings if one.chosen]
    return next((one for one in reversed(chosen) if among is None or one.element in among), None)
