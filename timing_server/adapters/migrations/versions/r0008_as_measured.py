"""What models did as cars that were measured, beside what they did as the usual one."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_NAME = "uq_evaluations_setting"
_SETTING = ["sha256", "kind", "track_sha256", "seed", "laps", "versions"]


def upgrade() -> None:
    """Go to this revision: until now all drove as the usual car."""
    with op.batch_alter_table("evaluations") as table:
        table.add_column(sa.Column("as_measured", sa.String(), nullable=False, server_default=""))
        table.drop_constraint(_NAME, type_="unique")
        table.create_unique_constraint(_NAME, [*_SETTING, "as_measured"])


def downgrade() -> None:
    """Go back to the one before, in which there is no other car."""
    op.execute("DELETE FROM evaluations WHERE as_measured <> ''")
    with op.batch_alter_table("evaluations") as table:
        table.drop_constraint(_NAME, type_="unique")
        table.drop_column("as_measured")
        table.create_unique_constraint(_NAME, _SETTING)
