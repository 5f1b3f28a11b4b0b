"""Sound and unsound diagrams, each with what should be said of it: `rule element`, `?` for a warning."""

from tests.checks.drawing import by_event, call, diagram, event, on, sub, undone
from tests.engine.diagrams import element, many, timer

EACH = many("=[1,2]", "een")
ONE_BY_ONE = many("=[1,2]", "een", one_by_one=True)
_LINK = '<bpmn:linkEventDefinition name="Verder"/>'
_THROW, _CATCH = ("intermediateThrowEvent", "intermediateCatchEvent")
CALLED = diagram("p:U", "pb>p p>einde_p", id="ander", begin="pb")
FAILING = diagram("p:U x:X f:F", "pb>p p>x x>einde_p x>f", id="ander", begin="pb")
ONLY_FAILING = diagram("p:U f:F", "pb>p p>f", id="ander", begin="pb")
ENDLESS = diagram("p:U m:X", "pb>m m>p p>m", id="ander", begin="pb")
STICKING = diagram("x:X p:U q:U j:P", "pb>x x>p x>q p>j q>j j>einde_p", id="ander", begin="pb")
ESCALATING = diagram("p:U w:W q:U", "pb>p p>w w>q q>einde_p", id="ander", begin="pb")
ROUND = diagram("x:X", "pb>x x>einde_p x>r r>einde_q", call("r", "proef"), id="ander", begin="pb")
REPEATED = on("a", "h", "timer", beside=True).replace(event("timer", "h"), timer("timeCycle", "R/PT1H"))

Row = tuple[str, tuple[bytes, ...], str]


def row(name: str, *files: bytes, says: str = "") -> Row:
    return name, files, says


