"""Who works in an office: asked by email, as what, and switched off when they leave."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from portal.domain.accounts.models import StaffMember
from portal.domain.audit.actions import record
from portal.domain.outbox.actions import queue
from portal.domain.outbox.types import Addressee
from portal.domain.practices import rules
from portal.domain.practices.models import Office, Position, StaffInvitation
from portal.domain.practices.types import Invitee, NewOffice
from portal.domain.viewer import Actor, Role, StaffViewer
from portal.kernel import database, secrets
from portal.kernel.refusal import Missing, refuse_if


def create_office(viewer: StaffViewer, facts: NewOffice, administrator: Invitee, now: datetime) -> None:
    """A further office; its first administrator is asked by email and does the rest.

    Raises:
        Missing: the viewer is not the operator.
    """
    if viewer.role is not Role.OPERATOR:
        raise Missing
    office = Office(**facts._asdict())
    database.session().add(office)
    database.session().flush()
    _record(viewer, "practice.created", office.public_id)
    _send(viewer, office, administrator, now)


def invite(viewer: StaffViewer, invitee: Invitee, now: datetime) -> None:
    """Ask somebody by email to work in the viewer's office. An earlier invitation to that address is void.

    Raises:
        Refused: `works_here_already`, `worked_here_before`, `role_unknown`.
    """
    office = _office_for_update(viewer)
    refuse_if(rules.why_not_invite(invitee.role, invitee.email, _addresses(office)))
    for row in _waiting(office):
        if row.email.casefold() == invitee.email.casefold():
            row.state = "void"
    _send(viewer, office, invitee, now)


def invite_again(viewer: StaffViewer, public_id: UUID, now: datetime) -> None:
    """A new link for somebody who was asked before; the old one is void.

    Raises:
        Missing: no such invitation waits here.
    """
    office = _office_for_update(viewer)
    old = _invitation(office, public_id)
    old.state = "void"
    _send(viewer, office, Invitee(old.given, old.family, old.email, old.role, old.language), now)


def take_back(viewer: StaffViewer, public_id: UUID) -> None:
    """The link of an invitation stops working.

    Raises:
        Missing: no such invitation waits here.
    """
    _invitation(_office_for_update(viewer), public_id).state = "void"
    _record(viewer, "staff.invitation_withdrawn", public_id)


def change_role(viewer: StaffViewer, public_id: UUID, role: str) -> None:
    """From the next request on they may do what this role may, and they are told. The same role again changes nothing.

    Raises:
        Missing: nobody of that id works here.
        Refused: `own_role`, `last_administrator`, `is_switched_off`, `role_unknown`.
    """
    place, everybody = _place_for_update(viewer, public_id)
    refuse_if(rules.why_not_change_role(viewer.actor.id, _plain(place), role, everybody))
    if place.role != role:
        place.role = role
        _record(viewer, "staff.role_changed", public_id)
        queue("role_changed", to=Actor("staff", place.staff_member_id), office_id=place.office_id)


def switch_off(viewer: StaffViewer, public_id: UUID, now: datetime) -> Actor:
    """They have no place here any more; with none anywhere they can not sign in. Their sessions are the door's to end.

    Raises:
        Missing: nobody of that id works here.
        Refused: `own_place`, `last_administrator`, `is_switched_off`.
    """
    place, everybody = _place_for_update(viewer, public_id)
    refuse_if(rules.why_not_switch_off(viewer.actor.id, _plain(place), everybody))
    place.ended_at = now
    member = database.session().get_one(StaffMember, place.staff_member_id, with_for_update=True)
    if not member.is_operator and not _works_somewhere(member.id):
        member.state = "off"
    _record(viewer, "staff.switched_off", public_id)
    return Actor("staff", member.id)


def switch_on(viewer: StaffViewer, public_id: UUID) -> None:
    """Their place is theirs again, in the role that they had.

    Raises:
        Missing: nobody of that id was here.
        Refused: `is_switched_on`.
    """
    place, _ = _place_for_update(viewer, public_id)
    refuse_if(rules.why_not_switch_on(_plain(place)))
    place.ended_at = None
    database.session().get_one(StaffMember, place.staff_member_id, with_for_update=True).state = "active"
    _record(viewer, "staff.switched_on", public_id)


def _send(viewer: StaffViewer, office: Office, invitee: Invitee, now: datetime) -> None:
    token, until = secrets.random_token(), now + rules.INVITED_FOR
    row = StaffInvitation(
        office_id=office.id,
        token_hash=secrets.token_hash(token),
        sent_at=now,
        expires_at=until,
        invited_by=viewer.actor.id,
        **invitee._asdict(),
    )
    database.session().add(row)
    database.session().flush()
    queue(
        "staff_invitation",
        to=Addressee(invitee.email, invitee.language, office.time_zone),
        office_id=office.id,
        lapses_at=until,
        secret={"token": token, "office": office.name},
        days=rules.INVITED_FOR.days,
    )
    _record(viewer, "staff.invited", row.public_id)


def _office_for_update(viewer: StaffViewer) -> Office:
    """The office, held: counting its administrators and changing one can not be parted."""
    found = database.session().get(Office, viewer.office_id or 0, with_for_update=True, populate_existing=True)
    if found is None:
        raise Missing
    return found


def _place_for_update(viewer: StaffViewer, public_id: UUID) -> tuple[Position, list[rules.Place]]:
    office = _office_for_update(viewer)
    here = select(Position).where(Position.office_id == office.id).execution_options(populate_existing=True)
    rows = list(database.session().scalars(here))
    member_id = database.session().scalar(select(StaffMember.id).where(StaffMember.public_id == public_id))
    place = next((row for row in rows if row.staff_member_id == member_id), None)
    if place is None:
        raise Missing
    return place, [_plain(row) for row in rows]


def _plain(row: Position) -> rules.Place:
    return rules.Place(row.staff_member_id, row.role, row.ended_at)


def _addresses(office: Office) -> dict[str, datetime | None]:
    """Of everybody who works here, or did until a moment; who works here now comes last and stays."""
    found = (
        select(StaffMember.email, Position.ended_at)
        .join(Position, Position.staff_member_id == StaffMember.id)
        .where(Position.office_id == office.id)
    )
    rows = [(str(email), ended_at) for email, ended_at in database.session().execute(found)]
    return dict(sorted(rows, key=lambda row: row[1] is None))


def _waiting(office: Office) -> list[StaffInvitation]:
    found = select(StaffInvitation).filter_by(office_id=office.id, state="waiting")
    return list(database.session().scalars(found.execution_options(populate_existing=True)))


def _invitation(office: Office, public_id: UUID) -> StaffInvitation:
    found = next((row for row in _waiting(office) if row.public_id == public_id), None)
    if found is None:
        raise Missing
    return found


def _works_somewhere(staff_member_id: int) -> bool:
    database.session().flush()
    places = select(Position.office_id).filter_by(staff_member_id=staff_member_id, ended_at=None).limit(1)
    return database.session().scalar(places) is not None


def _record(viewer: StaffViewer, event: str, about: UUID) -> None:
    record(event, by=viewer, about=about, section="practices")
