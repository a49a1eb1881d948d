"""A plan as a table: one column for each day or provider, cells as long as what is in them. Pure.

Minutes are those of the local day. What overlaps (two seats, an overbooked visit) shares a cell.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from portal.domain.appointments import slots
from portal.domain.appointments.busy import Busy
from portal.domain.appointments.planning import Plan, Planned
from portal.domain.appointments.types import Length, Slot

_DAY = 24 * 60
_FROM, _TO = 9 * 60, 17 * 60


class Block(NamedTuple):
    """A visit, an open time, or (both None) time that is closed, `why` where that is known."""

    starts: int
    ends: int
    visit: Planned | None = None
    slot: Slot | None = None
    why: str | None = None


class Cell(NamedTuple):
    """What stands in one place of a column. `rows`: over how many rows it goes."""

    starts: int
    ends: int
    blocks: tuple[Block, ...]
    rows: int = 1


class Column(NamedTuple):
    """A provider on a day."""

    provider_id: int
    day: date


class Table(NamedTuple):
    """Rows of (minute of the day, for each column the cell that begins there or None)."""

    rows: list[tuple[int, list[Cell | None]]]


def blocks_of(plan: Plan, column: Column, now: datetime) -> list[Block]:
    """The visits of a provider that day, and the times that are still open."""
    local = [
        Block(*_span(visit.starts_at, visit.minutes, plan), visit)
        for visit in plan.visits
        if visit.provider_id == column.provider_id and visit.starts_at.astimezone(plan.zone).date() == column.day
    ]
    opens = []
    for rule in plan.hours.get(column.provider_id, []):
        found = slots.expand([rule], plan.offs(column.provider_id), [column.day], plan.zone)
        length = Length(rule.slot_minutes)
        free = slots.free(found, plan.taken.get(column.provider_id, Busy()), length, since=now)
        opens += [Block(slot.minute, slot.minute + rule.slot_minutes, None, slot) for slot in free]
    return sorted(local + opens, key=lambda block: (block.starts, block.visit is None, block.ends))


def table_of(plan: Plan, columns: Sequence[Column], now: datetime) -> Table:
    """The table of some columns, from the first thing of any of them to the last."""
    found = [_grouped(blocks_of(plan, column, now)) for column in columns]
    begins = min((cells[0].starts for cells in found if cells), default=_FROM)
    over = max((cells[-1].ends for cells in found if cells), default=_TO)
    whole = [_with_gaps(cells, begins, over, plan, column) for cells, column in zip(found, columns, strict=True)]
    lines = sorted({minute for cells in whole for cell in cells for minute in (cell.starts, cell.ends)})
    places = {minute: number for number, minute in enumerate(lines)}
    begun = [
        {cell.starts: cell._replace(rows=places[cell.ends] - places[cell.starts]) for cell in cells} for cells in whole
    ]
    return Table([(minute, [cells.get(minute) for cells in begun]) for minute in lines[:-1]])


def _span(starts_at: datetime, minutes: int, plan: Plan) -> tuple[int, int]:
    wall = starts_at.astimezone(plan.zone)
    begins = wall.hour * 60 + wall.minute
    return begins, min(begins + minutes, _DAY)


def _grouped(blocks: Iterable[Block]) -> list[Cell]:
    """What overlaps goes into one cell."""
    cells: list[Cell] = []
    for block in blocks:
        if cells and block.starts < cells[-1].ends:
            last = cells.pop()
            cells.append(Cell(last.starts, max(last.ends, block.ends), (*last.blocks, block)))
        else:
            cells.append(Cell(block.starts, block.ends, (block,)))
    return cells


def _with_gaps(cells: list[Cell], begins: int, over: int, plan: Plan, column: Column) -> list[Cell]:
    """The cells with closed ones between them, so that the column is filled."""
    whole, at = [], begins
    for cell in (*cells, Cell(over, over, ())):
        if at < cell.starts:
            whole.append(_closed(at, cell.starts, plan, column))
        at = max(at, cell.ends)
        if cell.blocks:
            whole.append(cell)
    return whole


def _closed(starts: int, ends: int, plan: Plan, column: Column) -> Cell:
    """A gap, and why nobody is seen then, where it is a day off."""
    middle = (starts + ends) // 2
    whys: list[Any] = [
        one.why
        for one in plan.days_off
        if one.provider_id in (None, column.provider_id)
        and one.off.from_day <= column.day <= one.off.until_day
        and (one.off.starts or 0) <= middle < (_DAY if one.off.ends is None else one.off.ends)
    ]
    return Cell(starts, ends, (Block(starts, ends, why=next(iter(whys), None)),))


def week_of(day: date, plan: Plan, provider_id: int) -> list[Column]:
    """The days of that week, Monday first; a weekend only where there is something."""
    monday = day - timedelta(days=day.weekday())
    days = [monday + timedelta(days=number) for number in range(7)]
    used = {rule.weekday for rule in plan.hours.get(provider_id, [])}
    used |= {visit.starts_at.astimezone(plan.zone).weekday() for visit in plan.visits}
    return [Column(provider_id, one) for one in days if one.weekday() < 5 or one.weekday() in used]
