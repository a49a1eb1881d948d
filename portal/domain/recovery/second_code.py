"""Two codes by two methods: the way to a new password for somebody who lost the second step too (SECURITY A12).

The first code was taken before (actions.prove). The second goes to the other place, so that neither a mailbox nor a
phone alone is enough; then the new password takes the second step off, and its owner is told at both.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import update

from portal.domain.outbox.types import Addressee
from portal.domain.recovery import actions, queries, rules
from portal.domain.recovery.models import PasswordReset
from portal.domain.recovery.queries import Owner
from portal.domain.recovery.types import Channel
from portal.domain.sign_in import codes
from portal.domain.sign_in.codes import Asking
from portal.kernel import database, secrets
from portal.kernel.refusal import Refusal, Refused, refuse_if


def ways_of(owner: Owner, asker: bytes) -> list[Channel]:
    """How a second code can come to whom this browser proved a first one for; none where that is not possible."""
    way = queries.way_of(asker)
    return rules.other_channels(Channel(way.channel), queries.channels_of(owner), owner.phone) if way else []


def ask(owner: Owner, channel: Channel, *, asker: bytes, source: str, now: datetime) -> None:
    """Send the second code. Called outside the request's transaction, as it is counted apart.

    Raises:
        Refused: `reset_over`, `no_second_way`, `wait` with `until`.
    """
    actions.owner_proven(asker, now)
    refuse_if(rules.why_not_second(channel, ways_of(owner, asker)))
    to = Addressee(queries.address_of(owner, channel), owner.language, owner.time_zone)
    codes.send(_asking(owner, asker), to, channel, source=source, now=now)
    asked = update(PasswordReset).where(PasswordReset.asker == asker)
    database.session().execute(asked.values(second_channel=channel, second_proven_at=None))


def prove(owner: Owner, typed: str, *, asker: bytes, now: datetime) -> str:
    """Take the second code. Returns a new token for this browser.

    Raises:
        Refused: `reset_over`; `code_wrong`, `code_dead`, `code_late`.
    """
    actions.owner_proven(asker, now)
    way = queries.way_of(asker)
    if way is None or way.second_channel is None:
        raise Refused(Refusal("reset_over"))
    asking, token = _asking(owner, asker), secrets.random_token()
    codes.prove(asking, typed, now)
    codes.forget(asking)
    proven = update(PasswordReset).where(PasswordReset.asker == asker)
    database.session().execute(proven.values(asker=secrets.token_hash(token), proven_at=now, second_proven_at=now))
    return token


def is_proven(asker: bytes, now: datetime) -> bool:
    """Whether this browser proved both codes a short while ago."""
    way = queries.way_of(asker)
    return way is not None and rules.is_proven_twice(way, now)


def _asking(owner: Owner, asker: bytes) -> Asking:
    return Asking("reset_second", f"account:{owner.account_id}", asker)
