"""Our FEEL beside feelin, the JavaScript one of bpmn.io that form-js uses: on generated expressions."""

import json
import os
import random
import shutil
import subprocess
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from app import feel

PROJECT = Path(__file__).parents[2]
FRONTEND = PROJECT / "app" / "frontend"
COUNT = 600
CONTEXT = {
    "a": 3,
    "b": 10,
    "naam": "Zilver",
    "leeg": None,
    "ja": True,
    "nee": False,
    "lijst": [1, 2, 3, 2],
    "namen": ["a", "b"],
    "acties": [{"status": "open", "dagen": 4}, {"status": "dicht", "dagen": 12}],
    "casus": {"nummer": 7, "thema": "zorg"},
}


class Maker:
    """Random expressions of a wanted type, so that most of them mean something."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def one(self, *choices: str) -> str:
        return self.random.choice(choices)

    def number(self, depth: int) -> str:
        if depth <= 0:
            return self.one("a", "b", "casus.nummer", "0", "1", "2", "7", "0.5", "lijst[1]", "leeg")
        left, right = self.number(depth - 1), self.number(depth - 1)
        return self.one(
            f"({left} {self.one('+', '-', '*')} {right})",
            f"-({left})",
            f"count({self.list(depth - 1)})",
            f"sum({self.list(depth - 1)})",
            f"max({left}, {right})",
            f"if {self.boolean(depth - 1)} then {left} else {right}",
            f"string length({self.text(depth - 1)})",
            f"modulo({left}, 3)",
            f"floor({left} / 2)",
            f"abs({left})",
            f"{self.list(depth - 1)}[{self.one('1', '2', '-1', '9')}]",
        )

    def text(self, depth: int) -> str:
        if depth <= 0:
            return self.one("naam", '"a"', '"zorg"', '""', "casus.thema", "acties[1].status")
        inner = self.text(depth - 1)
        return self.one(
            f"{inner} + {self.text(depth - 1)}",
            f"upper case({inner})",
            f"lower case({inner})",
            f'substring("ab" + {inner}, {self.one("1", "2", "-1")})',
            f'substring before({inner}, "e")',
            f'replace({inner}, "[aeiou]", "x")',
            f"if {self.boolean(depth - 1)} then {inner} else {self.text(depth - 1)}",
            f'string join({self.one("namen", "acties.status")}, "-")',
            f"string({self.one('a', '7', '0.5')})",
        )

    def boolean(self, depth: int) -> str:
        if depth <= 0:
            return self.one("ja", "nee", "true", "a > 2", 'naam = "Zilver"', "leeg = null", "not(nee)")
        left, right = self.boolean(depth - 1), self.boolean(depth - 1)
        return self.one(
            f"({left} and {right})",
            f"({left} or {right})",
            f"not({left})",
            f"{self.number(depth - 1)} {self.one('<', '<=', '>', '>=', '=', '!=')} {self.number(depth - 1)}",
            f"{self.text(depth - 1)} = {self.text(depth - 1)}",
            f"{self.number(depth - 1)} between 1 and 7",
            f"{self.number(depth - 1)} in {self.one('[1..5]', '(1..7)', '(1, 2, 3)', '(< 4, > 8)', 'lijst')}",
            f"some x in {self.list(depth - 1)} satisfies x > 1",
            f"every x in {self.list(depth - 1)} satisfies x > 1",
            f"contains({self.text(depth - 1)}, {self.text(0)})",
            f"list contains({self.list(depth - 1)}, {self.number(0)})",
            f"{self.one('a', 'naam', 'lijst', 'casus', 'leeg')} instance of {self.one('number', 'string')}",
            f'matches({self.text(depth - 1)}, "^[A-Z].*")',
        )

    def list(self, depth: int) -> str:
        if depth <= 0:
            return self.one("lijst", "[]", "[1, 2]", "[3, 1, 2]", "acties.dagen")
        inner = self.list(depth - 1)
        return self.one(
            f"{inner}[item > {self.number(0)}]",
            f"for x in {inner} return x * 2",
            f"for i in 1..3 return i + {self.number(0)}",
            f"append({inner}, {self.number(0)})",
            f"concatenate({inner}, {self.list(0)})",
            f"reverse({inner})",
            f"sort({inner}, function(x, y) x < y)",
            f"distinct values({inner})",
            f"flatten([{inner}, {self.list(0)}])",
            f'acties[status = "{self.one("open", "dicht", "weg")}"].dagen',
            f"index of({inner}, 2)",
        )

    def date(self) -> str:
        day = self.one("2026-01-31", "2024-02-29", "2026-11-24")
        span = self.one("P1D", "P1M", "P1Y", "-P1M", "-P2D")
        return self.one(
            f'date("{day}") + duration("{span}")',
            f'date("{day}") < date("{self.one("2026-01-31", "2027-01-01")}")',
            f'date("{day}").{self.one("year", "month", "day", "weekday")}',
            f'date("{day}") - date("2026-01-01")',
            f'day of week(date("{day}"))',
            f'duration("{span}") = duration("{span}")',
            f'date and time("{day}T10:00:00") + duration("{span}")',
        )


def expressions() -> list[str]:
    maker = Maker(20261124)
    kinds = (maker.number, maker.text, maker.boolean, maker.list)
    made = [kinds[at % 4](at % 3 + 1) for at in range(COUNT)]
    return [*made, *(maker.date() for _ in range(60))]


def feelin(texts: list[str]) -> list[dict[str, Any]]:
    node = shutil.which("node", path=f"{PROJECT / '.venv' / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}")
    if node is None or not (FRONTEND / "node_modules" / "feelin").is_dir():
        reason = "Node of feelin is er niet"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    asked = json.dumps([[text, CONTEXT] for text in texts])
    command = [node, str(Path(__file__).with_name("feelin.mjs")), str(FRONTEND)]
    done = subprocess.run(command, input=asked, capture_output=True, text=True, check=True, timeout=120)
    found: list[dict[str, Any]] = json.loads(done.stdout)
    return found


def ours(text: str) -> Any:
    value = feel.compile(text).evaluate(CONTEXT)
    return feel.to_variable(value)


def same(left: Any, right: Any) -> bool:
    """Numbers as near as JavaScript's can be; dates and durations by their text."""
    if isinstance(right, dict) and "text" in right:
        return str(left) == right["text"].removesuffix(".000")
    if isinstance(left, bool) or isinstance(right, bool) or left is None or right is None:
        return left is right
    if isinstance(left, int | Decimal) and isinstance(right, int | float):
        return abs(float(left) - right) < 1e-9 * max(1, abs(right))
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(same, left, right))
    return bool(left == right)


