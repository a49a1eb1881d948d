"""Invitations in each state, with the emails that carry their codes, and an account that waits for its own."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import select

from portal.commands.demo.world import World
from portal.domain.accounts.enrolling import make_account
from portal.domain.accounts.models import Person
from portal.domain.charts.models import Chart
from portal.domain.connections.models import Connection
from portal.domain.enrollment import activation, finishing
from portal.domain.enrollment.models import ActivationCode
from portal.domain.enrollment.types import Plain
from portal.domain.outbox.actions import queue
from portal.domain.outbox.types import Addressee
from portal.kernel import database

#: The office that invites, and how long its codes work.
_KEY, _LIFE = "L", timedelta(days=90)


def add(world: World) -> None:
    """Of the strangers of the inviting office one was invited today, one lately, one twice, and one too long ago."""
    office = world.offices[_KEY]
    strangers = select(Chart).where(Chart.office_id == office.id, Chart.person_id.is_(None)).order_by(Chart.id)
    today, lately, twice, long_ago = list(database.session().scalars(strangers))[:4]
    _email(world, today, *_invited(world, today, 0, "email"))
    _invited(world, lately, 80, "letter")
    _invited(world, twice, 40, "letter")
    _email(world, twice, *_invited(world, twice, 3, "email"))
    _invited(world, long_ago, 120, "email")
    _add_used(world)
    _add_waiting(world)


def _invited(world: World, chart: Chart, days_ago: int, channel: str) -> tuple[ActivationCode, Plain]:
    provider = world.providers[_KEY][0]
    return activation.make(
        channel=channel,
        lasts=_LIFE,
        now=world.now - timedelta(days=days_ago),
        office_id=chart.office_id,
        chart_id=chart.id,
        provider_id=provider.id,
    )


def _email(world: World, chart: Chart, made: ActivationCode, plain: Plain) -> None:
    office = world.offices[_KEY]
    queue(
        "invitation",
        to=Addressee(str(chart.email), chart.language, office.time_zone),
        about=made.public_id,
        office_id=office.id,
        lapses_at=made.expires_at,
        secret={"code": plain.code, "token": plain.token},
        days=_LIFE.days,
        office=office.name,
        phone=office.phone,
    )


def _add_used(world: World) -> None:
    """The invitation by which somebody came in."""
    office = world.offices[_KEY]
    found = select(Connection).where(Connection.office_id == office.id).order_by(Connection.since.desc())
    newest = database.session().scalars(found).first()
    if newest is not None:
        chart = database.session().get_one(Chart, newest.chart_id)
        made, _ = _invited(world, chart, 0, "email")
        made.made_at, made.used_at = newest.since - timedelta(days=2), newest.since
        made.expires_at = made.made_at + _LIFE


def _add_waiting(world: World) -> None:
    """Somebody who registered by themselves and has not typed the code of their email yet."""
    person = Person(
        public_id=world.uuid(),
        given="Ottoline",
        family="Ferncastle",
        birth_date=date(1979, 11, 8),
        language="en",
        time_zone=world.offices[_KEY].time_zone,
    )
    world.keep(person)
    account = make_account(
        person.id,
        username="ottoline",
        password_hash=world.password_hash,
        email="ottoline@example.com",
        phone="+13155550188",
        state="waiting",
        public_id=world.uuid(),
    )
    database.session().flush()
    finishing.send_activation(account, person.language, person.time_zone, world.now)
