from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from flask import request
from wtforms import BooleanField, HiddenField, RadioField, SelectChoice, SelectField, TextAreaField

from portal.blueprints.appointments.hours_forms import FiveMinutes
from portal.blueprints.appointments.wording import moment_of, seconds
from portal.domain.appointments import slots
from portal.domain.appointments.booking import Booking
from portal.domain.appointments.offering import Offering
from portal.kernel import typed
from portal.kernel.typed import uuid_of
from portal.web.clock_times import TimeField
from portal.web.forms import DateField, Form, OrNothing, at_most
from portal.web.texts import gettext as _
from portal.web.texts import lazy_gettext as _l

#: Instead of one of the times that are shown.
OWN = "own"


class Asked:
    """What the address says that staff look for: provider, reason, place (outer ids), day, a moment.

    `replaces`: the visit that goes; `question`: the one for a time that is answered by booking (outer ids).
    """

    def __init__(self) -> None:
        self.provider, self.reason, self.place, self.replaces, self.question = (
            uuid_of(request.args.get(name)) for name in _IDS
        )
        self.at = moment_of(request.args.get("at"))
        self.day = typed.date_of(request.args.get("day", ""))

    def kept(self) -> dict[str, Any]:
        """For an address that says the same."""
        values = {name: request.args.get(name) for name in (*_IDS, "day", "at")}
        return {name: value for name, value in values.items() if value}


_IDS = ("provider", "reason", "place", "replaces", "question")


class LookingForm(Form):
    """Whom, what for, where, and from which day on. It is sent by GET: it only looks."""

    provider = SelectField(_l("Provider"), validate_choice=False)
    reason = SelectField(_l("Reason"), validate_choice=False)
    place = SelectField(_l("Location"), validate_choice=False)
    day = DateField(_l("From"))

    def offer(self, offers: Iterable[Offering], chosen: Offering) -> None:
        """Show these."""
        places = {one.public_id: one.name for offer in offers for one in offer.places.values()}
        self.provider.choices = [SelectChoice(str(one.public_id), one.name) for one in offers]
        self.reason.choices = [SelectChoice(str(one.public_id), one.name) for one in chosen.reasons]
        self.place.choices = [SelectChoice("", _("Any location"))]
        self.place.choices += [SelectChoice(str(key), name) for key, name in places.items()]


class BookingForm(Form):
    """A time that is shown, or one's own, and what else there is to say."""

    provider = HiddenField()
    reason = HiddenField()
    place = HiddenField()
    replaces = HiddenField()
    question = HiddenField()
    at = RadioField(_l("Time"), choices=[], validate_choice=False)
    own_day = DateField(_l("Day"), [OrNothing()])
    own_time = TimeField(_l("Time"), [OrNothing(), FiveMinutes()])
    beside = BooleanField(_l("Book beside the other visit"))
    outside = BooleanField(_l("Book outside the hours"))
    because = TextAreaField(_l("Why"), [OrNothing(), at_most(300)])
    note = TextAreaField(_l("What they say about the visit"), [OrNothing(), at_most(500)])

    def again(self, wanted: Booking) -> BookingForm:
        """What was typed, with the time that was wanted among those to choose from."""
        at = seconds(wanted.starts_at)
        return BookingForm(formdata=None, data={**self.data, "at": at, "own_day": None, "own_time": None})

    def wanted(self, zone: ZoneInfo) -> Booking | None:
        """What is to be booked; None where something is missing, which is then said at its field."""
        provider, reason = uuid_of(self.provider.data), uuid_of(self.reason.data)
        if not self.validate() or not self._is_why_told() or provider is None or reason is None:
            return None
        starts_at = self._moment(zone)
        if starts_at is None:
            return None
        return Booking(
            provider,
            reason,
            starts_at,
            uuid_of(self.place.data),
            is_beside=self.beside.data,
            is_outside=self.outside.data,
            because=self.because.data,
            note=self.note.data,
            replaces=uuid_of(self.replaces.data),
            question=uuid_of(self.question.data),
        )

    def _is_why_told(self) -> bool:
        if (self.beside.data or self.outside.data) and not self.because.data:
            self.because.errors = [_("Type why. It is kept with the visit.")]
            return False
        return True

    def _moment(self, zone: ZoneInfo) -> datetime | None:
        """The chosen time, or one's own; never a guess between the two."""
        chosen, own = moment_of(self.at.data), self.own_time.data
        if chosen is not None and own is not None:
            self.at.errors = [_("Choose one of the times, or Another time for the one that you typed.")]
        elif chosen is None and own is None:
            self.at.errors = [_("Choose a time, or type another one.")]
        elif chosen is None and self.own_day.data is None:
            self.own_day.errors = [_("Type the day, like 03/16/2027.")]
        elif own is not None:
            return self._own(self.own_day.data, own, zone)
        else:
            return chosen
        return None

    def _own(self, day: date, own: time, zone: ZoneInfo) -> datetime | None:
        found = slots.moment_at(day, own.hour * 60 + own.minute, zone)
        if found is None:
            self.own_time.errors = [_("The clocks skip this time that day. Type another one.")]
        return found
