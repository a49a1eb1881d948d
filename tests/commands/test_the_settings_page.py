"""docs/settings.md and config.py name the same variables."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_every_variable_is_described_and_no_other():
    code = (ROOT / "config.py").read_text()
    read = set(re.findall(r'environment(?:\.get\(|, )"([A-Z_]+)"', code))
    described = set(re.findall(r"^\| `([A-Z_]+)` \|", (ROOT / "docs" / "settings.md").read_text(), re.M))
    assert read == described
