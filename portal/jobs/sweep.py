"""Every 15 seconds: what is due and was not rung, or was lost by whoever was rung, is rung again (A43).

And times that somebody held, or was offered, and did not use are free again (A39); what is free goes to who waits for
it (APT-10).
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime

from portal.domain.appointments import passing_on, proposing
from portal.domain.appointments import retention as holds
from portal.domain.outbox import queries, rules
from portal.gateways import queue
from portal.jobs import application, stored_files
from portal.kernel import clock, database

log = logging.getLogger(__name__)
MOST = 500
#: So many offices are looked after at once; the others come with the next sweep.
MOST_OFFICES = 20


def sweep(by_hand: Callable[[list[int]], object]) -> bool:
    """Ring for what is due; where nobody hears the bell (Redis is down) it is delivered `by_hand`.

    True when there may be more.
    """
    with application():
        now = clock.now()
        if rules.is_stale(queries.oldest_due(now), now):
            log.error("outbox is stale", extra={"code": "outbox_stale"})
        ids = queries.due_ids(now, MOST)
        if holds.are_lapsed(now):
            with database.writing():
                holds.forget_holds(now)
                proposing.lapse(now)
    if ids and not queue.ring(ids, again=True):
        by_hand(ids)
    with application():
        _pass_on(now)
    stored_files.scan_held()
    return len(ids) == MOST


def _pass_on(now: datetime) -> None:
    """Offers that lapsed, and what became free, to the next in line: office by office, so that others write between."""
    if not passing_on.is_due(now):
        return
    with database.writing():
        passing_on.lapse(now)
    for _ in range(MOST_OFFICES):
        with database.writing():
            if not passing_on.pass_on(now):
                return
