"""What an offering is made of, in one statement: rows of one shape, each about another thing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Date,
    Integer,
    String,
    Uuid,
    bindparam,
    cast,
    func,
    literal,
    null,
    or_,
    select,
    union_all,
)

from portal.domain.appointments.busy_rows import KEY, WORDS, bits_of, words_of
from portal.domain.appointments.models import HELD, Appointment, Claim, OfferedReason, TimeOff, VisitReason, WeeklyHours
from portal.domain.appointments.rules import OPEN
from portal.domain.appointments.types import State
from portal.domain.connections.models import Connection
from portal.domain.practices.models import Location, Office, Provider
from portal.kernel.database import Moment


class OfferedRow(NamedTuple):
    """A line of what is offered; `kind` says of what, and which of the columns are filled."""

    kind: str
    provider_id: int | None
    a: int | None
    b: int | None
    c: int | None
    d: int | None
    e: int | None
    f: int | None
    g: int | None
    h: int | None
    day: date | None
    last_day: date | None
    uuid: UUID | None
    other_uuid: UUID | None
    at: datetime | None
    until: datetime | None
    s: str | None
    t: str | None
    u: str | None
    v: str | None
    w: str | None
    x: str | None
    y: str | None


_NUMBERS, _TEXTS = ("provider_id", "a", "b", "c", "d", "e", "f", "g", "h"), ("s", "t", "u", "v", "w", "x", "y")
_TYPES: dict[str, Any] = {
    "kind": String(),
    **dict.fromkeys(_NUMBERS, BigInteger()),
    **dict.fromkeys(("day", "last_day"), Date()),
    **dict.fromkeys(("uuid", "other_uuid"), Uuid()),
    **dict.fromkeys(("at", "until"), Moment()),
    **dict.fromkeys(_TEXTS, String()),
}


def _line(kind: str, provider_id: Any, *numbers: Any, **filled: Any) -> Any:
    """A select of `OfferedRow`; what is not filled is an empty value of its type (PostgreSQL wants to know)."""
    filled |= {"kind": literal(kind), "provider_id": provider_id, **dict(zip("abcdefgh", numbers, strict=False))}
    return select(*(filled.get(name, cast(null(), kind)).label(name) for name, kind in _TYPES.items()))


_FIRST_DAY = bindparam("today", type_=Date())


def _all(scope: Any, *, for_person: bool) -> Any:
    """Everything about the providers of a scope: a function that gives a select of provider_id, office_id, chart_id."""
    parts = [_providers(scope()), _reasons(scope()), _places(scope()), _hours(scope()), *_off(scope)]
    return union_all(*parts, _claims(scope()), _lapsed(scope()), *([_MINE] if for_person else []))


def _providers(mine: Any) -> Any:
    numbers = (Provider.office_id, mine.c.chart_id, cast(Provider.takes_appointments, Integer))
    words = dict(zip(_TEXTS, (Provider.given, Provider.family, Provider.credentials, Provider.specialty), strict=False))
    return (
        _line(
            "provider",
            Provider.id,
            *numbers,
            Office.book_ahead_minutes,
            Office.cancel_notice_hours,
            uuid=Provider.public_id,
            w=Office.name,
            x=Location.phone,
            y=Office.time_zone,
            **words,
        )
        .select_from(mine)
        .join(Provider, Provider.id == mine.c.provider_id)
        .join(Location, Location.id == Provider.location_id)
        .join(Office, Office.id == Provider.office_id)
    )


def _reasons(mine: Any) -> Any:
    numbers = (VisitReason.id, VisitReason.minutes, VisitReason.buffer_minutes)
    switches = (cast(VisitReason.at_once, Integer), cast(VisitReason.by_video, Integer))
    return (
        _line(
            "reason",
            OfferedReason.provider_id,
            *numbers,
            *switches,
            uuid=VisitReason.public_id,
            s=VisitReason.name,
            t=VisitReason.name_es,
        )
        .select_from(mine)
        .join(OfferedReason, OfferedReason.provider_id == mine.c.provider_id)
        .join(VisitReason, VisitReason.id == OfferedReason.reason_id)
        .where(VisitReason.ended_at.is_(None))
    )


_IN_FORCE = or_(WeeklyHours.until_day.is_(None), WeeklyHours.until_day >= _FIRST_DAY)


def _places(mine: Any) -> Any:
    """Of the offices, each once: whose hours are at which of them, the hours tell."""
    offices = select(mine.c.office_id).distinct().subquery()
    return (
        _line(
            "place",
            cast(null(), BigInteger),
            Location.id,
            uuid=Location.public_id,
            s=Location.name,
            t=Location.line1,
            u=Location.city,
        )
        .select_from(offices)
        .join(Location, Location.office_id == offices.c.office_id)
        .where(Location.ended_at.is_(None))
    )


def _hours(mine: Any) -> Any:
    rule = WeeklyHours
    numbers = (rule.location_id, rule.weekday, rule.starts, rule.ends, rule.pause_starts, rule.pause_ends)
    return (
        _line(
            "hours",
            rule.provider_id,
            *numbers,
            rule.slot_minutes,
            rule.capacity,
            day=rule.from_day,
            last_day=rule.until_day,
        )
        .select_from(mine)
        .join(rule, (rule.office_id == mine.c.office_id) & (rule.provider_id == mine.c.provider_id))
        .join(Location, Location.id == rule.location_id)
        .where(_IN_FORCE, Location.ended_at.is_(None))
    )


def _off(scope: Callable[[], Any]) -> Iterator[Any]:
    """Days off of the providers, and holidays of their offices."""
    for whose in (lambda mine: mine.c.provider_id, lambda _: None):
        mine = scope()
        yield (
            _line(
                "off",
                mine.c.provider_id,
                TimeOff.starts,
                TimeOff.ends,
                day=TimeOff.from_day,
                last_day=TimeOff.until_day,
            )
            .select_from(mine)
            .join(TimeOff, (TimeOff.office_id == mine.c.office_id) & (TimeOff.provider_id == whose(mine)))
            .where(TimeOff.until_day >= _FIRST_DAY)
        )


_LAPSED = (Appointment.state == HELD) & (Appointment.held_until <= bindparam("now"))


def _claims(mine: Any) -> Any:
    """One row for each provider, so that a full calendar is not thousands of them. Each is read by itself: a group
    over all of them took a third longer."""
    taken = select(bits_of(words_of(mine.c.provider_id, mine))).scalar_subquery()
    return _line("claims", mine.c.provider_id, s=taken).select_from(mine)


def _lapsed(mine: Any) -> Any:
    """Claims of holds that were not used in time: free, even where nobody has taken them away yet."""
    words = (
        select(Claim.provider_id, *WORDS)
        .select_from(Appointment)
        .join(mine, mine.c.provider_id == Appointment.provider_id)
        .join(Claim, Claim.appointment_id == Appointment.id)
        .where(_LAPSED)
        .group_by(Claim.provider_id, *KEY)
        .subquery()
    )
    return _line("lapsed", words.c.provider_id, s=bits_of(words)).select_from(words).group_by(words.c.provider_id)


_MINE = (
    _line(
        "mine",
        Appointment.provider_id,
        uuid=Appointment.public_id,
        other_uuid=VisitReason.public_id,
        at=Appointment.starts_at,
        until=Appointment.held_until,
        s=Appointment.state,
    )
    .select_from(Connection)
    .join(Appointment, (Appointment.office_id == Connection.office_id) & (Appointment.chart_id == Connection.chart_id))
    .join(VisitReason, VisitReason.id == Appointment.reason_id)
    .where(
        Connection.person_id == bindparam("person_id"),
        Connection.ended_at.is_(None),
        or_(*(Appointment.state == state for state in (State.HELD, *OPEN))),
        Appointment.starts_at > bindparam("now"),
    )
)


def _of_person(*where: Any) -> Callable[[], Any]:
    def scope() -> Any:
        mine = (
            select(Connection.office_id, func.min(Connection.chart_id).label("chart_id"))
            .where(Connection.person_id == bindparam("person_id"), Connection.ended_at.is_(None))
            .group_by(Connection.office_id)
            .subquery()
        )
        return (
            select(Provider.id.label("provider_id"), Provider.office_id, mine.c.chart_id)
            .join(mine, mine.c.office_id == Provider.office_id)
            .where(Provider.ended_at.is_(None), *where)
            .subquery()
        )

    return scope


def _of_office(*where: Any) -> Callable[[], Any]:
    def scope() -> Any:
        return (
            select(Provider.id.label("provider_id"), Provider.office_id, cast(null(), BigInteger).label("chart_id"))
            .where(Provider.office_id == bindparam("office_id"), Provider.ended_at.is_(None), *where)
            .subquery()
        )

    return scope


_THIS = Provider.public_id == bindparam("provider")
#: Values: now, today, first, after (grains); person_id; provider (outer id).
ONE_OF_PERSON = _all(_of_person(_THIS), for_person=True)
#: The same without `provider`.
ALL_OF_PERSON = _all(_of_person(), for_person=True)
#: Values: now, today, first, after (grains); office_id; provider (outer id).
ONE_OF_OFFICE = _all(_of_office(_THIS), for_person=False)
#: The same without `provider`.
ALL_OF_OFFICE = _all(_of_office(), for_person=False)
