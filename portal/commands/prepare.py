"""What must be there before the portal can start: the data folder, and the key file that opens what is in it."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from config import BadSetting, Settings
from portal.kernel.secrets import Keyring

_LOCK = "running.lock"


def prepare(settings: Settings) -> None:
    """Make the data folder and, the first time, the key file beside it.

    Raises:
        BadSetting: the folder can not be written, or the key file of an existing database is gone.
    """
    make_private_folder(settings.data)
    if settings.keys.exists():
        return
    if database_file(settings).exists():
        raise BadSetting("PORTAL_KEYS", f"{settings.keys} is missing, and only it opens {database_file(settings)}")
    try:
        Keyring.create(settings.keys)
    except OSError as error:
        raise BadSetting("PORTAL_KEYS", f"{settings.keys} can not be written ({error.strerror})") from error


def make_private_folder(folder: Path) -> None:
    """A folder that only this user can look into.

    Raises:
        BadSetting: it can not be made or written.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise BadSetting("PORTAL_DATA", f"{folder} can not be made ({error.strerror})") from error
    if not os.access(folder, os.W_OK | os.X_OK):
        raise BadSetting("PORTAL_DATA", f"{folder} can not be written by this user")


def database_file(settings: Settings) -> Path:
    """Where the embedded database is, or would be."""
    return settings.data / "portal.sqlite"


@contextmanager
def held(settings: Settings) -> Iterator[None]:
    """Be the one that works on this data folder: a serving portal, or a command that needs it stopped.

    Raises:
        BadSetting: another one does, or a command that needs the portal stopped is at work.
    """
    handle = os.open(settings.data / _LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError:
        raise BadSetting("PORTAL_DATA", f"a portal is running on {settings.data} already; stop it first") from None
    finally:
        os.close(handle)
