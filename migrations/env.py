"""Alembic's environment: the application's own engine, which opens the encrypted database as all else does."""

from alembic import context
from flask import current_app
from sqlalchemy import Connection

from portal.domain import tables
from portal.kernel.database import Base

assert tables.ALL


def run(connection: Connection) -> None:
    """Migrate over one connection; on SQLite tables are copied, so foreign keys rest and are checked afterwards."""
    embedded = connection.dialect.name == "sqlite"
    if embedded:
        connection.connection.cursor().execute("PRAGMA foreign_keys = OFF")
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=True,
        compare_type=True,
        transactional_ddl=True,
    )
    with context.begin_transaction():
        context.run_migrations()
        if embedded:
            broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
            if broken:
                raise RuntimeError(f"the migration would leave {len(broken)} rows that point to nothing")
    if embedded:
        connection.connection.cursor().execute("PRAGMA foreign_keys = ON")


with current_app.extensions["migrate"].db.engine.connect() as connection:
    run(connection)
