"""SECURITY F7: EICAR is found; a scanner that does not answer, or not with yes or no, leaves the file unknown."""

from __future__ import annotations

import os
import time

import pytest

from portal.gateways import Temporary, virus_scan
from tests.virus_scanner import EICAR, virus_scanner


@pytest.fixture
def connected(outside, scanner):
    outside(virus_scan_url=scanner.url)
    return scanner


def refused(content: bytes = b"x") -> str:
    with pytest.raises(Temporary) as raised:
        virus_scan.is_clean(content)
    return raised.value.code


def test_without_a_setting_there_is_no_scanner(outside):
    outside()
    assert not virus_scan.is_on()
    assert refused() == "scanner_no_answer"


@pytest.mark.parametrize("content", [b"", b"x", os.urandom(128 * 1024), os.urandom(10 * 2**20)], ids=len)
def test_the_scanner_sees_the_whole_file(connected, content):
    assert virus_scan.is_on()
    assert virus_scan.is_clean(content)
    assert connected.seen == [content]


@pytest.mark.parametrize("content", [EICAR, b"x" * (128 * 1024 - 30) + EICAR], ids=["alone", "over two pieces"])
def test_known_malware_is_found(connected, content):
    assert not virus_scan.is_clean(content)


def test_over_a_unix_socket_it_is_the_same(outside, run_folder):
    path = run_folder / "clamd.ctl"
    run_folder.mkdir(exist_ok=True)
    with virus_scanner(str(path)) as scanner:
        outside(virus_scan_url=scanner.url)
        assert virus_scan.is_clean(b"x") and not virus_scan.is_clean(EICAR)
    path.unlink()
    assert refused() == "scanner_no_answer"


def test_a_scanner_that_is_down_leaves_the_file_unknown(outside):
    with virus_scanner() as scanner:
        outside(virus_scan_url=scanner.url)
    assert refused() == "scanner_no_answer"


@pytest.mark.parametrize(
    "answer",
    [
        b"stream: Can't allocate memory ERROR\0",
        b"INSTREAM size limit exceeded. ERROR\0",
        b"COMMAND READ TIMED OUT\0",
        b"stream: OK, I guess\0",
        b"OK\0",
        b"stream: OK\nstream: Other FOUND or not\0",
        b"HTTP/1.1 200 OK\r\n\r\nstream: OK\0",
        b"\0",
        b"\xff\xfe\0",
        b"stream: " + b"x" * 100_000 + b" FOUND\0",
    ],
    ids=lambda answer: ascii(answer[:30]),
)
def test_an_answer_that_is_neither_yes_nor_no_leaves_it_unknown(connected, answer):
    connected.answer = answer
    assert refused() == "scanner_answer"


@pytest.mark.parametrize("answer", [b"", b"stream: OK"], ids=["nothing", "not ended"])
def test_a_scanner_that_leaves_in_the_middle_leaves_it_unknown(connected, answer):
    connected.answer = answer
    assert refused() == "scanner_no_answer"


def test_a_file_that_is_too_long_for_the_scanner_is_unknown(connected):
    connected.most = 2**20
    assert refused(os.urandom(10 * 2**20)) in {"scanner_no_answer", "scanner_answer"}


def test_a_slow_scanner_is_given_up_after_ten_seconds(connected):
    connected.hung.clear()
    began = time.monotonic()
    assert refused() == "scanner_no_answer"
    assert 9 < time.monotonic() - began < 12
