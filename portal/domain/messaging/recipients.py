"""Whom a person may write to, or would: who looks after them, and the pool of each of their offices."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Integer, String, cast, null, select, true

from portal.domain.connections.models import CareTeamMember, Connection
from portal.domain.messaging.queries import CONNECTED, PROVIDER
from portal.domain.messaging.types import Recipient
from portal.domain.practices.models import Office, Provider

_REACHED = (
    Office.public_id.label("office"),
    Office.name.label("office_name"),
    Office.phone,
    Office.time_zone.label("zone"),
    Office.answer_days,
)
#: The columns of Recipient, for the person in `person_id`.
RECIPIENTS = (
    select(
        Provider.public_id.label("key"),
        Connection.office_id,
        Connection.chart_id,
        Provider.id.label("provider_id"),
        PROVIDER.label("name"),
        Provider.takes_messages,
        *_REACHED,
    )
    .select_from(Connection)
    .join(CareTeamMember, CareTeamMember.chart_id == Connection.chart_id)
    .join(Provider, Provider.id == CareTeamMember.provider_id)
    .join(Office, Office.id == Connection.office_id)
    .where(*CONNECTED, Provider.ended_at.is_(None)),
    select(
        Office.public_id.label("key"),
        Connection.office_id,
        Connection.chart_id,
        cast(null(), Integer).label("provider_id"),
        cast(null(), String).label("name"),
        true().label("takes_messages"),
        *_REACHED,
    )
    .select_from(Connection)
    .join(Office, Office.id == Connection.office_id)
    .where(*CONNECTED),
)


def sorted_recipients(found: Sequence[Recipient]) -> list[Recipient]:
    """By office, then name, the pool of each office last."""
    return sorted(found, key=lambda one: (one.office_name, one.name is None, one.name))
