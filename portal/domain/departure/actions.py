from __future__ import annotations

import logging
from datetime import datetime
from functools import partial
from uuid import UUID

from portal.domain.accounts.models import Account, Person
from portal.domain.audit.actions import record
from portal.domain.departure import closing, rules
from portal.domain.outbox.actions import queue
from portal.domain.outbox.types import Addressee
from portal.domain.viewer import Actor, Viewer
from portal.kernel import clock, database, ledger
from portal.kernel.refusal import Missing, refuse_if

KIND = "account"
_log = logging.getLogger("portal.departure")


def deactivate(viewer: Viewer, now: datetime) -> None:
    """Close the viewer's own account for good: nothing leads back, the offices are told, their charts stay.

    The ledger of endings has it, on the disk, before the database does.

    Raises:
        Refused: `departure_frozen` with `until`.
        OSError: the ledger could not be written; then nothing is closed.
    """
    account = database.session().get(Account, viewer.actor.id, with_for_update=True)
    if account is None:
        raise Missing
    refuse_if(rules.why_not_deactivate(account.state, account.frozen_until, now))
    person = database.session().get_one(Person, account.person_id)
    queue("account_deactivated", to=Addressee(account.email, person.language, person.time_zone))
    record("account.deactivated", by=viewer, about=account.public_id, section="departure")
    for office_id in closing.close(account, now):
        queue("patient_left", to=Actor("office", office_id))
    database.session().flush()
    ledger.end(KIND, account.public_id, now, name=account.username_key)
    database.afterwards(partial(_settle, account.public_id))


def _settle(public_id: UUID, kept: bool) -> None:
    """Tell the ledger what became of it. Where that fails it stays unfinished there, and is finished at night."""
    try:
        ledger.settle(KIND, public_id, clock.now(), kept=kept)
    except OSError:
        _log.exception("ending not settled", extra={"job": "ledger"})
