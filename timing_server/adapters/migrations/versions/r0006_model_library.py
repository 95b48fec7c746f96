"""Where models come from, their owners' notes, and what they did on virtual tracks."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go to this revision: what was brought so far has no notes and drove nowhere yet."""
    notes = sa.Column("notes", sa.String(), nullable=False, server_default="")
    origin = sa.Column("origin", sa.LargeBinary(), nullable=False, server_default=sa.text("x''"))
    op.add_column("models", notes)
    op.add_column("models", origin)
    op.create_table(
        "evaluations",
        sa.Column("evaluation_id", sa.String(), primary_key=True),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("track", sa.String(), nullable=False),
        sa.Column("track_sha256", sa.String(), nullable=False),
        sa.Column("seed", sa.Integer(), nullable=False),
        sa.Column("laps", sa.Integer(), nullable=False),
        sa.Column("versions", sa.String(), nullable=False),
        sa.Column("made_wall_utc", sa.String(), nullable=False),
        sa.Column("outcome", sa.LargeBinary(), nullable=False),
        sa.UniqueConstraint(
            *("sha256", "kind", "track_sha256", "seed", "laps", "versions"),
            name="uq_evaluations_setting",
        ),
    )
    op.create_table(
        "reward_sources",
        sa.Column("sha256", sa.String(), primary_key=True),
        sa.Column("content", sa.LargeBinary(), nullable=False),
    )


def downgrade() -> None:
    """Go back to the one before."""
    op.drop_table("reward_sources")
    op.drop_table("evaluations")
    op.drop_column("models", "origin")
    op.drop_column("models", "notes")
