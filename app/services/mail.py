"""Mail that a diagram asks for: the job type `mail`, with `aan`, `onderwerp` and `tekst` by input mapping.

It leaves Casusroute, so it can't be part of a transaction: the job is leased, the mail sent, and then the
case goes on. Who dies in between leaves a lease that ends; the mail goes again with the same Message-ID.
"""

import smtplib
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from app.errors import EngineError

TIMEOUT_SECONDS = 20
MAX_RECEIVERS = 50


@dataclass(frozen=True, slots=True)
class Settings:
    """`smtp_url` is `smtp[s]://user:password@host:port`; without one, mail becomes files in `folder`."""

    smtp_url: str = ""
    sender: str = "casusroute@localhost"
    folder: Path | None = None


class _Post:
    settings = Settings()


def configure(settings: Settings) -> None:
    """Once, when a process starts."""
    _Post.settings = settings


def send(variables: Mapping[str, Any], *, key: str) -> Mapping[str, Any]:
    """Send one mail; `key` makes its Message-ID.

    Raises EngineError for what is no mail, OSError and SMTPException where it can't be handed over.
    """
    settings = _Post.settings
    message = _message(variables, key, settings.sender)
    if settings.smtp_url:
        _hand_over(message, settings.smtp_url)
    elif settings.folder is not None:
        settings.folder.mkdir(parents=True, exist_ok=True)
        (settings.folder / f"{key}.eml").write_bytes(bytes(message))
    else:
        raise EngineError("Er is geen mailserver ingesteld (SMTP_URL).")
    return {}


def _message(variables: Mapping[str, Any], key: str, sender: str) -> EmailMessage:
    to = variables.get("aan")
    receivers = [to] if isinstance(to, str) else to
    if not isinstance(receivers, list) or not receivers or not all(map(is_address, receivers)):
        raise EngineError("Een mail heeft bij 'aan' een e-mailadres nodig, of een lijst daarvan.")
    if len(receivers) > MAX_RECEIVERS:
        raise EngineError(f"Een mail kan naar hooguit {MAX_RECEIVERS} adressen.")
    subject = str(variables.get("onderwerp") or "")
    if not subject.strip() or any(ord(character) < 32 for character in subject):
        raise EngineError("Een mail heeft bij 'onderwerp' één regel tekst nodig.")
    made = EmailMessage()
    made["From"] = sender
    made["To"] = ", ".join(receivers)
    made["Subject"] = subject[:200]
    made["Message-ID"] = f"<{key}@{sender.partition('@')[2] or 'casusroute'}>"
    made["Auto-Submitted"] = "auto-generated"
    made.set_content(str(variables.get("tekst") or ""))
    return made


def is_address(text: Any) -> bool:
    """Whether mail can be sent to it."""
    if not isinstance(text, str) or len(text) > 254 or any(ord(one) <= 32 or one in '<>,;:"' for one in text):
        return False
    name, at, host = text.rpartition("@")
    return bool(name and at and host) and "@" not in name


def _hand_over(message: EmailMessage, url: str) -> None:
    parts = urlsplit(url)
    host = parts.hostname or "localhost"
    if parts.scheme == "smtps":
        server: smtplib.SMTP = smtplib.SMTP_SSL(
            host, parts.port or 465, timeout=TIMEOUT_SECONDS, context=ssl.create_default_context()
        )
    else:
        server = smtplib.SMTP(host, parts.port or 25, timeout=TIMEOUT_SECONDS)
    with server:
        server.ehlo()
        if parts.scheme == "smtp" and server.has_extn("starttls"):
            server.starttls(context=ssl.create_default_context())
        if parts.username:
            server.login(unquote(parts.username), unquote(parts.password or ""))
        server.send_message(message)
