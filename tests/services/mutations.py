"""Random damage to diagrams and tables: what other tools, hands and bad luck make of a file."""

import random
from collections.abc import Callable

from lxml import etree

Change = Callable[[etree._Element, random.Random], None]
_BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
_NAMES = (
    "userTask",
    "process",
    "startEvent",
    "parallelGateway",
    "sequenceFlow",
    "subProcess",
    "lane",
    "vreemd",
)
_ODD = (
    *("", " ", "\u00e9\u4e00 \U0001f600", "=", "=1/0", "=null", "=" + "(" * 300, "a" * 100_000, "0", "true"),
    *(
        "=for i in 1..1000000 return i",
        "=[1..1000000]",
        "R/PT0S",
        "R999999999999/PT1S",
        "P99999999Y",
        "-PT1H",
    ),
    *("${x}", "../../etc/passwd", "<b>", "]]>", "a b", "a/b", "x:y", "Start", "End", "[child]", "a [child]"),
    *("=2**999999", "-1", "1e999", "\t\n", "=function(x) x(x)", '="' + "x" * 10_000 + '"'),
)


def _nodes(root: etree._Element) -> list[etree._Element]:
    return [node for node in root.iter() if isinstance(node.tag, str) and node is not root]


def _some(root: etree._Element, dice: random.Random) -> etree._Element:
    found = _nodes(root)
    return dice.choice(found) if found else root


def _with_attribute(root: etree._Element, dice: random.Random) -> tuple[etree._Element, str] | None:
    found = [(node, name) for node in [root, *_nodes(root)] for name in node.attrib]
    return dice.choice(found) if found else None


def _drop_node(root: etree._Element, dice: random.Random) -> None:
    node = _some(root, dice)
    parent = node.getparent()
    if parent is not None:
        parent.remove(node)


def _copy(node: etree._Element) -> etree._Element:
    return etree.fromstring(etree.tostring(node, with_tail=False))


def _double_node(root: etree._Element, dice: random.Random) -> None:
    node = _some(root, dice)
    parent = node.getparent()
    if parent is not None:
        parent.insert(dice.randrange(len(parent) + 1), _copy(node))


def _move_node(root: etree._Element, dice: random.Random) -> None:
    node, to = _some(root, dice), _some(root, dice)
    if node not in to.iterancestors() and node is not to and node is not root:
        to.append(node)


def _rename_node(root: etree._Element, dice: random.Random) -> None:
    node = _some(root, dice)
    space = etree.QName(node).namespace
    name = dice.choice(_NAMES)
    node.tag = f"{{{space}}}{name}" if space else name


def _other_kind(root: etree._Element, dice: random.Random) -> None:
    """One element takes the name of another: an end event becomes a task, a message a process."""
    node, other = _some(root, dice), _some(root, dice)
    node.tag = other.tag


def _other_namespace(root: etree._Element, dice: random.Random) -> None:
    node = _some(root, dice)
    space = dice.choice(
        ("urn:x", _BPMN, "http://camunda.org/schema/zeebe/1.0", "http://camunda.org/schema/1.0/bpmn")
    )
    node.tag = f"{{{space}}}{etree.QName(node).localname}"


def _drop_attribute(root: etree._Element, dice: random.Random) -> None:
    found = _with_attribute(root, dice)
    if found is not None:
        del found[0].attrib[found[1]]


def _odd_attribute(root: etree._Element, dice: random.Random) -> None:
    found = _with_attribute(root, dice)
    if found is not None:
        found[0].set(found[1], dice.choice(_ODD))


def _swap_attributes(root: etree._Element, dice: random.Random) -> None:
    one, two = _with_attribute(root, dice), _with_attribute(root, dice)
    if one is not None and two is not None:
        first, second = one[0].get(one[1]), two[0].get(two[1])
        one[0].set(one[1], second)
        two[0].set(two[1], first)


def _flip_boolean(root: etree._Element, dice: random.Random) -> None:
    names = ("isExecutable", "triggeredByEvent", "isForCompensation", "cancelActivity", "isInterrupting")
    names += ("instantiate", "isSequential", "propagateAllChildVariables")
    _some(root, dice).set(dice.choice(names), dice.choice(("true", "false", "1", "0", "ja")))


def _odd_text(root: etree._Element, dice: random.Random) -> None:
    _some(root, dice).text = dice.choice(_ODD)


def _nest(root: etree._Element, dice: random.Random) -> None:
    node = _some(root, dice)
    parent = node.getparent()
    if parent is None:
        return
    place = parent.index(node)
    around = etree.Element(node.tag, {"id": f"om_{dice.randrange(10**9)}"})
    parent.insert(place, around)
    around.append(node)


def _executable(root: etree._Element, dice: random.Random) -> None:
    for node in root.iter(f"{{{_BPMN}}}process"):
        node.set("isExecutable", "true")


CHANGES: tuple[Change, ...] = (
    *(_drop_node, _double_node, _move_node, _rename_node, _other_kind, _other_namespace, _drop_attribute),
    *(_odd_attribute, _odd_attribute, _swap_attributes, _flip_boolean, _odd_text, _nest, _executable),
)


def _bytes_of(root: etree._Element, dice: random.Random) -> bytes:
    encoding = dice.choice(("utf-8", "utf-8", "utf-8", "utf-16", "iso-8859-1", "ascii", "utf-16le", "cp1252"))
    content = etree.tostring(root, xml_declaration=True, encoding=encoding)
    match dice.randrange(12):
        case 0:
            return b"\xef\xbb\xbf" + content
        case 1:
            return content.replace(b"?>", b'?><!DOCTYPE a [<!ENTITY b "c">]>', 1)
        case 2:
            place = dice.randrange(len(content))
            return content[:place] + b"\0" + content[place:]
        case 3:
            return content[: dice.randrange(len(content))]
        case 4:
            return content.replace(
                encoding.encode(), dice.choice((b"utf-8", b"x-none", b"utf-7", b"ebcdic")), 1
            )
    return content


def damaged(content: bytes, dice: random.Random, *, most: int = 6) -> bytes:
    """The file after one to `most` random changes; what is no XML is cut or doubled somewhere."""
    try:
        root = etree.fromstring(content)
    except (etree.XMLSyntaxError, ValueError):
        a, b = sorted(dice.randrange(len(content) + 1) for _ in range(2))
        return content[:a] + content[a:b] * dice.randrange(3) + content[b:]
    for _ in range(dice.randint(1, most)):
        try:
            dice.choice(CHANGES)(root, dice)
        except ValueError:
            continue  # no XML can hold this name or text
    return _bytes_of(root, dice)
