"""The tables: what a row is, and nothing else. No logic beyond a row's own columns."""

from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import (
    JSON,
    BigInteger,
    FetchedValue,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    MetaData,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

from app.store.types import Instant

Key = BigInteger().with_variant(Integer, "sqlite")  # SQLite numbers only INTEGER keys by itself


class Base(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {
        datetime: Instant,
        dict[str, Any]: JSON,
        list[Any]: JSON,
        list[str]: JSON,
    }


# ── The organisation: reference data, loaded from deploy/organisatie.toml ────────────────────────────────


class House(Base):
    """One of the veiligheidshuizen: `wvv` or `arnhem`. The scope of every case, task and role."""

    __tablename__ = "house"

    key: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    number_prefix: Mapped[str]
    email: Mapped[str] = mapped_column(default="")
    phone: Mapped[str] = mapped_column(default="")


class Municipality(Base):
    """A gemeente; it decides the house of a case. Municipalities merge, so a row has dates."""

    __tablename__ = "municipality"

    key: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    house_key: Mapped[str] = mapped_column(ForeignKey("house.key"))
    valid_until: Mapped[date | None]


class Organisation(Base):
    """A partner organisation. `kind` is `primair`, `secundair` or `veiligheidshuis`."""

    __tablename__ = "organisation"

    key: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    kind: Mapped[str]
    valid_until: Mapped[date | None]


class Theme(Base):
    """A theme of an MDO, in the order of the organisation's file."""

    __tablename__ = "theme"

    key: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    place: Mapped[int]


class Role(Base):
    """What somebody does: a lane in a diagram. `permissions` are values of `services.access.Permission`."""

    __tablename__ = "role"

    key: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    spans_houses: Mapped[bool] = mapped_column(default=False)
    permissions: Mapped[list[str]]


class Person(Base):
    """Somebody who signs in. A person of a partner organisation sees only the tasks of that organisation."""

    __tablename__ = "person"

    key: Mapped[int] = mapped_column(Key, primary_key=True)
    login: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    password_hash: Mapped[str]
    organisation_key: Mapped[str] = mapped_column(ForeignKey("organisation.key"))
    compartments: Mapped[list[str]] = mapped_column(default=list)
    """Closed compartments (such as `radicalisering`) that this person may enter."""
    active: Mapped[bool] = mapped_column(default=True)
    session_epoch: Mapped[int] = mapped_column(default=0)
    """Raised to end every session of this person."""
    failed_logins: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[datetime | None]
    news_seen: Mapped[int] = mapped_column(default=0, server_default="0")
    """The number of the last release of which this person read what is different."""

    organisation: Mapped[Organisation] = relationship(lazy="joined")
    memberships: Mapped[list["Membership"]] = relationship(
        back_populates="person", lazy="selectin", cascade="all, delete-orphan"
    )


class Membership(Base):
    """A person has a role, in one house or, with `house_key` null, in both."""

    __tablename__ = "membership"
    __table_args__ = (UniqueConstraint("person_key", "role_key", "house_key"),)

    key: Mapped[int] = mapped_column(Key, primary_key=True)
    person_key: Mapped[int] = mapped_column(ForeignKey("person.key"), index=True)
    role_key: Mapped[str] = mapped_column(ForeignKey("role.key"))
    house_key: Mapped[str | None] = mapped_column(ForeignKey("house.key"))

    person: Mapped[Person] = relationship(back_populates="memberships")
    role: Mapped[Role] = relationship(lazy="joined")


class Setting(Base):
    """What the organisation chose in its file, such as `vier_ogen`, and when the last back-up was made."""

    __tablename__ = "setting"

    key: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[Any] = mapped_column(JSON)


# ── The way of working: releases ─────────────────────────────────────────────────────────────────────────


class FileContent(Base):
    """The bytes of a file, once for all releases that have it."""

    __tablename__ = "file_content"

    hash: Mapped[str] = mapped_column(primary_key=True)
    content: Mapped[bytes]


class Release(Base):
    """An immutable, numbered snapshot of every .bpmn, .dmn and .form file together."""

    __tablename__ = "release"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    hash: Mapped[str]
    author: Mapped[str]
    note: Mapped[str]
    published_at: Mapped[datetime]


class ReleaseFile(Base):
    """A file of a release, by name and content."""

    __tablename__ = "release_file"

    release_number: Mapped[int] = mapped_column(ForeignKey("release.number"), primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    """The bare file name, such as `mdo.bpmn` or `aanmelding.form`."""
    content_hash: Mapped[str] = mapped_column(ForeignKey("file_content.hash"))


class Definition(Base):
    """One executable thing in a release. `version` rises only when its file changes."""

    __tablename__ = "definition"

    release_number: Mapped[int] = mapped_column(ForeignKey("release.number"), primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    """`process`, `decision` or `form`."""
    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    version: Mapped[int]
    file_name: Mapped[str]
    startable: Mapped[bool] = mapped_column(default=False)
    """A process with a start form: one of the ways in."""


# ── The way of working: drafts ───────────────────────────────────────────────────────────────────────────


class Draft(Base):
    """A way of working in the making: what process owners change on top of a release, not live yet.

    Its files are those of release `from_number`, with the last `DraftFile` of each name over them.
    """

    __tablename__ = "draft"
    __table_args__ = (Index("ix_draft_state_changed_at", "state", "changed_at"),)

    key: Mapped[int] = mapped_column(Key, primary_key=True)
    id: Mapped[UUID] = mapped_column(unique=True, default=uuid4)
    """In addresses."""
    title: Mapped[str]
    from_number: Mapped[int] = mapped_column(ForeignKey("release.number"))
    """Where it began: what a file was that has no row of its own."""
    base_number: Mapped[int] = mapped_column(ForeignKey("release.number"))
    """The release that it is compared with; it rises when the draft is brought up to date."""
    revision: Mapped[int] = mapped_column(default=0)
    """Counts every change of its files: an approval is of one revision."""
    state: Mapped[str] = mapped_column(default="open")
    """`open`, `in_review`, `approved`, `published` or `dropped`."""
    note: Mapped[str] = mapped_column(default="")
    """What is different, in plain words for everybody; it goes along with the release."""
    started_at: Mapped[datetime]
    started_by: Mapped[int] = mapped_column(ForeignKey("person.key"))
    changed_at: Mapped[datetime]
    submitted_by: Mapped[int | None] = mapped_column(ForeignKey("person.key"))
    approved_by: Mapped[int | None] = mapped_column(ForeignKey("person.key"))
    approved_hash: Mapped[str | None]
    """Of all files together, as they were when somebody approved them."""
    published_as: Mapped[int | None] = mapped_column(ForeignKey("release.number"))

    author: Mapped[Person] = relationship(foreign_keys=[started_by], lazy="joined")


class DraftFile(Base):
    """A file as it was saved in a draft: the last one of a name counts, those before are its history."""

    __tablename__ = "draft_file"

    draft_key: Mapped[int] = mapped_column(ForeignKey("draft.key"), primary_key=True)
    revision: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    """The draft's revision that this made: files that were changed together have the same."""
    name: Mapped[str] = mapped_column(primary_key=True)
    content_hash: Mapped[str | None] = mapped_column(ForeignKey("file_content.hash"), index=True)
    """None: the file was removed."""
    kind: Mapped[str]
    """`saved`, `merged`, `removed`, `restored`, `imported`, or `updated` to a newer release."""
    saved_at: Mapped[datetime]
    saved_by: Mapped[int] = mapped_column(ForeignKey("person.key"))

    person: Mapped[Person] = relationship(lazy="joined")


class DraftEvent(Base):
    """What happened to a draft on its way to being live, never changed."""

    __tablename__ = "draft_event"

    key: Mapped[int] = mapped_column(Key, primary_key=True)
    draft_key: Mapped[int] = mapped_column(ForeignKey("draft.key"), index=True)
    kind: Mapped[str]
    """`made`, `submitted`, `withdrawn`, `returned`, `approved`, `lapsed`, `updated`, `restored`, …"""
    revision: Mapped[int]
    """The draft's revision at that moment."""
    at: Mapped[datetime]
    person_key: Mapped[int] = mapped_column(ForeignKey("person.key"))
    text: Mapped[str] = mapped_column(default="")
    """The note, or the reason."""
    data: Mapped[dict[str, Any]] = mapped_column(default=dict)

    person: Mapped[Person] = relationship(lazy="joined")


class DraftPresence(Base):
    """Somebody who has a file of a draft open, and when they were last seen there."""

    __tablename__ = "draft_presence"

    draft_key: Mapped[int] = mapped_column(ForeignKey("draft.key"), primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    person_key: Mapped[int] = mapped_column(ForeignKey("person.key"), primary_key=True)
    seen_at: Mapped[datetime]


# ── Cases ────────────────────────────────────────────────────────────────────────────────────────────────


class NumberSeries(Base):
    """The last case number given out in a house and year."""

    __tablename__ = "number_series"

    house_key: Mapped[str] = mapped_column(ForeignKey("house.key"), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last: Mapped[int]


def _where(name: str, condition: str, *columns: str) -> Index:
    """An index of some rows only: all others cost nothing there."""
    return Index(name, *columns, postgresql_where=text(condition), sqlite_where=text(condition))


class Case(Base):
    """A casus. Title, theme and so on project the variables, as the start event's properties say."""

    __tablename__ = "case"
    __table_args__ = (
        Index("ix_case_state_house_key", "state", "house_key"),
        _where("ix_case_state_moved_at", "ended_at IS NULL", "state", "moved_at"),
        # One for each order of the list of cases.
        Index("ix_case_house_key_key", "house_key", "key"),
        Index("ix_case_started_at_key", "started_at", "key"),
        Index("ix_case_moved_at_key", "moved_at", "key"),
        Index("ix_case_next_due_at_key", "next_due_at", "key"),
        Index("ix_case_route", "route"),
        Index("ix_case_title_key", text("substr(lower(title), 1, 100)"), "key"),
    )

    key: Mapped[int] = mapped_column(Key, primary_key=True)
    number: Mapped[str] = mapped_column(unique=True)
    house_key: Mapped[str] = mapped_column(ForeignKey("house.key"))
    process_id: Mapped[str] = mapped_column(index=True)
    title: Mapped[str]
    route: Mapped[str] = mapped_column(default="")
    theme: Mapped[str] = mapped_column(default="")
    legal_regime: Mapped[str] = mapped_column(default="")
    compartment: Mapped[str | None] = mapped_column(index=True)
    """A closed compartment: who is not in it does not even learn that the case exists."""
    municipality_key: Mapped[str | None] = mapped_column(ForeignKey("municipality.key"))
    reporter_key: Mapped[str | None] = mapped_column(ForeignKey("organisation.key"), index=True)
    """The organisation of the melder or adviesvrager."""
    priority: Mapped[int] = mapped_column(default=50)
    state: Mapped[str] = mapped_column(default="running")
    """`running`, `suspended`, `ended` or `cancelled`."""
    started_at: Mapped[datetime]
    started_by: Mapped[int | None] = mapped_column(ForeignKey("person.key"))
    moved_at: Mapped[datetime]
    """When it last went on in its diagram; what is done beside that, such as a note, is no movement."""
    ended_at: Mapped[datetime | None] = mapped_column(index=True)
    next_due_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())
    """The first term of its open tasks, or the end of time. Triggers on `user_task` keep it (0009)."""
    form_key: Mapped[str | None] = mapped_column(index=True, unique=True)
    """Of the one page with a start form that began it: sent again, it begins no other."""

    house: Mapped[House] = relationship(lazy="joined")


class CaseView(Base):
    """What somebody chose to see of the list of cases, under a name of their own."""

    __tablename__ = "case_view"
    __table_args__ = (UniqueConstraint("person_key", "name"),)

    key: Mapped[int] = mapped_column(Key, primary_key=True)
    person_key: Mapped[int] = mapped_column(ForeignKey("person.key"))
    name: Mapped[str]
    chosen: Mapped[dict[str, Any]]
    """The address: name -> values, such as {"stand": ["running"], "kolom": ["titel", "wie"]}."""


class Instance(Base):
    """One run of one process, pinned to a release. `revision` makes a lost update impossible."""

    __tablename__ = "instance"

    case_key: Mapped[int] = mapped_column(ForeignKey("case.key"), primary_key=True, autoincrement=False)
    release_number: Mapped[int] = mapped_column(ForeignKey("release.number"), index=True)
    process_id: Mapped[str]
    state: Mapped[bytes]
    revision: Mapped[int] = mapped_column()

    case: Mapped[Case] = relationship(lazy="joined")

    __mapper_args__ = {"version_id_col": revision}


INBOX_ORDER = ("sort_due_at", "sort_priority", "key")


def _of_open(name: str, *columns: str) -> Index:
    """An index of open tasks only: the finished ones are most of all rows."""
    return _where(name, "state = 'open'", *columns)


class UserTask(Base):
    """A user task as people see it: a projection of the engine's state, with claim and concept."""

    __tablename__ = "user_task"
    __table_args__ = (
        UniqueConstraint("case_key", "engine_id"),
        _of_open("ix_user_task_open_of_case", "case_key"),
        _of_open("ix_user_task_open_of_house", "house_key", *INBOX_ORDER, "compartment"),
        _of_open("ix_user_task_open_of_assignee", "assignee_key", *INBOX_ORDER, "compartment"),
        _where("ix_user_task_completed_at", "completed_at IS NOT NULL", "completed_at"),
    )

    key: Mapped[int] = mapped_column(Key, primary_key=True)
    id: Mapped[UUID] = mapped_column(unique=True, default=uuid4)
    """In addresses."""
    case_key: Mapped[int] = mapped_column(ForeignKey("case.key"))
    engine_id: Mapped[str]
    scope_id: Mapped[str]
    process_id: Mapped[str]
    element_id: Mapped[str]
    path: Mapped[list[str]]
    name: Mapped[str]
    documentation: Mapped[str] = mapped_column(default="")
    form_id: Mapped[str | None]
    groups: Mapped[list[str]]
    """Who may do it: role keys, `organisatie:<key>` or `persoon:<login>`."""
    house_key: Mapped[str] = mapped_column(ForeignKey("house.key"))
    compartment: Mapped[str | None]
    state: Mapped[str] = mapped_column(default="open")
    """`open`, `completed` or `cancelled`."""
    priority: Mapped[int]
    due_at: Mapped[datetime | None]
    follow_up_at: Mapped[datetime | None]
    sort_due_at: Mapped[datetime]
    """`due_at`, or the end of time: so that paging by key needs no nulls."""
    sort_priority: Mapped[int]
    """100 - `priority`: the inbox ascends in all its columns."""
    opened_at: Mapped[datetime]
    reminded_at: Mapped[datetime | None]
    assignee_key: Mapped[int | None] = mapped_column(ForeignKey("person.key"))
    claimed_at: Mapped[datetime | None]
    completed_at: Mapped[datetime | None]
    completed_by: Mapped[int | None] = mapped_column(ForeignKey("person.key"))
    draft: Mapped[dict[str, Any] | None]
    """What somebody typed and has not handed in: {input name: [texts]}."""
    draft_saved_at: Mapped[datetime | None]
    draft_by: Mapped[int | None] = mapped_column(ForeignKey("person.key"))

    case: Mapped[Case] = relationship(lazy="joined")
    assignee: Mapped[Person | None] = relationship(foreign_keys=[assignee_key])


class InboxEntry(Base):
    """An open user task as it stands in the inbox of one of its groups, in the order in which it is read.

    Triggers on `user_task` keep these rows (migration 0007), so that whoever changes a task need not think of
    them; nothing else writes here.
    """

    __tablename__ = "inbox_entry"
    __table_args__ = {"sqlite_with_rowid": False}

    house_key: Mapped[str] = mapped_column(primary_key=True)
    group: Mapped[str] = mapped_column(primary_key=True)
    compartment: Mapped[str] = mapped_column(primary_key=True)
    """Empty where the task is in none: a part of the key can't be null."""
    taken: Mapped[bool] = mapped_column(primary_key=True)
    """Somebody picked it up."""
    sort_due_at: Mapped[datetime] = mapped_column(primary_key=True)
    sort_priority: Mapped[int] = mapped_column(primary_key=True)
    task_key: Mapped[int] = mapped_column(Key, primary_key=True, autoincrement=False)


class Token(Base):
    """An element where a case stands now; the numbers in the diagrams count these rows."""

    __tablename__ = "token"
    __table_args__ = (
        Index("ix_token_process_id_element_id_case_key", "process_id", "element_id", "case_key"),
    )

    key: Mapped[int] = mapped_column(Key, primary_key=True)
    case_key: Mapped[int] = mapped_column(ForeignKey("case.key"), index=True)
    engine_id: Mapped[str]
    process_id: Mapped[str]
    element_id: Mapped[str]
    name: Mapped[str]
    type: Mapped[str]
    path: Mapped[list[str]]
    since: Mapped[datetime]


class Job(Base):
    """Work that a machine must do later, written in the transaction that made it necessary."""

    __tablename__ = "job"
    __table_args__ = (Index("ix_job_due", "parked", "due_at", "key"),)

    key: Mapped[int] = mapped_column(Key, primary_key=True)
    case_key: Mapped[int | None] = mapped_column(ForeignKey("case.key"), index=True)
    kind: Mapped[str]
    """`timer`, or the type of a service task."""
    engine_id: Mapped[str]
    process_id: Mapped[str]
    element_id: Mapped[str]
    due_at: Mapped[datetime]
    payload: Mapped[dict[str, Any]] = mapped_column(default=dict)
    attempts: Mapped[int] = mapped_column(default=0)
    parked: Mapped[bool] = mapped_column(default=False)
    """Not to be run: it failed too often and an incident waits for a person, or its case is suspended."""


class Subscription(Base):
    """A message or signal that a case waits for, so that it is found by name and key."""

    __tablename__ = "subscription"
    __table_args__ = (Index("ix_subscription_kind_name_correlation_key", "kind", "name", "correlation_key"),)

    key: Mapped[int] = mapped_column(Key, primary_key=True)
    case_key: Mapped[int] = mapped_column(ForeignKey("case.key"), index=True)
    engine_id: Mapped[str]
    kind: Mapped[str]
    """`message` or `signal`."""
    name: Mapped[str]
    correlation_key: Mapped[str | None]


class Message(Base):
    """A message from outside, or from another case: handled once, or kept until somebody waits for it."""

    __tablename__ = "message"
    __table_args__ = (
        Index("ix_message_name_correlation_key", "name", "correlation_key"),
        Index("ix_message_handled_at_expires_at", "handled_at", "expires_at"),
    )

    key: Mapped[int] = mapped_column(Key, primary_key=True)
    id: Mapped[str] = mapped_column(unique=True)
    """What its sender calls it: the same id is the same message."""
    name: Mapped[str]
    correlation_key: Mapped[str | None]
    variables: Mapped[dict[str, Any]]
    received_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    handled_at: Mapped[datetime | None]
    case_key: Mapped[int | None] = mapped_column(ForeignKey("case.key"))
    """The case that took it, or that it started."""


class Migration(Base):
    """Cases on their way to another release, one job each."""

    __tablename__ = "migration"

    key: Mapped[int] = mapped_column(Key, primary_key=True)
    release_number: Mapped[int] = mapped_column(ForeignKey("release.number"))
    """Where they go."""
    renamed: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """Element id of now -> element id there."""
    reason: Mapped[str]
    started_at: Mapped[datetime]
    started_by: Mapped[int | None] = mapped_column(ForeignKey("person.key"))
    stopped_at: Mapped[datetime | None]
    """Somebody called it off: what waits then, stays."""


class MigrationCase(Base):
    """How it went with one case: `waiting`, `moved`, `refused` (with why) or `stopped`."""

    __tablename__ = "migration_case"
    __table_args__ = (Index("ix_migration_case_migration_key_state", "migration_key", "state"),)

    migration_key: Mapped[int] = mapped_column(ForeignKey("migration.key"), primary_key=True)
    case_key: Mapped[int] = mapped_column(ForeignKey("case.key"), primary_key=True)
    from_release: Mapped[int]
    state: Mapped[str] = mapped_column(default="waiting")
    reasons: Mapped[list[str]] = mapped_column(default=list)


DECIDED = "kind = 'decision'"
REMINDED = "kind = 'reminded'"


class Event(Base):
    """A fact about a case, never changed: the history, the timeline and the audit trail read only these."""

    __tablename__ = "event"
    __table_args__ = (
        _where("ix_event_decided", DECIDED, "case_key"),
        _where("ix_event_reminded", REMINDED, "at"),
    )

    key: Mapped[int] = mapped_column(Key, primary_key=True)
    case_key: Mapped[int | None] = mapped_column(ForeignKey("case.key"), index=True)
    kind: Mapped[str]
    at: Mapped[datetime]
    person_key: Mapped[int | None] = mapped_column(ForeignKey("person.key"))
    process_id: Mapped[str | None]
    element_id: Mapped[str | None]
    element_type: Mapped[str | None]
    name: Mapped[str | None]
    task_key: Mapped[int | None]
    data: Mapped[dict[str, Any]] = mapped_column(default=dict)


class Incident(Base):
    """A step that failed and waits for a person to retry it."""

    __tablename__ = "incident"
    __table_args__ = (Index("ix_incident_resolved_at_key", "resolved_at", "key"),)

    key: Mapped[int] = mapped_column(Key, primary_key=True)
    case_key: Mapped[int] = mapped_column(ForeignKey("case.key"), index=True)
    job_key: Mapped[int | None] = mapped_column(ForeignKey("job.key", ondelete="SET NULL"), index=True)
    engine_id: Mapped[str | None]
    """The token that stands still; None when a job failed."""
    process_id: Mapped[str]
    element_id: Mapped[str]
    path: Mapped[list[str]] = mapped_column(default=list)
    """The calls and phases around a token that stands still."""
    message: Mapped[str]
    opened_at: Mapped[datetime]
    resolved_at: Mapped[datetime | None]
    resolved_by: Mapped[int | None] = mapped_column(ForeignKey("person.key"))


class DataRequest(Base):
    """A variable of a running case that somebody wants to change and a colleague must agree with."""

    __tablename__ = "data_request"
    __table_args__ = (Index("ix_data_request_state_key", "state", "key"),)

    key: Mapped[int] = mapped_column(Key, primary_key=True)
    case_key: Mapped[int] = mapped_column(ForeignKey("case.key"), index=True)
    name: Mapped[str]
    """Of the variable."""
    before: Mapped[Any] = mapped_column(JSON)
    """What it was when it was asked: only that may be replaced."""
    after: Mapped[Any] = mapped_column(JSON)
    why: Mapped[str]
    state: Mapped[str] = mapped_column(default="waiting")
    """`waiting`, `approved`, `refused` or `withdrawn`."""
    asked_at: Mapped[datetime]
    asked_by: Mapped[int] = mapped_column(ForeignKey("person.key"))
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("person.key"))

    case: Mapped[Case] = relationship(lazy="joined")
    asker: Mapped[Person] = relationship(foreign_keys=[asked_by], lazy="joined")


class Document(Base):
    """A file that somebody handed in with a form. Until its case is known it belongs to who sent it."""

    __tablename__ = "document"

    key: Mapped[int] = mapped_column(Key, primary_key=True)
    id: Mapped[UUID] = mapped_column(unique=True, default=uuid4)
    case_key: Mapped[int | None] = mapped_column(ForeignKey("case.key"), index=True)
    task_key: Mapped[int | None] = mapped_column(ForeignKey("user_task.key"))
    name: Mapped[str]
    media_type: Mapped[str]
    size_bytes: Mapped[int]
    sha256: Mapped[str]
    content: Mapped[bytes] = mapped_column(deferred=True)
    stored_at: Mapped[datetime]
    stored_by: Mapped[int] = mapped_column(ForeignKey("person.key"))
    handed_in: Mapped[bool] = mapped_column(default=False)
    """False while it is part of a concept only."""


# ── The past, counted ahead ──────────────────────────────────────────────────────────────────────────────


class PastPart(Base):
    """A day, third of a month, month or quarter in Amsterdam that is over: its figures are counted ahead.

    Triggers on `case`, `user_task` and `event` (migrations 0012 and 0013) raise `changes` in the transaction
    that makes it different from what it was: what a worker counted counts only as long as `counted` is equal
    to that.
    """

    __tablename__ = "past_part"

    ends_at: Mapped[datetime] = mapped_column(primary_key=True)
    begins_at: Mapped[datetime] = mapped_column(primary_key=True)
    since: Mapped[datetime]
    """From when on the triggers see this part."""
    changes: Mapped[int] = mapped_column(default=0)
    counted: Mapped[int | None]
    """The value of `changes` with which it was counted."""
    layout: Mapped[int | None]
    """Of what was counted: another one is not understood, and counted again."""


class PastFigures(Base):
    """What happened in such a part to the cases of a house, in a closed compartment or (empty) in none."""

    __tablename__ = "past_figures"
    __table_args__ = (
        ForeignKeyConstraint(
            ["ends_at", "begins_at"], ["past_part.ends_at", "past_part.begins_at"], ondelete="CASCADE"
        ),
    )

    ends_at: Mapped[datetime] = mapped_column(primary_key=True)
    begins_at: Mapped[datetime] = mapped_column(primary_key=True)
    house_key: Mapped[str] = mapped_column(primary_key=True)
    compartment: Mapped[str] = mapped_column(primary_key=True)
    narrowed: Mapped[str] = mapped_column(primary_key=True)
    """`route:` or `theme:` with what all these cases have in common; empty for all."""
    cases: Mapped[int]
    """How many ended."""
    ended: Mapped[dict[str, Any]]
    """As `services.past` packs them."""
    done: Mapped[list[Any]]
    reminded: Mapped[list[Any]]
    advised: Mapped[list[Any]]


class Way(Base):
    """An order of user tasks, by their names, in which cases were done."""

    __tablename__ = "way"

    key: Mapped[int] = mapped_column(Key, primary_key=True)
    hash: Mapped[str] = mapped_column(unique=True)
    steps: Mapped[list[str]]


class CaseWay(Base):
    """The way of a case that is over; a trigger on `case` adds it (0012), a worker finds which way it was."""

    __tablename__ = "case_way"
    __table_args__ = (_where("ix_case_way_to_find", "way_key IS NULL", "case_key"),)

    case_key: Mapped[int] = mapped_column(
        ForeignKey("case.key", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    way_key: Mapped[int | None] = mapped_column(ForeignKey("way.key"))


# ── The installation itself ──────────────────────────────────────────────────────────────────────────────


class Worker(Base):
    """A worker process that does what is due; it says now and then that it is there."""

    __tablename__ = "worker"

    name: Mapped[str] = mapped_column(primary_key=True)
    """Its machine and process number."""
    version: Mapped[str]
    started_at: Mapped[datetime]
    seen_at: Mapped[datetime]


class Summary(Base):
    """Somebody who gets a summary by mail each working morning, and how far that is."""

    __tablename__ = "summary"

    person_key: Mapped[int] = mapped_column(ForeignKey("person.key"), primary_key=True, autoincrement=False)
    address: Mapped[str]
    done_day: Mapped[date]
    """The last day, in Amsterdam, for which nothing is left to do."""
    attempts: Mapped[int] = mapped_column(default=0)
    """Of the day after that."""
    not_before: Mapped[datetime | None]
    """A worker has it until then, or it failed and is tried again from then on."""
    failed: Mapped[bool] = mapped_column(default=False)
    """The last day it could not be sent, however often it was tried."""

    person: Mapped[Person] = relationship(lazy="joined")


# ── Trying out ───────────────────────────────────────────────────────────────────────────────────────────


class Trial(Base):
    """A try-out of files that need not be live: a case with a clock of its own, in no list of cases."""

    __tablename__ = "trial"

    key: Mapped[int] = mapped_column(Key, primary_key=True)
    id: Mapped[UUID] = mapped_column(unique=True, default=uuid4)
    """In addresses."""
    draft_id: Mapped[UUID | None]
    """The draft that is tried out; without one it is a release."""
    release_number: Mapped[int] = mapped_column(ForeignKey("release.number"))
    """The release itself, or what the draft is based on."""
    files: Mapped[dict[str, Any]]
    """Name -> hash of the content, as they were when the try-out began."""
    process_id: Mapped[str]
    house_key: Mapped[str] = mapped_column(ForeignKey("house.key"))
    began_at: Mapped[datetime]
    """On the clock of the try-out."""
    now_at: Mapped[datetime]
    state: Mapped[bytes | None]
    """Nothing as long as the start form has not been handed in."""
    acts: Mapped[list[Any]] = mapped_column(default=list)
    """What somebody did, as `checks.trial.Act`s: with this it can be done again."""
    moments: Mapped[list[Any]] = mapped_column(default=list)
    """What happened, as `checks.trial.Moment`s."""
    started_at: Mapped[datetime] = mapped_column(index=True)
    started_by: Mapped[int] = mapped_column(ForeignKey("person.key"))
    revision: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": revision}


class Scenario(Base):
    """A try-out that is done again with every later draft, and the way that the case must go."""

    __tablename__ = "scenario"

    key: Mapped[int] = mapped_column(Key, primary_key=True)
    id: Mapped[UUID] = mapped_column(unique=True, default=uuid4)
    """In addresses."""
    name: Mapped[str] = mapped_column(unique=True)
    process_id: Mapped[str]
    house_key: Mapped[str] = mapped_column(ForeignKey("house.key"))
    began_at: Mapped[datetime]
    acts: Mapped[list[Any]]
    route: Mapped[list[Any]]
    """The `checks.trial.Stop`s that are expected."""
    made_by: Mapped[int] = mapped_column(ForeignKey("person.key"))
    made_at: Mapped[datetime]
