"""Files that wait for the virus scan, and bytes in the store that no file knows of (any more)."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from itertools import islice

from portal.domain.files import actions, queries
from portal.gateways import Temporary, files, virus_scan
from portal.jobs import application
from portal.kernel import database

log = logging.getLogger(__name__)
#: An upload under way has put its bytes there and not yet written its row.
_UNDER_WAY = timedelta(hours=1)
_AT_ONCE = 500


def scan_held() -> int:
    """Have what waits looked at; what is clean can be opened. How many were looked at."""
    if not virus_scan.is_on():
        return 0
    with application():
        count = 0
        for one in queries.held():
            try:
                is_clean = virus_scan.is_clean(actions.opened(one.name, one.key, files.get(one.name)))
            except (Temporary, FileNotFoundError, ValueError):
                log.warning("file not scanned", extra={"job": "scan"})
                continue
            with database.writing():
                actions.settle(one.id, is_clean=is_clean)
            if not is_clean:
                files.remove(one.name)
                log.error("virus found in an upload", extra={"job": "scan", "code": "virus"})
            count += 1
        return count


def forget_orphans(now: datetime) -> int:
    """Remove bytes that no file knows of: of uploads that failed, and of files that were taken away. How many."""
    before, count = now - _UNDER_WAY, 0
    names = iter(files.old_names(before))
    while batch := list(islice(names, _AT_ONCE)):
        lost = set(batch) - queries.known(batch)
        for name in lost:
            files.remove(name)
        count += len(lost)
    files.forget_halves(before)
    return count
