"""Keys and what is done with them: one key file, one derived key per purpose, each with a version.

The file (`PORTAL_KEYS`) is JSON: {"current": 2, "keys": {"1": "<64 hex>", "2": "<64 hex>"}}, mode 0600, and
stands beside, not inside, the data folder. HKDF-SHA-256 (RFC 5869) derives the purposes from a master key.
Old versions stay until `make keys-rotate` has written everything anew.
"""

from __future__ import annotations

import hmac
import json
import os
import secrets as stdlib_secrets
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_NONCE = 12


class KeyFileError(Exception):
    """The key file is missing, unreadable, or open to others; the text says which."""


class Keyring:
    """The master keys of one deployment, by version."""

    def __init__(self, masters: dict[int, bytes], current: int) -> None:
        self.masters, self.current = masters, current

    @classmethod
    def read(cls, path: Path) -> Keyring:
        """Open a key file.

        Raises:
            KeyFileError: when it is missing, not private (mode 0600), or not a key file.
        """
        try:
            mode = path.stat().st_mode & 0o077
            stored = json.loads(path.read_text())
        except (OSError, ValueError) as error:
            raise KeyFileError(f"the key file {path} can not be read ({type(error).__name__})") from error
        if mode:
            raise KeyFileError(f"the key file {path} is open to other users; run: chmod 600 {path}")
        try:
            masters = {int(version): bytes.fromhex(key) for version, key in stored["keys"].items()}
            current = int(stored["current"])
        except (KeyError, ValueError, AttributeError) as error:
            raise KeyFileError(f"the key file {path} is not one of this portal's") from error
        if any(len(key) != 32 for key in masters.values()) or current not in masters:
            raise KeyFileError(f"the key file {path} holds a key that is too short")
        return cls(masters, current)

    @classmethod
    def create(cls, path: Path) -> Keyring:
        """Make a key file that only this user can read, unless one is there."""
        path.parent.mkdir(parents=True, exist_ok=True)
        cls({1: stdlib_secrets.token_bytes(32)}, 1).write(path, fresh=True)
        return cls.read(path)

    def write(self, path: Path, *, fresh: bool = False) -> None:
        """Store the keyring (private, whole or not at all)."""
        text = json.dumps({"current": self.current, "keys": {str(v): k.hex() for v, k in self.masters.items()}})
        target = path if fresh else path.with_suffix(".new")
        handle = os.open(target, os.O_WRONLY | os.O_CREAT | (os.O_EXCL if fresh else os.O_TRUNC), 0o600)
        with os.fdopen(handle, "w") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        if not fresh:
            target.rename(path)

    def derive(self, purpose: str, version: int | None = None) -> bytes:
        """The 32-byte key of one purpose, of the current or a named version."""
        return _derived(self.masters[version or self.current], purpose)


@lru_cache(maxsize=256)
def _derived(master: bytes, purpose: str) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=b"portal/" + purpose.encode()).derive(master)


_keyring: Keyring | None = None


def use(keyring: Keyring) -> None:
    """Give this process its keys (create_app and the commands do)."""
    global _keyring
    _keyring = keyring


def keyring() -> Keyring:
    """The keys of this process."""
    if _keyring is None:
        raise KeyFileError("no key file has been opened yet")
    return _keyring


def seal(purpose: str, plain: bytes, context: str) -> bytes:
    """AES-256-GCM with a version byte in front. `context` (whose, which field) must be said again to open it."""
    ring, nonce = keyring(), os.urandom(_NONCE)
    return bytes([ring.current]) + nonce + AESGCM(ring.derive(purpose)).encrypt(nonce, plain, context.encode())


def unseal(purpose: str, sealed: bytes, context: str) -> bytes:
    """What `seal` closed.

    Raises:
        ValueError: when it was altered, belongs to another context, or its key is gone.
    """
    version, nonce, body = sealed[0], sealed[1 : 1 + _NONCE], sealed[1 + _NONCE :]
    try:
        return AESGCM(keyring().derive(purpose, version)).decrypt(nonce, body, context.encode())
    except (InvalidTag, KeyError) as error:
        raise ValueError("a sealed value can not be opened") from error


def seal_with(key: bytes, plain: bytes, context: str) -> bytes:
    """As `seal`, under a key of its own (an account's data key, which deactivation destroys)."""
    nonce = os.urandom(_NONCE)
    return nonce + AESGCM(key).encrypt(nonce, plain, context.encode())


def unseal_with(key: bytes, sealed: bytes, context: str) -> bytes:
    """What `seal_with` closed.

    Raises:
        ValueError: when it was altered or belongs elsewhere.
    """
    try:
        return AESGCM(key).decrypt(sealed[:_NONCE], sealed[_NONCE:], context.encode())
    except InvalidTag as error:
        raise ValueError("a sealed value can not be opened") from error


def keyed_hash(purpose: str, text: str) -> bytes:
    """A 32-byte HMAC that stands for a text without telling it (throttle keys, users in logs)."""
    return hmac.digest(keyring().derive(purpose, min(keyring().masters)), text.encode(), "sha256")


def random_token() -> str:
    """256 random bits, URL-safe."""
    return stdlib_secrets.token_urlsafe(32)


def token_hash(token: str) -> bytes:
    """What is stored of a random token: its SHA-256 (32 bytes). Random tokens need no salt."""
    return sha256(token.encode()).digest()


_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def spoken_code(length: int) -> str:
    """Random characters that nobody mixes up when read aloud (Crockford base32, 5 bits each)."""
    return "".join(stdlib_secrets.choice(_CROCKFORD) for _ in range(length))
