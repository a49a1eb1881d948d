"""Jobs in this process, with a real SMTP server."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask

from portal import gateways, jobs
from portal.gateways import queue
from portal.jobs import runner
from tests.mail_sink import MailSink, mail_sink


@pytest.fixture
def sink(app: Flask) -> Iterator[MailSink]:
    """The mail server of this portal; what is delivered arrives here."""
    jobs.use(app)
    with mail_sink() as sink:
        gateways.use(replace(app.config["PORTAL"], smtp_url=f"smtp://127.0.0.1:{sink.port}"))
        yield sink
    runner.stop()
    queue.hang(None)
