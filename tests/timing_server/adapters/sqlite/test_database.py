import sqlite3
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from timing_server.adapters.errors import DatabaseError
from timing_server.adapters.sqlite import database as subject
from timing_server.adapters.sqlite.tables import METADATA


def test_migrations_lead_to_the_models(tmp_path: Path) -> None:
    """It should leave no difference between what migrations make and what the models say."""
    engine = subject.open_database(tmp_path / "a.sqlite3")
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, METADATA) == []
    engine.dispose()


def test_a_difference_would_be_seen(tmp_path: Path) -> None:
    """It should be able to fail: a column more is a difference."""
    engine = subject.open_database(tmp_path / "a.sqlite3")
    with engine.connect() as connection:
        connection.exec_driver_sql("alter table drivers add column shoe_size integer")
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        ((kind, _, table, column),) = compare_metadata(context, METADATA)
        assert (kind, table, column.name) == ("remove_column", "drivers", "shoe_size")
    engine.dispose()


def test_commits_are_durable(tmp_path: Path) -> None:
    """It should write ahead, sync fully and check foreign keys on every connection."""
    engine = subject.open_database(tmp_path / "a.sqlite3")
    with engine.connect() as one, engine.connect() as other:
        for connection in (one, other):
            pragmas = {
                name: connection.exec_driver_sql(f"pragma {name}").scalar()
                for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
            }
            assert pragmas == {
                "journal_mode": "wal",
                "synchronous": 2,
                "foreign_keys": 1,
                "busy_timeout": subject.BUSY_TIMEOUT_MS,
            }
    engine.dispose()


def test_opening_again_changes_nothing(tmp_path: Path) -> None:
    """It should find the tables at their newest revision."""
    for _ in range(2):
        subject.open_database(tmp_path / "a.sqlite3").dispose()
    with sqlite3.connect(tmp_path / "a.sqlite3") as connection:
        assert connection.execute("select count(*) from alembic_version").fetchone() == (1,)
    connection.close()


def test_a_database_of_a_newer_release_is_refused(tmp_path: Path) -> None:
    """It should say to update instead of guessing what the tables mean."""
    path = tmp_path / "a.sqlite3"
    subject.open_database(path).dispose()
    with sqlite3.connect(path) as connection:
        connection.execute("update alembic_version set version_num = '9999'")
    connection.close()
    with pytest.raises(DatabaseError, match="newer Paddock"):
        subject.open_database(path)
