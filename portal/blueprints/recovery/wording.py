from __future__ import annotations

from portal.domain.recovery.types import Channel
from portal.web import wording
from portal.web.texts import gettext as _
from portal.web.texts import lazy_gettext as _l

WAYS = {Channel.EMAIL: _l("Email"), Channel.SMS: _l("Text message"), Channel.VOICE: _l("Phone call")}
REASONS: dict[str, wording.Words] = {
    "reset_over": lambda facts: _("This took too long, or it is done already. Start again to get a new code."),
    "no_second_way": lambda facts: _("A second code can not come that way. Choose another one, or go to your clinic."),
}
wording.add(REASONS)

#: What the page says of the second code, whose owner is known by then.
SENT_TOO = {
    Channel.EMAIL: _l("We sent an email with a second code, of 10 letters and numbers."),
    Channel.SMS: _l("We sent a text message with a second code, of 6 numbers."),
    Channel.VOICE: _l("We call your phone now and say a second code, of 6 numbers."),
}
#: What the page says of a code that is on its way, if there is anybody to send it to.
SENT = {
    Channel.EMAIL: _l("If that username is right, we sent a code of 10 letters and numbers to its email."),
    Channel.SMS: _l("If that username is right, we sent a text message with a code of 6 numbers to its phone."),
    Channel.VOICE: _l("If that username is right, we call its phone now and say a code of 6 numbers."),
}
