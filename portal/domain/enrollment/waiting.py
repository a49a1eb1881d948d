"""An account that somebody made by themselves and that waits for its activation code."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import bindparam, select

from portal.domain.accounts.models import Account, Person
from portal.domain.enrollment import finishing
from portal.domain.enrollment.types import Waiting
from portal.domain.sign_in import throttles
from portal.domain.sign_in.rules import EMAILS
from portal.kernel import database
from portal.kernel.refusal import Missing, refuse_if

_ACCOUNT = (
    select(Account.id, Person.given, Account.email, Person.language, Person.time_zone)
    .join(Person, Person.id == Account.person_id)
    .where(Account.id == bindparam("account_id"), Account.state == "waiting")
)


def account(account_id: int) -> Waiting:
    """The waiting account of somebody who gave its password.

    Raises:
        Missing: it does not wait (any more).
    """
    found = database.read_one(Waiting, _ACCOUNT, account_id=account_id)
    if found is None:
        raise Missing
    return found


def send_again(account: Waiting, now: datetime) -> None:
    """Email a new activation code; the one before is void. Counted apart first, so called outside a transaction.

    Raises:
        Refused: `wait` with `until`: as many emails went there as may.
    """
    names = [f"sent:email:{account.email}:{number}" for number in range(len(EMAILS))]
    refuse_if(throttles.take_a_try(list(zip(names, EMAILS, strict=True)), now))
    row = database.session().get_one(Account, account.account_id, with_for_update=True)
    finishing.send_activation(row, account.language, account.time_zone, now)
