"""The migrations make exactly the tables of the models, on both databases."""

from datetime import UTC, datetime
from uuid import UUID

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine, select, text
from sqlalchemy.orm import Session

from app import migrations
from app.store.inbox import END_OF_TIME
from app.store.models import Case, InboxEntry, UserTask
from app.store.session import db


def test_migrations_make_the_tables_of_the_models(any_url: str) -> None:
    engine = create_engine(any_url)
    with engine.begin() as connection:
        found = compare_metadata(MigrationContext.configure(connection), db.metadata)
    engine.dispose()
    assert found == []


def test_upgrading_again_changes_nothing(any_url: str) -> None:
    engine = create_engine(any_url)
    for _ in range(2):
        with engine.begin() as connection:
            migrations.upgrade(connection)
            assert MigrationContext.configure(connection).get_current_revision() is not None
    engine.dispose()


def test_tasks_of_before_stand_in_the_inbox_of_their_groups(any_url: str) -> None:
    engine = create_engine(any_url)
    with engine.begin() as connection:
        down_to_before(connection, "0007")
        for statement in BEFORE:
            connection.execute(text(statement))
        migrations.upgrade(connection)

    with Session(engine) as session:
        tasks = session.execute(select(UserTask.key, UserTask.groups)).all()
        entries = session.execute(select(InboxEntry.task_key, InboxEntry.group)).all()
    with engine.begin() as connection:
        down_to_before(connection, "0007")
        back = connection.execute(text('SELECT task_key, "group" FROM candidate')).all()
    engine.dispose()

    assert {(key, group) for key, groups in tasks for group in groups} == CANDIDATES
    assert set(entries) == {(1, "procesregisseur"), (1, "weegploeg")}
    assert set(back) == CANDIDATES


CANDIDATES = {(1, "procesregisseur"), (1, "weegploeg"), (2, "procesregisseur")}
"""The first task is open, the second is not."""
BEFORE = (
    "INSERT INTO house VALUES ('arnhem', 'Arnhem', 'ARN', '', '')",
    """
INSERT INTO "case" (key, number, house_key, process_id, title, route, theme, legal_regime, priority, state,
                    started_at, changed_at)
VALUES (1, 'ARN-1', 'arnhem', 'p', 'Titel', '', '', '', 50, 'running', '2026-11-23 09:00', '2026-11-23 09:00')
""",
    *(
        f"""
INSERT INTO user_task (key, id, case_key, engine_id, scope_id, process_id, element_id, path, name,
                       documentation, house_key, state, priority, sort_due_at, sort_priority, opened_at)
VALUES ({key}, '{UUID(int=key).hex}', 1, '{key}', '0', 'p', 'e', '[]', 'Taak', '', 'arnhem', '{state}', 50,
        '9999-01-01 00:00', 50, '2026-11-23 09:00')
"""
        for key, state in ((1, "open"), (2, "completed"))
    ),
    *(f"INSERT INTO candidate VALUES ({key}, '{group}')" for key, group in sorted(CANDIDATES)),
)


def test_cases_of_before_get_the_first_term_of_their_open_tasks(any_url: str) -> None:
    engine = create_engine(any_url)
    with engine.begin() as connection:
        down_to_before(connection, "0009")
        connection.execute(text("INSERT INTO house VALUES ('arnhem', 'Arnhem', 'ARN', '', '')"))
        for statement in (*WITH_TERMS, *WITHOUT_TERMS):
            connection.execute(text(statement))
        migrations.upgrade(connection)

    with Session(engine) as session:
        found = dict(session.execute(select(Case.key, Case.next_due_at)).all())
    engine.dispose()

    assert found == {1: datetime(2026, 11, 25, 9, tzinfo=UTC), 2: END_OF_TIME}


CASE_OF_BEFORE = """
INSERT INTO "case" (key, number, house_key, process_id, title, route, theme, legal_regime, priority, state,
                    started_at)
VALUES ({key}, 'ARN-{key}', 'arnhem', 'p', 'Titel', '', '', '', 50, 'running', '2026-11-23 09:00:00.000000')
"""
TASK_OF_BEFORE = """
INSERT INTO user_task (key, id, case_key, engine_id, scope_id, process_id, element_id, path, name, groups,
                       documentation, house_key, state, priority, sort_due_at, sort_priority, opened_at)
VALUES ({key}, '{id}', {case}, '{key}', '0', 'p', 'e', '[]', 'Taak', '[]', '', 'arnhem', '{state}', 50,
        '{due}', 50, '2026-11-23 09:00:00.000000')
"""


def task_of_before(key: int, case: int, state: str, due: str) -> str:
    moment = f"{due} 09:00:00.000000"
    return TASK_OF_BEFORE.format(key=key, id=UUID(int=key).hex, case=case, state=state, due=moment)


WITH_TERMS = (
    CASE_OF_BEFORE.format(key=1),
    task_of_before(1, 1, "completed", "2026-11-24"),
    task_of_before(2, 1, "open", "2026-11-25"),
    task_of_before(3, 1, "open", "2026-11-26"),
)
WITHOUT_TERMS = (CASE_OF_BEFORE.format(key=2), task_of_before(4, 2, "completed", "2026-11-24"))


def down_to_before(connection: Connection, revision: str) -> None:
    settings = migrations.settings(connection)
    before = ScriptDirectory.from_config(settings).get_revision(revision).down_revision
    assert isinstance(before, str)
    command.downgrade(settings, before)
