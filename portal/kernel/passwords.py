"""Password hashing: argon2id, then an HMAC pepper that is not in the database (SECURITY A3, A4)."""

from __future__ import annotations

import hmac
import os
import sys
import threading
import unicodedata
from base64 import b64decode, b64encode
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256

from argon2.low_level import Type, hash_secret_raw

from portal.kernel.secrets import keyring

LONGEST = 1024
#: One that is hashed and two that wait with a thread: two who sign in, whose line is before the threads
#: (gateways/turns), and one who chooses a password. More would hold the threads that pages need (bench/storm).
_WAITING = 3


class Busy(Exception):
    """More people are signing in than the machine hashes for; the door answers 503 with Retry-After."""


@dataclass(frozen=True)
class Cost:
    """argon2id parameters: memory in KiB, passes, lanes."""

    memory: int = 19456
    passes: int = 2
    lanes: int = 1


_cost = Cost()
_queue = threading.BoundedSemaphore(_WAITING)
_held = threading.local()


def use_cost(cost: Cost) -> None:
    """Set what a hash costs from now on; stored ones keep theirs until the next sign-in."""
    global _cost
    _cost = cost


@contextmanager
def turn() -> Iterator[None]:
    """A place in the queue, taken before anything is counted or looked up, so that being sent away costs nobody a try.

    Raises:
        Busy: enough people are waiting.
    """
    if getattr(_held, "place", False):
        yield
        return
    if not _queue.acquire(blocking=False):
        raise Busy
    _held.place = True
    try:
        yield
    finally:
        _held.place = False
        _queue.release()


def hash_password(password: str) -> str:
    """A string to store: version, pepper version, cost, salt, digest."""
    salt, ring = os.urandom(16), keyring()
    return _line(_cost, ring.current, salt, _digest(password, salt, _cost, ring.current))


def hash_alike(texts: Sequence[str]) -> list[str]:
    """Strings to store for several secrets of one person, with one salt: so one hash tells which of them was typed."""
    salt, ring = os.urandom(16), keyring()
    return [_line(_cost, ring.current, salt, _digest(text, salt, _cost, ring.current)) for text in texts]


def which(text: str, stored: Sequence[str]) -> int | None:
    """The place of the stored string that the text matches, of those that hash_alike made. None: of none."""
    if not stored:
        return None
    cost, pepper, salt, _ = _read(stored[0])
    digest = _digest(text, salt, cost, pepper)
    equal = [place for place, line in enumerate(stored) if hmac.compare_digest(_read(line)[3], digest)]
    return equal[0] if equal else None


def matches(password: str, stored: str) -> bool:
    """Whether the password is the one that was stored. Takes the same time either way."""
    cost, pepper, salt, digest = _read(stored)
    return hmac.compare_digest(_digest(password, salt, cost, pepper), digest)


def waste_time(password: str) -> bool:
    """Spend what `matches` spends, for a user name that does not exist. Always False."""
    _digest(password, b"\0" * 16, _cost, keyring().current)
    return False


def is_outdated(stored: str) -> bool:
    """Whether the stored hash should be made anew at this sign-in (other cost, older pepper)."""
    cost, pepper, _, _ = _read(stored)
    return cost != _cost or pepper != keyring().current


def _digest(password: str, salt: bytes, cost: Cost, pepper: int) -> bytes:
    secret = unicodedata.normalize("NFC", password).encode()
    if len(secret) > LONGEST:
        return b""
    with turn():
        raw = _hasher.submit(_hash, secret, salt, cost).result()
    return hmac.new(keyring().derive("pepper", pepper), raw, sha256).digest()


def _hash(secret: bytes, salt: bytes, cost: Cost) -> bytes:
    return hash_secret_raw(secret, salt, cost.passes, cost.memory, cost.lanes, 32, Type.ID)


def _step_back() -> None:
    if sys.platform == "linux":  # elsewhere it is the whole process that would be nice
        os.nice(19)


def _have_one_hasher() -> None:
    """Let one thread of this process hash: one password at a time, and after all others.

    A page that finds the processor taken by a hash waits until its turn ends, several times over; with the threads of
    pages first, a hash is as quick on a quiet machine, and what waits on a busy one is the sign-in.
    """
    global _hasher
    _hasher = ThreadPoolExecutor(1, thread_name_prefix="hash", initializer=_step_back)


_hasher: ThreadPoolExecutor
_have_one_hasher()
os.register_at_fork(after_in_child=_have_one_hasher)  # a thread does not come along


def _line(cost: Cost, pepper: int, salt: bytes, digest: bytes) -> str:
    spent = f"m={cost.memory},t={cost.passes},p={cost.lanes}"
    return f"1${pepper}${spent}${b64encode(salt).decode()}${b64encode(digest).decode()}"


def _read(stored: str) -> tuple[Cost, int, bytes, bytes]:
    _, pepper, spent, salt, digest = stored.split("$")
    memory, passes, lanes = (int(part.split("=")[1]) for part in spent.split(","))
    return Cost(memory, passes, lanes), int(pepper), b64decode(salt), b64decode(digest)
