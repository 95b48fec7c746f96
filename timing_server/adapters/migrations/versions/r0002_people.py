"""People as they want to be seen, their teams, and who waits to be let into an event."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_PROFILE = ("nickname", "sponsor", "country", "contact")


def upgrade() -> None:
    """Go to this revision: who is known already is shown by full name, as until now."""
    for column in _PROFILE:
        op.add_column("drivers", sa.Column(column, sa.String(), nullable=False, server_default=""))
    shown_as = sa.Column("shown_as", sa.String(), nullable=False, server_default="full")
    op.add_column("drivers", shown_as)
    op.create_table(
        "teams",
        sa.Column("team_id", sa.String(), primary_key=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("colour", sa.String(), nullable=False),
    )
    op.create_table(
        "registrations",
        sa.Column("registration_id", sa.String(), primary_key=True),
        sa.Column("event_id", sa.String(), nullable=False),
        sa.Column("driver_id", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("made_wall_utc", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("nickname", sa.String(), nullable=False),
        sa.Column("shown_as", sa.String(), nullable=False),
        sa.Column("colour", sa.String(), nullable=False),
        sa.Column("sponsor", sa.String(), nullable=False),
        sa.Column("country", sa.String(), nullable=False),
        sa.Column("contact", sa.String(), nullable=False),
        sa.Column("team", sa.String(), nullable=False),
        sa.Column("region", sa.String(), nullable=False),
        sa.Column("class_name", sa.String(), nullable=False),
        sa.Column("entry_id", sa.String(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.UniqueConstraint("event_id", "driver_id", name="uq_registrations_event_driver"),
    )


def downgrade() -> None:
    """Go back to the one before."""
    op.drop_table("registrations")
    op.drop_table("teams")
    for column in (*_PROFILE, "shown_as"):
        op.drop_column("drivers", column)
