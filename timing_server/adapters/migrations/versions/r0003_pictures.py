"""Pictures of drivers, and events whose sign-up the organiser has closed."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go to this revision: nobody has a picture yet, and every sign-up is open."""
    op.create_table(
        "driver_pictures",
        sa.Column("driver_id", sa.String(), primary_key=True),
        sa.Column("version", sa.String(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
    )
    op.create_table(
        "closed_sign_ups",
        sa.Column("event_id", sa.String(), primary_key=True),
    )


def downgrade() -> None:
    """Go back to the one before."""
    op.drop_table("closed_sign_ups")
    op.drop_table("driver_pictures")
