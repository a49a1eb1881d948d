"""`flask office-create`: an office and its administrator, who does the rest in the office console."""

from __future__ import annotations

from zoneinfo import available_timezones

import click
from flask import current_app
from flask.cli import with_appcontext

from portal.commands.first_sign_in import new_member, tell
from portal.domain.practices.models import Office, Position
from portal.domain.viewer import Role
from portal.kernel import database


def _zone(_context: object, _option: object, value: str) -> str:
    if value not in available_timezones():
        raise click.BadParameter("is no time zone; it looks like America/New_York")
    return value


@click.command("office-create")
@click.option("--name", required=True, help="As people know it.")
@click.option("--zone", required=True, callback=_zone, help="Its time zone, like America/New_York.")
@click.option("--phone", required=True, help="In full, like +15555550100.")
@click.option("--email", required=True, help="Where the office gets its notices.")
@click.option("--admin-name", nargs=2, required=True, metavar="GIVEN FAMILY", help="Its administrator.")
@click.option("--admin-username", required=True)
@click.option("--admin-email", required=True)
@with_appcontext
def office_create(
    name: str, zone: str, phone: str, email: str, admin_name: tuple[str, str], admin_username: str, admin_email: str
) -> None:
    """Make an office and its administrator. It enrolls in person only, until it chooses otherwise."""
    with database.writing() as session:
        office = Office(name=name, time_zone=zone, phone=phone, email=email)
        session.add(office)
        member, told = new_member(*admin_name, admin_username, admin_email)
        session.flush()
        session.add(Position(office_id=office.id, staff_member_id=member.id, role=Role.ADMINISTRATOR.value))
        address = office.public_id
    settings = current_app.config["PORTAL"]
    click.echo(f"{name} is at {settings.public_url}/office/{address}/")
    tell(told, settings.name, settings.public_url)
