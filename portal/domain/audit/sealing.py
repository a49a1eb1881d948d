"""The daily seal: one signed root over the ends of all chains, kept outside the database (SECURITY A45).

A chain tells when a link inside it was touched; only what is kept elsewhere tells when its end was cut off, or when
the whole of it was computed anew. A seal is a JSON file `<data>/seals/<moment>.json`, private, never overwritten:

    {"at": "2027-03-16T08:00:00+00:00", "key": 1, "before": "<sha256 of the seal before>", "root": "<hex>",
     "heads": {"person:12": [40, "<hash of link 40>"]}, "signature": "<Ed25519 over all of the above, hex>"}

`root` is a Merkle tree hash over the heads (as RFC 6962, 2.1: leaves 0x00, nodes 0x01), so that a person can be given
the root, their own head and a handful of hashes between, and check it without anybody else's.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import func, select, tuple_

from portal.domain.audit.models import AuditEntry
from portal.domain.viewer import Head
from portal.kernel import database, secrets

FOLDER = "seals"
Chain = tuple[str, int]
_LAST = select(AuditEntry.chain, AuditEntry.subject_id, func.max(AuditEntry.seq)).group_by(
    AuditEntry.chain, AuditEntry.subject_id
)
_HEADS = (
    select(AuditEntry.chain, AuditEntry.subject_id, AuditEntry.seq, AuditEntry.hash)
    .where(tuple_(AuditEntry.chain, AuditEntry.subject_id, AuditEntry.seq).in_(_LAST))
    .order_by(AuditEntry.chain, AuditEntry.subject_id)
)


class Seal(NamedTuple):
    """A seal as it was read. `wrong` says what is the matter with the seal itself; None when it is whole."""

    name: str
    at: datetime
    heads: dict[Chain, Head]
    wrong: str | None


class _Head(NamedTuple):
    chain: str
    subject_id: int
    seq: int
    hash: bytes


def present_heads() -> dict[Chain, Head]:
    """The present end of every chain, in one statement that holds up no writer."""
    return {(row.chain, row.subject_id): Head(row.seq, bytes(row.hash)) for row in database.read(_Head, _HEADS)}


def seal_all(folder: Path, now: datetime) -> Path:
    """Seal the present end of every chain into `folder`. The file that was written."""
    newest = _newest(folder)
    body = _body(present_heads(), now, sha256(newest.read_bytes()).hexdigest() if newest else "")
    body["signature"] = _signing_key(body["key"]).sign(_signed_bytes(body)).hex()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return _written(folder / f"{now.astimezone(UTC):%Y-%m-%dT%H%M%S.%f}Z.json", body)


def last_seal(folder: Path) -> Seal | None:
    """The newest seal and whether it is whole; None when nothing was sealed yet."""
    newest = _newest(folder)
    return _read(newest) if newest else None


def first_bad_seal(folder: Path) -> str | None:
    """The name of the first seal that does not follow from the one before it, None when all do."""
    before = ""
    for path in sorted(folder.glob("*.json")):
        content = path.read_bytes()
        if _loaded(content).get("before") != before:
            return path.stem
        before = sha256(content).hexdigest()
    return None


def root_of(heads: Mapping[Chain, Head]) -> bytes:
    """The Merkle tree hash over the heads, ordered by chain."""
    return _tree([sha256(b"\0" + _leaf(chain, head)).digest() for chain, head in sorted(heads.items())])


def _leaf(chain: Chain, head: Head) -> bytes:
    return f"{chain[0]}:{chain[1]}:{head.seq}:{head.hash.hex()}".encode()


def _tree(hashes: list[bytes]) -> bytes:
    if len(hashes) < 2:
        return hashes[0] if hashes else sha256(b"").digest()
    half = 1 << ((len(hashes) - 1).bit_length() - 1)
    return sha256(b"\1" + _tree(hashes[:half]) + _tree(hashes[half:])).digest()


def _body(heads: Mapping[Chain, Head], now: datetime, before: str) -> dict[str, Any]:
    return {
        "at": now.astimezone(UTC).isoformat(),
        "key": secrets.keyring().current,
        "before": before,
        "root": root_of(heads).hex(),
        "heads": {f"{kind}:{number}": [head.seq, head.hash.hex()] for (kind, number), head in sorted(heads.items())},
    }


def _signed_bytes(body: Mapping[str, Any]) -> bytes:
    unsigned = {name: value for name, value in body.items() if name != "signature"}
    return json.dumps(unsigned, sort_keys=True, separators=(",", ":")).encode()


def _signing_key(version: int) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(secrets.keyring().derive("audit", version))


def _written(path: Path, body: Mapping[str, Any]) -> Path:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o400)
    with os.fdopen(handle, "w") as file:
        json.dump(body, file)
        file.flush()
        os.fsync(file.fileno())
    return path


def _newest(folder: Path) -> Path | None:
    return max(folder.glob("*.json"), default=None)


def _read(path: Path) -> Seal:
    body = _loaded(path.read_bytes())
    try:
        heads = {_chain(name): Head(seq, bytes.fromhex(end)) for name, (seq, end) in body["heads"].items()}
        return Seal(path.stem, datetime.fromisoformat(body["at"]), heads, _what_is_wrong(body, heads))
    except (KeyError, ValueError, TypeError):
        return Seal(path.stem, datetime.min.replace(tzinfo=UTC), {}, "it can not be read")


def _loaded(content: bytes) -> dict[str, Any]:
    try:
        loaded = json.loads(content)
    except ValueError:
        return {}
    return loaded if isinstance(loaded, dict) else {}


def _chain(name: str) -> Chain:
    kind, _, number = name.partition(":")
    return kind, int(number)


def _what_is_wrong(body: Mapping[str, Any], heads: Mapping[Chain, Head]) -> str | None:
    if body["key"] not in secrets.keyring().masters:
        return "the key that it was signed with is gone"
    try:
        signature = bytes.fromhex(body["signature"])
        _signing_key(body["key"]).public_key().verify(signature, _signed_bytes(body))
    except InvalidSignature:
        return "its signature is wrong"
    return None if root_of(heads).hex() == body["root"] else "its root does not follow from its heads"