GATEWAYS = [
    row("a row of tasks", diagram("a:U b:U", "begin>a a>b b>einde")),
    row("exclusive, merged", diagram("x:X a:U b:U m:X", "begin>x x>a x>b a>m b>m m>einde")),
    row("exclusive, merged by a task", diagram("x:X a:U b:U c:U", "begin>x x>a x>b a>c b>c c>einde")),
    row("exclusive, two ends", diagram("x:X a:U b:U", "begin>x x>a x>b a>einde b>einde_2")),
    row("parallel, joined", diagram("x:P a:U b:U j:P", "begin>x x>a x>b a>j b>j j>einde")),
    row("parallel, never joined", diagram("x:P a:U b:U", "begin>x x>a x>b a>einde b>einde_2")),
    row("parallel, one end", diagram("x:P a:U b:U", "begin>x x>a x>b a>einde b>einde")),
    row(
        "parallel, merged right before the end", diagram("x:P a:U b:U m:X", "begin>x x>a x>b a>m b>m m>einde")
    ),
    row("inclusive, joined", diagram("x:O a:U b:U c:U j:O", "begin>x x>a x>b x>c a>j b>j c>j j>einde")),
    row("exclusive, joined by an inclusive", diagram("x:X a:U b:U j:O", "begin>x x>a x>b a>j b>j j>einde")),
    row("parallel, joined by an inclusive", diagram("x:P a:U b:U j:O", "begin>x x>a x>b a>j b>j j>einde")),
    row(
        "parallel in parallel",
        diagram(
            "x:P y:P a:U b:U c:U k:P j:P",
            "begin>x x>y x>c y>a y>b a>k b>k k>j c>j j>einde",
        ),
    ),
    row(
        "a join that also splits",
        diagram("x:P a:U b:U j:P c:U d:U k:P", "begin>x x>a x>b a>j b>j j>c j>d c>k d>k k>einde"),
    ),
    row(
        "inclusive in inclusive",
        diagram(
            "x:O y:O a:U b:U c:U k:O j:O",
            "begin>x x>y x>c y>a y>b a>k b>k k>j c>j j>einde",
        ),
    ),
    row(
        "an inclusive join that splits again",
        diagram("x:O a:U b:U j:O c:U d:U k:O", "begin>x x>a x>b a>j b>j j>c j>d c>k d>k k>einde"),
    ),
    row("event-based, merged", diagram("e:E m:M n:M x:X", "begin>e e>m e>n m>x n>x x>einde")),
    row(
        "exclusive, joined by a parallel",
        diagram("x:X a:U b:U j:P c:U", "begin>x x>a x>b a>j b>j j>c c>einde"),
        says="stuck j, ?never c",
    ),
    row(
        "event-based, joined by a parallel",
        diagram("e:E m:M n:M j:P", "begin>e e>m e>n m>j n>j j>einde"),
        says="stuck j, ?never einde",
    ),
    row(
        "inclusive, joined by a parallel",
        diagram("x:O a:U b:U j:P", "begin>x x>a x>b a>j b>j j>einde"),
        says="stuck j",
    ),
    row(
        "parallel, merged by an exclusive",
        diagram("x:P a:U b:U m:X c:U", "begin>x x>a x>b a>m b>m m>c c>einde"),
        says="?twice m",
    ),
    row(
        "parallel, merged by a task",
        diagram("x:P a:U b:U c:U", "begin>x x>a x>b a>c b>c c>einde"),
        says="?twice c",
    ),
    row(
        "inclusive, merged by an exclusive",
        diagram("x:O a:U b:U m:X c:U", "begin>x x>a x>b a>m b>m m>c c>einde"),
        says="?twice m",
    ),
    row(
        "a choice in a branch that leaves",
        diagram("x:P a:U b:U y:X j:P", "begin>x x>a x>y y>b y>einde_2 a>j b>j j>einde"),
        says="stuck j",
    ),
    row(
        "a join inside, merged by an exclusive, then a join",
        diagram("x:P a:U b:U m:X j:P c:U", "begin>x x>a x>b x>c a>m b>m m>j c>j j>einde"),
        says="stuck j",
    ),
    row(
        "two joins that wait for each other",
        diagram("x:P j:P k:P a:U b:U", "begin>x x>j x>k j>a k>b a>k b>j"),
        says="stuck j, stuck k, ?never a, ?never b",
    ),
    row(
        "branches crossed by choices",
        diagram(
            "x:P y:X z:X j:P k:P",
            "begin>x x>y x>z y>j y>k z>j z>k j>einde k>einde_2",
        ),
        says="stuck j, stuck k",
    ),
    row(
        "one way of three lacks its join",
        diagram("x:P a:U b:U c:U j:P", "begin>x x>a x>b x>c a>j b>j c>einde_2 j>einde"),
    ),
]

LOOPS = [
    row("a loop with a way out", diagram("m:X a:U x:X", "begin>m m>a a>x x>einde x>m")),
    row("a loop back to a task", diagram("a:U x:X b:U", "begin>a a>x x>einde x>b b>a")),
    row(
        "a loop around parallel branches",
        diagram("m:X p:P a:U b:U j:P x:X", "begin>m m>p p>a p>b a>j b>j j>x x>einde x>m"),
    ),
    row(
        "a loop around inclusive branches",
        diagram("m:X p:O a:U b:U j:O x:X", "begin>m m>p p>a p>b a>j b>j j>x x>einde x>m"),
    ),
    row("a loop without a way out", diagram("m:X a:U", "begin>m m>a a>m"), says="no_end a"),
    row(
        "a choice that leads into an endless loop",
        diagram("x:X m:X a:U b:U", "begin>x x>einde x>m m>a a>b b>m"),
        says="no_end a",
    ),
    row(
        "a loop that comes back at a join",
        diagram("j:P a:U x:X b:U", "begin>j j>a a>x x>einde x>b b>j"),
        says="stuck j, ?never a",
    ),
    row(
        "a loop that starts a branch each round",
        diagram("m:X p:P a:U b:U", "begin>m m>p p>a p>b a>m b>einde"),
        says="unbounded b",
    ),
    row(
        "a loop out of a parallel branch",
        diagram("m:X p:P a:U b:U x:X j:P", "begin>m m>p p>a p>x x>b x>m a>j b>j j>einde"),
        says="unbounded a",
    ),
    row(
        "a branch that goes round for ever beside one that ends",
        diagram("p:P a:U m:X b:U", "begin>p p>a p>m a>einde m>b b>m"),
        says="no_end b",
    ),
    row(
        "a loop that is left into a join",
        diagram("p:P m:X a:U x:X b:U j:P", "begin>p p>m p>b m>a a>x x>m x>j b>j j>einde"),
    ),
    row(
        "a loop with an inclusive join at its head",
        diagram("j:O a:U x:X b:U", "begin>j j>a a>x x>einde x>b b>j"),
    ),
]

