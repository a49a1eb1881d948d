"""The outside world on this machine: an SMTP server and a provider of texts that do as told."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from config import FileStore, Settings
from portal import gateways
from tests.mail_sink import MailSink, mail_sink
from tests.s3_server import S3Server, s3_server
from tests.text_provider import TextProvider, text_provider
from tests.virus_scanner import VirusScanner, virus_scanner


@pytest.fixture
def outside(tmp_path: Path):
    """`outside(smtp_url=…)`: the gateways with these settings."""

    def configured(**chosen: str | FileStore) -> Settings:
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


@pytest.fixture(scope="module")
def s3(run_folder: Path) -> Iterator[S3Server]:
    """An S3 API server with a bucket."""
    with s3_server(run_folder / "s3") as server:
        yield server


@pytest.fixture
def scanner() -> Iterator[VirusScanner]:
    """A virus scanner."""
    with virus_scanner() as server:
        yield server
