"""What a paired device does by itself, and what somebody in front of it does."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import bindparam, select, update

from portal.domain.accounts.models import Account
from portal.domain.audit.actions import append
from portal.domain.enrollment import finishing, runs, steps
from portal.domain.enrollment import rules as enrollment
from portal.domain.kiosks import rules
from portal.domain.kiosks.models import Kiosk, KioskSession
from portal.domain.kiosks.types import KioskViewer, Session, State
from portal.domain.viewer import Actor
from portal.kernel import database, secrets
from portal.kernel.refusal import Missing

_NOTE = (
    update(Kiosk)
    .where(Kiosk.id == bindparam("kiosk"), Kiosk.token_hash.is_not(None))
    .values(seen_at=bindparam("moment"))
)
_TOUCH = (
    update(KioskSession)
    .where(KioskSession.id == bindparam("session"), KioskSession.ended_at.is_(None))
    .values(touched_at=bindparam("moment"))
)
_HELP = update(Kiosk).where(Kiosk.id == bindparam("kiosk")).values(help_at=bindparam("moment"))


class Draft(NamedTuple):
    """What was typed into one form and not taken yet, and why not, in words. Never a password."""

    form: str
    fields: dict[str, str]
    errors: dict[str, list[str]]
    reasons: list[str]


def note(kiosk: KioskViewer, now: datetime) -> None:
    """The device was heard of (apart, and only now and then)."""
    if kiosk.seen_at is None or not rules.SEEN_GRAIN > now - kiosk.seen_at > -rules.SEEN_GRAIN:
        database.write_apart(_NOTE, kiosk=kiosk.kiosk_id, moment=now)


def touch(session: Session, now: datetime) -> None:
    """Somebody is there (apart)."""
    if session.ended_at is None and abs(now - session.touched_at) >= rules.TOUCH_GRAIN:
        database.write_apart(_TOUCH, session=session.id, moment=now)


def ask_for_help(kiosk: KioskViewer, *, now: datetime) -> None:
    """Somebody in front of it needs help: the staff screen says so."""
    database.session().execute(_HELP, {"kiosk": kiosk.kiosk_id, "moment": now})


def go_on_alone(kiosk: KioskViewer) -> None:
    """They go on by themselves."""
    database.session().execute(_HELP, {"kiosk": kiosk.kiosk_id, "moment": None})


def begin(session: Session, language: str, *, now: datetime) -> str:
    """ "Start": from here on only this browser goes on with it. Returns the token for its cookie.

    Raises:
        Missing: it was begun before, or is over.
    """
    row = _for_update(session)
    if row.state != State.SENT:
        raise Missing
    token = secrets.random_token()
    row.state, row.token_hash, row.language = State.BEGUN.value, secrets.token_hash(token), language
    row.begun_at = row.touched_at = now
    steps.arrive(row.holder, now)
    return token


def start_over(session: Session, *, now: datetime) -> None:
    """Back to where staff had just sent it: nothing that was typed or proven is left.

    Raises:
        Missing: it is over.
    """
    row = _for_update(session)
    runs.restart(row.holder, now)
    row.state, row.step, row.token_hash, row.draft, row.begun_at = State.SENT.value, "who", None, None, None
    row.sent_at, row.touched_at, row.other_phone = now, now, False


def keep(session: Session, draft: Draft) -> None:
    """Keep what was typed, for this browser's next page, beside what that form had before."""
    before = draft_of(session, draft.form)
    draft = draft._replace(fields={**(before.fields if before else {}), **draft.fields})
    sealed = secrets.seal("kiosks", json.dumps(draft).encode(), session.public_id.hex)
    _for_update(session).draft = sealed


def draft_of(session: Session, form: str) -> Draft | None:
    """What was typed into that form."""
    if session.draft is None:
        return None
    found = Draft(*json.loads(secrets.unseal("kiosks", session.draft, session.public_id.hex)))
    return found if found.form == form else None


def typed_name(session: Session, form: str) -> str:
    """The user name for which that form asks a password."""
    found = draft_of(session, form)
    return found.fields.get("username", "") if found else ""


def go_on(session: Session, *, now: datetime) -> None:
    """A step was taken: staff see the next one, and what was typed for it goes."""
    row = _for_update(session)
    run = runs.present(row.holder, now)
    row.step, row.draft, row.other_phone = enrollment.next_step(run).value, None, run.other_phone is not None


def finish(session: Session, *, now: datetime) -> None:
    """All is proven: there is an account from here on. Who looked at which paper stands in its person's own audit.

    Raises:
        Missing: it is over.
        Refused: those of enrollment.finishing.
    """
    row = _for_update(session)
    made = finishing.finish(row.holder, now)
    account = database.session().get_one(Account, made.account_id)
    row.state, row.step, row.ended_at, row.draft = State.DONE.value, "finish", now, None
    row.account_id = account.id
    append(
        f"enrollment.papers.{row.paper}",
        chain=("person", account.person_id),
        actor=Actor("staff", row.staff_member_id),
        office_id=row.office_id,
        about=row.public_id,
        section="kiosks",
    )


def keep_only(fields: Mapping[str, str], leave_out: frozenset[str]) -> dict[str, str]:
    """What of a form may be kept."""
    return {name: value[:300] for name, value in fields.items() if name not in leave_out}


def _for_update(session: Session) -> KioskSession:
    found = select(KioskSession).where(KioskSession.id == session.id, KioskSession.ended_at.is_(None))
    row = database.session().scalar(found.with_for_update(), execution_options={"populate_existing": True})
    if row is None or row.token_hash != session.token_hash:
        raise Missing
    return row
