"""Models that drivers brought: whose they are, and what their trial found."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go to this revision: nobody has brought a model yet."""
    op.create_table(
        "models",
        sa.Column("sha256", sa.String(), primary_key=True),
        sa.Column("owner", sa.String(), primary_key=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("size_bytes", sa.Integer(), nullable=False),
        sa.Column("made_wall_utc", sa.String(), nullable=False),
        sa.Column("about", sa.LargeBinary(), nullable=False),
    )


def downgrade() -> None:
    """Go back to the one before."""
    op.drop_table("models")
