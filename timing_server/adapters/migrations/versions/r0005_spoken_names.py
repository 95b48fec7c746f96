"""Names as a voice is to read them."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go to this revision: every name reads itself."""
    column = sa.Column("spoken_as", sa.String(), nullable=False, server_default="")
    op.add_column("drivers", column)


def downgrade() -> None:
    """Go back to the one before."""
    op.drop_column("drivers", "spoken_as")
