"""Asking the office for a time, in words."""

from __future__ import annotations

from portal.blueprints.appointments import asking_wording as _words  # noqa: F401 - its reasons are told here too
from portal.blueprints.appointments import office_wording as _of_office  # noqa: F401 - and these to the office
from portal.web import wording
from portal.web.texts import gettext as _
from portal.web.texts import ngettext

REASONS: dict[str, wording.Words] = {
    "many_questions": lambda facts: ngettext(
        "%(num)s question of yours waits for an answer already. Please wait for it, or call the office.",
        "%(num)s questions of yours wait for an answer already. Please wait for one, or call the office.",
        facts["most"],
    ),
    "question_over": lambda _facts: _("The office answered this a moment ago."),
    "question_answered": lambda _facts: _("This was answered or taken back meanwhile. Look at it again."),
}
DEEDS = {
    "appointments_questions.ask": lambda: _("Question sent to the office"),
    "appointments_questions.take_back": lambda: _("Question taken back"),
    "appointments_questions_office.answer": lambda: _("Question answered"),
    "appointments_questions_office.propose": lambda: _("Times offered"),
}
wording.add(REASONS, DEEDS)
