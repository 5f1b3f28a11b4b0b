"""The commands `casusroute message` and `casusroute signal`: what somebody outside has to tell."""

import argparse
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from app import clock, safe_json
from app.errors import CasusrouteError, Invalid
from app.feel import temporal
from app.services import messages
from app.store.models import Case, House
from app.store.session import transaction

Add = Callable[..., argparse.ArgumentParser]


def add_commands(add: Add, group: Callable[[str, str], Any], in_app: Callable[..., Any]) -> None:
    """Add both groups to the commands; `in_app` runs one with the database at hand."""
    under = group("message", "berichten van buiten, voor een casus die erop wacht of ermee begint")
    made = add("send", "een bericht bezorgen, of bewaren tot iemand erop wacht", in_app(send), under)
    made.add_argument("name", metavar="naam")
    made.add_argument("--key", metavar="sleutel", help="de correlatiesleutel: voor welke casus het is")
    made.add_argument(
        "--id", metavar="kenmerk", help="hetzelfde kenmerk is hetzelfde bericht: dat telt één keer"
    )
    made.add_argument("--data", default="{}", metavar="JSON", help="de gegevens, of @bestand")
    made.add_argument("--ttl", default="PT1H", metavar="duur", help="hoe lang het bewaard blijft (PT1H, P7D)")
    made.add_argument("--house", metavar="huis", help="waar een casus begint die met dit bericht begint")
    under = group("signal", "signalen van buiten, voor alle casussen die erop wachten")
    made = add("send", "een signaal geven", in_app(signal), under)
    made.add_argument("name", metavar="naam")
    made.add_argument("--house", metavar="huis", help="waar een casus begint die met dit signaal begint")


def send(chosen: argparse.Namespace) -> int:
    """`casusroute message send`: also says what became of it."""
    text = Path(chosen.data[1:]).read_text() if chosen.data.startswith("@") else chosen.data
    data, now = safe_json.group(text), clock.now()
    with transaction() as session:
        _require_house(session, chosen.house)
        message = messages.publish(
            session,
            chosen.name,
            chosen.key,
            data,
            id=chosen.id,
            time_to_live=_duration(chosen.ttl),
            house_key=chosen.house,
            now=now,
        )
        case = session.get(Case, message.case_key) if message.case_key is not None else None
        if message.received_at != now:
            print("Dit bericht was er al: er gebeurt niets.")
        elif case is not None:
            print(f"Bezorgd bij casus {case.number}.")
        else:
            until = message.expires_at.astimezone(clock.AMSTERDAM)
            print(f"Bewaard tot {until:%d-%m-%Y %H:%M}, of tot iemand erop wacht.")
    return 0


def signal(chosen: argparse.Namespace) -> int:
    """`casusroute signal send`: workers bring it to each case."""
    with transaction() as session:
        _require_house(session, chosen.house)
        told = messages.broadcast(session, chosen.name, house_key=chosen.house, now=clock.now())
    print(f"Voor {told} casussen.")
    return 0


def _require_house(session: Any, key: str | None) -> None:
    if key is not None and session.get(House, key) is None:
        raise CasusrouteError(f"Het huis '{key}' bestaat niet.")


def _duration(text: str) -> timedelta:
    found = temporal.parse_duration(text)
    if not isinstance(found, timedelta) or found <= timedelta():
        raise Invalid(f"'{text}' is geen duur: schrijf bijvoorbeeld PT1H of P7D.")
    return found
