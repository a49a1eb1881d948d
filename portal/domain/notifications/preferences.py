"""How people want to be told (NTF-1): each kind of thing by their own channel, with no more than they asked for."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import bindparam, select

from portal.domain.accounts.models import Account
from portal.domain.audit.actions import record
from portal.domain.notifications import rules
from portal.domain.notifications.models import NoticePreference
from portal.domain.notifications.types import Preference
from portal.domain.viewer import Viewer
from portal.kernel import database
from portal.kernel.refusal import Missing, refuse_if

APPOINTMENTS = "appointments"


class Kept(NamedTuple):
    """What is chosen (None: nothing yet), and where this person can be told."""

    remind_by: str | None
    in_mail: bool | None
    email: str
    phone: str | None

    @property
    def preference(self) -> Preference:
        """As it holds."""
        return Preference() if self.remind_by is None else Preference(self.remind_by, bool(self.in_mail))


_KEPT = (
    select(NoticePreference.remind_by, NoticePreference.in_mail, Account.email, Account.phone)
    .select_from(Account)
    .outerjoin(
        NoticePreference,
        (NoticePreference.person_id == Account.person_id) & (NoticePreference.kind == bindparam("kind")),
    )
    .where(Account.id == bindparam("account_id"))
)


def kept_of(viewer: Viewer, kind: str) -> Kept:
    """How the viewer wants to be told of a kind of thing.

    Raises:
        Missing: there is no such account any more.
    """
    found = database.read_one(Kept, _KEPT, account_id=viewer.actor.id, kind=kind)
    if found is None:
        raise Missing
    return found


def choose(viewer: Viewer, kind: str, chosen: Preference) -> None:
    """Be told so from now on.

    Raises:
        Refused: `no_phone`: a text or call was chosen, and there is no number.
    """
    session = database.session()
    refuse_if(rules.why_not_be_told(chosen.remind_by, kept_of(viewer, kind).phone))
    row = session.get(NoticePreference, (viewer.person_id, kind), with_for_update=True)
    if row is None:
        row = NoticePreference(person_id=viewer.person_id, kind=kind)
        session.add(row)
    row.remind_by, row.in_mail = chosen
    record("notices.chosen", by=viewer, section="notifications")
