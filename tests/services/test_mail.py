"""Mail: what is sent and what is refused, leases, and a worker that dies half-way."""

import socketserver
import threading
from collections.abc import Iterator
from datetime import timedelta
from email import message_from_bytes
from email.message import Message
from pathlib import Path

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.errors import EngineError
from app.services import cases, changes, job_types, jobs, mail
from app.store.models import Case, Job
from tests.engine.diagrams import element, extensions, flows, process, task
from tests.services import region
from tests.services.region import NOW

MAIL = {"aan": "wie@voorbeeld.test", "onderwerp": "Onderwerp", "tekst": "Dag,\n\neen bericht met é."}


class Server(socketserver.ThreadingTCPServer):
    """A mail server that keeps what it gets."""

    allow_reuse_address = daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.received: list[tuple[list[str], Message]] = []

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.server_address[1]}"


class Handler(socketserver.StreamRequestHandler):
    server: Server

    def handle(self) -> None:
        self._say("220 klaar")
        to: list[str] = []
        for line in self.rfile:
            word = line.split(maxsplit=1)[0].upper() if line.strip() else b""
            if word == b"RCPT":
                to.append(line.decode().split("<")[1].split(">")[0])
            if word == b"DATA":
                self._say("354 ga door")
                body = b""
                while (text := self.rfile.readline()) != b".\r\n":
                    body += text
                self.server.received.append((to, message_from_bytes(body)))
            self._say("221 dag" if word == b"QUIT" else "250 goed")
            if word == b"QUIT":
                return

    def _say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        mail.configure(mail.Settings(running.url, "post@casusroute.test"))
        yield running
        mail.configure(mail.Settings())
        running.shutdown()


def test_a_mail_arrives_as_it_was_written(server: Server) -> None:
    mail.send({**MAIL, "aan": ["a@voorbeeld.test", "b@voorbeeld.test"]}, key="werk-7")
    [(to, message)] = server.received
    assert to == ["a@voorbeeld.test", "b@voorbeeld.test"]
    assert (message["From"], message["Subject"]) == ("post@casusroute.test", "Onderwerp")
    assert message["Message-ID"] == "<werk-7@casusroute.test>"
    content = message.get_payload(decode=True)
    assert isinstance(content, bytes)
    assert content.decode().replace("\r\n", "\n").rstrip() == MAIL["tekst"]


def test_without_a_mail_server_it_is_a_file_or_a_failure(tmp_path: Path) -> None:
    mail.configure(mail.Settings(folder=tmp_path / "post"))
    mail.send(MAIL, key="werk-8")
    assert message_from_bytes((tmp_path / "post" / "werk-8.eml").read_bytes())["To"] == MAIL["aan"]
    mail.configure(mail.Settings())
    with pytest.raises(EngineError, match="SMTP_URL"):
        mail.send(MAIL, key="werk-9")


@pytest.mark.parametrize(
    "wrong",
    [
        {"aan": None},
        {"aan": []},
        {"aan": "geen adres"},
        {"aan": "a@b.test, c@d.test"},
        {"aan": "a@b.test\r\nBcc: c@d.test"},
        {"aan": ["a@b.test"] * 51},
        {"onderwerp": ""},
        {"onderwerp": "een\r\nBcc: c@d.test"},
    ],
)
def test_what_is_no_mail_is_refused_and_no_header_is_smuggled_in(
    wrong: dict[str, object], tmp_path: Path
) -> None:
    mail.configure(mail.Settings(folder=tmp_path))
    with pytest.raises(EngineError):
        mail.send({**MAIL, **wrong}, key="werk-1")
    assert list(tmp_path.iterdir()) == []


# ── leases ───────────────────────────────────────────────────────────────────────────────────────────────

SENDING = (
    '<zeebe:taskDefinition type="mail" retries="3"/><zeebe:ioMapping>'
    '<zeebe:input source="=adres" target="aan"/><zeebe:input source="Vraag" target="onderwerp"/>'
    "</zeebe:ioMapping>"
)
POSTING = process(
    element("startEvent", "begin", extensions('<zeebe:formDefinition formId="zaak"/>')),
    element("sendTask", "stuur", extensions(SENDING), name="Mail sturen"),
    task("a"),
    element("endEvent", "einde"),
    flows("begin>stuur", "stuur>a", "a>einde"),
    id="posten",
)


@pytest.fixture
def session(any_session: Session, tmp_path: Path) -> Session:
    region.settle(any_session)
    region.publish(any_session, {"posten.bpmn": POSTING})
    mail.configure(mail.Settings(folder=tmp_path))
    return any_session


def posting(session: Session) -> Case:
    return region.case(session, "posten", huis="arnhem", adres="wie@voorbeeld.test")


def at(session: Session, case: Case) -> list[str]:
    session.expire_all()
    return [token.element_id for token in cases.tokens(session, case)]


def leased(session: Session, now=NOW) -> jobs.Leased:
    found = jobs.take(session, now=now)
    assert isinstance(found, jobs.Leased)
    return found


