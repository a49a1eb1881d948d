from __future__ import annotations

from typing import Any
from uuid import UUID

from wtforms import HiddenField, RadioField, SelectChoice, SelectField, SelectMultipleField, TextAreaField

from portal.blueprints.appointments.answer_forms import AnswerForm
from portal.blueprints.appointments.hours_wording import WEEKDAYS
from portal.blueprints.appointments.weekdays import bits_of
from portal.blueprints.appointments.wording import PARTS_OF_DAY
from portal.domain.appointments.questions import Asking
from portal.domain.appointments.types import PartOfDay
from portal.kernel.typed import uuid_of
from portal.web.forms import Form, Needed, at_most
from portal.web.postal import Listed, choices_of
from portal.web.texts import lazy_gettext as _l

_HERE, _PHONE = "here", "phone"


class QuestionForm(Form):
    """When somebody could come, what to say, and how they want the answer."""

    reason = HiddenField()
    weekdays = SelectMultipleField(
        _l("On which days could you come?"),
        [Needed(_l("Choose at least one day."))],
        choices=choices_of(WEEKDAYS),
        default=list(WEEKDAYS)[:5],
    )
    part = SelectField(_l("When"), [Listed(_l("Choose a part of the day."))], validate_choice=False)
    words = TextAreaField(
        _l("Your message"), [Needed(_l("Write a few words, so that the office can help you.")), at_most(1000)]
    )
    answer = RadioField(
        _l("How should the office answer?"),
        [Listed(_l("Choose how the office should answer."))],
        choices=[SelectChoice(_HERE, _l("Here in the portal")), SelectChoice(_PHONE, _l("By phone"))],
        validate_choice=False,
        default=_HERE,
    )

    def __init__(self, **filled: Any) -> None:
        super().__init__(**filled)
        self.part.choices = [SelectChoice(part.value, words) for part, words in PARTS_OF_DAY.items()]

    @property
    def wanted_reason(self) -> UUID | None:
        """The reason (outer id); None where the hidden field was tampered with."""
        return uuid_of(self.reason.data)

    def asking(self) -> Asking:
        """What was typed."""
        bits = bits_of(self.weekdays.data)
        return Asking(PartOfDay(self.part.data), bits, self.words.data, self.answer.data == _PHONE)


class SentenceForm(AnswerForm):
    """The office's answer, in its words."""

    words = TextAreaField(_l("Your words to them"), [Needed(_l("Type your answer.")), at_most(1000)])
