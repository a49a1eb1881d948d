"""The Nu HTML checker (the W3C's), one Java call for a batch of pages.

Starting Java and reading the schemas costs about a second, a page some 20 ms:
save the pages to files and check them together.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from tests import parts

# One run is short: the first compiler and the plain collector make it shorter.
JAVA_OPTIONS = ["-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xss8m", "-Djava.awt.headless=true"]


def check_pages(files: Iterable[Path]) -> list[str]:
    """The errors in these files as ``file:line: message``; none is an empty list.

    Warnings and hints are left out. ``data-hx-*`` attributes are valid, ``hx-*``
    ones are errors. A file may hold a whole page only, not a fragment.
    """
    names = [str(file.resolve(strict=True)) for file in files]  # the checker skips missing ones
    if not names:
        return []
    return [_line(message) for message in _messages(names) if message["type"] != "info"]


def _messages(names: list[str]) -> list[dict[str, Any]]:
    """What the checker has to say, as its JSON format has it."""
    options = ["--stdout", "--exit-zero-always", "--no-langdetect", "--format", "json"]
    checker = [str(parts.java()), *JAVA_OPTIONS, "-jar", str(parts.vnu_jar())]
    command = [*checker, *options, *names]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    if not done.stdout:
        raise RuntimeError(f"The HTML checker did not run: {done.stderr[-2000:]}")
    messages: list[dict[str, Any]] = json.loads(done.stdout)["messages"]
    return messages


def _line(message: dict[str, Any]) -> str:
    file = unquote(urlsplit(message.get("url", "")).path)
    line = message.get("lastLine", message.get("firstLine", 0))
    return f"{file}:{line}: {message['message']}"
