"""What may stand in a way of working at all: the names and kinds of its files.

A file that merely has problems belongs in a draft; what is refused here could not even be shown.
"""

import json
import re
from collections.abc import Collection

from app import safe_xml
from app.errors import Invalid

KINDS = (".bpmn", ".dmn", ".form")
MAX_FILES = 500
MAX_TOTAL_BYTES = 50 * 1024 * 1024
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,99}")
_ENCODING = re.compile(rb"^(?:\xef\xbb\xbf)?\s*<\?xml[^>]*\bencoding\s*=\s*[\"']([A-Za-z0-9._-]+)[\"']")
_ROOTS = {
    ".bpmn": ("http://www.omg.org/spec/BPMN/", "een BPMN-diagram"),
    ".dmn": ("/DMN/", "een DMN-beslissing"),
}


def require_name(name: str, *, others: Collection[str] = ()) -> None:
    """Raises Invalid for a name that a file can't have beside these others."""
    if not name.endswith(KINDS):
        raise Invalid(f"'{name[:100]}' hoort niet in een werkwijze: alleen .bpmn, .dmn en .form.")
    if _NAME.fullmatch(name) is None:
        raise Invalid(
            f"'{name[:100]}' kan niet als naam: gebruik alleen letters, cijfers, punt, streepje en _."
        )
    # A folder on Windows or macOS can hold only one of the two.
    if any(other != name and other.lower() == name.lower() for other in others):
        raise Invalid(f"Er is al een bestand dat op hoofdletters na '{name}' heet.")


def require_kind(name: str, content: bytes) -> None:
    """Raises Invalid for bytes that aren't what the name says at all."""
    if len(content) > safe_xml.MAX_FILE_BYTES:
        raise Invalid("Dit bestand is te groot.")
    text = _text(content)
    if name.endswith(".form"):
        _require_object(text)
    else:
        _require_root(name, content)


def _text(content: bytes) -> str:
    declared = _ENCODING.match(content)
    if declared is not None and declared[1].lower() not in (b"utf-8", b"utf8", b"us-ascii"):
        raise Invalid("Dit bestand is niet in UTF-8 geschreven. Sla het op als UTF-8.")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Invalid("Dit bestand is niet in UTF-8 geschreven. Sla het op als UTF-8.") from error


def _require_object(text: str) -> None:
    try:
        found = json.loads(text)
        plain = json.dumps(found, ensure_ascii=False)
    except (ValueError, RecursionError) as error:
        raise Invalid("Dit is geen formulier: het is geen geldige JSON.") from error
    if not isinstance(found, dict):
        raise Invalid("Dit is geen formulier: het is geen JSON-object.")
    # Half a character or a zero byte, written as an escape: no page and no database can hold it.
    if "\\u0000" in plain or any("\ud800" <= char <= "\udfff" for char in plain):
        raise Invalid("In dit formulier staat een teken dat niet kan bestaan.")


def _require_root(name: str, content: bytes) -> None:
    root = safe_xml.read(content)
    namespace, what = _ROOTS[name[name.rindex(".") :]]
    if safe_xml.local(root) != "definitions" or namespace not in str(root.nsmap.get(root.prefix, "")):
        raise Invalid(f"Dit is geen {what.removeprefix('een ')}.")
