"""A new email or phone that its owner took back: no office goes on hearing of an address that may be a thief's."""

from __future__ import annotations

from datetime import datetime
from itertools import groupby

from sqlalchemy import select

from portal.domain.charts.models import Chart
from portal.domain.connections import rules
from portal.domain.connections.models import Connection, ProfileChange
from portal.domain.outbox.actions import queue
from portal.domain.sign_in.contacts import PutBack
from portal.domain.viewer import Actor
from portal.kernel import database


def take_back(undone: PutBack, now: datetime) -> None:
    """In the transaction under way that put the addresses back: what waits is withdrawn, what was taken is told anew.

    A change that had waited before the undone one says again what it said then. An office that took an undone address
    into its chart is told of the one of before.
    """
    for kind, address in undone.addresses.items():
        told = (
            select(ProfileChange)
            .filter_by(person_id=undone.person_id, field=kind)
            .where(ProfileChange.told_at >= undone.since)
            .order_by(ProfileChange.chart_id, ProfileChange.id)
            .with_for_update()
        )
        for chart_id, rows in groupby(database.session().scalars(told).all(), lambda row: row.chart_id):
            _take_back(database.session().get_one(Chart, chart_id), kind, list(rows), address, now)


def _take_back(chart: Chart, kind: str, rows: list[ProfileChange], address: str | None, now: datetime) -> None:
    """`rows`: what the office of one chart was told since; `address` is the account's again, None where it had none."""
    (column,) = rules.FIELDS[kind]
    held, waiting = getattr(chart, column), next((row for row in rows if row.state == "waiting"), None)
    took_it = any(row.state == "taken" and row.after[column] == held for row in rows)
    is_news = address not in {None, held} and (took_it or (waiting is not None and waiting.before[column] != address))
    if waiting is not None and is_news:
        waiting.after, waiting.told_at = {column: address}, now
    elif waiting is not None:
        waiting.state, waiting.answered_at = "gone", now
    elif is_news and _is_connected(chart):
        _tell_again(chart, rows[-1], {column: address}, now)


def _tell_again(chart: Chart, last: ProfileChange, after: rules.Columns, now: datetime) -> None:
    again = ProfileChange(office_id=chart.office_id, chart_id=chart.id, person_id=last.person_id, field=last.field)
    again.before, again.after, again.state, again.told_at = dict(last.after), dict(after), "waiting", now
    database.session().add(again)
    queue("profile_changed", to=Actor("office", chart.office_id))


def _is_connected(chart: Chart) -> bool:
    bond = select(Connection.id).where(Connection.chart_id == chart.id, Connection.ended_at.is_(None))
    return database.session().scalar(bond) is not None