BOUNDARIES = [
    row(
        "an interrupting timer",
        diagram("a:U b:U", "begin>a a>einde h>b b>einde_2", on("a", "h", "timer")),
    ),
    row(
        "a message beside a task, with its own end",
        diagram("a:U b:U", "begin>a a>einde h>b b>einde_2", on("a", "h", "message", beside=True)),
    ),
    row(
        "a reminder beside a task in a loop",
        diagram("m:X a:U x:X b:U", "begin>m m>a a>x x>einde x>m h>b b>einde_2", REPEATED),
    ),
    row(
        "a message beside a task, merged into the flow",
        diagram("a:U b:U", "begin>a a>b b>einde h>b", on("a", "h", "message", beside=True)),
        says="?twice b",
    ),
    row(
        "a timer beside a task, joined with the flow",
        diagram("a:U b:U j:P", "begin>a a>j h>b b>j j>einde", on("a", "h", "timer", beside=True)),
        says="stuck j",
    ),
    row(
        "an interrupting signal past a join",
        diagram("x:P a:U b:U j:P", "begin>x x>a x>b a>j b>j j>einde h>einde_2", on("a", "h", "signal")),
        says="stuck j",
    ),
    row(
        "an interrupting message, merged before the join",
        diagram("x:P a:U b:U m:X j:P", "begin>x x>a x>b a>m h>m m>j b>j j>einde", on("a", "h", "message")),
    ),
    row(
        "a loop that only an event beside it ends",
        diagram(
            "m:X a:U r:U x:X t:T",
            "begin>m m>a a>m h>r r>x x>einde x>t",
            on("a", "h", "message", beside=True),
        ),
    ),
    row(
        "two events on one task",
        diagram(
            "a:U b:U",
            "begin>a a>einde h>einde_2 k>b b>einde_3",
            on("a", "h", "timer") + on("a", "k", "message", beside=True),
        ),
    ),
    row(
        "an inclusive join that waits for what an event may still bring",
        diagram(
            "x:P a:U b:U c:U j:O", "begin>x x>a x>b b>j h>c c>j a>einde_2 j>einde", on("a", "h", "timer")
        ),
    ),
]

