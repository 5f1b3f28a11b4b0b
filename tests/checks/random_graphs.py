"""Random processes without a structure: any gateway to any other, loops and events on tasks included."""

import random
import re

from tests.checks.drawing import by_event, diagram, on, sub

KINDS = "UUUXXPPO"
BACK = 0.25
"""The chance of a flow that leads back."""


class Graph:
    """Draws one random process, from a seed."""

    def __init__(self, seed: int, *, inclusive: bool = True, events: bool = True) -> None:
        self.random = random.Random(seed)
        kinds = KINDS if inclusive else KINDS.replace("O", "")
        number = self.random.randint(4, 9)
        self.kinds = {f"n{at}": self.random.choice(kinds) for at in range(number)}
        self.names = list(self.kinds)
        self.pairs: list[tuple[str, str]] = []
        self.boundaries: list[str] = []
        self.extra = 0
        # Of two in one branch it would matter which comes first, and that no diagram says.
        self.special = self.random.choice(("stop", "mis"))
        for at, name in enumerate(self.names):
            self.leave(at, name)
        if events:
            self.events()
        self.prune()

    def leave(self, at: int, name: str) -> None:
        """The flows out of a node: most lead on, some back, and enough to an end."""
        several = self.kinds[name] != "U" and self.random.random() < 0.75
        targets: set[str] = set()
        for _ in range(self.random.randint(2, 3) if several else 1):
            targets.add(self.target(at))
        if at + 1 < len(self.names) and self.random.random() < 0.6:
            targets.pop()
            targets.add(self.names[at + 1])
        for target in sorted(targets):
            self.connect(name, target, back=target in self.names[: at + 1])

    def target(self, at: int) -> str:
        if self.random.random() < BACK:
            return self.random.choice(self.names[: at + 1])
        end = self.random.choice(("einde", "einde", self.special))
        return self.random.choice([*self.names[at + 1 :], end][:4])

    def connect(self, source: str, target: str, *, back: bool) -> None:
        """A flow; with a task on it where a token must be able to rest, and never round without one."""
        kind = self.kinds.get(target, "")
        rests = kind == "O" and self.kinds.get(source, "") in ("X", "P", "O")
        if back or rests:
            self.extra += 1
            between = f"u{self.extra}"
            self.kinds[between] = "U"
            self.pairs += [(source, between), (between, target)]
        else:
            self.pairs.append((source, target))

    def events(self) -> None:
        for name in self.names:
            if self.kinds[name] == "U" and self.random.random() < 0.2:
                boundary = f"{name}w"
                target = self.random.choice([*self.names[self.names.index(name) + 1 :], "einde"])
                self.boundaries.append(boundary)
                self.connect(boundary, target, back=True)

    def prune(self) -> None:
        """Leave out what nothing leads to; merge exclusive ways at a task, where tokens can be seen."""
        reached, ahead = set(), ["n0"]
        while ahead:
            name = ahead.pop()
            if name in reached:
                continue
            reached.add(name)
            ahead += [target for source, target in self.pairs if source in (name, f"{name}w")]
        kept = reached | {f"{one}w" for one in reached}
        self.pairs = [pair for pair in self.pairs if pair[0] in kept]
        self.boundaries = [one for one in self.boundaries if one in kept]
        self.kinds = {name: kind for name, kind in self.kinds.items() if name in reached}
        for name in [name for name, kind in self.kinds.items() if kind == "X"]:
            self.pairs = [(s, f"{name}d" if t == name else t) for s, t in self.pairs] + [(f"{name}d", name)]
            self.kinds[f"{name}d"] = "U"

    def choices(self) -> int:
        """How many combinations of answers its gateways have."""
        found = 1
        for name, kind in self.kinds.items():
            ways = len([source for source, _ in self.pairs if source == name])
            if ways > 1 and kind in "XO":
                found *= ways if kind == "X" else 2**ways - 1
        return found

    def drawn(self) -> bytes:
        """As a process, or as a subprocess in one; sometimes with an event that interrupts, or one beside."""
        first = "n0d" if "n0d" in self.kinds else "n0"
        ends = {target for _, target in self.pairs}
        kinds = self.kinds | {name: kind for name, kind in (("stop", "T"), ("mis", "F")) if name in ends}
        nodes = " ".join(f"{name}:{kind}" for name, kind in kinds.items())
        flows = [f"{source}>{target}" for source, target in self.pairs]
        parts = [on(one[:-1], one, "message", beside=self.random.random() < 0.5) for one in self.boundaries]
        around = self.random.choice(("", "", "sub", "sub", "listener"))
        if around == "listener":
            kind = self.random.choice(("message", "message", "error"))
            beside = kind == "message" and self.random.random() < 0.5
            parts.append(by_event("g", kind, "ga:U", "g_b>ga ga>einde_g", beside=beside))
        if around == "sub":
            # At a subprocess that is over before anybody can do anything, no event can come.
            inner = sub("s", f"sa:U {nodes}", " ".join([f"s_b>sa sa>{first}", *flows]), *parts)
            kind = self.random.choice(("message", "error"))
            return diagram("", "begin>s s>einde_s h>einde_h", inner, on("s", "h", kind))
        return diagram(nodes, " ".join([f"begin>{first}", *flows]), *parts)


_JOIN = re.compile(r'<bpmn:(\w+)Gateway id="(g\d+[jm])"></bpmn:\w+Gateway>')


def spoilt(files: list[bytes], seed: int) -> list[bytes]:
    """A block-structured process with one of its joins made another kind."""
    chosen = random.Random(seed)
    texts = [content.decode() for content in files]
    joins = [(at, match) for at, text in enumerate(texts) for match in _JOIN.finditer(text)]
    if joins:
        at, match = chosen.choice(joins)
        kind = chosen.choice([one for one in ("exclusive", "parallel", "inclusive") if one != match[1]])
        join = f'<bpmn:{kind}Gateway id="{match[2]}"></bpmn:{kind}Gateway>'
        texts[at] = texts[at].replace(match[0], join)
    return [text.encode() for text in texts]
