"""The queue of models that wait to be driven on virtual tracks."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go to this revision: nobody has submitted anything yet."""
    op.create_table(
        "virtual_jobs",
        sa.Column("position", sa.Integer(), primary_key=True),
        sa.Column("submission_id", sa.String(), nullable=False),
        sa.Column("event_id", sa.String(), nullable=False),
        sa.Column("model_sha256", sa.String(), nullable=False),
        sa.Column("worker", sa.String(), nullable=False),
        sa.Column("lease_id", sa.String(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.UniqueConstraint("submission_id", name="uq_virtual_jobs_submission"),
    )


def downgrade() -> None:
    """Go back to the one before."""
    op.drop_table("virtual_jobs")
