from __future__ import annotations

from typing import Any
from uuid import UUID

from wtforms import HiddenField, RadioField, SelectChoice, SelectField, SelectMultipleField

from portal.blueprints.appointments.hours_wording import WEEKDAYS
from portal.blueprints.appointments.waiting_wording import NOTICES
from portal.blueprints.appointments.weekdays import bits_of
from portal.blueprints.appointments.wording import PARTS_OF_DAY
from portal.domain.appointments.types import PartOfDay
from portal.domain.appointments.waiting import Wishes
from portal.kernel.typed import uuid_of
from portal.web.forms import Form, Needed
from portal.web.postal import Listed, choices_of
from portal.web.texts import gettext as _
from portal.web.texts import lazy_gettext as _l

_ONE, _ANYBODY = "one", "anybody"


class WishForm(Form):
    """Which times somebody would take. `reason` goes along where there is no visit yet."""

    reason = HiddenField()
    whom = RadioField(_l("With whom?"), [Listed(_l("Choose with whom."))], validate_choice=False, default=_ONE)
    weekdays = SelectMultipleField(
        _l("On which days?"),
        [Needed(_l("Choose at least one day."))],
        choices=choices_of(WEEKDAYS),
        default=list(WEEKDAYS),
    )
    part = SelectField(_l("When"), [Listed(_l("Choose a part of the day."))], validate_choice=False)
    notice = SelectField(_l("How long before must you know?"), validate_choice=False, default="24")

    def __init__(self, provider: str, office: str, **filled: Any) -> None:
        super().__init__(**filled)
        self.whom.choices = [
            SelectChoice(_ONE, provider),
            SelectChoice(_ANYBODY, _("Any provider at %(office)s who offers this", office=office)),
        ]
        self.part.choices = [SelectChoice(part.value, words) for part, words in PARTS_OF_DAY.items()]
        self.notice.choices = [SelectChoice(str(hours), words) for hours, words in NOTICES.items()]

    @property
    def wanted_reason(self) -> UUID | None:
        """The reason (outer id); None where the hidden field was tampered with."""
        return uuid_of(self.reason.data)

    def wishes(self) -> Wishes:
        """What was chosen."""
        bits = bits_of(self.weekdays.data)
        notice = self.notice.data if self.notice.data in {str(hours) for hours in NOTICES} else "24"
        return Wishes(self.whom.data == _ANYBODY, PartOfDay(self.part.data), bits, int(notice))
