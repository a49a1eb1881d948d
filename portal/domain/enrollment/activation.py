"""Activation codes: making one, and finding what a typed one or a link opens. Looking never uses a code up."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.exc import IntegrityError

from portal.domain.enrollment import queries, rules
from portal.domain.enrollment.models import ActivationCode
from portal.domain.enrollment.types import Code, Plain
from portal.domain.sign_in import throttles
from portal.kernel import database, passwords, secrets
from portal.kernel.refusal import Refusal, Refused, refuse_if

_log = logging.getLogger("portal.enrollment")
_SELECTORS_TRIED = 20


def make(
    *,
    channel: str,
    lasts: timedelta,
    now: datetime,
    office_id: int | None = None,
    chart_id: int | None = None,
    provider_id: int | None = None,
    account_id: int | None = None,
) -> tuple[ActivationCode, Plain]:
    """A fresh code for a chart or a waiting account, in the transaction under way. An open one is void from here on.

    Raises:
        Refused: `wait`: somebody else made one for the same chart at this moment.
    """
    owner = ActivationCode.chart_id == chart_id if chart_id else ActivationCode.account_id == account_id
    void(owner, now)
    selector, verifier, token = _free_selector(), secrets.spoken_code(rules.VERIFIER), secrets.random_token()
    row = ActivationCode(
        office_id=office_id,
        chart_id=chart_id,
        provider_id=provider_id,
        account_id=account_id,
        channel=channel,
        selector=selector,
        secret_hash=passwords.hash_password(verifier),
        link_hash=secrets.token_hash(token),
        made_at=now,
        expires_at=now + lasts,
    )
    try:
        with database.session().begin_nested():
            database.session().add(row)
    except IntegrityError as error:
        raise Refused(Refusal("wait", until=now + timedelta(seconds=30))) from error
    return row, Plain(rules.in_groups(selector + verifier), token)


def void(owner: ColumnElement[bool], now: datetime) -> None:
    """Close the open code of a chart or account: a new one takes its place."""
    session = database.session()
    session.execute(
        update(ActivationCode)
        .where(owner, ActivationCode.used_at.is_(None), ActivationCode.replaced_at.is_(None))
        .values(replaced_at=now)
    )


def typed(code: str, *, source: str, now: datetime) -> Code:
    """The code that somebody typed. Each try is counted for its source first, right or wrong; none touches the code.

    Raises:
        Refused: `activation_wrong` (no such code, or not its secret), `activation_used`, `activation_replaced`,
            `activation_expired` (each with `office` and `phone`, None for a waiting account's), `wait`.
        Busy: too many hashes are waiting.
    """
    with passwords.turn():
        _watch_the_crowd(now)
        refuse_if(throttles.take_a_try([(f"activation:{source}", rules.GUESSES)], now))
        parts = rules.parts_of(code)
        found = queries.code_by_selector(parts[0]) if parts else None
        if parts is None or found is None:
            passwords.waste_time(code[: rules.VERIFIER])
            raise Refused(Refusal("activation_wrong"))
        if not passwords.matches(parts[1], found.secret_hash):
            raise Refused(Refusal("activation_wrong"))
    refuse_if(rules.why_not_open(found, now))
    return found


def linked(token: str, now: datetime) -> Code:
    """The code of a link. Its token has 256 bits: nothing is counted.

    Raises:
        Refused: as `typed`, but `wait`.
    """
    found = queries.code_by_link(secrets.token_hash(token))
    if found is None:
        raise Refused(Refusal("activation_wrong"))
    refuse_if(rules.why_not_open(found, now))
    return found


def use(code_id: int, now: datetime) -> bool:
    """Take a code for good, in the transaction under way. Of two that try at once, one is told False."""
    taken = (
        update(ActivationCode)
        .where(
            ActivationCode.id == code_id,
            ActivationCode.used_at.is_(None),
            ActivationCode.replaced_at.is_(None),
            ActivationCode.expires_at > now,
        )
        .values(used_at=now)
        .returning(ActivationCode.id)
    )
    return database.session().execute(taken).one_or_none() is not None


def _free_selector() -> str:
    for _ in range(_SELECTORS_TRIED):
        selector = secrets.spoken_code(rules.SELECTOR)
        if database.session().scalar(select(ActivationCode.id).where(ActivationCode.selector == selector)) is None:
            return selector
    raise database.Unavailable("no free selector")


def _watch_the_crowd(now: datetime) -> None:
    if throttles.take_a_try([("activation", rules.EVERYBODYS_GUESSES)], now) is not None:
        _log.error("activation alert", extra={"code": "everybody"})
