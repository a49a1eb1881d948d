"""Which notices there are, who may be told them, and where their link leads: a list after sign-in, never a thing."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from portal.kernel.refusal import Refusal

#: Where the person's visits are listed.
_VISITS = "/me/appointments/"
#: Where the text provider says what became of a text or call; the id of the outbox row follows.
PROVIDER_REPORTS = "/notifications/provider"
HOME = {"patient": "/", "staff": "/office/", "office": "/office/", "address": "/", "claimant": "/"}


class Notice(NamedTuple):
    """A message of templates/messages: for whom, and the page that its link opens (default: where they sign in).

    `link` may name sealed values of the message, like "/enrollment/{token}". `example`: every value that its words
    or link need, made up, so that it can be said without being about anybody.
    """

    told: frozenset[str]
    link: str | None = None
    example: Mapping[str, Any] = MappingProxyType({})


NOTICES = {
    "activation": Notice(
        frozenset({"address"}),
        link="/enroll/link/{token}",
        example={"code": "0000-0000-0000-00000", "token": "example", "days": "90"},
    ),
    "appointment_cancelled": Notice(frozenset({"patient"}), link=_VISITS),
    "appointment_confirmed": Notice(frozenset({"patient"}), link=_VISITS),
    "appointment_moved": Notice(frozenset({"patient"}), link=_VISITS),
    "appointment_offer": Notice(frozenset({"patient"}), link=_VISITS),
    "appointment_proposed": Notice(frozenset({"patient"}), link=_VISITS),
    "appointment_rejected": Notice(frozenset({"patient"}), link=_VISITS),
    "appointment_reminder": Notice(frozenset({"patient"}), link=_VISITS),
    "appointment_requested": Notice(frozenset({"patient"}), link=_VISITS),
    "appointment_withdrawn": Notice(frozenset({"office"})),
    "time_question_answered": Notice(frozenset({"patient"}), link=_VISITS),
    "wait_list_ended": Notice(frozenset({"patient"}), link=_VISITS),
    "code": Notice(frozenset({"address", "claimant"}), example={"code": "000000", "minutes": "10"}),
    "connection_asked": Notice(frozenset({"office"})),
    "connection_ended": Notice(frozenset({"patient"})),
    "contact_changed": Notice(
        frozenset({"address"}), link="/sign_in/undo/{undo}", example={"undo": "example", "kind": "email"}
    ),
    "contact_restored": Notice(frozenset({"patient"})),
    "emergency_access": Notice(frozenset({"staff", "office"})),
    "enrolled": Notice(frozenset({"patient"})),
    "enrolled_elsewhere": Notice(frozenset({"address"})),
    "invitation": Notice(
        frozenset({"address"}),
        link="/enroll/link/{token}",
        example={
            "code": "0000-0000-0000-00000",
            "token": "example",
            "days": "90",
            "office": "Larkfield Family Clinic",
            "phone": "+18005550100",
        },
    ),
    "message_waiting": Notice(frozenset({"patient"}), link="/me/messaging/"),
    "new_device": Notice(frozenset({"patient", "staff"})),
    "office_answered": Notice(frozenset({"patient"})),
    "passkey_added": Notice(frozenset({"patient"})),
    "passkey_deleted": Notice(frozenset({"patient"})),
    "password_reset": Notice(frozenset({"patient"})),
    "password_changed": Notice(frozenset({"patient", "staff"})),
    "account_deactivated": Notice(frozenset({"address"})),
    "export_ready": Notice(frozenset({"patient"}), link="/me/export/"),
    "patient_left": Notice(frozenset({"office"})),
    "profile_changed": Notice(frozenset({"office"})),
    "recovery_code_used": Notice(frozenset({"patient"}), example={"left": "9"}),
    "recovery_codes_made": Notice(frozenset({"patient"})),
    "role_changed": Notice(frozenset({"staff"})),
    "second_step_off": Notice(frozenset({"patient"})),
    "second_step_on": Notice(frozenset({"patient"})),
    "staff_invitation": Notice(
        frozenset({"address"}),
        link="/practices/join/{token}",
        example={"token": "example", "days": "7", "office": "Larkfield Family Clinic"},
    ),
    "username": Notice(frozenset({"claimant"}), example={"usernames": ("your.name",)}),
}


def why_not_be_told(channel: str, phone: str | None) -> Refusal | None:
    """Texts and calls need a number."""
    return Refusal("no_phone_to_tell") if channel in {"sms", "voice"} and phone is None else None


def may_be_told(message: str, kind: str) -> bool:
    """Whether there is such a notice for this kind of recipient."""
    return message in NOTICES and kind in NOTICES[message].told


def link_of(message: str, kind: str, values: Mapping[str, Any]) -> str:
    """The path that the notice leads to; `values` are those of the message."""
    link = NOTICES[message].link
    return link.format_map(values) if link else HOME[kind]