def test_both_give_the_same_on_generated_expressions() -> None:
    texts = expressions()

    different = [
        (text, mine, theirs)
        for text, mine, theirs in zip(texts, map(ours, texts), feelin(texts), strict=True)
        if not same(mine, theirs.get("value"))
    ]

    # Of a list with nothing certain in it `some` and `every` are null in the standard, false in feelin.
    known = [one for one in different if one[1] is None and one[2] == {"value": False}]
    assert all("some " in text or "every " in text for text, _, _ in known)
    assert [one for one in different if one not in known] == []


DIFFERENT = [
    # feelin reads the word `or` in the name; Camunda documents the function.
    ("get or else(leeg, 7)", 7, {"error": "Unrecognized token in <Disjunction>"}),
    # Camunda documents it; feelin has no such function.
    ("is defined(naam)", True, {"value": None}),
    # The conformance tests ask for null where the start lies outside the text.
    ('substring("abc", 5)', None, {"value": ""}),
    # A date stays a date (conformance tests, 0100-arithmetic).
    (
        'date("2024-02-29") + duration("PT36H")',
        "2024-03-01",
        {"value": {"type": "FeelDateTime", "text": "2024-03-01T12:00:00Z"}},
    ),
    # Decimals of 34 digits, where JavaScript has binary ones of 15.
    ("0.1 + 0.2 = 0.3", True, {"value": False}),
    # Three-valued: neither true nor false is certain.
    ("every x in [null, 2] satisfies x > 1", None, {"value": False}),
]


def test_where_they_differ_it_is_known_why() -> None:
    theirs = feelin([text for text, _, _ in DIFFERENT])

    assert [
        (text, ours(text), found) for (text, _, _), found in zip(DIFFERENT, theirs, strict=True)
    ] == DIFFERENT