def test_a_mail_is_sent_between_two_transactions_and_then_the_case_goes_on(session: Session, tmp_path: Path):
    case = posting(session)
    taken = leased(session)
    assert at(session, case) == ["stuur"]
    assert not jobs.take(session, now=NOW)
    jobs.finish(session, taken, taken.perform(), now=NOW)
    assert at(session, case) == ["a"]
    assert [path.name for path in tmp_path.glob("*.eml")] == [f"{taken.name}.eml"]


def test_who_dies_loses_the_lease_and_what_comes_back_late_is_not_counted(session: Session, tmp_path: Path):
    case = posting(session)
    dead = leased(session)
    later = NOW + jobs.LEASE
    assert not jobs.take(session, now=later - timedelta(seconds=1))
    second = leased(session, later)
    assert second.attempt == dead.attempt + 1
    jobs.finish(session, dead, dead.perform(), now=later)
    assert at(session, case) == ["stuur"]
    jobs.finish(session, second, second.perform(), now=later)
    assert at(session, case) == ["a"]
    jobs.finish(session, second, second.perform(), now=later)
    # Sent twice, under one name: a mail server tells them apart by that.
    assert len(list(tmp_path.glob("*.eml"))) == 1


def test_a_late_answer_is_not_taken_for_that_of_another_job_with_the_same_key(session: Session):
    """SQLite gives the key of the last row to the next one when it is gone."""
    first = posting(session)
    dead = leased(session)
    second = leased(session, NOW + jobs.LEASE)
    jobs.finish(session, second, second.perform(), now=NOW + jobs.LEASE)
    other = posting(session)
    session.execute(update(Job).where(Job.case_key == other.key).values(key=dead.key))
    session.expire_all()
    again = leased(session, NOW + jobs.LEASE)
    assert (again.key, again.attempt, again.name == dead.name) == (dead.key, dead.attempt, False)

    jobs.finish(session, dead, dead.perform(), now=NOW + jobs.LEASE)

    assert (at(session, first), at(session, other)) == (["a"], ["stuur"])
    jobs.finish(session, again, again.perform(), now=NOW + jobs.LEASE)
    assert at(session, other) == ["a"]


def test_a_mail_that_fails_is_tried_as_often_as_the_diagram_says(session: Session):
    case = posting(session)
    mail.configure(mail.Settings())
    moments = [NOW]
    while not jobs.open_incidents(session):
        taken = leased(session, moments[-1])
        jobs.finish(session, taken, taken.perform(), now=moments[-1])
        moments.append(jobs.next_due(session) or moments[-1])
        assert len(moments) < 9
    assert len(moments) == 4
    [incident] = jobs.open_incidents(session)
    assert "SMTP_URL" in incident.message
    assert at(session, case) == ["stuur"]


def test_workers_that_die_again_and_again_end_in_an_incident(session: Session):
    posting(session)
    now = NOW
    while (taken := jobs.take(session, now=now)) and isinstance(taken, jobs.Leased):
        now += jobs.LEASE
    [incident] = jobs.open_incidents(session)
    assert "niet afgemaakt" in incident.message


def test_a_case_that_moved_on_is_not_told(session: Session):
    case = posting(session)
    taken = leased(session)
    changes.move(
        session, case, cases.tokens(session, case)[0].engine_id, "a", why="mail kan weg", by=None, now=NOW
    )
    jobs.finish(session, taken, taken.perform(), now=NOW)
    assert at(session, case) == ["a"]
    assert session.scalars(select(Job)).all() == []
    assert "mail" in job_types.NAMES


def test_a_case_writes_to_another_case(session: Session):
    writing = (
        '<zeebe:taskDefinition type="bericht"/><zeebe:ioMapping>'
        '<zeebe:input source="Antwoord" target="bericht"/><zeebe:input source="=naar" target="sleutel"/>'
        "<zeebe:input source='={zei: \"ja\"}' target='gegevens'/></zeebe:ioMapping>"
    )
    message = element(
        "message", "bericht", extensions('<zeebe:subscription correlationKey="=nummer"/>'), name="Antwoord"
    )
    begin = element("startEvent", "begin", extensions('<zeebe:formDefinition formId="zaak"/>'))
    writes = process(
        begin,
        element("serviceTask", "schrijf", extensions(writing)),
        element("endEvent", "einde"),
        flows("begin>schrijf", "schrijf>einde"),
        id="schrijft",
    )
    waits = process(
        begin,
        element("receiveTask", "op", messageRef="bericht"),
        task("a"),
        element("endEvent", "einde"),
        flows("begin>op", "op>a", "a>einde"),
        id="wacht",
        more=message,
    )
    region.publish(session, {"schrijft.bpmn": writes, "wacht.bpmn": waits})
    waiting = region.case(session, "wacht", huis="arnhem", nummer="A1")
    writer = region.case(session, "schrijft", huis="arnhem", naar="A1")
    while jobs.run_due(session, now=NOW):
        pass
    assert at(session, waiting) == ["a"]
    assert cases.variables(session, waiting)["zei"] == "ja"
    assert writer.state == "ended"
