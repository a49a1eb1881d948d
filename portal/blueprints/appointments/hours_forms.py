from __future__ import annotations

from datetime import time
from typing import Any
from uuid import UUID

from wtforms import BooleanField, SelectField, SelectMultipleField, StringField
from wtforms.validators import ValidationError

from portal.blueprints.appointments.hours_wording import WEEKDAYS, minutes_words
from portal.domain.appointments.hours_types import HoursFacts, KeptHours, ProviderHours
from portal.domain.appointments.reasons import KeptReason, ReasonFacts
from portal.domain.appointments.types import GRAIN, Off
from portal.domain.practices.types import KeptLocation
from portal.web.clock_times import TimeField
from portal.web.forms import DateField, Form, Needed, OrNothing, at_most
from portal.web.marked_form import MarkedForm
from portal.web.postal import Listed, choices_of
from portal.web.texts import gettext as _
from portal.web.texts import lazy_gettext as _l

_STEPS = (5, 10, 15, 20, 30, 40, 45, 60, 90)
_AFTER = (0, 5, 10, 15, 20, 30, 45, 60)
_MOST = 20


class FiveMinutes:
    """A time that begins one of the five minutes of which appointments are made."""

    def __call__(self, form: Any, field: Any) -> None:
        if isinstance(field.data, time) and field.data.minute % GRAIN:
            raise ValidationError(_("Use a time in steps of 5 minutes, like 9:05 AM."))


def _minute(moment: time | None) -> int | None:
    return None if moment is None else moment.hour * 60 + moment.minute


def _end(moment: time | None) -> int | None:
    """As the end of something, midnight is the one after it."""
    return _minute(moment) or (None if moment is None else 24 * 60)


def _time(minute: int | None) -> time | None:
    return None if minute is None else time(minute // 60 % 24, minute % 60)


class HoursForm(MarkedForm):
    """A weekly rule of one provider; times are of the office's own clock."""

    weekdays = SelectMultipleField(
        _l("On which days?"), [Needed(_l("Choose at least one day."))], choices=choices_of(WEEKDAYS)
    )
    location = SelectField(_l("Location"), [Listed(_l("Choose the location from the list."))], validate_choice=False)
    starts = TimeField(_l("From"), [Needed(_l("Type when the hours begin, like 9:00 AM.")), FiveMinutes()])
    ends = TimeField(_l("Until"), [Needed(_l("Type when the hours end, like 5:00 PM.")), FiveMinutes()])
    pause_starts = TimeField(_l("Break from"), [OrNothing(), FiveMinutes()])
    pause_ends = TimeField(_l("Break until"), [OrNothing(), FiveMinutes()])
    slot_minutes = SelectField(
        _l("A new time every"), [Listed(_l("Choose the minutes from the list."))], validate_choice=False
    )
    capacity = SelectField(
        _l("People at the same time"),
        [Listed(_l("Choose a number from the list."))],
        choices=choices_of({str(number): str(number) for number in range(1, _MOST + 1)}),
        validate_choice=False,
    )
    from_day = DateField(_l("First day"), [Needed(_l("Type the first day, like 03/16/2027."))])
    until_day = DateField(_l("Last day"), [OrNothing()])

    def __init__(self, locations: list[KeptLocation], **filled: Any) -> None:
        super().__init__(**filled)
        self.location.choices = choices_of({str(one.id): one.facts.name for one in locations})
        self.slot_minutes.choices = choices_of({str(one): minutes_words(one) for one in _STEPS})

    def facts(self, weekday: int) -> HoursFacts:
        """What was typed, for one of the weekdays."""
        return HoursFacts(
            weekday,
            UUID(self.location.data),
            _minute(self.starts.data) or 0,
            _end(self.ends.data) or 0,
            _minute(self.pause_starts.data),
            _minute(self.pause_ends.data),
            int(self.slot_minutes.data),
            int(self.capacity.data),
            self.from_day.data,
            self.until_day.data,
        )

    def chosen_weekdays(self) -> tuple[int, ...]:
        """The weekdays, in order."""
        return tuple(sorted(int(one) for one in self.weekdays.data))


def typed_hours(kept: KeptHours) -> dict[str, Any]:
    """A stored rule as the form shows it."""
    facts = kept.facts
    times = {name: _time(getattr(facts, name)) for name in ("starts", "ends", "pause_starts", "pause_ends")}
    return {
        **facts._asdict(),
        **times,
        "weekdays": [str(facts.weekday)],
        "location": str(facts.location),
        "slot_minutes": str(facts.slot_minutes),
        "capacity": str(facts.capacity),
        "mark": kept.mark,
    }


class TimeOffForm(Form):
    """Days off; with times, only that part of each day."""

    from_day = DateField(_l("First day"), [Needed(_l("Type the first day, like 03/16/2027."))])
    until_day = DateField(_l("Last day"), [OrNothing()])
    starts = TimeField(_l("From"), [OrNothing(), FiveMinutes()])
    ends = TimeField(_l("Until"), [OrNothing(), FiveMinutes()])
    why = StringField(_l("Why"), [OrNothing(), at_most(120)])

    def off(self) -> Off:
        """What was typed."""
        last = self.until_day.data or self.from_day.data
        return Off(self.from_day.data, last, _minute(self.starts.data), _end(self.ends.data))


class ReasonForm(MarkedForm):
    """What visits may be for, how long they take, and who sees people for it."""

    name = StringField(_l("What is it called?"), [Needed(_l("Type a name, like Follow-up.")), at_most(80)])
    name_es = StringField(_l("The same in Spanish"), [OrNothing(), at_most(80)])
    minutes = SelectField(
        _l("How long does it take?"), [Listed(_l("Choose the minutes from the list."))], validate_choice=False
    )
    buffer_minutes = SelectField(
        _l("Time that you need after it"), [Listed(_l("Choose the minutes from the list."))], validate_choice=False
    )
    at_once = BooleanField(_l("Booked at once"))
    by_video = BooleanField(_l("By video"))
    providers = SelectMultipleField(_l("Who sees people for it?"), validate_choice=True)

    def __init__(self, providers: list[ProviderHours], **filled: Any) -> None:
        super().__init__(**filled)
        self.minutes.choices = choices_of({str(one): minutes_words(one) for one in (*_STEPS, 120, 180, 240)})
        self.buffer_minutes.choices = choices_of({str(one): minutes_words(one) for one in _AFTER})
        self.providers.choices = choices_of({str(one.id): one.name for one in providers})

    def facts(self) -> ReasonFacts:
        """What was typed."""
        return ReasonFacts(
            self.name.data,
            self.name_es.data,
            int(self.minutes.data),
            int(self.buffer_minutes.data),
            self.at_once.data,
            self.by_video.data,
            tuple(sorted(UUID(one) for one in self.providers.data or ())),
        )


def typed_reason(kept: KeptReason) -> dict[str, Any]:
    """A stored reason as the form shows it."""
    facts = kept.facts
    return {
        **facts._asdict(),
        "minutes": str(facts.minutes),
        "buffer_minutes": str(facts.buffer_minutes),
        "providers": [str(one) for one in facts.providers],
        "mark": kept.mark,
    }
