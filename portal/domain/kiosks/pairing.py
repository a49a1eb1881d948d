"""How a device becomes a kiosk: somebody types at it, once, the code that staff read to them (SECURITY A17)."""

from __future__ import annotations

import logging
from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam, update

from portal.domain.audit.actions import append
from portal.domain.kiosks import rules
from portal.domain.kiosks.models import Kiosk
from portal.domain.sign_in import throttles
from portal.domain.viewer import Actor
from portal.kernel import database, secrets
from portal.kernel.refusal import Missing, Refusal, Refused

_log = logging.getLogger("portal.kiosks")
_SPOKEN = str.maketrans("OIL", "011")
#: One statement: of two devices with the same code, one gets it.
_TAKE = (
    update(Kiosk)
    .where(Kiosk.code_hash == bindparam("typed"), Kiosk.code_until > bindparam("moment"))
    .values(
        token_hash=bindparam("token"),
        paired_at=bindparam("moment"),
        seen_at=bindparam("moment"),
        code_hash=None,
        code_until=None,
    )
    .returning(Kiosk.id, Kiosk.public_id, Kiosk.office_id, Kiosk.added_by)
)

_TAKE_OVER = (
    update(Kiosk)
    .where(Kiosk.public_id == bindparam("which"), Kiosk.paired_at.is_not(None))
    .values(token_hash=bindparam("token"), seen_at=bindparam("moment"))
    .returning(Kiosk.id)
)


def fresh_code() -> tuple[str, bytes]:
    """A pairing code, and what is stored of it."""
    code = secrets.spoken_code(rules.CODE_LENGTH)
    return code, _hash(code)


def take_a_try(address: str, now: datetime) -> Refusal | None:
    """Count a pairing code typed at this address (A16), apart, before it is looked at."""
    if throttles.take_a_try([("pairing", rules.PAIRING_TRIES_OF_ALL)], now) is not None:
        _log.error("pairing alert", extra={"code": "pairing"})
    return throttles.take_a_try([(f"pairing:{address}", rules.PAIRING_TRIES)], now)


def pair(typed: str, *, now: datetime) -> str:
    """Make this device the kiosk that the code was made for. Returns the token for its cookie.

    Raises:
        Refused: `pairing_code_wrong`, whether it was mistyped, used, replaced, or is too late.
    """
    token = secrets.random_token()
    values = {"typed": _hash(_plain(typed)), "moment": now, "token": secrets.token_hash(token)}
    taken = database.session().execute(_TAKE, values).one_or_none()
    if taken is None:
        raise Refused(Refusal("pairing_code_wrong"))
    append(
        "kiosk.paired",
        chain=("staff", taken.added_by),
        actor=Actor("kiosk", taken.id),
        office_id=taken.office_id,
        about=taken.public_id,
        section="kiosks",
    )
    return token


def pair_again(public_id: UUID, *, now: datetime) -> str:
    """Another device takes the place of a paired one, without a code: the demonstration's own way (its door alone).

    Raises:
        Missing: no such kiosk is paired.
    """
    token = secrets.random_token()
    values = {"which": public_id, "token": secrets.token_hash(token), "moment": now}
    if database.session().execute(_TAKE_OVER, values).one_or_none() is None:
        raise Missing
    return token


def _plain(typed: str) -> str:
    return "".join(sign for sign in typed.upper() if sign.isalnum()).translate(_SPOKEN)


def _hash(code: str) -> bytes:
    return secrets.keyed_hash("kiosk pairing", code)
