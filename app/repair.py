"""The commands `casusroute incident` and `casusroute migration`: what failed, and another release."""

import argparse
from collections.abc import Callable
from typing import Any

from sqlalchemy.orm import Session

from app import clock
from app.errors import CasusrouteError
from app.services import changes, jobs, migration
from app.store import migrations as migration_rows
from app.store.models import Incident, Migration
from app.store.session import reading, transaction

Add = Callable[..., argparse.ArgumentParser]


def add_commands(add: Add, group: Callable[[str, str], Any], in_app: Callable[..., Any]) -> None:
    """Add both groups to the commands; `in_app` runs one with the database at hand."""
    incidents = group("incident", "storingen: wat mislukte en op iemand wacht")
    add("list", "alle open storingen tonen", in_app(list_incidents), incidents)
    made = add("retry", "opnieuw proberen", in_app(retry), incidents)
    made.add_argument("key", type=int, metavar="nummer")
    made.add_argument("--kind", action="store_true", help="ook alle andere storingen van dezelfde soort")
    moves = group("migration", "lopende casussen naar een andere versie van de werkwijze")
    for name, text, command in (
        ("plan", "zeggen welke casussen mee kunnen, en waarom andere niet", plan),
        ("start", "de casussen mee laten gaan; de worker doet het werk", start),
    ):
        made = add(name, text, in_app(command), moves)
        made.add_argument("--from", dest="source", type=int, required=True, metavar="versie")
        made.add_argument("--to", dest="target", type=int, required=True, metavar="versie")
        renamed = "een stap die daar anders heet"
        made.add_argument("--rename", action="append", default=[], metavar="oud=nieuw", help=renamed)
    made.add_argument("--why", required=True, help="waarom; dit komt bij elke casus te staan")
    for name, text, command in (
        ("show", "hoe ver het is", show),
        ("stop", "wat nog niet mee is, laten staan", stop),
    ):
        made = add(name, text, in_app(command), moves)
        made.add_argument("key", type=int, metavar="nummer")


def list_incidents(chosen: argparse.Namespace) -> int:
    with reading() as session:
        found = jobs.open_incidents(session)
        for one in found:
            place = "/".join(filter(None, (one.process_id, one.element_id)))
            print(f"{one.key:>6}  {place}  {one.message}")
    print(f"{len(found)} storingen.")
    return 0


def retry(chosen: argparse.Namespace) -> int:
    with transaction() as session:
        incident = session.get(Incident, chosen.key)
        if incident is None:
            raise CasusrouteError(f"Storing {chosen.key} bestaat niet.")
        if chosen.kind:
            tried, left = changes.retry_all(
                session, incident.message, incident.element_id, by=None, now=clock.now()
            )
            print(f"{tried} opnieuw geprobeerd, {left} nog niet gelukt.")
        else:
            changes.retry(session, incident, by=None, now=clock.now())
            print("Opgelost, of opgepakt door de worker." if incident.resolved_at else "Het lukt nog niet.")
    return 0


def _renamed(chosen: argparse.Namespace) -> dict[str, str]:
    pairs = [text.partition("=") for text in chosen.rename]
    if not all(old and new for old, _, new in pairs):
        raise CasusrouteError("Schrijf een andere naam als oud=nieuw.")
    return {old: new for old, _, new in pairs}


def plan(chosen: argparse.Namespace) -> int:
    with reading() as session:
        keys = migration_rows.running_on(session, chosen.source)
        found = migration.plan(session, keys, chosen.target, _renamed(chosen), by=None)
        for one in found:
            for reason in one.reasons:
                print(f"{one.case.number}: {reason}")
        going = sum(not one.reasons for one in found)
    print(f"{going} van {len(found)} casussen kunnen mee naar versie {chosen.target}.")
    return 0


def start(chosen: argparse.Namespace) -> int:
    with transaction() as session:
        keys = migration_rows.running_on(session, chosen.source)
        made = migration.start(
            session, keys, chosen.target, _renamed(chosen), why=chosen.why, by=None, now=clock.now()
        )
        number = made.key
    print(f"Overgang {number}: {len(keys)} casussen onderweg.")
    print(f"Hoe ver het is: casusroute migration show {number}")
    return 0


def show(chosen: argparse.Namespace) -> int:
    with reading() as session:
        told = migration.progress(session, _migration(session, chosen.key))
    for case_key, reasons in told.reasons.items():
        print(f"{case_key}: {' '.join(reasons)}")
    print(f"{told.moved} mee, {told.refused} niet, {told.waiting} te gaan, {told.stopped} gestopt.")
    return 0


def stop(chosen: argparse.Namespace) -> int:
    with transaction() as session:
        migration.stop(session, _migration(session, chosen.key), now=clock.now())
    return show(chosen)


def _migration(session: Session, key: int) -> Migration:
    found = session.get(Migration, key)
    if found is None:
        raise CasusrouteError(f"Overgang {key} bestaat niet.")
    return found
