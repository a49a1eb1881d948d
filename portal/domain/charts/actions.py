from __future__ import annotations

from datetime import datetime, timedelta

from portal.domain.audit.actions import record_list
from portal.domain.charts import queries, rules
from portal.domain.charts.types import Found, Wanted
from portal.domain.sign_in import throttles
from portal.domain.sign_in.rules import Limit
from portal.domain.viewer import StaffViewer
from portal.kernel.refusal import Refusal, refuse_if

#: More than a busy front desk needs, less than somebody who copies the clinic name by name.
_SEARCHES = (Limit(most=60, window=timedelta(minutes=5)), Limit(most=1000, window=timedelta(days=1)))


def count_a_search(viewer: StaffViewer, now: datetime) -> Refusal | None:
    """Take one search from what this member of staff may do in a while. Outside of any transaction."""
    buckets = [(f"charts:{place}:{viewer.actor.id}", limit) for place, limit in enumerate(_SEARCHES)]
    return throttles.take_a_try(buckets, now)


def search(viewer: StaffViewer, wanted: Wanted) -> list[Found]:
    """As `queries.found_by`; that those charts were shown is written down.

    Raises:
        Refused: it would show too many.
    """
    refuse_if(rules.why_not_search(wanted))
    found = queries.found_by(viewer, wanted)
    shown = {one.public_id: one.person_id for one in found[: rules.MOST_FOUND]}
    record_list("charts.searched", by=viewer, subjects=shown, section="charts")
    return found
