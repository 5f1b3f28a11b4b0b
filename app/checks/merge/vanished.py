"""Names that the one side took away and the other side began to use."""

import re
from collections.abc import Iterator, Mapping


def asks_for_what_is_gone(
    before: set[str], after: set[str], texts: Mapping[str, tuple[str, str]]
) -> Iterator[str]:
    """The elements whose text (now, before) has a name in it that is gone, and had it less often before."""
    gone = [re.compile(rf"(?<!\w){re.escape(name)}(?!\w)") for name in before - after if name]
    for element, (now, was) in texts.items():
        if any(len(name.findall(now)) > len(name.findall(was)) for name in gone):
            yield element
