"""HTML of `html` components: a few elements without attributes, and links; the rest becomes text."""

from html.parser import HTMLParser

from markupsafe import Markup, escape

_NAMES = "p br strong b em i u ul ol li h3 h4 h5 blockquote dl dt dd table thead tbody tr th td"
ALLOWED = frozenset(_NAMES.split())
_EMPTY = {"br"}
_DROPPED = {"script", "style", "iframe", "object", "template", "svg", "math"}


def clean(text: str) -> Markup:
    """Only what is allowed, always closed."""
    cleaner = _Cleaner()
    cleaner.feed(text)
    cleaner.close()
    return Markup("".join([*cleaner.made, *(f"</{tag}>" for tag in reversed(cleaner.open))]))  # noqa: S704


class _Cleaner(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.made: list[str] = []
        self.open: list[str] = []
        self._dropping = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _DROPPED:
            self._dropping += 1
        elif self._dropping:
            return
        elif tag == "a":
            address = dict(attrs).get("href") or ""
            if address.startswith(("https://", "/")) and not address.startswith("//"):
                self.made.append(f'<a href="{escape(address)}">')
                self.open.append("a")
        elif tag in ALLOWED:
            self.made.append(f"<{tag}>")
            if tag not in _EMPTY:
                self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in _DROPPED:
            self._dropping = max(0, self._dropping - 1)
        elif not self._dropping and tag in self.open:
            while True:
                closing = self.open.pop()
                self.made.append(f"</{closing}>")
                if closing == tag:
                    return

    def handle_data(self, data: str) -> None:
        if not self._dropping:
            self.made.append(str(escape(data)))
