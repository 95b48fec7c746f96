"""The first tables: log, evidence, uplinks, retries, names, credentials, codes, blobs."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go to this revision."""
    _create_log()
    _create_names()
    _create_access()


def _create_log() -> None:
    op.create_table(
        "facts",
        sa.Column("position", sa.Integer(), primary_key=True),
        sa.Column("stream", sa.String(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("type", sa.String(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.Column("stored", sa.LargeBinary(), nullable=False),
        sa.UniqueConstraint("stream", "seq", name="uq_facts_stream_seq"),
    )
    op.create_index("ix_facts_type_position", "facts", ["type", "position"])
    op.create_table(
        "evidence",
        sa.Column("position", sa.Integer(), primary_key=True),
        sa.Column("node_id", sa.String(), nullable=False),
        sa.Column("journal_id", sa.String(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("boot_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("content_sha256", sa.String(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.UniqueConstraint("node_id", "journal_id", "seq", "boot_id", name="uq_evidence_record"),
    )
    op.create_index("ix_evidence_kind_node", "evidence", ["kind", "node_id", "position"])
    op.create_table(
        "uplinks",
        sa.Column("node_id", sa.String(), primary_key=True),
        sa.Column("journal_id", sa.String(), primary_key=True),
        sa.Column("acked_seq", sa.Integer(), nullable=False),
    )
    op.create_table(
        "retries",
        sa.Column("principal", sa.String(), primary_key=True),
        sa.Column("key", sa.String(), primary_key=True),
        sa.Column("request_sha256", sa.String(), nullable=False),
        sa.Column("outcome", sa.LargeBinary(), nullable=False),
        sa.Column("made_race_ns", sa.Integer(), nullable=False),
    )
    op.create_index("ix_retries_made_race_ns", "retries", ["made_race_ns"])


def _create_names() -> None:
    for table, key in (("drivers", "driver_id"), ("cars", "car_id")):
        op.create_table(
            table,
            sa.Column(key, sa.String(), primary_key=True),
            sa.Column("name", sa.String(), nullable=False),
            sa.Column("colour", sa.String(), nullable=False),
        )
    op.create_table(
        "event_names",
        sa.Column("event_id", sa.String(), primary_key=True),
        sa.Column("name", sa.String(), nullable=False),
    )
    op.create_table(
        "blobs",
        sa.Column("name", sa.String(), primary_key=True),
        sa.Column("content", sa.LargeBinary(), nullable=False),
    )


def _create_access() -> None:
    op.create_table(
        "credentials",
        sa.Column("credential_id", sa.String(), primary_key=True),
        sa.Column("principal", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("scope", sa.String(), nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("token_sha256", sa.String(), nullable=False),
        sa.Column("made_wall_utc", sa.String(), nullable=False),
        sa.Column("expires_race_ns", sa.Integer(), nullable=True),
        sa.UniqueConstraint("token_sha256"),
    )
    op.create_table(
        "codes",
        sa.Column("code_sha256", sa.String(), primary_key=True),
        sa.Column("principal", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("scope", sa.String(), nullable=True),
        sa.Column("expires_race_ns", sa.Integer(), nullable=True),
    )


def downgrade() -> None:
    """Go back to the one before: an empty file."""
    for table in (
        *("codes", "credentials", "blobs", "event_names", "cars", "drivers"),
        *("retries", "uplinks", "evidence", "facts"),
    ):
        op.drop_table(table)
