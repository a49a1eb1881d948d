"""A file that only the key file opens: AES-256-GCM in pieces of one MiB, read and written as a stream.

`PORTALBK` 0x01, version of the key (1 byte), 16 random bytes; then pieces: length (4 bytes, big-endian), AES-GCM of
the piece. The nonce is the piece's number; the random bytes, the number and whether it is the last one are
authenticated with it (as STREAM, Hoang et al. 2015), so that none can be cut off, moved or taken from another file.
The key of one file is HKDF-SHA-256 of its purpose's key ("backup", "export") with the random bytes as salt: no nonce is
used twice.
"""

from __future__ import annotations

import os
from typing import IO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from portal.kernel import secrets

_MAGIC = b"PORTALBK\x01"
_PIECE = 1024 * 1024
_SALT = 16


class BadArchive(Exception):
    """Not one of ours, cut off, altered, or made with a key that is not in the key file."""


class SealedWriter:
    """Seals what is written into `target`. Without `close` the file is cut off and will not open."""

    def __init__(self, target: IO[bytes], purpose: str = "backup") -> None:
        version, salt = secrets.keyring().current, os.urandom(_SALT)
        self._target, self._pieces = target, _Pieces(purpose, version, salt)
        self._waiting = bytearray()
        target.write(_MAGIC + bytes([version]) + salt)

    def write(self, content: bytes) -> int:
        """Take more; whole pieces go out at once, one is kept back because it may be the last."""
        self._waiting += content
        while len(self._waiting) > _PIECE:
            self._put(bytes(self._waiting[:_PIECE]), last=False)
            del self._waiting[:_PIECE]
        return len(content)

    def flush(self) -> None:
        """As of a file; a piece goes out when it is whole."""

    def close(self) -> None:
        """The last piece."""
        self._put(bytes(self._waiting), last=True)

    def _put(self, piece: bytes, *, last: bool) -> None:
        sealed = self._pieces.seal(piece, last=last)
        self._target.write(len(sealed).to_bytes(4, "big") + sealed)


class SealedReader:
    """Opens what SealedWriter wrote; `read` as of a file.

    Raises:
        BadArchive: from the constructor or from `read`.
    """

    def __init__(self, source: IO[bytes], purpose: str = "backup") -> None:
        head = source.read(len(_MAGIC) + 1 + _SALT)
        if len(head) < len(_MAGIC) + 1 + _SALT or not head.startswith(_MAGIC):
            raise BadArchive("this is no backup of a portal")
        version = head[len(_MAGIC)]
        if version not in secrets.keyring().masters:
            raise BadArchive(f"it was made with version {version} of the key, which is not in the key file")
        self._source, self._pieces = source, _Pieces(purpose, version, head[-_SALT:])
        self._open, self._next, self._ended = b"", source.read(4), False

    def read(self, size: int = -1) -> bytes:
        """So many bytes, fewer only at the end."""
        while not self._ended and (size < 0 or len(self._open) < size):
            self._open += self._piece()
        taken = self._open if size < 0 else self._open[:size]
        self._open = self._open[len(taken) :]
        return taken

    def _piece(self) -> bytes:
        length = int.from_bytes(self._next, "big")
        if len(self._next) < 4 or length > _PIECE + 16:
            raise BadArchive("it is cut off or altered")
        sealed, self._next = self._source.read(length), self._source.read(4)
        self._ended = not self._next
        return self._pieces.open(sealed, last=self._ended)


class _Pieces:
    def __init__(self, purpose: str, version: int, salt: bytes) -> None:
        master = secrets.keyring().derive(purpose, version)
        key = HKDF(algorithm=SHA256(), length=32, salt=salt, info=f"portal/{purpose} file".encode()).derive(master)
        self._cipher, self._salt, self._number = AESGCM(key), salt, 0

    def seal(self, piece: bytes, *, last: bool) -> bytes:
        nonce, about = self._step(last)
        return self._cipher.encrypt(nonce, piece, about)

    def open(self, sealed: bytes, *, last: bool) -> bytes:
        nonce, about = self._step(last)
        try:
            return self._cipher.decrypt(nonce, sealed, about)
        except (InvalidTag, ValueError) as error:
            raise BadArchive("it is cut off or altered") from error

    def _step(self, last: bool) -> tuple[bytes, bytes]:
        nonce = self._number.to_bytes(12, "big")
        self._number += 1
        return nonce, self._salt + nonce + bytes([last])
