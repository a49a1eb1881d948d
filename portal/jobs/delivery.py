"""One outbox row: take it, decide who is told where and how, hand it over, write down what became of it.

Each step that writes is a short transaction of its own; the outside world is called between two of them.
Run twice for the same row it sends once: the second finds the lease, or the row settled.
"""

from __future__ import annotations

import logging
from time import monotonic

from portal.domain.appointments import reminding
from portal.domain.notifications import queries as notifications
from portal.domain.notifications import rules as notices
from portal.domain.notifications.types import Recipient
from portal.domain.outbox import actions, queries, rules, sealing
from portal.domain.outbox.types import Leased, Written
from portal.domain.recovery import actions as recovery
from portal.domain.sign_in import codes
from portal.gateways import Permanent, Problem, Temporary, mail, queue, settings, sms, voice
from portal.jobs import application, letters
from portal.kernel import clock, database

log = logging.getLogger(__name__)
#: A job has 60 seconds, and one delivery may take 50.
_MORE_WITHIN = 5.0


def deliver(row_id: int) -> None:
    """Deliver one row, if it is this process's to deliver now, and what waits behind it while there is time.

    A crash is not caught here: the lease stays, and when it has run out the row is tried again, five times in all.
    """
    until = monotonic() + _MORE_WITHIN
    with application():
        following: int | None = row_id
        while following is not None:
            leased = _leased(following) or _leased_before(following)
            following = None
            if leased is not None:
                _carry(leased)
                following = _next(leased)
            if following is not None and monotonic() > until:
                queue.ring([following])
                return


def _leased(row_id: int) -> Leased | None:
    with database.writing():
        return actions.lease(row_id, clock.now())


def _leased_before(row_id: int) -> Leased | None:
    """The older notice that this one waits for, when that is due. This one is rung after it."""
    first, now = queries.waiting_before(row_id), clock.now()
    return _leased(first.id) if first and first.due_at <= now else None


def _carry(leased: Leased) -> None:
    now = clock.now()
    if why_not := rules.why_not_try(leased.crashes) or rules.why_not_send(leased.lapses_at, now):
        return _end(leased, why_not.code)
    if reminding.is_over(leased):
        return _end(leased, "lapsed")
    try:
        words, ref = _handed_over(leased)
    except Problem as problem:
        return _failed(leased, problem)
    return _sent(leased, words, ref)


def _sent(leased: Leased, words: Written, ref: str | None) -> None:
    with database.writing():
        actions.settle_sent(leased, words, ref, clock.now())
        if leased.to_kind == sealing.CLAIMANT:
            recovery.note_told(leased.message, _claim(leased), leased.channel)
    _log(logging.INFO, "sent", leased, leased.channel)


def _end(leased: Leased, end: str) -> None:
    with database.writing():
        actions.settle_ended(leased, end, end, clock.now())
    _log(logging.ERROR if end == "parked" else logging.INFO, end, leased, end)


def _failed(leased: Leased, problem: Problem) -> None:
    with database.writing():
        temporary = isinstance(problem, Temporary)
        actions.settle_failed(leased, problem.code, clock.now(), temporary=temporary)
    _log(logging.WARNING, "not sent", leased, problem.code)


def _handed_over(leased: Leased) -> tuple[Written, str | None]:
    recipient = _recipient(leased) if notices.may_be_told(leased.message, leased.to_kind) else None
    if recipient is None:
        raise Permanent("no_recipient")
    words = letters.written(leased, recipient)
    return words, _carriers[leased.channel](leased, recipient, words)


def _recipient(leased: Leased) -> Recipient | None:
    if leased.to_kind == sealing.ADDRESS:
        return Recipient(*sealing.secrets_of(leased.public_id, leased.facts)["to"])
    if leased.to_kind == sealing.CLAIMANT:
        return _claimed(leased)
    return notifications.recipient_of(leased.to_kind, leased.to_id, leased.channel)


def _claimed(leased: Leased) -> Recipient | None:
    """Whom a claim is about. So many go to one address in a day, whoever asks for them and about which account."""
    found = notifications.claimed(_claim(leased), leased.channel)
    first = leased.attempts == 0 and leased.crashes == 1
    if found and first and codes.why_not_send_to(str(found.address), leased.channel, clock.now()):
        raise Permanent("too_many")
    return found


def _claim(leased: Leased) -> dict[str, str]:
    claim: dict[str, str] = sealing.secrets_of(leased.public_id, leased.facts)["claim"]
    return claim


def _email(leased: Leased, recipient: Recipient, words: Written) -> None:
    entry = mail.CalendarPart(words.calendar.method, words.calendar.text.encode()) if words.calendar else None
    mail.send(mail.Email(leased.public_id, words.to, words.subject, words.body, words.html, recipient.language, entry))


def _text(leased: Leased, _: Recipient, words: Written) -> str | None:
    _refuse_text(words.to)
    return sms.send(sms.Text(leased.public_id, words.to, words.body, _report_to(leased)))


def _call(leased: Leased, recipient: Recipient, words: Written) -> str | None:
    _refuse_text(words.to)
    call = voice.Call(leased.public_id, words.to, words.body, recipient.language, _report_to(leased))
    return voice.call(call)


_carriers = {"email": _email, "sms": _text, "voice": _call}


def _refuse_text(number: str) -> None:
    today = queries.texts_since(rules.midnight(clock.now()))
    if why_not := rules.why_not_text(number, today):
        raise Permanent(why_not.code)


def _report_to(leased: Leased) -> str:
    return f"{settings().public_url}{notices.PROVIDER_REPORTS}/{leased.public_id}"


def _next(leased: Leased) -> int | None:
    following = queries.next_in_line(leased)
    return following.id if following and following.due_at <= clock.now() else None


def _log(level: int, words: str, leased: Leased, code: str) -> None:
    log.log(level, words, extra={"job": leased.message, "message_id": str(leased.public_id), "code": code})
