"""Answers to a form, drawn by lot: what the examples usually answer, with other choices as often as is said.

A chance is a share: `{ ja = 80, nee = 20 }`. `"*"` shares among all that the form offers, and a name that
begins with `=` is what that variable holds, such as the advice of a table.
"""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from random import Random
from typing import Any

from app import forms
from app.clock import AMSTERDAM
from app.errors import Invalid
from app.forms.answers import Answers, Node, walk
from app.forms.definition import OPTIONED, Form

Chances = Mapping[str, Mapping[str, float]]
"""By the name of a field, with `[]` for the number of a row."""
Raw = dict[str, list[str]]

_NUMBER = re.compile(r"\[\d+\]")
MAX_ROUNDS = 5
"""A field that is filled in may make others appear, so many times."""
SHAPED = {"phone": "026 000 00 00", "email": "naam@voorbeeld.example"}
SENTENCES = (
    "Dit is besproken met wie erbij betrokken is.",
    "Er is weinig veranderd sinds de vorige keer.",
    "Het gaat beter dan een maand geleden.",
    "De afspraken zijn niet nagekomen.",
    "Dit vraagt om een gesprek met het gezin.",
)


def draw(
    dice: Random, form: Form, usual: Raw, chances: Chances, *, context: Mapping[str, Any], now: datetime
) -> dict[str, Any]:
    """Answers that the form takes. Raises Invalid where what was drawn is refused again and again."""
    typed = forms.read_draft(form, usual)
    for node in walk(Answers(form, context=context, raw=typed, now=now).nodes):
        shares = chances.get(_NUMBER.sub("[]", node.name))
        if shares and node.options:
            typed[node.name] = [_chosen(dice, shares, node, context)]
    for _ in range(MAX_ROUNDS):
        try:
            return forms.read(form, typed, context=context, now=now)
        except Invalid as error:
            if not error.errors:
                raise
            nodes = {one.name: one for one in walk(Answers(form, context=context, raw=typed, now=now).nodes)}
            for name in error.errors:
                if name in nodes:
                    typed.update(_anything(dice, nodes[name], now))
    return forms.read(form, typed, context=context, now=now)


def _chosen(dice: Random, shares: Mapping[str, float], node: Node, context: Mapping[str, Any]) -> str:
    offered = [value for value, _ in node.options]
    values: list[str] = []
    weights: list[float] = []
    for said, share in shares.items():
        meant = (
            offered if said == "*" else [str(forms.lookup(context, said[1:]))] if said[0] == "=" else [said]
        )
        there = [value for value in meant if value in offered]
        values += there
        weights += [share / len(there)] * len(there)
    return dice.choices(values, weights)[0] if values else dice.choice(offered)


def _anything(dice: Random, node: Node, now: datetime) -> Raw:
    """Something that fits a field which was empty or wrong."""
    kind, offered = node.component.type, [value for value, _ in node.options]
    if kind == "dynamiclist":
        return {f"_rijen:{node.name}": ["1"]}
    if kind in OPTIONED:
        return {node.name: [dice.choice(offered)] if offered else []}
    if kind == "checkbox":
        return {node.name: ["ja"]}
    if kind == "number":
        return {node.name: [str(node.component.validate.get("min", 1))]}
    if kind == "datetime":
        day = (now.astimezone(AMSTERDAM) + timedelta(days=dice.randrange(7, 28))).date().isoformat()
        if node.component.raw.get("subtype") == "time":
            return {node.name: ["10:00"]}
        return {node.name: [day], f"{node.name}__tijd": ["10:00"]}
    shape = node.component.validate.get("validationType")
    return {node.name: [SHAPED.get(str(shape)) or dice.choice(SENTENCES)]}
