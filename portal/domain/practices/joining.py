"""Somebody takes an invitation to work in an office: with a sign-in that they set up here, or with the one they have.

Opening the link uses nothing up. A new sign-in is made only when a code of its authenticator app was right, so nobody
is locked out by half a set-up.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from portal.domain.accounts import authenticator
from portal.domain.accounts.enrolling import make_staff_member, username_key
from portal.domain.accounts.models import StaffMember
from portal.domain.audit.actions import append
from portal.domain.practices import roster, rules
from portal.domain.practices.models import Position, StaffInvitation
from portal.domain.viewer import Actor
from portal.kernel import database, secrets
from portal.kernel.refusal import Missing, Refusal, Refused, refuse_if


def choose(token: str, username: str, password_hash: str, now: datetime) -> None:
    """Keep what they chose, with a fresh authenticator secret. Choosing again takes the place of the first choice.

    Raises:
        Missing: there is no such invitation.
        Refused: it does not work any more; `username_form`, `username_taken`.
    """
    row = _for_update(token, now)
    refuse_if(rules.why_not_call_oneself(username))
    if _is_taken(username):
        raise Refused(Refusal("username_taken"))
    secret = authenticator.fresh_secret()
    row.username, row.password_hash = username, password_hash
    row.authenticator = secrets.seal("accounts", secret.encode(), rules.sealed_for(row.public_id))


def confirm(token: str, code: str, now: datetime) -> Actor:
    """The code of the app is right: from now on they have a sign-in, and their place in the office.

    Raises:
        Missing: there is no such invitation.
        Refused: it does not work any more; `set_up_first`, `wrong_code`, `username_taken` (meanwhile).
    """
    row = _for_update(token, now)
    username, secret = roster.set_up_of(token, now)
    step = authenticator.step_of(code, secret, now)
    if step is None:
        raise Refused(Refusal("wrong_code"))
    member = _made(row, username, secret)
    member.last_step = step
    _give_place(row, member.id)
    return Actor("staff", member.id)


def accept(token: str, actor: Actor, now: datetime) -> None:
    """Somebody who works elsewhere already takes it with the sign-in that they have.

    Raises:
        Missing: there is no such invitation.
        Refused: it does not work any more; `you_work_here_already`.
    """
    row = _for_update(token, now)
    place = database.session().get(Position, (row.office_id, actor.id), with_for_update=True)
    if place is not None and place.ended_at is None:
        raise Refused(Refusal("you_work_here_already"))
    _give_place(row, actor.id)


def _made(row: StaffInvitation, username: str, secret: str) -> StaffMember:
    try:
        with database.session().begin_nested():
            return make_staff_member(
                given=row.given,
                family=row.family,
                username=username,
                password_hash=str(row.password_hash),
                email=row.email,
                language=row.language,
                totp_secret=secret,
            )
    except IntegrityError as error:  # somebody took the name since it was chosen
        raise Refused(Refusal("username_taken")) from error


def _give_place(row: StaffInvitation, staff_member_id: int) -> None:
    session = database.session()
    place = session.get(Position, (row.office_id, staff_member_id))
    if place is None:
        session.add(Position(office_id=row.office_id, staff_member_id=staff_member_id, role=row.role))
    else:
        place.role, place.ended_at = row.role, None
    row.state, row.accepted_by = "accepted", staff_member_id
    row.username = row.password_hash = row.authenticator = None
    append(
        "staff.joined",
        chain=("staff", staff_member_id),
        actor=Actor("staff", staff_member_id),
        office_id=row.office_id,
        about=row.public_id,
        section="practices",
    )


def _is_taken(username: str) -> bool:
    found = select(StaffMember.id).where(StaffMember.username_key == username_key(username))
    return database.session().scalar(found) is not None


def _for_update(token: str, now: datetime) -> StaffInvitation:
    held = select(StaffInvitation).where(StaffInvitation.token_hash == secrets.token_hash(token)).with_for_update()
    row = database.session().scalar(held)
    if row is None:
        raise Missing
    refuse_if(rules.why_not_join(row.state, row.expires_at, now))
    return row
