"""The little Markdown that texts in forms need: headings, paragraphs, lists, bold, italic, links.

Everything is escaped first, so nothing but these few elements can come out.
"""

import re

from markupsafe import Markup, escape

_INLINE = (
    (re.compile(r"\*\*(.+?)\*\*"), r"<strong>\1</strong>"),
    (re.compile(r"(?<![\w*])\*(?!\s)(.+?)(?<!\s)\*(?![\w*])"), r"<em>\1</em>"),
    (re.compile(r"\[([^\]]+)\]\((https://[^\s()]+|/[^\s()]*)\)"), r'<a href="\2">\1</a>'),
)
_HEADING = re.compile(r"(#{1,4})\s+(.*)")
_ITEM = re.compile(r"[-*]\s+(.*)")
_NUMBERED = re.compile(r"\d+\.\s+(.*)")
LOWEST = 2
"""A `#` in a form is a heading of this level: the page has its own above it."""


def escaped(value: str) -> str:
    """A value to put in a template: escaped, and without signs that Markdown understands."""
    safe = str(escape(value))
    return re.sub(r"([*_#\[\]()\-])", lambda found: f"&#{ord(found.group())};", safe)


def render(text: str) -> Markup:
    """Markdown as HTML. `text` may hold entities that `escaped` made; all other markup is escaped."""
    kept = re.sub(r"&(?!#\d+;|amp;|lt;|gt;|#39;|#34;|quot;)", "&amp;", text)
    kept = kept.replace("<", "&lt;").replace(">", "&gt;").replace('"', "&#34;")
    blocks = [block for block in re.split(r"\n\s*\n", kept.strip()) if block.strip()]
    return Markup("\n".join(_block(block) for block in blocks))  # noqa: S704 - escaped above


def _block(block: str) -> str:
    made: list[str] = []
    lines = [line.strip() for line in block.splitlines()]
    while lines:
        heading = _HEADING.fullmatch(lines[0])
        if heading:
            level = min(LOWEST - 1 + len(heading.group(1)), 6)
            made.append(f"<h{level}>{_inline(heading.group(2))}</h{level}>")
            lines.pop(0)
            continue
        kind = next((kind for kind in (_ITEM, _NUMBERED) if kind.fullmatch(lines[0])), None)
        taken = 1
        while taken < len(lines) and _same_kind(kind, lines[taken]):
            taken += 1
        chunk, lines = lines[:taken], lines[taken:]
        made.append(_list(kind, chunk) if kind else f"<p>{'<br>'.join(map(_inline, chunk))}</p>")
    return "\n".join(made)


def _same_kind(kind: re.Pattern[str] | None, line: str) -> bool:
    if kind is not None:
        return kind.fullmatch(line) is not None
    return not any(other.fullmatch(line) for other in (_HEADING, _ITEM, _NUMBERED))


def _list(kind: re.Pattern[str], lines: list[str]) -> str:
    texts = [kind.sub(r"\1", line) for line in lines]
    items = "".join(f"<li>{_inline(text)}</li>" for text in texts)
    tag = "ul" if kind is _ITEM else "ol"
    return f"<{tag}>{items}</{tag}>"


def _inline(text: str) -> str:
    for pattern, replacement in _INLINE:
        text = pattern.sub(replacement, text)
    return text
