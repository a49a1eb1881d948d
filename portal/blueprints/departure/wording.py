from __future__ import annotations

from portal.web import wording
from portal.web.texts import gettext as _

REASONS: dict[str, wording.Words] = {
    "deactivated_before": lambda facts: _("This account is closed already."),
    "departure_frozen": lambda facts: _(
        "Your password was reset a short while ago. To keep others from closing your account, this can be done "
        "24 hours after that."
    ),
    "not_confirmed": lambda facts: _("Type the word DEACTIVATE, so that we know you mean it."),
    "not_your_password": lambda facts: _("That is not your password. Check it and try again."),
}
DEEDS = {"departure.deactivate": lambda: _("Account deactivated")}
wording.add(REASONS, DEEDS)
