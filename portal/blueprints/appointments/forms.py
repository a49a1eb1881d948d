from __future__ import annotations

from wtforms import TextAreaField

from portal.blueprints.appointments.answer_forms import AnswerForm
from portal.web.forms import OrNothing, at_most
from portal.web.texts import lazy_gettext as _l


class CancelForm(AnswerForm):
    """Why somebody cancels, if they want to say."""

    because = TextAreaField(_l("Why"), [OrNothing(), at_most(500)])
