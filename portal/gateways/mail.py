"""Email: by SMTP (RFC 5321), or as files under the data folder where no server is named."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email.message import EmailMessage
from email.policy import SMTP as WIRE
from email.utils import format_datetime, parseaddr
from time import monotonic
from typing import Any, NamedTuple
from urllib.parse import SplitResult, unquote, urlsplit
from uuid import UUID

from portal import gateways
from portal.gateways import Permanent, Temporary, kept_files
from portal.kernel import clock

#: All of one delivery, less than a lease (60 s); an answer to one command; the answer after the text, which a
#: server may take its time for: giving up on it too soon means sending twice.
_WHOLE, _COMMAND, _AFTER_TEXT = 50.0, 10.0, 35.0


class CalendarPart(NamedTuple):
    """What a calendar reads of a message (RFC 6047): iCalendar in UTF-8, of this method (REQUEST, CANCEL)."""

    method: str
    content: bytes


class Email(NamedTuple):
    """A message to one address. `id` names it for good: each try carries the same Message-ID."""

    id: UUID
    to: str
    subject: str
    text: str
    html: str
    language: str
    calendar: CalendarPart | None = None


def send(email: Email) -> None:
    """Hand an email to the mail server.

    Raises:
        Temporary: not now (no connection, 4xx, a time-out).
        Permanent: never (5xx, an address that can not be written).
    """
    with _refusals_told():
        message = composed(email).as_bytes(policy=WIRE)
        if url := gateways.settings().smtp_url:
            _transfer(urlsplit(url), email.to, message)
        else:
            kept_files.keep(f"{email.id}.eml", message)


def composed(email: Email) -> EmailMessage:
    """The message as it travels: text and HTML twins, nothing fetched, no answer asked for.

    A calendar's part is the last of these and no attachment: so Gmail, Outlook and Apple Mail show one entry, once.
    """
    settings = gateways.settings()
    message = EmailMessage()
    message["Message-ID"] = f"<{email.id}@{urlsplit(settings.public_url).hostname}>"
    message["From"], message["To"], message["Subject"] = settings.mail_from, email.to, email.subject
    message["Date"] = format_datetime(clock.now())
    message["Auto-Submitted"] = "auto-generated"
    message["Content-Language"] = email.language
    message.set_content(email.text, cte="quoted-printable")
    message.add_alternative(email.html, subtype="html", cte="quoted-printable")
    if email.calendar:
        method, content = email.calendar
        message.add_alternative(
            content, maintype="text", subtype="calendar", params={"method": method, "charset": "utf-8"}
        )
    return message


class _Patient(smtplib.SMTP):
    """A client that waits for each answer no longer than what is left of its time."""

    def __init__(self, url: SplitResult, **tls: Any) -> None:
        self.ends_at, self.answer_within = monotonic() + _WHOLE, _COMMAND
        name = urlsplit(gateways.settings().public_url).hostname
        super().__init__(url.hostname or "", url.port or 0, local_hostname=name, timeout=_COMMAND, **tls)

    def getreply(self) -> tuple[int, bytes]:
        left = self.ends_at - monotonic()
        if left <= 0:
            raise TimeoutError
        if self.sock:
            self.sock.settimeout(min(self.answer_within, left))
        return super().getreply()


class _PatientTls(_Patient, smtplib.SMTP_SSL):
    """The same, over TLS from the first byte."""


def _transfer(url: SplitResult, to: str, message: bytes) -> None:
    server = _PatientTls(url, context=_trust(url)) if url.scheme == "smtps" else _Patient(url)
    try:
        _introduce(server, url)
        _judge(*server.mail(_sender()), for_good=False)
        _judge(*server.rcpt(to))
        server.answer_within = _AFTER_TEXT
        _judge(*server.data(message))
        server.answer_within = 1
        with suppress(OSError):
            server.quit()
    finally:
        server.close()


def _introduce(server: _Patient, url: SplitResult) -> None:
    """TLS where the server offers it, then the password; never the password without TLS beyond this machine."""
    server.ehlo_or_helo_if_needed()
    if url.scheme == "smtp" and server.has_extn("starttls"):
        server.starttls(context=_trust(url))
        server.ehlo()
    if url.username:
        if not isinstance(server.sock, ssl.SSLSocket) and not _is_here(url):
            raise Temporary("smtp_no_tls")
        server.login(unquote(url.username), unquote(url.password or ""))


def _is_here(url: SplitResult) -> bool:
    return url.hostname in {"127.0.0.1", "::1", "localhost"}


def _trust(url: SplitResult) -> ssl.SSLContext:
    context = ssl.create_default_context()
    if _is_here(url):
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


def _sender() -> str:
    return parseaddr(gateways.settings().mail_from)[1]


def _judge(code: int, _words: bytes, *, for_good: bool = True) -> None:
    """RFC 5321 section 4.2.1: 2yz done, 4yz not now, 5yz never. What is said of ourselves is never for good."""
    if code >= 400:
        raise (Permanent if code >= 500 and for_good else Temporary)(f"smtp_{code}")


@contextmanager
def _refusals_told() -> Iterator[None]:
    """Our two words for all that can go wrong. Greeting, sign-in and sender are our affair: tried again."""
    try:
        yield
    except smtplib.SMTPDataError as problem:
        _judge(problem.smtp_code, b"")
        raise Temporary(f"smtp_{problem.smtp_code}") from problem
    except smtplib.SMTPResponseException as problem:
        raise Temporary(f"smtp_{problem.smtp_code}") from problem
    except smtplib.SMTPNotSupportedError as problem:
        raise Temporary("smtp_not_supported") from problem
    except ssl.SSLError as problem:
        raise Temporary("smtp_tls") from problem
    except OSError as problem:  # SMTPServerDisconnected too: cut after the text, it may have arrived (C19)
        raise Temporary("smtp_no_answer") from problem
    except ValueError as problem:  # a line break or a letter that no address has
        raise Permanent("address") from problem
