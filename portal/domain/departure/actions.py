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
    record("account.deactivated", by=viewer, about=account.public_id, section="departure")
    close(account, now, tell=True)
    ledger.end(KIND, account.public_id, now, name=account.username_key)
    database.afterwards(partial(_settle, account.public_id))


def close(account: Account, now: datetime, *, tell: bool) -> None:
    """Take everything away, in the transaction under way; the old address and the offices are told where `tell`."""
    person = database.session().get_one(Person, account.person_id)
    to = Addressee(account.email, person.language, person.time_zone)
    offices = closing.close(account, now)
    if tell:
        queue("account_deactivated", to=to)
        for office_id in offices:
            queue("patient_left", to=Actor("office", office_id))
    database.session().flush()


def _settle(public_id: UUID, kept: bool) -> None:
    """Tell the ledger what became of it. Where that fails it stays unfinished there, and is finished at night."""
    try:
        ledger.settle(KIND, public_id, clock.now(), kept=kept)
    except OSError:
        _log.exception("ending not settled", extra={"job": "ledger"})
