from __future__ import annotations

from portal.domain.recovery.types import Channel
from portal.web import wording
from portal.web.texts import gettext as _
from portal.web.texts import lazy_gettext as _l

REASONS: dict[str, wording.Words] = {
    "reset_over": lambda facts: _("This took too long, or it is done already. Start again to get a new code."),
}
wording.add(REASONS)

#: What the page says of a code that is on its way, if there is anybody to send it to.
SENT = {
    Channel.EMAIL: _l("If that username is right, we sent a code of 10 letters and numbers to its email."),
    Channel.SMS: _l("If that username is right, we sent a text message with a code of 6 numbers to its phone."),
    Channel.VOICE: _l("If that username is right, we call its phone now and say a code of 6 numbers."),
}
