from __future__ import annotations

from typing import Any

from portal.domain.check_in.types import Step
from portal.web import wording
from portal.web.filters import moment_words
from portal.web.texts import gettext as _
from portal.web.texts import lazy_gettext as _l
from portal.web.texts import ngettext

#: What each step is called: short for the row of steps, and what is asked.
STEPS: dict[Step, Any] = {
    Step.PHONE: _l("Phone"),
    Step.ADDRESS: _l("Address"),
    Step.INSURANCE: _l("Insurance"),
}

REASONS: dict[str, wording.Words] = {
    "check_in_not_agreed": lambda _facts: _("There is nothing to check in for here."),
    "check_in_leaving": lambda _facts: _("You asked the office to cancel this visit, so there is no check-in."),
    "check_in_early": lambda facts: _(
        "You can check in from %(moment)s.", moment=moment_words(facts["opens_at"], facts["zone"])
    ),
    "check_in_late": lambda _facts: _("This visit has begun. Tell the front desk what has changed for you."),
    "check_in_changed": lambda _facts: _("This changed a moment ago. This is how it is now. Please look again."),
    "arrive_by_video": lambda _facts: _("This visit is by video. You do not have to come."),
    "arrive_early": lambda facts: ngettext(
        "You can press I am here from %(num)s minute before the visit.",
        "You can press I am here from %(num)s minutes before the visit.",
        facts["minutes"],
    ),
    "arrive_late": lambda _facts: _("The time of this visit is over. Please call the office."),
}
DEEDS = {
    "check_in.confirm": lambda: _("Looked at before a visit"),
    "check_in.tell_own": lambda: _("Your office was told before a visit"),
    "check_in.arrive": lambda: _("You said that you are here"),
}
wording.add(REASONS, DEEDS)
