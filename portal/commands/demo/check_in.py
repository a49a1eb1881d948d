"""Some of those with a visit soon have checked in, with news of their phone; some have begun, the first one has not."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from portal.commands.demo.world import World
from portal.domain.accounts.models import Account
from portal.domain.appointments import history
from portal.domain.appointments.check_in_models import CheckInStep
from portal.domain.appointments.models import Appointment
from portal.domain.appointments.types import State
from portal.domain.check_in.rules import DAYS_BEFORE
from portal.domain.check_in.types import Step
from portal.domain.connections.models import Connection
from portal.domain.viewer import Actor
from portal.kernel import database


def add(world: World) -> None:
    """By turns: nothing yet, all of it, the first step."""
    soon = (
        select(Appointment, Account.id)
        .join(
            Connection,
            (Connection.office_id == Appointment.office_id) & (Connection.chart_id == Appointment.chart_id),
        )
        .join(Account, Account.person_id == Connection.person_id)
        .where(
            Appointment.state == State.BOOKED,
            Appointment.cancel_asked_at.is_(None),
            Appointment.starts_at < world.now + DAYS_BEFORE,
            Connection.ended_at.is_(None),
        )
        .order_by(Appointment.id)
    )
    for number, (visit, account) in enumerate(list(database.session().execute(soon))):
        for step in list(Step)[: (0, 3, 1)[number % 3]]:
            _say(world, visit, step, Actor("patient", account))
        if number % 3 == 1:
            visit.checked_in_at = world.now - timedelta(hours=2)
            history.note(visit, "checked_in", by=Actor("patient", account), now=visit.checked_in_at)


def _say(world: World, visit: Appointment, step: Step, who: Actor) -> None:
    world.keep(
        CheckInStep(
            appointment_id=visit.id,
            step=step,
            office_id=visit.office_id,
            at=world.now - timedelta(hours=2),
            by_kind=who.kind,
            by_id=who.id,
            changed_at=world.now - timedelta(days=2) if step is Step.PHONE else None,
        )
    )
