"""A real SMTP server for tests, which misbehaves as told and keeps what it took."""

from __future__ import annotations

import asyncio
import contextlib
import email
import email.policy
import socket
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.message import EmailMessage

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


@dataclass(frozen=True)
class Received:
    """One message that the server answered for with 250 (or took before it cut)."""

    sender: str
    recipients: tuple[str, ...]
    message: EmailMessage
    at: datetime

    @property
    def message_id(self) -> str:
        """The Message-ID, by which a second delivery of the same is seen."""
        return str(self.message["Message-ID"])

    @property
    def subject(self) -> str:
        """The subject, decoded."""
        return str(self.message["Subject"])

    @property
    def body(self) -> str:
        """The text a person reads: the plain part, else the HTML one."""
        part = self.message.get_body(("plain", "html"))
        return str(part.get_content()) if part is not None else ""


@dataclass
class Behavior:
    """What the server does from now on; the default accepts all at once."""

    wait: float = 0.0
    greylisted: int = 0
    refused: set[str] = field(default_factory=set)
    cut: str = ""


class MailSink:
    """An SMTP server on 127.0.0.1 whose port stays the same over stop() and start().

    Stopped, the port refuses connections. The behaviors can be combined;
    ``accept()`` forgets them all.
    """

    host = "127.0.0.1"

    def __init__(self) -> None:
        self.port = _free_port()
        self.messages: list[Received] = []
        self.behavior = Behavior()
        self._tries: Counter[str] = Counter()
        self._controller: Controller | None = None

    def start(self) -> None:
        """Listen; back when it answers."""
        self._controller = Controller(self, hostname=self.host, port=self.port)
        self._controller.start()

    def stop(self) -> None:
        """Refuse connections from now on, and cut those that are open."""
        if self._controller is not None:
            self._controller.stop()
            self._controller = None

    def clear(self) -> None:
        """Forget the messages and go back to accepting."""
        self.messages.clear()
        self.accept()

    # What it can be told

    def accept(self) -> None:
        """Take every message at once."""
        self.behavior = Behavior()
        self._tries.clear()

    def slow(self, seconds: float = 30.0) -> None:
        """Answer DATA only after a while; a sender who hangs up before is not kept."""
        self.behavior.wait = seconds

    def greylist(self, times: int = 2) -> None:
        """Answer 451 to the first tries for each address, then accept."""
        self._tries.clear()
        self.behavior.greylisted = times

    def refuse(self, address: str) -> None:
        """Answer 550 for this address, for good."""
        self.behavior.refused.add(address.lower())

    def cut(self, *, kept: bool = True) -> None:
        """Hang up after DATA without an answer.

        ``kept``: the message was taken all the same, so a sender who tries again
        sends it twice; else it is lost.
        """
        self.behavior.cut = "kept" if kept else "lost"

    # What aiosmtpd calls

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Take or refuse a recipient."""
        if address.lower() in self.behavior.refused:
            return "550 5.1.1 No such mailbox"
        self._tries[address] += 1
        if self._tries[address] <= self.behavior.greylisted:
            return "451 4.7.1 Greylisted, try again later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Keep the message, or do what was told instead."""
        behavior = self.behavior
        if behavior.wait:
            await asyncio.sleep(behavior.wait)
        if behavior.cut != "lost":
            self.messages.append(_received(envelope))
        if behavior.cut and isinstance(server.transport, asyncio.Transport):
            server.transport.abort()
        return "250 Message taken"


@contextlib.contextmanager
def mail_sink() -> Iterator[MailSink]:
    """A sink that listens, stopped at the end."""
    sink = MailSink()
    sink.start()
    try:
        yield sink
    finally:
        sink.stop()


def _received(envelope: Envelope) -> Received:
    content = envelope.original_content or b""
    message = email.message_from_bytes(content, policy=email.policy.default)
    return Received(
        sender=envelope.mail_from or "",
        recipients=tuple(envelope.rcpt_tos),
        message=message,
        at=datetime.now(UTC),
    )


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
