"""`make setup`: a portal for real people. Keys, tables, the operator. Asks nothing, and does nothing twice."""

from __future__ import annotations

import os
import sys

import click
from flask import Flask, current_app
from flask.cli import with_appcontext
from sqlalchemy import select

from config import BadSetting, Settings, read_settings
from portal import create_app
from portal.commands import migrate, prepare
from portal.commands.first_sign_in import new_member, tell
from portal.domain.accounts.models import StaffMember
from portal.kernel import database
from portal.kernel.engines import UnfixedCore
from portal.kernel.secrets import KeyFileError


def main() -> int:
    """As the command, and before there is a key file (which `flask --app wsgi` needs)."""
    try:
        settings = read_settings(os.environ)
        prepare.prepare(settings)
        set_up(create_app(settings), settings)
    except (BadSetting, UnfixedCore, KeyFileError) as error:
        print(f"The portal can not be set up. {error}", file=sys.stderr)
        return 2
    return 0


def set_up(app: Flask, settings: Settings) -> None:
    """Tables and the operator."""
    with app.app_context():
        migrate.bring_to_head(settings)
        with database.writing() as session:
            there = session.scalar(select(StaffMember.username).where(StaffMember.is_operator).limit(1))
            if there:
                return click.echo(f"The portal is set up already; its operator is {there}.")
            email = settings.operator_email or settings.mail_from
            _, told = new_member("Portal", "Operator", "operator", email, is_operator=True)
        click.echo(f"The keys are in {settings.keys}. Whoever loses them loses all data: keep a copy apart.")
        tell(told, settings.name, settings.public_url)
        click.echo('Next: start it with "DEMO=0 make run", sign in there, and add an office under "Offices".')


@click.command("setup")
@with_appcontext
def setup() -> None:
    """Set up a portal for real people: tables and the operator. The first time use `make setup`."""
    set_up(current_app._get_current_object(), current_app.config["PORTAL"])  # type: ignore[attr-defined]


if __name__ == "__main__":
    sys.exit(main())
