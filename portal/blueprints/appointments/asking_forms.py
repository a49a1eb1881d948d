from __future__ import annotations

from uuid import UUID

from wtforms import HiddenField, RadioField, SelectChoice, SelectField, TextAreaField

from portal.blueprints.appointments.choosing import Looking
from portal.blueprints.appointments.wording import PARTS_OF_DAY, moment_of, seconds
from portal.domain.appointments.holding import Wanted
from portal.domain.appointments.types import Slot
from portal.kernel.typed import uuid_of
from portal.web.filters import time_words, weekday_words
from portal.web.forms import Form, OrNothing, at_most
from portal.web.texts import gettext as _
from portal.web.texts import lazy_gettext as _l


class FilterForm(Form):
    """What for, where, and when. It is sent by GET: it only looks."""

    reason = SelectField(_l("What is the visit for?"), validate_choice=False)
    place = SelectField(_l("Where"), validate_choice=False)
    part = SelectField(_l("When"), validate_choice=False)

    @classmethod
    def showing(cls, look: Looking, spoken: str) -> FilterForm:
        """The form with what was chosen."""
        places = look.offer.places
        here = places.get(look.location_id or 0)
        chosen = {"reason": look.reason.public_id, "place": here.public_id if here else "", "part": look.part}
        form = cls(data={name: str(value) for name, value in chosen.items()})
        form.reason.choices = [SelectChoice(str(one.public_id), one.called(spoken)) for one in look.offer.reasons]
        form.place.choices = [SelectChoice("", _("Any location"))]
        form.place.choices += [SelectChoice(str(one.public_id), f"{one.name}, {one.line1}") for one in places.values()]
        form.part.choices = [SelectChoice(part.value, words) for part, words in PARTS_OF_DAY.items()]
        return form


class RequestForm(Form):
    """A time, as it is held and then asked for. `at`: seconds since 1970."""

    reason = HiddenField()
    at = HiddenField()
    replaces = HiddenField()
    note = TextAreaField(_l("Additional Messages"), [OrNothing(), at_most(500)])

    def wanted(self, provider: UUID) -> Wanted | None:
        """What is asked for; None where the hidden fields were tampered with."""
        reason, at = uuid_of(self.reason.data), moment_of(self.at.data)
        return Wanted(provider, reason, at, uuid_of(self.replaces.data)) if reason and at else None


class OtherTimeForm(RequestForm):
    """The same after somebody else was quicker: one of the nearest times, or none."""

    at = RadioField(_l("Free times near it"), validate_choice=False)

    @classmethod
    def instead_of(cls, form: RequestForm, near: list[Slot], zone: str) -> OtherTimeForm:
        """What was typed, beside the times that can still be had; the first of them is chosen."""
        other = cls(formdata=None, data={**form.data, "at": seconds(near[0].starts_at)})
        other.at.choices = [
            SelectChoice(seconds(one.starts_at), f"{weekday_words(one.day)}, {time_words(one.starts_at, zone)}")
            for one in near
        ]
        return other
