"""Opens the SQLite file durably (WAL, synchronous=FULL) and brings its tables up to date."""

from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.exc import SQLAlchemyError

from timing_server.adapters.errors import DatabaseError

MIGRATIONS = Path(__file__).parents[1] / "migrations"
BUSY_TIMEOUT_MS = 5_000


def open_database(path: Path) -> Engine:
    """Open (or make) the database and run the migrations that it lacks.

    Raises DatabaseError with one sentence where the file is no database of this release's or an
    older one's, or can't be written.
    """
    engine = create_engine(f"sqlite:///{path}", pool_size=8, max_overflow=32)
    event.listen(engine, "connect", _prepare_connection)
    event.listen(engine, "begin", _begin)
    try:
        migrate(engine)
    except CommandError as error:
        engine.dispose()
        message = f"The database {path} was made by a newer Paddock ({error}): update Paddock."
        raise DatabaseError(message) from error
    except SQLAlchemyError as error:
        engine.dispose()
        reason = getattr(error, "orig", None) or error
        message = f"The database {path} can't be opened ({reason}); name another folder."
        raise DatabaseError(message) from error
    return engine


def migrate(engine: Engine) -> None:
    """Bring the tables to the newest revision, within one transaction."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def _prepare_connection(dbapi_connection: Any, _record: object) -> None:
    # The driver's own idea of transactions leaves DDL and SAVEPOINT outside: ours begin explicitly.
    dbapi_connection.isolation_level = None
    cursor = dbapi_connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    # FULL: a commit is on the disk when it returns. NORMAL loses acknowledged rows in power cuts.
    cursor.execute("PRAGMA synchronous=FULL")
    # What is deleted is overwritten: a person who was forgotten is not in the file any more.
    cursor.execute("PRAGMA secure_delete=ON")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
    cursor.close()


def _begin(connection: Any) -> None:
    connection.exec_driver_sql("BEGIN")
