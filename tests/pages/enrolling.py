"""Browsers in the middle of enrolling, one for each step, so that every step has a place to look at."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select

from portal.domain.accounts import enrolling
from portal.domain.accounts.models import Person
from portal.domain.charts.models import Chart
from portal.domain.enrollment import activation
from portal.domain.enrollment.models import EnrollmentRun
from portal.domain.sign_in import actions as sign_in
from portal.domain.sign_in.actions import Try
from portal.domain.viewer import Actor
from portal.kernel import clock, database, secrets

_WEEK = timedelta(days=7)


def set_out(world: Any) -> None:
    """Roles "at who", "at phone" and so on, who hold an enrollment; and "waiting", who is signed in and not active."""
    with database.writing() as session:
        stranger = select(Chart).where(Chart.person_id.is_(None), Chart.line1.is_not(None)).order_by(Chart.id)
        chart, now = session.scalars(stranger).first(), clock.now()
        for role, columns in _runs(now).items():
            world.held[role] = secrets.random_token()
            session.add(_run(chart, role, now, world.held[role], columns))
        chart_of = {"office_id": chart.office_id, "chart_id": chart.id}
        world.named["link"] = activation.make(channel="letter", lasts=_WEEK, now=now, **chart_of)[1].token
        person = Person(
            given="Lysander",
            family="Wickham-Dale",
            birth_date=date(1987, 2, 20),
            language="en",
            time_zone="America/New_York",
        )
        session.add(person)
        session.flush()
        account = enrolling.make_account(
            person.id, username="lysander", password_hash="-", email="lysander@example.com", state="waiting"
        )
        session.flush()
        attempt = Try("patient", "", "", "127.0.0.1", "127.0.0.0/24", None, "tests")
        world.tokens["waiting"], _ = sign_in.open_session(Actor("patient", account.id), attempt, awaiting_code=False)


def _runs(now: datetime) -> dict[str, dict[str, Any]]:
    """What is proven in each of them."""
    who, phone = {"known_at": now}, {"known_at": now, "phone_proven_at": now}
    login = phone | {"username": "clementine68", "password_hash": "-"}
    asked = login | {"email": "clementine@example.com", "email_asked_at": now}
    proven = asked | {"email_proven_at": now}
    return {
        "at who": {},
        "at phone": who,
        "at phone code": who | {"phone_asked": "sms"},
        "at login": phone,
        "at email": login,
        "at email code": asked,
        "at finish": proven,
        "at done": proven | {"finished_at": now},
        "registering": {"way": "open"},
        "registered": proven | {"way": "open", "finished_at": now},
    }


def _run(chart: Chart, role: str, now: datetime, token: str, columns: dict[str, Any]) -> EnrollmentRun:
    facts: dict[str, Any] = {"way": "invited", "door": "web", "begun_at": now, "expires_at": now + _WEEK} | columns
    if facts["way"] == "invited":
        facts |= {"office_id": chart.office_id, "chart_id": chart.id}
    else:
        facts |= {"given": "Ann", "family": "Lee", "birth_date": date(1990, 1, 1), "language": "en"}
        facts["phone"] = "+15305550172"
    key = f"{role.replace(' ', '-')}-name" if "username" in facts else None
    return EnrollmentRun(holder=secrets.token_hash(token), username_key=key, **facts)
