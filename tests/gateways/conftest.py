"""The outside world on this machine: an SMTP server and a provider of texts that do as told."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from config import Settings
from portal import gateways
from tests.mail_sink import MailSink, mail_sink
from tests.text_provider import TextProvider, text_provider


@pytest.fixture
def outside(tmp_path: Path):
    """`outside(smtp_url=…)`: the gateways with these settings."""

    def configured(**chosen: str) -> Settings:
        settings = Settings(
            data=tmp_path,
            public_url="https://portal.example.org",
            mail_from="Patient Ally <portal@example.org>",
            **chosen,
        )
        gateways.use(settings)
        return settings

    return configured


@pytest.fixture
def sink() -> Iterator[MailSink]:
    """An SMTP server."""
    with mail_sink() as sink:
        yield sink


@pytest.fixture
def provider() -> Iterator[TextProvider]:
    """A provider of texts and calls."""
    with text_provider() as server:
        yield server
