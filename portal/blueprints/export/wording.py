from __future__ import annotations

from portal.web import wording
from portal.web.texts import gettext as _

REASONS: dict[str, wording.Words] = {
    "copy_under_way": lambda facts: _("Your copy is being made. You can ask for a new one when it is done."),
}
DEEDS = {"export.ask": lambda: _("Copy of everything asked for")}
wording.add(REASONS, DEEDS)
