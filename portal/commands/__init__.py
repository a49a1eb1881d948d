"""The command-line door: what an operator does at the console. `flask --app wsgi` lists the commands."""

from __future__ import annotations

from flask import Flask


def join(app: Flask) -> None:
    """Add every command to the `flask` program. What they need is imported here, not when pages are served."""
    from portal.commands import (
        audit,
        backup,
        endings,
        keys_rotate,
        migrate,
        office,
        restore,
        setup,
        staff,
        where,
        worker,
    )

    for command in (
        audit.audit,
        backup.backup,
        endings.endings,
        keys_rotate.keys_rotate,
        migrate.migrate,
        office.office_create,
        restore.restore,
        setup.setup,
        staff.staff_create,
        staff.staff_reset,
        where.where,
        worker.worker,
    ):
        app.cli.add_command(command)