SCOPES = [
    row("a subprocess", diagram("", "begin>s s>einde", sub("s", "a:U", "s_b>a a>einde_s"))),
    row(
        "a subprocess in which a join gets stuck",
        diagram("", "begin>s s>einde", sub("s", "x:X a:U b:U j:P", "s_b>x x>a x>b a>j b>j j>einde_s")),
        says="stuck j, ?never einde_s, ?never einde",
    ),
    row(
        "a subprocess that can get stuck, but not always",
        diagram("", "begin>s s>einde", sub("s", "x:O a:U b:U j:P", "s_b>x x>a x>b a>j b>j j>einde_s")),
        says="stuck j",
    ),
    row(
        "a stuck subprocess that a timer ends",
        diagram(
            "",
            "begin>s s>einde h>einde_2",
            sub("s", "x:O a:U b:U j:P", "s_b>x x>a x>b a>j b>j j>einde_s"),
            on("s", "h", "timer"),
        ),
        says="?stuck s",
    ),
    row(
        "a stuck subprocess beside a branch that terminates",
        diagram(
            "p:P a:U t:T",
            "begin>p p>s p>a a>t s>einde",
            sub("s", "x:O c:U d:U j:P", "s_b>x x>c x>d c>j d>j j>einde_s"),
        ),
    ),
    row(
        "an endless subprocess that a message ends",
        diagram(
            "", "begin>s s>einde h>einde_2", sub("s", "m:X a:U", "s_b>m m>a a>m"), on("s", "h", "message")
        ),
        says="?never einde",
    ),
    row(
        "an endless subprocess",
        diagram("", "begin>s s>einde", sub("s", "m:X a:U", "s_b>m m>a a>m")),
        says="no_end a, ?never einde",
    ),
    row(
        "an error that leaves a subprocess",
        diagram(
            "",
            "begin>s s>einde h>einde_2",
            sub("s", "a:U x:X f:F", "s_b>a a>x x>einde_s x>f"),
            on("s", "h", "error"),
        ),
    ),
    row(
        "an error through two subprocesses",
        diagram(
            "",
            "begin>s s>einde h>einde_2",
            sub("s", "x:X", "s_b>x x>t x>einde_s t>einde_t", sub("t", "a:U f:F", "t_b>a a>f")),
            on("s", "h", "error"),
        ),
        says="?never einde_t",
    ),
    row(
        "an error that nothing catches",
        diagram("", "begin>s s>einde", sub("s", "a:U x:X f:F", "s_b>a a>x x>einde_s x>f")),
        says="stuck f",
    ),
    row(
        "an error event that nothing throws",
        diagram(
            "b:U", "begin>s s>einde h>b b>einde_2", sub("s", "a:U", "s_b>a a>einde_s"), on("s", "h", "error")
        ),
        says="?never h",
    ),
    row(
        "an escalation that interrupts",
        diagram(
            "",
            "begin>s s>einde h>einde_2",
            sub("s", "a:U x:X v:V", "s_b>a a>x x>einde_s x>v"),
            on("s", "h", "escalation"),
        ),
    ),
    row(
        "an escalation beside",
        diagram(
            "b:U",
            "begin>s s>einde h>b b>einde_2",
            sub("s", "a:U w:W c:U", "s_b>a a>w w>c c>einde_s"),
            on("s", "h", "escalation", beside=True),
        ),
    ),
    row(
        "an escalation beside, once, joined with the flow",
        diagram(
            "b:U j:P",
            "begin>s s>j h>b b>j j>einde",
            sub("s", "a:U x:X w:W c:U", "s_b>a a>x x>w x>c w>c c>einde_s"),
            on("s", "h", "escalation", beside=True),
        ),
        says="stuck j",
    ),
    row("an escalation that nobody hears", diagram("a:U v:V", "begin>a a>v")),
    row(
        "terminate takes the other branch along",
        diagram("x:P a:U b:U t:T", "begin>x x>a x>b a>t b>einde"),
    ),
    row(
        "terminate saves a join that lacks a token",
        diagram("x:P a:U b:U y:X j:P t:T", "begin>x x>a x>b b>y y>j y>t a>j j>einde"),
    ),
    row(
        "terminate in a subprocess ends only that",
        diagram("d:U", "begin>s s>d d>einde", sub("s", "x:P a:U c:U t:T", "s_b>x x>a x>c a>t c>einde_s")),
    ),
    row(
        "many at once",
        diagram(
            "", "begin>s s>einde", sub("s", "x:P a:U b:U j:P", "s_b>x x>a x>b a>j b>j j>einde_s", mark=EACH)
        ),
    ),
    row(
        "many one by one, in which a join gets stuck",
        diagram(
            "",
            "begin>s s>einde",
            sub("s", "x:X a:U b:U j:P", "s_b>x x>a x>b a>j b>j j>einde_s", mark=ONE_BY_ONE),
        ),
        says="stuck j, ?never einde_s, ?never einde",
    ),
]

