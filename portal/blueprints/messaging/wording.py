"""Messages in words, for patients and for the office."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask_babel import force_locale

from portal.domain.messaging import rules
from portal.domain.messaging.rules import LONGEST
from portal.domain.messaging.saved import ToFill
from portal.domain.messaging.types import State
from portal.domain.viewer import Role
from portal.web import wording
from portal.web.filters import date_words, phone_words
from portal.web.texts import gettext as _
from portal.web.texts import lazy_gettext as _l
from portal.web.texts import ngettext

REASONS: dict[str, wording.Words] = {
    "message_too_long": lambda facts: ngettext(
        "Your message is %(num)s letter too long. Make it shorter, or send it in two parts.",
        "Your message is %(num)s letters too long. Make it shorter, or send it in two parts.",
        facts["over"],
    ),
    "takes_no_messages": lambda facts: _(
        "%(name)s takes no messages here now. Your words are still here. Choose someone else, or call the office.",
        name=facts["name"],
    ),
    "conversation_closed": lambda _facts: _(
        "The office closed this conversation. You can still read it. To ask something new, start a new conversation."
    ),
    "conversation_closed_here": lambda _facts: _("This conversation is closed. Open it again to answer."),
    "person_not_connected": lambda _facts: _(
        "This person is not connected to your office any more, so messages do not reach them here. Call or write."
    ),
    "provider_takes_no_messages": lambda facts: _(
        "%(name)s takes no messages now. Give it to the front desk to answer it.", name=facts["name"]
    ),
    "conversation_went_on": lambda _facts: _(
        "Somebody wrote here or changed this while you had it open. Look at it again."
    ),
    "unknown_fields": lambda facts: _(
        "Nothing can be filled in for %(unknown)s. These can: %(known)s.",
        unknown=", ".join(facts["unknown"]),
        known=", ".join(braced for braced, _words in FIELDS),
    ),
    "one_letter_searched": lambda _facts: _("Type a word of at least 2 letters."),
    "not_to_assign": lambda _facts: _("Choose somebody who reads messages at your office."),
}
DEEDS = {
    "messaging.send_new": lambda: _("Message sent"),
    "messaging.reply": lambda: _("Message sent"),
    "messaging.mark_unread": lambda: _("Conversation marked as not read"),
    "messaging.archive": lambda: _("Conversation archived"),
    "messaging.bring_back": lambda: _("Conversation back in the list"),
    "messaging_office.write_note": lambda: _("Note written"),
    "messaging_office.reply": lambda: _("Answer sent"),
    "messaging_office.close": lambda: _("Conversation closed"),
    "messaging_office.reopen": lambda: _("Conversation opened again"),
    "messaging_office.take": lambda: _("Conversation taken"),
    "messaging_office.assign": lambda: _("Conversation given to somebody"),
    "messaging_office.to_pool": lambda: _("Conversation given to the front desk"),
    "messaging_saved.add": lambda: _("Saved reply added"),
    "messaging_saved.change": lambda: _("Saved reply changed"),
    "messaging_saved.delete": lambda: _("Saved reply deleted"),
}
wording.add(REASONS, DEEDS)

#: What each role is called where people read who wrote to them.
ROLES: dict[str, Any] = {
    Role.FRONT_DESK: _l("front desk"),
    Role.CLINICIAN: _l("clinician"),
    Role.BILLING: _l("billing"),
    Role.ADMINISTRATOR: _l("office administrator"),
}
#: How a conversation stands, as its person reads it.
STATES: dict[str, Any] = {
    State.WAITING: _l("Received"),
    State.ANSWERED: _l("Answered"),
    State.CLOSED: _l("Closed"),
}
#: As the office reads it: words, and the color of the tag.
OFFICE_STATES: dict[str, tuple[Any, str]] = {
    State.WAITING: (_l("Waits for an answer"), "pending"),
    State.ANSWERED: (_l("Answered"), "confirmed"),
    State.CLOSED: (_l("Closed"), "gone"),
}
#: What stands in braces in a saved reply, and what it becomes.
FIELDS: tuple[tuple[str, Any], ...] = (
    ("{patient}", _l("the first name of the patient")),
    ("{provider}", _l("the provider that they wrote to, or the front desk")),
    ("{office}", _l("the name of your office")),
    ("{phone}", _l("the phone number of your office")),
    ("{today}", _l("the date of today")),
)
_EVENTS: dict[str, Any] = {
    "closed": _l("Closed"),
    "reopened": _l("Opened again"),
    "unassigned": _l("Given to nobody in particular"),
    "to_pool": _l("Given to the front desk"),
    "left": _l("Closed: the person closed their account"),
}
MOST_LETTERS = f"{LONGEST:,}"


def called(name: str | None) -> str:
    """A provider's name, or what the pool of an office is called."""
    return name or _("Front desk")


def filled(found: ToFill, today: date) -> str:
    """A saved reply in the language of who reads it, with its fields filled in."""
    spanish = found.language == "es" and found.body_es
    with force_locale("es" if spanish else "en"):
        values = {
            "patient": found.patient,
            "provider": called(found.provider),
            "office": found.office,
            "phone": phone_words(found.phone),
            "today": date_words(today),
        }
    return rules.filled_in(found.body_es if found.body_es and spanish else found.body, values)


def event_words(deed: str, to: str | None) -> str:
    """What happened to a conversation."""
    return _("Given to %(name)s", name=to) if deed == "assigned" else str(_EVENTS[deed])


def shown() -> dict[str, Any]:
    """What templates need to show conversations in words."""
    return {"roles": ROLES, "states": STATES, "called": called, "event_words": event_words}
