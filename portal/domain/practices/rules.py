"""What an office may set, and who may do what with its staff."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, NamedTuple
from uuid import UUID
from zoneinfo import available_timezones

from portal.domain.practices.types import Section, Values
from portal.domain.viewer import Role
from portal.kernel.refusal import Refusal

#: The palettes that were tested for contrast (static/palettes/); the first is the portal's own.
PALETTES = ("fig", "lagoon", "midnight", "cocoa", "slate", "garnet")
CODE_DAYS = (1, 90)
ANSWER_DAYS = (1, 10)
ADULT_AGES = (18, 21)
#: From how long before a visit nobody can ask for it or cancel it here: minutes, and hours.
BOOK_AHEAD = (0, 30, 60, 120, 240, 24 * 60, 48 * 60)
CANCEL_NOTICE = (0, 2, 4, 12, 24, 48, 72)
#: How long the link of an invitation to staff works.
INVITED_FOR = timedelta(days=7)
#: What somebody may be in an office.
ROLES = tuple(role for role in Role if role is not Role.OPERATOR)


class Place(NamedTuple):
    """Somebody's place in an office: who, as what, and whether it is theirs still."""

    staff_member_id: int
    role: str
    ended_at: datetime | None


def why_not_set(section: Section, values: Values) -> Refusal | None:
    """Whether an office may be set up like this."""
    return _RULES[section](values) if section in _RULES else None


def _why_not_about(values: Values) -> Refusal | None:
    return None if values["time_zone"] in available_timezones() else Refusal("time_zone_unknown")


def _why_not_enroll(values: Values) -> Refusal | None:
    if not (values["enrolls_openly"] or values["enrolls_by_invitation"] or values["enrolls_in_person"]):
        return Refusal("enrolls_nobody")
    return _outside("code_days", values["code_days"], CODE_DAYS) or _outside(
        "adult_age", values["adult_age"], ADULT_AGES
    )


def _why_not_answer(values: Values) -> Refusal | None:
    return _outside("answer_days", values["answer_days"], ANSWER_DAYS)


def _why_not_visit(values: Values) -> Refusal | None:
    if values["book_ahead_minutes"] not in BOOK_AHEAD or values["cancel_notice_hours"] not in CANCEL_NOTICE:
        return Refusal("visit_times_unknown")
    return None


def _why_not_reset(values: Values) -> Refusal | None:
    return None if any(values.values()) else Refusal("resets_by_nothing")


def _why_not_look(values: Values) -> Refusal | None:
    return None if values["palette"] in PALETTES else Refusal("palette_unknown")


_RULES = {
    Section.ABOUT: _why_not_about,
    Section.ENROLLMENT: _why_not_enroll,
    Section.MESSAGES: _why_not_answer,
    Section.PASSWORDS: _why_not_reset,
    Section.VISITS: _why_not_visit,
    Section.LOOK: _why_not_look,
}


def _outside(name: str, value: int, limits: tuple[int, int]) -> Refusal | None:
    least, most = limits
    return None if least <= value <= most else Refusal(f"{name}_range", least=least, most=most)


def why_not_take_off(ended_at: datetime | None, works_there: Sequence[str] = ()) -> Refusal | None:
    """Whether a location or a provider can be taken off. `works_there`: who works at that location still."""
    if ended_at is not None:
        return Refusal("is_taken_off")
    return Refusal("somebody_works_there", names=tuple(works_there)) if works_there else None


def why_not_put_back(ended_at: datetime | None, location_ended_at: datetime | None = None) -> Refusal | None:
    """Whether a location or a provider can be put back; a provider where their location is still there."""
    if ended_at is None:
        return Refusal("is_not_taken_off")
    return Refusal("their_location_is_taken_off") if location_ended_at is not None else None


def mark_of(facts: Any) -> str:
    """What stands for stored facts in a form that is open: 64 bits of their SHA-256. Other facts, another mark."""
    return sha256(json.dumps(facts, default=str).encode()).hexdigest()[:16]


def why_not_invite(role: str, email: str, here: Mapping[str, datetime | None]) -> Refusal | None:
    """Whether somebody can be asked to work here. `here`: addresses of all who do, or did until a moment."""
    if role not in ROLES:
        return Refusal("role_unknown")
    known = {address.casefold(): ended_at for address, ended_at in here.items()}
    if email.casefold() not in known:
        return None
    return Refusal("works_here_already" if known[email.casefold()] is None else "worked_here_before")


def why_not_change_role(viewer_id: int, whose: Place, role: str, everybody: Sequence[Place]) -> Refusal | None:
    """Nobody raises or lowers themselves, and an office always has an administrator."""
    if role not in ROLES:
        return Refusal("role_unknown")
    if whose.ended_at is not None:
        return Refusal("is_switched_off")
    if whose.staff_member_id == viewer_id:
        return Refusal("own_role")
    if role != Role.ADMINISTRATOR and _is_last_administrator(whose, everybody):
        return Refusal("last_administrator")
    return None


def why_not_switch_off(viewer_id: int, whose: Place, everybody: Sequence[Place]) -> Refusal | None:
    """Nobody locks themselves out, and the last administrator stays."""
    if whose.ended_at is not None:
        return Refusal("is_switched_off")
    if whose.staff_member_id == viewer_id:
        return Refusal("own_place")
    return Refusal("last_administrator") if _is_last_administrator(whose, everybody) else None


def why_not_switch_on(whose: Place) -> Refusal | None:
    """Only who was switched off can be switched on again."""
    return Refusal("is_switched_on") if whose.ended_at is None else None


def _is_last_administrator(whose: Place, everybody: Sequence[Place]) -> bool:
    others = [place for place in everybody if place.staff_member_id != whose.staff_member_id]
    left = [place for place in others if place.role == Role.ADMINISTRATOR and place.ended_at is None]
    return whose.role == Role.ADMINISTRATOR and not left


def why_not_join(state: str, expires_at: datetime, now: datetime) -> Refusal | None:
    """Whether an invitation to staff still works: once, for seven days, and until a new one is sent."""
    if state == "accepted":
        return Refusal("invitation_used")
    if state == "void":
        return Refusal("invitation_replaced")
    return Refusal("invitation_late", days=INVITED_FOR.days) if now >= expires_at else None


def sealed_for(invitation: UUID) -> str:
    """What must be said again to open the authenticator secret that waits with an invitation."""
    return f"invitation:{invitation.hex}"


def why_not_call_oneself(username: str) -> Refusal | None:
    """A user name is 3 to 64 letters, numbers, dots, dashes, underscores, or an email address."""
    fits = 3 <= len(username) <= 64 and all(sign.isalnum() or sign in ".-_@+" for sign in username)
    return None if fits else Refusal("username_form")
