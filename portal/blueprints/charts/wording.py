from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal.web import wording

LANGUAGES = {"en": _l("English"), "es": _l("Spanish")}

REASONS: dict[str, wording.Words] = {
    "search_too_short": lambda facts: _("Type at least %(num)s letters of the name.", num=facts["fewest"]),
}
wording.add(REASONS)


def too_many_searches(until: str) -> str:
    """Why a search is not done now."""
    return _("You have searched very often. You can search again at %(time)s.", time=until)
