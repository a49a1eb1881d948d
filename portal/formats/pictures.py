"""Pictures made anew: only what can be seen comes through, without EXIF, comments, or whatever else a file can carry.

Decoders are what strangers' bytes can break (SECURITY F3, F4). So a process of its own does it, with 1 GiB of address
space and 15 seconds of CPU at most, a few at a time; it knows nothing of the portal and ends with its one picture.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from threading import BoundedSemaphore

from portal.formats import picture_process

KINDS = {"jpg": "jpg", "png": "png", "heic": "jpg"}
_PROGRAM = str(Path(picture_process.__file__).resolve())
_AT_ONCE = BoundedSemaphore(2)
_TIMEOUT = 30


class BadPicture(Exception):
    """It can not be taken. `is_too_large`: it has more than 40 million dots; else it is broken, or no such picture."""

    def __init__(self, *, is_too_large: bool) -> None:
        super().__init__("too large" if is_too_large else "broken")
        self.is_too_large = is_too_large


def anew(content: bytes, kind: str) -> bytes:
    """The same picture as jpg (for jpg and heic) or png.

    Args:
        kind: jpg, png or heic, as file_types tells.

    Raises:
        BadPicture: it is broken, or has too many dots.
    """
    with _AT_ONCE:
        command = [sys.executable, "-I", _PROGRAM, kind]
        try:
            done = subprocess.run(command, input=content, capture_output=True, timeout=_TIMEOUT, env={})
        except (subprocess.TimeoutExpired, BrokenPipeError) as error:
            raise BadPicture(is_too_large=False) from error
    if done.returncode or not done.stdout:
        raise BadPicture(is_too_large=done.returncode == picture_process.TOO_LARGE)
    return done.stdout
