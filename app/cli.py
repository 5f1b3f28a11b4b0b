"""The command `casusroute`."""

import argparse
import getpass
import json
import logging
import os
import stat
import sys
import time
import tomllib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy.exc import OperationalError, ProgrammingError
from sqlalchemy.orm import Session

from app import clock, histories, language, log, migrations, outside, repair, worker
from app.config import PROJECT, Config, ConfigError, from_environment
from app.errors import CasusrouteError
from app.factory import create_app
from app.safe_xml import MAX_FILE_BYTES
from app.services import archive, demo, examine, health, jobs, made_histories, organisation, people, releases
from app.services.made_histories import Plan
from app.store.session import db, reading, transaction
from app.supervisor import Supervisor, web_command

EXAMPLES = PROJECT / "deploy" / "voorbeelden.toml"
_EXAMINED = (*examine.SUFFIXES, ".xml")

Command = Callable[..., int]
"""Takes what was chosen, and the settings; those of the language need no settings."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command; what goes wrong is said in one plain sentence."""
    chosen = _parser().parse_args(arguments)
    try:
        if chosen.command in (language.evaluate, language.decide):
            sys.exit(chosen.command(chosen))
        sys.exit(chosen.command(chosen, from_environment()))
    except (ConfigError, CasusrouteError) as error:
        print(error, file=sys.stderr)
        sys.exit(2)
    except (OperationalError, ProgrammingError) as error:
        print(f"De database kan dit niet: {error.orig}", file=sys.stderr)
        print("Is zij bijgewerkt? Dat doet `casusroute db upgrade`.", file=sys.stderr)
        sys.exit(2)
    except OSError as error:
        print(f"Dit lukt niet: {error}", file=sys.stderr)
        sys.exit(2)
    except KeyboardInterrupt:
        sys.exit(130)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="casusroute", description="De werkwijze van de Veiligheidshuizen, uitgevoerd als diagrammen."
    )
    commands = parser.add_subparsers(metavar="opdracht", required=True)

    def add(name: str, text: str, command: Command, under: Any = commands) -> argparse.ArgumentParser:
        made: argparse.ArgumentParser = under.add_parser(name, help=text, description=text)
        made.set_defaults(command=command)
        return made

    def group(name: str, text: str) -> Any:
        made = commands.add_parser(name, help=text, description=text)
        return made.add_subparsers(metavar="opdracht", required=True)

    add("up", "alles klaarzetten en starten, met voorbeelden in de demo", up)
    add("serve", "alleen de webserver", serve)
    add("worker", "alleen het werk op de achtergrond: termijnen en herinneringen", run_worker)
    database = group("db", "de database")
    add("upgrade", "de tabellen bijwerken", upgrade, database)
    add("backed-up", "melden dat er net een reservekopie is gemaakt", note_back_up, database)
    structure = group("organisation", "huizen, gemeenten, partners en rollen")
    add("load", "het organisatiebestand laden", load_organisation, structure)
    release = group("release", "versies van de werkwijze")
    for name, text, command in (
        ("check", "zeggen wat er mis is met bestanden", check),
        ("publish", "bestanden als nieuwe versie live zetten", publish),
    ):
        made = add(name, text, command, release)
        made.add_argument("folders", nargs="*", type=Path, metavar="map")
        if command is check:
            made.add_argument(
                "--json",
                action="store_true",
                help="elk bestand op zichzelf, ook in mappen daaronder, als een regel JSON",
            )
    made.add_argument("--by", default="beheerder", help="wie publiceert")
    made.add_argument("--note", default="", help="wat er veranderd is")
    add("list", "alle versies tonen", list_releases, release)
    made = add("export", "de bestanden van een versie schrijven, in processes/ en forms/", export, release)
    made.add_argument("folder", type=Path, metavar="map")
    made.add_argument("--release", type=int, metavar="nummer", help="anders de versie die nu live is")
    add_demo(add)
    language.add_arguments(
        add("feel", "een FEEL-expressie uitrekenen", language.evaluate),
        add("decide", "een beslissing uit een DMN-bestand nemen", language.decide),
    )
    repair.add_commands(add, group, _in_app)
    histories.add_commands(add, group, _in_app)
    outside.add_commands(add, group, _in_app)
    person = group("person", "mensen")
    made = add("add", "iemand toevoegen of bijwerken; het wachtwoord wordt gevraagd", add_person, person)
    made.add_argument("login")
    made.add_argument("name", metavar="naam")
    made.add_argument("organisation", metavar="organisatie")
    made.add_argument("roles", nargs="+", metavar="rol[:huis]")
    made.add_argument("--compartment", action="append", default=[], help="gesloten compartiment")
    return parser


def _in_app(command: Callable[[argparse.Namespace], int]) -> Command:
    """A command that needs the database and no settings."""

    def run(chosen: argparse.Namespace, config: Config) -> int:
        with _app(config).app_context():
            return command(chosen)

    return run