LISTENERS = [
    row(
        "an event subprocess that interrupts",
        diagram("a:U", "begin>a a>einde", by_event("g", "message", "b:U", "g_b>b b>einde_g")),
    ),
    row(
        "an event subprocess beside the work",
        diagram("a:U", "begin>a a>einde", by_event("g", "timer", "b:U", "g_b>b b>einde_g", beside=True)),
    ),
    row(
        "an event subprocess in which a join gets stuck",
        diagram(
            "a:U",
            "begin>a a>einde",
            by_event("g", "signal", "x:X b:U c:U j:P", "g_b>x x>b x>c b>j c>j j>einde_g"),
        ),
        says="stuck j, ?never einde_g",
    ),
    row(
        "a stuck join that an event subprocess can end",
        diagram(
            "x:O a:U b:U j:P",
            "begin>x x>a x>b a>j b>j j>einde",
            by_event("g", "message", "c:U", "g_b>c c>einde_g"),
        ),
        says="?stuck j",
    ),
    row(
        "a stuck join that an event subprocess beside can't end",
        diagram(
            "x:O a:U b:U j:P",
            "begin>x x>a x>b a>j b>j j>einde",
            by_event("g", "message", "c:U", "g_b>c c>einde_g", beside=True),
        ),
        says="stuck j",
    ),
    row(
        "an error caught by an event subprocess",
        diagram("a:U x:X f:F", "begin>a a>x x>einde x>f", by_event("g", "error", "b:U", "g_b>b b>einde_g")),
    ),
    row(
        "an error caught by an event subprocess while another branch waits",
        diagram(
            "x:P a:U y:X b:U j:P f:F",
            "begin>x x>a x>b a>y y>j y>f b>j j>einde",
            by_event("g", "error", "c:U", "g_b>c c>einde_g"),
        ),
    ),
    row(
        "an error event subprocess that nothing starts",
        diagram("a:U", "begin>a a>einde", by_event("g", "error", "b:U", "g_b>b b>einde_g")),
        says="?never g",
    ),
    row(
        "an error thrown by the event subprocess that caught it",
        diagram("a:U f:F", "begin>a a>f", by_event("g", "error", "b:U r:F", "g_b>b b>r")),
        says="stuck r",
    ),
    row(
        "an escalation caught beside",
        diagram(
            "a:U w:W c:U",
            "begin>a a>w w>c c>einde",
            by_event("g", "escalation", "b:U", "g_b>b b>einde_g", beside=True),
        ),
    ),
    row(
        "an escalation caught, which interrupts",
        diagram(
            "a:U w:W c:U", "begin>a a>w w>c c>einde", by_event("g", "escalation", "b:U", "g_b>b b>einde_g")
        ),
        says="?never c",
    ),
]

