"""Alembic's entry: runs the migrations on the connection that ``adapters.sqlite`` hands over."""

from alembic import context

from timing_server.adapters.sqlite import tables

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=tables.METADATA,
    # adapters.sqlite begins the transaction itself, so SQLite's DDL is part of it.
    transactional_ddl=True,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
