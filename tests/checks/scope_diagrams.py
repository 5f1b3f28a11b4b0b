"""Subprocesses, what is thrown in them, and event subprocesses: sound, unsound, and what is said."""

from tests.checks.drawing import Row, by_event, diagram, on, row, sub
from tests.engine.diagrams import many

EACH = many("=[1,2]", "een")
ONE_BY_ONE = many("=[1,2]", "een", one_by_one=True)

SCOPES: list[Row] = [
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

LISTENERS: list[Row] = [
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
