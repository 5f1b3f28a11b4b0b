"""Configuration: one frozen dataclass, read from the environment."""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

PROJECT = Path(__file__).resolve().parent.parent


class ConfigError(Exception):
    """The environment lacks something, or has something that cannot be used; the message names it."""


@dataclass(frozen=True, slots=True)
class Config:
    """Every setting there is. README.md lists the variables."""

    mode: Literal["demo", "production"]
    database_url: str
    secret_key: str
    host: str
    port: int
    web_processes: int
    web_threads: int
    data_dir: Path
    organisation_file: Path
    processes_dir: Path
    forms_dir: Path
    session_hours: int
    max_document_bytes: int
    smtp_url: str
    mail_from: str
    metrics_token: str
    public_url: str

    @property
    def demo(self) -> bool:
        return self.mode == "demo"


def from_environment(environ: Mapping[str, str] = os.environ) -> Config:
    """Read the settings. Raises ConfigError naming every missing or unusable variable at once."""
    mode = environ.get("CASUSROUTE_MODE", "demo")
    problems: list[str] = []
    if mode not in ("demo", "production"):
        problems.append(f"CASUSROUTE_MODE is '{mode}', maar moet 'demo' of 'production' zijn.")
    data_dir = Path(environ.get("CASUSROUTE_DATA", PROJECT / "var"))
    database_url = environ.get("DATABASE_URL", "")
    secret_key = environ.get("SECRET_KEY", "")
    if mode == "production":
        if not database_url:
            problems.append("DATABASE_URL ontbreekt: het adres van de PostgreSQL-database.")
        if len(secret_key) < 32:
            problems.append("SECRET_KEY ontbreekt of is korter dan 32 tekens.")
    smtp_url = environ.get("SMTP_URL", "")
    if smtp_url and not smtp_url.startswith(("smtp://", "smtps://")):
        problems.append("SMTP_URL moet beginnen met smtp:// of smtps://.")
    public_url = environ.get("PUBLIC_URL", "")
    if public_url and not public_url.startswith(("http://", "https://")):
        problems.append("PUBLIC_URL moet beginnen met http:// of https://.")
    numbers = {name: _number(environ, name, default, problems) for name, default in _NUMBERS.items()}
    if problems:
        raise ConfigError("Casusroute kan niet starten:\n" + "\n".join(f"- {line}" for line in problems))
    return Config(
        mode="production" if mode == "production" else "demo",
        database_url=normal_database_url(database_url or f"sqlite:///{data_dir / 'casusroute.db'}"),
        secret_key=secret_key or _demo_secret(data_dir),
        host=environ.get("HOST", "127.0.0.1"),
        port=numbers["PORT"],
        web_processes=numbers["WEB_PROCESSES"],
        web_threads=numbers["WEB_THREADS"],
        data_dir=data_dir,
        organisation_file=Path(
            environ.get("CASUSROUTE_ORGANISATIE", PROJECT / "deploy" / "organisatie.toml")
        ),
        processes_dir=PROJECT / "processes",
        forms_dir=PROJECT / "forms",
        session_hours=numbers["SESSION_HOURS"],
        max_document_bytes=numbers["MAX_DOCUMENT_MB"] * 1024 * 1024,
        smtp_url=smtp_url,
        mail_from=environ.get("MAIL_FROM", "casusroute@localhost"),
        metrics_token=environ.get("METRICS_TOKEN", ""),
        public_url=public_url or f"http://{environ.get('HOST', '127.0.0.1')}:{numbers['PORT']}",
    )


_NUMBERS = {"PORT": 8000, "WEB_PROCESSES": 2, "WEB_THREADS": 4, "SESSION_HOURS": 12, "MAX_DOCUMENT_MB": 20}


def _number(environ: Mapping[str, str], name: str, default: int, problems: list[str]) -> int:
    text = environ.get(name, str(default))
    if text.isdigit() and int(text) > 0:
        return int(text)
    problems.append(f"{name} is '{text}', maar moet een heel getal groter dan 0 zijn.")
    return default


def normal_database_url(url: str) -> str:
    """The address with the driver that we ship: hosting platforms write `postgres://`."""
    for prefix in ("postgres://", "postgresql://"):
        if url.startswith(prefix):
            return "postgresql+psycopg://" + url.removeprefix(prefix)
    return url


def _demo_secret(data_dir: Path) -> str:
    """A random key, kept beside the demo's data so that sessions outlive a restart."""
    file = data_dir / "secret_key"
    if not file.exists():
        data_dir.mkdir(parents=True, exist_ok=True)
        file.touch(mode=0o600)
        file.write_text(secrets.token_hex(32))
    return file.read_text()