CALLS = [
    row("a called process", diagram("", "begin>c c>einde", call("c", "ander")), CALLED),
    row(
        "a called process that never ends",
        diagram("", "begin>c c>einde", call("c", "ander")),
        ENDLESS,
        says="stuck c, ?never einde, no_end p",
    ),
    row(
        "a called process that never ends, until a message",
        diagram("", "begin>c c>einde h>einde_2", call("c", "ander") + on("c", "h", "message")),
        ENDLESS,
        says="?never einde, no_end p",
    ),
    row(
        "a called process that gets stuck",
        diagram("", "begin>c c>einde", call("c", "ander")),
        STICKING,
        says="stuck c, ?never einde, stuck j, ?never einde_p",
    ),
    row(
        "an error out of a called process",
        diagram("", "begin>c c>einde h>einde_2", call("c", "ander") + on("c", "h", "error")),
        FAILING,
    ),
    row(
        "an error out of a called process that nothing catches",
        diagram("", "begin>c c>einde", call("c", "ander")),
        FAILING,
        says="stuck c",
    ),
    row(
        "a called process that only fails",
        diagram("", "begin>c c>einde h>einde_2", call("c", "ander") + on("c", "h", "error")),
        ONLY_FAILING,
        says="?never einde",
    ),
    row(
        "an error event on a call that can't fail",
        diagram("", "begin>c c>einde h>einde_2", call("c", "ander") + on("c", "h", "error")),
        CALLED,
        says="?never h",
    ),
    row(
        "an escalation out of a called process",
        diagram(
            "b:U",
            "begin>c c>einde h>b b>einde_2",
            call("c", "ander") + on("c", "h", "escalation", beside=True),
        ),
        ESCALATING,
    ),
    row(
        "an error of a called process, caught by an event subprocess",
        diagram("", "begin>c c>einde", call("c", "ander"), by_event("g", "error", "b:U", "g_b>b b>einde_g")),
        FAILING,
    ),
    row("many calls", diagram("", "begin>c c>einde", call("c", "ander", EACH)), CALLED),
    row("processes that call each other", diagram("", "begin>c c>einde", call("c", "ander")), ROUND),
    row(
        "processes that call each other, of which the first knows an end",
        diagram("x:X", "begin>x x>einde x>c c>einde_2", call("c", "ander")),
        diagram("", "pb>r r>einde_p", call("r", "proef"), id="ander", begin="pb"),
    ),
    row(
        "processes that call each other for ever",
        diagram("", "begin>c c>einde", call("c", "ander")),
        diagram("", "pb>r r>einde_p", call("r", "proef"), id="ander", begin="pb"),
        says="stuck c, ?never einde, stuck r, ?never einde_p",
    ),
    row(
        "a process that only calls itself",
        diagram("", "begin>c c>einde", call("c", "proef")),
        says="stuck c, ?never einde",
    ),
]

UNDOING = [
    row("compensation", diagram("a:U k:K", "begin>a a>k k>einde", undone("a", "u"))),
    row(
        "compensation that is asked for before anything was done",
        diagram("k:K a:U", "begin>k k>a a>einde", undone("a", "u")),
        says="?never u",
    ),
    row(
        "compensation in which a join gets stuck",
        diagram(
            "a:U k:K",
            "begin>a a>k k>einde",
            undone("a", "u", inner=sub("u", "x:X b:U c:U j:P", "u_b>x x>b x>c b>j c>j j>einde_u")),
        ),
        says="stuck j, ?never einde_u, ?never einde",
    ),
    row(
        "a transaction that can be cancelled",
        diagram(
            "",
            "begin>t t>einde h>einde_2",
            sub("t", "a:U x:X q:Q", "t_b>a a>x x>einde_t x>q", undone("a", "u"), kind="transaction"),
            on("t", "h", "cancel"),
        ),
    ),
    row(
        "a transaction that is never cancelled",
        diagram(
            "",
            "begin>t t>einde h>einde_2",
            sub("t", "a:U", "t_b>a a>einde_t", kind="transaction"),
            on("t", "h", "cancel"),
        ),
        says="?never h",
    ),
    row(
        "a link",
        diagram(
            "a:U b:U",
            "begin>a a>l k>b b>einde",
            element(_THROW, "l", _LINK) + element(_CATCH, "k", _LINK),
        ),
    ),
    row(
        "a link that leads back without a way out",
        diagram(
            "a:U",
            "begin>a a>l k>a",
            element(_THROW, "l", _LINK) + element(_CATCH, "k", _LINK),
        ),
        says="no_end a",
    ),
    row(
        "links from parallel branches to one task",
        diagram(
            "x:P a:U b:U c:U",
            "begin>x x>a x>b a>l b>n k>c c>einde",
            element(_THROW, "l", _LINK) + element(_THROW, "n", _LINK) + element(_CATCH, "k", _LINK),
        ),
        says="?twice k",
    ),
]

ALL = [*GATEWAYS, *LOOPS, *BOUNDARIES, *SCOPES, *LISTENERS, *CALLS, *UNDOING]
