"""Gateways, loops and events on tasks: sound and unsound, with what should be said."""

from tests.checks.drawing import Row, diagram, event, on, row
from tests.engine.diagrams import timer

REPEATED = on("a", "h", "timer", beside=True).replace(event("timer", "h"), timer("timeCycle", "R/PT1H"))


GATEWAYS: list[Row] = [
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

LOOPS: list[Row] = [
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

BOUNDARIES: list[Row] = [
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
