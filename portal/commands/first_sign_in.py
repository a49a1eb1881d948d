"""What somebody needs to sign in for the first time, made at the console and told once."""

from __future__ import annotations

from typing import NamedTuple

import click
import pyotp

from portal.domain.accounts.enrolling import make_staff_member, username_key
from portal.domain.accounts.models import StaffMember
from portal.domain.audit.actions import append
from portal.domain.viewer import Actor
from portal.kernel import database, passwords, secrets

PORTAL = Actor("portal", 0)


class Told(NamedTuple):
    """User name, passphrase and the authenticator's secret (base32)."""

    username: str
    passphrase: str
    totp_secret: str


def fresh_passphrase() -> str:
    """100 random bits in letters that nobody mixes up: XXXXX-XXXXX-XXXXX-XXXXX."""
    return "-".join(secrets.spoken_code(5) for _ in range(4))


def new_member(
    given: str, family: str, username: str, email: str, *, is_operator: bool = False
) -> tuple[StaffMember, Told]:
    """Make a member of staff in the transaction under way, audited.

    Raises:
        click.ClickException: the user name is taken.
    """
    session = database.session()
    if session.query(StaffMember).filter_by(username_key=username_key(username)).first():
        raise click.ClickException(f"The user name {username} is taken.")
    told = Told(username.strip(), fresh_passphrase(), pyotp.random_base32())
    member = make_staff_member(
        given=given,
        family=family,
        username=username,
        email=email,
        is_operator=is_operator,
        password_hash=passwords.hash_password(told.passphrase),
        totp_secret=told.totp_secret,
    )
    session.flush()
    append("staff.added", chain=("staff", member.id), actor=PORTAL, about=member.public_id)
    return member, told


def tell(told: Told, portal_name: str, public_url: str) -> None:
    """Print it. Nothing of it is stored in a form that can be read again."""
    address = pyotp.TOTP(told.totp_secret).provisioning_uri(name=told.username, issuer_name=portal_name)
    click.echo(f"Sign in at     {public_url}/sign_in/office")
    click.echo(f"User name      {told.username}")
    click.echo(f"Passphrase     {told.passphrase}")
    click.echo(f"Authenticator  {address}")
    click.echo("This is shown once. Put the last line into an authenticator app (or type its secret there).")
