"""Called processes, compensation, transactions and links: sound and unsound, with what should be said."""

from tests.checks.drawing import Row, by_event, call, diagram, on, row, sub, undone
from tests.engine.diagrams import element, many

EACH = many("=[1,2]", "een")
_LINK = '<bpmn:linkEventDefinition name="Verder"/>'
_THROW, _CATCH = ("intermediateThrowEvent", "intermediateCatchEvent")
CALLED = diagram("p:U", "pb>p p>einde_p", id="ander", begin="pb")
FAILING = diagram("p:U x:X f:F", "pb>p p>x x>einde_p x>f", id="ander", begin="pb")
ONLY_FAILING = diagram("p:U f:F", "pb>p p>f", id="ander", begin="pb")
ENDLESS = diagram("p:U m:X", "pb>m m>p p>m", id="ander", begin="pb")
STICKING = diagram("x:X p:U q:U j:P", "pb>x x>p x>q p>j q>j j>einde_p", id="ander", begin="pb")
ESCALATING = diagram("p:U w:W q:U", "pb>p p>w w>q q>einde_p", id="ander", begin="pb")
ROUND = diagram("x:X", "pb>x x>einde_p x>r r>einde_q", call("r", "proef"), id="ander", begin="pb")

CALLS: list[Row] = [
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

UNDOING: list[Row] = [
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
