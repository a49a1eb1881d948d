"""Appointments: hours as rules, claims that decide, what grew beside them."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

#: A bigint that counts up by itself on SQLite, and a moment: sortable text there, timestamptz on PostgreSQL.
BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True).with_variant(sa.Text(), "sqlite")


def upgrade() -> None:
    with op.batch_alter_table("location") as batch_op:
        batch_op.add_column(sa.Column("ended_at", MOMENT, nullable=True))

    with op.batch_alter_table("provider") as batch_op:
        batch_op.add_column(sa.Column("ended_at", MOMENT, nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("provider") as batch_op:
        batch_op.drop_column("ended_at")

    with op.batch_alter_table("location") as batch_op:
        batch_op.drop_column("ended_at")