def _say(text: str) -> None:
    print(text, flush=True)


def _app(config: Config) -> Flask:
    config.data_dir.mkdir(parents=True, exist_ok=True)
    return create_app(config)


def up(chosen: argparse.Namespace, config: Config) -> int:
    """Everything that `make run` needs; a second start finds it done."""
    with _app(config).app_context():
        _say("Database bijwerken…")
        _upgrade()
        _load_organisation(config)
        with reading() as session:
            fresh = not releases.history(session)
        if fresh:
            _say("Werkwijze publiceren…")
            _publish(_files([config.processes_dir, config.forms_dir]), "casusroute", "De eerste werkwijze.")
            if config.demo:
                _say("Voorbeelden maken…")
                _demo_cases()
    _say("Starten…")
    return Supervisor(config, _say).run()


def serve(chosen: argparse.Namespace, config: Config) -> int:
    command = web_command()
    os.execv(command[0], command)  # noqa: S606 - our own interpreter
    return 0


def run_worker(chosen: argparse.Namespace, config: Config) -> int:
    log.configure()
    worker.run(_app(config).app_context)
    return 0


def upgrade(chosen: argparse.Namespace, config: Config) -> int:
    with _app(config).app_context():
        _upgrade()
    return 0


def _upgrade() -> None:
    with db.engine.begin() as connection:
        migrations.upgrade(connection)
    db.session.remove()


def note_back_up(chosen: argparse.Namespace, config: Config) -> int:
    with _app(config).app_context(), transaction() as session:
        health.note_back_up(session, now=clock.now())
    _say("Genoteerd: er is nu een reservekopie gemaakt.")
    return 0


def load_organisation(chosen: argparse.Namespace, config: Config) -> int:
    with _app(config).app_context():
        _load_organisation(config)
    return 0


def _load_organisation(config: Config) -> None:
    data = tomllib.loads(config.organisation_file.read_text())
    with transaction() as session:
        organisation.load(session, data)
        if config.demo:
            organisation.load_demo_people(session, data)


def _files(folders: Sequence[Path]) -> dict[str, bytes]:
    """Every file of a way of working in these folders and in their processes/ and forms/, by bare name."""
    found: dict[str, bytes] = {}
    for folder in folders:
        if not folder.is_dir():
            raise CasusrouteError(f"De map {folder} bestaat niet.")
        inner = [folder / name for name in (archive.PROCESSES, archive.FORMS) if (folder / name).is_dir()]
        for path in sorted(path for one in (folder, *inner) for path in one.iterdir()):
            if path.suffix in releases.KINDS:
                if path.name in found:
                    raise CasusrouteError(f"Het bestand {path.name} staat in twee mappen.")
                found[path.name] = path.read_bytes()
    return found


def _chosen_files(chosen: argparse.Namespace, config: Config) -> dict[str, bytes]:
    return _files(chosen.folders or [config.processes_dir, config.forms_dir])


def check(chosen: argparse.Namespace, config: Config) -> int:
    if chosen.json:
        return _examine(chosen.folders or [config.processes_dir, config.forms_dir], config)
    with _app(config).app_context(), reading() as session:
        problems = releases.check(session, _chosen_files(chosen, config))
    for problem in problems:
        _say(str(problem) if problem.severity == "error" else f"let op · {problem}")
    errors = sum(problem.severity == "error" for problem in problems)
    _say(f"{errors} problemen." if errors else "Geen fouten: deze werkwijze kan live.")
    return 1 if errors else 0


def _examine(folders: Sequence[Path], config: Config) -> int:
    """Needs no database: the roles are those of the organisation's file."""
    files: dict[str, bytes | None] = {}
    for folder in folders:
        if not folder.exists():
            raise CasusrouteError(f"De map {folder} bestaat niet.")
        found = [folder] if folder.is_file() else sorted(one for one in folder.rglob("*") if not one.is_dir())
        for path in found:
            name = str(path.relative_to(folder) if len(folders) == 1 and path != folder else path)
            if path.suffix.lower() in _EXAMINED:
                content = _content(path)
                if path.suffix.lower() != ".xml" or examine.kind(name, content) is not None:
                    files[name] = content
    data = tomllib.loads(config.organisation_file.read_text())
    roles = {row[name]: row["sleutel"] for row in data.get("rol", []) for name in ("sleutel", "naam")}
    for answer in examine.examine(files, roles=roles):
        # In ASCII: a name of a file need not be text at all.
        _say(json.dumps(answer.as_data()))
    return 0


def _content(path: Path) -> bytes | None:
    """None for what can't be read; of what is too large just so much that this shows."""
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            return None  # reading a pipe, say, would never end
        with path.open("rb") as file:
            return file.read(MAX_FILE_BYTES + 1)
    except OSError:
        return None


