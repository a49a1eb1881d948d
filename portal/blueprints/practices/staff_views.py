"""Who works in an office. Steps that give or take a place ask for the password once more (SECURITY A23)."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, g, url_for

from portal.blueprints.practices.staff_forms import InviteForm, RoleForm
from portal.blueprints.practices.wording import DUTIES, ROLES
from portal.domain.practices import roster, staffing
from portal.domain.practices.types import Colleague
from portal.domain.sign_in import sessions
from portal.domain.viewer import Role
from portal.kernel import clock
from portal.kernel.refusal import Refused
from portal.web.access import staff
from portal.web.forms import Form
from portal.web.hypermedia import go, page
from portal.web.step_up import stepped_up
from portal.web.wording import tell, words_for

bp = Blueprint("practices_staff", __name__)
_MEMBER = "/<uuid:member_id>"


@bp.get("/")
def listing() -> Response:
    """Who works here, who was asked, and who was switched off."""
    viewer = staff()
    everybody = roster.colleagues_of(viewer)
    return page(
        "practices/staff.html",
        working=[one for one in everybody if one.ended_at is None],
        off=[one for one in everybody if one.ended_at is not None],
        invited=roster.invited_to(viewer),
        roles=_ROLES,
        me=viewer.actor.id,
        now=clock.now(),
        zone=viewer.time_zone,
    )


@bp.get("/invite")
@stepped_up
def ask_to_invite() -> Response:
    """An empty form."""
    return _invite(InviteForm())


@bp.post("/invite")
@stepped_up
def invite() -> Response:
    """Send the email; its link works for seven days."""
    form = InviteForm()
    if not form.validate():
        return _invite(form, 422)
    try:
        staffing.invite(staff(), form.invitee(), clock.now())
    except Refused as refused:
        form.email.errors = [words_for(refused.refusal)]
        return _invite(form, 409)
    return _back()


@bp.post("/invitations/<uuid:invitation_id>/again")
def invite_again(invitation_id: UUID) -> Response:
    """A new link to the same address; the old one is void."""
    staffing.invite_again(staff(), invitation_id, clock.now())
    return _back()


@bp.post("/invitations/<uuid:invitation_id>/take_back")
def take_back(invitation_id: UUID) -> Response:
    """The link stops working."""
    staffing.take_back(staff(), invitation_id)
    return _back()


@bp.get(f"{_MEMBER}/role")
@stepped_up
def ask_for_role(member_id: UUID) -> Response:
    """The role as it is, to change."""
    member = roster.colleague_of(staff(), member_id)
    return _ask("role", member, RoleForm(data={"role": member.role}))


@bp.post(f"{_MEMBER}/role")
@stepped_up
def change_role(member_id: UUID) -> Response:
    """From now on they may do what this role may."""
    member, form = roster.colleague_of(staff(), member_id), RoleForm()
    if not form.validate():
        return _ask("role", member, form, 422)
    try:
        staffing.change_role(staff(), member_id, str(form.role.data))
    except Refused as refused:
        return _refused("role", member, form, refused)
    return _back()


@bp.get(f"{_MEMBER}/off")
@stepped_up
def ask_to_switch_off(member_id: UUID) -> Response:
    """Really?"""
    return _ask("off", roster.colleague_of(staff(), member_id), Form())


@bp.post(f"{_MEMBER}/off")
@stepped_up
def switch_off(member_id: UUID) -> Response:
    """Their place and every session of theirs end at once."""
    member = roster.colleague_of(staff(), member_id)
    try:
        actor = staffing.switch_off(staff(), member_id, clock.now())
    except Refused as refused:
        return _refused("off", member, Form(), refused)
    sessions.end_all(actor, clock.now(), "switched_off")
    return _back()


@bp.get(f"{_MEMBER}/on")
@stepped_up
def ask_to_switch_on(member_id: UUID) -> Response:
    """Really?"""
    return _ask("on", roster.colleague_of(staff(), member_id), Form())


@bp.post(f"{_MEMBER}/on")
@stepped_up
def switch_on(member_id: UUID) -> Response:
    """Their place is theirs again."""
    member = roster.colleague_of(staff(), member_id)
    try:
        staffing.switch_on(staff(), member_id)
    except Refused as refused:
        return _refused("on", member, Form(), refused)
    return _back()


_ROLES = {role.value: name for role, name in ROLES.items()}
_DUTIES = {role.value: words for role, words in DUTIES.items()}


def _invite(form: InviteForm, status: int = 200) -> Response:
    return page("practices/staff_invite.html", status=status, form=form, duties=_DUTIES, list_url=url_for(".listing"))


def _refused(step: str, member: Colleague, form: Form, refused: Refused) -> Response:
    tell(form, refused.refusal)
    return _ask(step, member, form, 409)


def _ask(step: str, member: Colleague, form: Form, status: int = 200) -> Response:
    return page(
        f"practices/staff_{step}.html",
        status=status,
        member=member,
        role=_ROLES[Role(member.role).value],
        form=form,
        duties=_DUTIES,
        list_url=url_for(".listing"),
    )


def _back() -> Response:
    return go(url_for(".listing", receipt=g.receipt_number))
