"""An offer of the wait list is made and comes to its end; the wish of a visit ends with that visit."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, select

from portal.domain.appointments import claims
from portal.domain.appointments.models import Appointment, AppointmentEvent
from portal.domain.appointments.waiting_models import WaitListEntry, WaitListOffer
from portal.kernel import database

STANDING = ("waiting", "offered")


def end_wish_of(visit: Appointment, now: datetime) -> None:
    """The visit is over or moved: nobody waits for an earlier time than that any more."""
    theirs = select(WaitListEntry).where(
        WaitListEntry.office_id == visit.office_id,
        WaitListEntry.appointment_id == visit.id,
        WaitListEntry.state.in_(STANDING),
    )
    for entry in list(database.session().scalars(theirs.with_for_update())):
        end(entry, by="portal", now=now)


def end(entry: WaitListEntry, *, by: str, now: datetime, because: str | None = None) -> None:
    """Take somebody off the list (`by`: patient, staff, portal); what is offered to them just now is free again."""
    if entry.state == "offered":
        let_offer_go(entry, "withdrawn", now)
    entry.state, entry.ended_by, entry.ended_at, entry.because = "ended", by, now, because


def let_offer_go(entry: WaitListEntry, became: str, now: datetime) -> None:
    """What is offered goes to the next in line; whoever had it waits on. `became`: declined, lapsed, withdrawn."""
    session, offer_id = database.session(), entry.offer_id
    settle(entry, became, now)
    entry.state, entry.offer_id = "waiting", None
    session.flush()
    if offer_id is not None:
        claims.release(offer_id)
        session.execute(delete(AppointmentEvent).where(AppointmentEvent.appointment_id == offer_id))
        session.execute(delete(Appointment).where(Appointment.id == offer_id))


def settle(entry: WaitListEntry, became: str, now: datetime) -> WaitListOffer | None:
    """Write down what became of the open offer, and give it."""
    open_one = select(WaitListOffer).where(
        WaitListOffer.office_id == entry.office_id, WaitListOffer.entry_id == entry.id, WaitListOffer.ended_at.is_(None)
    )
    offer = database.session().scalar(open_one)
    if offer is not None:
        offer.became, offer.ended_at = became, now
    return offer
