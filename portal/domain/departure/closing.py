"""What deactivation takes away: every way back into the account, and what the person kept for themselves.

Offices keep their charts. The person's name and birth date stay, for the audit and its chains say "person 12".
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Table, delete, or_, select, update

from portal.domain.accounts.models import Account, Address, Person
from portal.domain.address_book import cards
from portal.domain.address_book.models import EmergencyContact, Insurance, OwnProvider
from portal.domain.appointments import leaving as appointments
from portal.domain.charts.models import Chart
from portal.domain.connections.models import Connection, ConnectionRequest
from portal.domain.connections.queries import DEACTIVATED as DEACTIVATED
from portal.domain.enrollment.models import ActivationCode, EnrollmentRun
from portal.domain.messaging import leaving as messaging
from portal.domain.notifications.models import NoticePreference, Receipt
from portal.domain.sign_in import sessions
from portal.domain.sign_in.models import OneTimeCode
from portal.domain.viewer import Actor
from portal.kernel import database
from portal.kernel.database import Base

#: Tables that hang on an account and stay, with the reason. All others are emptied of it, today's and tomorrow's.
STAYS_OF_ACCOUNT = {
    "sign_in_session": "ended, and gone after 30 days by themselves",
    "activation_code": "used up, so that the code says so",
    "enrollment_run": "over, and gone by itself",
    "kiosk_session": "the office's: who was enrolled at which kiosk, by whose hand",
}
#: What the person kept for themselves.
_OF_PERSON = (Address, Insurance, EmergencyContact, OwnProvider, NoticePreference)
GOES_OF_PERSON = {model.__tablename__ for model in _OF_PERSON}
#: What else hangs on a person, and why it stays.
STAYS_OF_PERSON = {
    "account": "the name of the user is never given out again",
    "chart": "the office's; it is nobody's account any more",
    "conversation": "the office's: what was written stands in the chart; closed",
    "connection": "ended; when it was is the office's to know",
    "profile_change": "the office's: what it was told before, to take into its chart or not",
    "stored_file": "of the conversations, which stay; what was not sent, and pictures of cards, goes",
    "connection_request": "withdrawn; what was asked and answered is the office's too",
}


def close(account: Account, now: datetime) -> list[int]:
    """Take everything away, in the transaction under way. The inner ids of the offices that were connected."""
    appointments.leave(account.person_id, Actor("patient", account.id), now)
    messaging.leave(account.person_id, Actor("patient", account.id), now)
    offices = _end_connections(account.person_id, now)
    sessions.end_all(Actor("patient", account.id), now, DEACTIVATED)
    _use_up_codes(account, now)
    for table in _hanging_on_accounts():
        database.session().execute(delete(table).where(table.c.account_id == account.id))
    cards.forget_of(account.person_id)
    for model in _OF_PERSON:
        database.session().execute(delete(model).where(model.person_id == account.person_id))
    _forget_answers(account.id)
    _empty(account)
    return offices


def _end_connections(person_id: int, now: datetime) -> list[int]:
    """Charts are left as before the enrollment, so that an office can invite the person anew, as somebody new."""
    session = database.session()
    open_ones = select(Connection).where(Connection.person_id == person_id, Connection.ended_at.is_(None))
    found = list(session.scalars(open_ones))
    for connection in found:
        connection.ended_at, connection.end_reason = now, DEACTIVATED
    waiting = (ConnectionRequest.person_id == person_id, ConnectionRequest.state == "waiting")
    session.execute(update(ConnectionRequest).where(*waiting).values(state="withdrawn", answered_at=now))
    session.execute(update(Chart).where(Chart.person_id == person_id).values(person_id=None))
    return sorted({connection.office_id for connection in found})


def _use_up_codes(account: Account, now: datetime) -> None:
    """Codes on their way, invitations to this account, and what is half done with them."""
    session = database.session()
    charts = select(Connection.chart_id).where(Connection.person_id == account.person_id)
    mine = or_(ActivationCode.account_id == account.id, ActivationCode.chart_id.in_(charts))
    unused = (ActivationCode.used_at.is_(None), ActivationCode.replaced_at.is_(None))
    session.execute(update(ActivationCode).where(mine, *unused).values(used_at=now))
    runs = or_(EnrollmentRun.account_id == account.id, EnrollmentRun.chart_id.in_(charts))
    session.execute(
        update(EnrollmentRun)
        .where(runs)
        .values(expires_at=now, username=None, username_key=None, password_hash=None, email=None, phone=None)
    )
    session.execute(delete(OneTimeCode).where(OneTimeCode.subject == f"account:{account.id}"))


def _hanging_on_accounts() -> list[Table]:
    """Every table with a column `account_id`, those that others hang on last."""
    return [
        table
        for table in reversed(Base.metadata.sorted_tables)
        if "account_id" in table.c and table.name not in STAYS_OF_ACCOUNT
    ]


def _forget_answers(account_id: int) -> None:
    """Receipts stay; the pages that were answered with them hold what the person saw."""
    mine = (Receipt.actor_kind == "patient", Receipt.actor_id == account_id)
    database.session().execute(update(Receipt).where(*mine).values(answer=None))


def _empty(account: Account) -> None:
    """Without its data key nothing opens that was sealed under it, in no backup either."""
    account.state, account.password_hash = DEACTIVATED, ""
    account.email, account.phone = "", None
    account.data_key, account.authenticator, account.authenticator_new, account.last_step = b"", None, None, 0
    account.frozen_until = None
    person = database.session().get_one(Person, account.person_id)
    person.preferred, person.marital_status = None, "UNK"
