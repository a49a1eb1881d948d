"""The lock files install anywhere: pinned, hashed, and free of any machine's own addresses."""

from __future__ import annotations

import re
from base64 import b64encode
from hashlib import sha384
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_a_lock_file_holds_pins_and_hashes_only(name):
    for line in (ROOT / name).read_text().splitlines():
        if line.strip() and not line.lstrip().startswith("#"):
            assert re.fullmatch(
                r"[\w.\[\]-]+==[\w.+!]+( ; [^\\]+)?( \\)?|    --hash=sha256:[0-9a-f]{64}( \\)?", line
            ), line


@pytest.mark.parametrize("name", ["requirements.in", "requirements-dev.in"])
def test_every_package_has_its_reason(name):
    for line in (ROOT / name).read_text().splitlines():
        assert not line or line.startswith("#") or "#" in line, line
        assert "://" not in line and not line.startswith("-")


def test_htmx_is_the_one_that_was_vendored():
    found = sha384((ROOT / "portal" / "static" / "htmx.min.js").read_bytes()).digest()
    assert b64encode(found).decode() == "2OatzQy1H+Zd/IIrjr1TcuDGqLXeHhbooAyJY1KdQMKnr4LZ22k31GBLdYKHmVjg"
