"""The office's schedule: a day with all providers, a week of one of them, and the day as a list."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, request, url_for

from portal.blueprints.appointments.hours_wording import clock_words
from portal.blueprints.appointments.office_wording import changed_words, state_words
from portal.domain.appointments import arrivals, desk_rules, planning, timetable
from portal.domain.appointments.planning import Plan, Working
from portal.domain.appointments.types import State
from portal.kernel import clock
from portal.kernel.typed import uuid_of
from portal.web.access import staff
from portal.web.hypermedia import page

bp = Blueprint("appointments_schedule", __name__)
_PART = "partials/appointments/schedule.html"
_WEEK = timedelta(days=7)


@bp.get("/")
def day() -> Response:
    """A day: a column for each provider who sees people, or has visits."""
    on = _day()
    plan = planning.schedule_of(staff(), [on], clock.now())
    at_work = [one for one in plan.providers if _is_at_work(plan, one, on)]
    columns = [timetable.Column(one.id, on) for one in at_work]
    return _table(plan, columns, "day", on, headings=[one.name for one in at_work])


@bp.get("/week")
def week() -> Response:
    """A week of one provider."""
    on, now = _day(), clock.now()
    monday = on - timedelta(days=on.weekday())
    days = [monday + timedelta(days=number) for number in range(7)]
    chosen = _provider()
    plan = planning.schedule_of(staff(), days, now, chosen)
    whose = plan.provider(chosen) if chosen else next(iter(_in_use(plan)), None)
    if chosen is None:
        plan = plan._replace(visits=[one for one in plan.visits if whose and one.provider_id == whose.id])
    columns = timetable.week_of(on, plan, whose.id) if whose else []
    return _table(plan, columns, "week", on, headings=[column.day for column in columns], whose=whose)


@bp.get("/list")
def day_list() -> Response:
    """The visits of a day by time, to work through or to print."""
    on = _day()
    plan = planning.schedule_of(staff(), [on], clock.now(), _provider())
    visits = [one for one in plan.visits if not one.is_held]
    planning.note_list(staff(), visits, apart=True)
    return page(
        "appointments/day_list.html",
        fragment="partials/appointments/day_list.html",
        visits=visits,
        places=arrivals.places_in_line(visits),
        changed={visit: changed_words(found, staff().time_zone) for visit, found in plan.changed.items()},
        marks={one.public_id: desk_rules.marks(State(one.state), one.starts_at, clock.now()) for one in visits},
        called={one.id: one.name for one in plan.providers},
        **_around(plan, "day_list", on, None),
    )


def _table(
    plan: Plan,
    columns: Sequence[timetable.Column],
    view: str,
    on: date,
    *,
    headings: Sequence[Any],
    whose: Working | None = None,
) -> Response:
    planning.note_list(staff(), plan.visits, apart=True)
    return page(
        "appointments/schedule.html",
        fragment=_PART,
        table=timetable.table_of(plan, columns, clock.now()),
        columns=columns,
        headings=headings,
        clock_words=clock_words,
        called={one.id: one for one in plan.providers},
        **_around(plan, view, on, whose),
    )


def _around(plan: Plan, view: str, on: date, whose: Working | None) -> dict[str, Any]:
    """What all three views have: where one can go from here."""
    step = _WEEK if view == "week" else timedelta(days=1)
    asked = {"provider": whose.public_id if whose else _provider()}
    return {
        "view": view,
        "whose": whose,
        "day": on,
        "today": clock.today(staff().time_zone),
        "zone": staff().time_zone,
        "providers": plan.providers,
        "chosen": asked["provider"],
        "week_begins": on - timedelta(days=on.weekday()),
        "steps": [(to, url_for(f".{view}", day=to, **asked)) for to in (on - step, on + step)],
        "views": [(name, url_for(f".{name}", day=on, **asked)) for name in ("day", "week", "day_list")],
        "state_words": state_words,
    }


def _in_use(plan: Plan) -> list[Working]:
    return [one for one in plan.providers if one.id in plan.hours] or plan.providers


def _is_at_work(plan: Plan, provider: Working, on: date) -> bool:
    has_hours = any(rule.weekday == on.weekday() for rule in plan.hours.get(provider.id, []))
    return has_hours or any(visit.provider_id == provider.id for visit in plan.visits)


def _day() -> date:
    """The day in the URL; today where there is none that can be read."""
    today = clock.today(staff().time_zone)
    try:
        asked = date.fromisoformat(request.args.get("day", ""))
    except ValueError:
        return today
    return asked if abs(asked - today) < timedelta(days=2000) else today


def _provider() -> UUID | None:
    return uuid_of(request.args.get("provider"))
