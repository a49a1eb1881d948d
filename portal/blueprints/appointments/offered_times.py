"""Free times of a provider for the office to tick: what the address asks for, and the page's values."""

from __future__ import annotations

from datetime import date
from itertools import islice
from typing import Any, NamedTuple
from uuid import UUID

from flask import request

from portal.blueprints.appointments.answer_forms import ProposeForm
from portal.blueprints.appointments.office_wording import by_day
from portal.domain.appointments import offering
from portal.domain.appointments.desk_rules import MOST_OFFERED
from portal.domain.appointments.offering import Offering
from portal.kernel import clock
from portal.kernel.typed import uuid_of
from portal.web.access import staff

_SHOWN = 30


class About(NamedTuple):
    """For whom times are looked for: reason and provider (outer ids), from which day on unless the address says."""

    reason: UUID
    provider: UUID
    since: date


def values(about: About, form: ProposeForm, here: str, leave_url: str) -> dict[str, Any]:
    """What partials/appointments/office_times.html needs. `here`: where the times are looked for, and sent to."""
    now = clock.now()
    every = offering.office_offerings_of(staff().office_id or 0, now)
    offered = [one for one in every if one.reason(about.reason) is not None]
    wanted = (_asked_provider(), form.chosen_provider, about.provider)
    found = (one for each in wanted for one in offered if one.public_id == each)
    chosen = next(found, next(iter(offered), None))
    since = _asked_day() or about.since
    return {
        "form": form,
        "most": MOST_OFFERED,
        "offered": offered,
        "chosen": chosen,
        "since": since,
        "zone": staff().time_zone,
        "here": here,
        "leave_url": leave_url,
        "days": _days(chosen, about.reason, since) if chosen else [],
    }


def _days(chosen: Offering, wanted: UUID, since: date) -> list[Any]:
    """What is free from that day on, day by day."""
    now, reason = clock.now(), chosen.reason(wanted)
    if reason is None:
        return []
    days = [day for day in chosen.days(now) if day >= since]
    return by_day(islice(offering.free_times(chosen, reason, days, now), _SHOWN))


def _asked_provider() -> UUID | None:
    return uuid_of(request.args.get("provider"))


def _asked_day() -> date | None:
    try:
        return date.fromisoformat(request.args.get("day", ""))
    except ValueError:
        return None
