"""The office books a visit for somebody, as on the phone: whose chart, then when, then what they take home."""

from __future__ import annotations

from datetime import timedelta
from itertools import islice
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, g, url_for

from portal.blueprints.appointments import office_wording
from portal.blueprints.appointments.booking_forms import OWN, Asked, BookingForm, LookingForm, seconds
from portal.domain.appointments import booking, offering
from portal.domain.appointments.booking import Booking
from portal.domain.appointments.offering import Offering
from portal.domain.appointments.types import Reason, Slot
from portal.domain.charts import actions as charts
from portal.domain.charts import rules as charts_rules
from portal.domain.charts.rules import MOST_FOUND
from portal.domain.charts.types import Found
from portal.kernel import clock
from portal.kernel.refusal import Refused, refuse_if
from portal.web import errors
from portal.web.access import chart, staff
from portal.web.chart_parts import CLINICAL, Deed, add_deed
from portal.web.chart_search import SearchForm
from portal.web.hypermedia import go, page
from portal.web.once import exempt
from portal.web.texts import lazy_gettext as _l
from portal.web.transaction import first
from portal.web.wording import words_for

bp = Blueprint("appointments_booking", __name__)
_PART = "partials/appointments/booking.html"
_SHOWN = 24


@bp.get("/")
def find() -> Response:
    """Whose visit it is."""
    return _find(SearchForm())


def _count_a_search() -> Response | None:
    refusal = charts.count_a_search(staff(), clock.now())
    return None if refusal is None else errors.answer(429, words_for(refusal))


@bp.post("/")
@exempt
@first(_count_a_search)
def search() -> Response:
    """Charts by a name, a birth date, a number or a phone."""
    form = SearchForm()
    if not form.validate():
        return _find(form, status=422)
    try:
        found = charts.search(staff(), form.wanted())
    except Refused as refused:
        form.q.errors = [words_for(refused.refusal)]
        return _find(form, status=422)
    return _find(form, found)


def _find(form: SearchForm, found: list[Found] | None = None, status: int = 200) -> Response:
    asked = Asked()
    return page(
        "appointments/booking_find.html",
        fragment="partials/appointments/booking_find.html",
        status=status,
        form=form,
        found=None if found is None else [one for one in found[:MOST_FOUND] if one.merged_into_id is None],
        more=found is not None and len(found) > MOST_FOUND,
        at=asked.at,
        kept=asked.kept(),
        zone=staff().time_zone,
    )


@bp.get("/<uuid:chart>/")
def ask() -> Response:
    """When, with whom, and what for."""
    refuse_if(charts_rules.why_not_change(chart().merged_into))
    return _ask(BookingForm(formdata=None))


@bp.post("/<uuid:chart>/")
def book() -> Response:
    """This time."""
    form = BookingForm()
    wanted = form.wanted(ZoneInfo(staff().time_zone))
    if wanted is None:
        return _ask(form, 422)
    try:
        booked = booking.book(staff(), chart().public_id, wanted, clock.now())
    except Refused as refused:
        return _ask(form.again(wanted), 409, wanted, refused)
    return go(url_for(".booked", chart=chart().public_id, appointment_id=booked))


@bp.get("/<uuid:chart>/booked/<uuid:appointment_id>")
def booked(appointment_id: UUID) -> Response:
    """When it is, on paper too; and whether they are told."""
    g.section, zone = "appointments", staff().time_zone
    slip = booking.slip_of(staff(), chart(), appointment_id)
    day = clock.day_of(slip.starts_at, zone)
    return page("appointments/booked.html", slip=slip, chart=chart(), appointment_id=appointment_id, zone=zone, day=day)


def _ask(
    form: BookingForm, status: int = 200, wanted: Booking | None = None, refused: Refused | None = None
) -> Response:
    g.section = "appointments"
    now, asked, opened = clock.now(), Asked(), chart()
    offers = [one for one in offering.office_offerings_of(opened.office_id, now) if one.reasons]
    whom = wanted.provider if wanted else asked.provider
    chosen = next((one for one in offers if one.public_id == whom), next(iter(offers), None))
    code = refused.refusal.code if refused else ""
    if refused:
        form.form_errors = [words_for(refused.refusal)]
    return page(
        "appointments/booking.html",
        fragment=_PART,
        status=status,
        chart=opened,
        form=form,
        url=url_for(".ask", chart=opened.public_id, **asked.kept()),
        here=url_for(".ask", chart=opened.public_id),
        leave_url=url_for("charts.show_part", chart=opened.public_id, part="appointments"),
        zone=staff().time_zone,
        own=OWN,
        replaces=asked.replaces,
        question=asked.question,
        asks_beside=code == "time_taken" or form.beside.data,
        asks_outside=code == "book_outside" or form.outside.data,
        chosen=chosen,
        **(_times(offers, chosen, form, asked, wanted) if chosen else {}),
    )


def _times(
    offers: list[Offering], chosen: Offering, form: BookingForm, asked: Asked, wanted: Booking | None
) -> dict[str, Any]:
    """The looking form as it stands, and what is free: from a day on, or nearest to the time that was not to be had."""
    now = clock.now()
    at = wanted.starts_at if wanted else asked.at
    reason = _reason(chosen, wanted.reason if wanted else asked.reason, asked)
    place_id = wanted.location if wanted else asked.place
    place = next((one.id for one in chosen.places.values() if one.public_id == place_id), None)
    today = clock.today(staff().time_zone)
    since = asked.day or (at.astimezone(chosen.zone).date() if at else today)
    look = LookingForm(
        formdata=None,
        data={
            "provider": str(chosen.public_id),
            "reason": str(reason.public_id),
            "place": str(place_id or ""),
            "day": since,
        },
    )
    look.offer(offers, chosen)
    if form.own_day.data is None and not form.own_day.errors:
        form.own_day.data = since
    at_once = chosen._replace(book_ahead=timedelta())
    if wanted:
        shown = offering.nearest_free(at_once, reason, wanted.starts_at, now)
    else:
        shown = list(islice(_free(at_once, reason, since, place), _SHOWN))
    picked = form.at.data or (seconds(at) if at in [one.starts_at for one in shown] else "")
    return {
        "look": look,
        "reason": reason,
        "place": place_id or "",
        "days": office_wording.by_day(shown),
        "wanted": wanted,
        "picked": picked,
        "is_gone": wanted is None and asked.at is not None and not picked,
        "seconds": seconds,
    }


def _free(offer: Offering, reason: Reason, since: Any, place: int | None) -> Any:
    now = clock.now()
    days = [day for day in offer.days(now) if day >= since]
    return offering.free_times(offer, reason, days, now, location_id=place)


def _reason(chosen: Offering, wanted: UUID | None, asked: Asked) -> Reason:
    """The one that was asked for; else the first one that fits at the time that was pressed."""
    found = chosen.reason(wanted)
    if found is not None:
        return found
    return next((one for one in chosen.reasons if _fits(chosen, one, asked)), chosen.reasons[0])


def _fits(chosen: Offering, reason: Reason, asked: Asked) -> bool:
    slot: Slot | None = offering.slot_at(chosen, asked.at, reason.minutes) if asked.at else None
    return slot is not None and slot in islice(
        _free(chosen._replace(book_ahead=timedelta()), reason, slot.day, None), 200
    )


add_deed(
    Deed(
        "appointments_booking.ask",
        _l("Book a visit"),
        CLINICAL,
        order=15,
        icon="cal",
        fits=lambda opened: opened.merged_into is None,
    )
)