def publish(chosen: argparse.Namespace, config: Config) -> int:
    with _app(config).app_context():
        number = _publish(_chosen_files(chosen, config), chosen.by, chosen.note)
    _say(f"Versie {number} is live.")
    return 0


def _publish(files: dict[str, bytes], by: str, note: str) -> int:
    with transaction() as session:
        return releases.publish(session, files, by=by, note=note, now=clock.now()).number


def list_releases(chosen: argparse.Namespace, config: Config) -> int:
    with _app(config).app_context(), reading() as session:
        for release in releases.history(session):
            local = release.published_at.astimezone(clock.AMSTERDAM)
            _say(f"{release.number:>4}  {local:%d-%m-%Y %H:%M}  {release.author}  {release.note}")
    return 0


def export(chosen: argparse.Namespace, config: Config) -> int:
    with _app(config).app_context(), reading() as session:
        number = releases.current_number(session) if chosen.release is None else chosen.release
        files = releases.files(session, number)
    for name, content in files.items():
        place = chosen.folder / archive.folder(name)
        place.mkdir(parents=True, exist_ok=True)
        (place / name).write_bytes(content)
    _say(f"{len(files)} bestanden van versie {number} in {chosen.folder}.")
    return 0


def add_demo(add: Callable[..., argparse.ArgumentParser]) -> None:
    text = "verzonnen mensen en casussen maken (niet in productie)"
    made = add("demo", text, load_demo)
    made.description = (
        f"{text}. Met --cases geen voorbeelden, maar zoveel casussen met een verleden: gemaakt met dezelfde "
        "stappen als echte, met een klok die vooruitloopt. Er is één stap waar het lang duurt (dat staat aan "
        "het eind), en halverwege komt er een tweede versie van de werkwijze, met een fout erin "
        "die storingen geeft. Hetzelfde getal bij --seed "
        "geeft op dezelfde dag dezelfde casussen."
    )
    made.add_argument("--cases", type=int, metavar="aantal", help="zoveel casussen met een verleden")
    made.add_argument("--months", type=float, default=12, metavar="aantal", help="over zoveel maanden (12)")
    made.add_argument("--seed", type=int, default=1, metavar="getal", help="een ander getal, andere casussen")


def load_demo(chosen: argparse.Namespace, config: Config) -> int:
    if not config.demo:
        raise CasusrouteError("In productie worden geen voorbeelden gemaakt.")
    with _app(config).app_context():
        _load_organisation(config)
        if chosen.cases is None:
            _demo_cases()
        else:
            _made_histories(Plan(chosen.cases, chosen.months, chosen.seed), config)
    return 0


def _demo_cases() -> None:
    made = demo.load(_in_transaction, demo.read(EXAMPLES), now=clock.now())
    _say(f"{made} voorbeeldcasussen gemaakt.")


def _made_histories(plan: Plan, config: Config) -> None:
    made_histories.require(plan)
    with reading() as session:
        fresh = not releases.history(session)
    now = clock.now().replace(hour=0, minute=0, second=0, microsecond=0)
    if fresh:
        begin, files = made_histories.begins(plan, now=now), _files([config.processes_dir, config.forms_dir])
        with transaction() as session:
            releases.publish(session, files, by="casusroute", note="De eerste werkwijze.", now=begin)
    # The jobs that fail belong to it: they are the failures that are made.
    logging.getLogger(jobs.__name__).setLevel(logging.CRITICAL)
    began = time.perf_counter()
    made = made_histories.make(_in_transaction, demo.read(EXAMPLES), plan, now=now)
    took = time.perf_counter() - began
    pace = f"{made.cases / took:.1f} casussen per seconde"
    _say(f"{made.cases} casussen en {made.steps} taken in {took:.0f} s: {pace}.")
    _say(f"Het langst duurt, zo is het gemaakt: ‘{made.bottleneck}’ ({':'.join(made_histories.BOTTLENECK)}).")
    _say(f"Halverwege kwam versie {made.release}." if made.release else "Er kwam geen tweede versie.")
    _say(f"{made.incidents} storingen: in die versie is vergeten welke taak bij ‘Besluit nemen’ opschaalt.")


def _in_transaction(work: Callable[[Session], Any]) -> Any:
    with transaction() as session:
        return work(session)


def add_person(chosen: argparse.Namespace, config: Config) -> int:
    password = getpass.getpass("Wachtwoord: ") if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")
    roles = [(role, house or None) for role, _, house in (text.partition(":") for text in chosen.roles)]
    with _app(config).app_context(), transaction() as session:
        people.create(
            session,
            login=chosen.login,
            name=chosen.name,
            password_hash=people.new_password_hash(password),
            organisation=chosen.organisation,
            roles=roles,
            compartments=chosen.compartment,
        )
    _say(f"{chosen.login} kan inloggen.")
    return 0


if __name__ == "__main__":
    main()
