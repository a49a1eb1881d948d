"""`flask staff-create` and `flask staff-reset`: by an operator at the console."""

from __future__ import annotations

from uuid import UUID

import click
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy import select, update

from portal.commands.first_sign_in import PORTAL, Told, fresh_passphrase, new_member, tell
from portal.domain.accounts.enrolling import renew_authenticator, username_key
from portal.domain.accounts.models import StaffMember
from portal.domain.audit.actions import append
from portal.domain.practices.models import Office, Position
from portal.domain.sign_in.models import SignInSession
from portal.domain.viewer import Role
from portal.kernel import clock, database, passwords

_ROLES = [role.value for role in Role if role is not Role.OPERATOR]


@click.command("staff-create")
@click.option("--office", type=click.UUID, required=True, help="The uuid in the office's address.")
@click.option("--role", type=click.Choice(_ROLES), required=True)
@click.option("--name", nargs=2, required=True, metavar="GIVEN FAMILY")
@click.option("--username", required=True)
@click.option("--email", required=True)
@with_appcontext
def staff_create(office: UUID, role: str, name: tuple[str, str], username: str, email: str) -> None:
    """Make a member of staff of an office."""
    with database.writing() as session:
        found = session.scalar(select(Office).where(Office.public_id == office))
        if found is None:
            raise click.ClickException("There is no such office.")
        member, told = new_member(*name, username, email)
        session.add(Position(office_id=found.id, staff_member_id=member.id, role=role))
    tell(told, current_app.config["PORTAL"].name, current_app.config["PORTAL"].public_url)


@click.command("staff-reset")
@click.option("--username", required=True)
@with_appcontext
def staff_reset(username: str) -> None:
    """Give a member of staff (or the operator) a new passphrase and authenticator, and end their sessions."""
    with database.writing() as session:
        member = session.scalar(select(StaffMember).where(StaffMember.username_key == username_key(username)))
        if member is None:
            raise click.ClickException("There is nobody of that user name.")
        told = Told(member.username, fresh_passphrase(), renew_authenticator(member))
        member.password_hash, member.last_step = passwords.hash_password(told.passphrase), 0
        end_sessions_of_staff(member.id)
        append("staff.reset", chain=("staff", member.id), actor=PORTAL, about=member.public_id)
    tell(told, current_app.config["PORTAL"].name, current_app.config["PORTAL"].public_url)


def end_sessions_of_staff(staff_member_id: int) -> None:
    """Sign somebody out everywhere, in the transaction under way."""
    mine = (SignInSession.staff_member_id == staff_member_id, SignInSession.ended_at.is_(None))
    database.session().execute(update(SignInSession).where(*mine).values(ended_at=clock.now(), end_reason="reset"))
