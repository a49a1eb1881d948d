"""What a notice says and where it goes, sealed to its row."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from portal.kernel import secrets

_PURPOSE = "outbox"
#: What `to_kind` says of a notice whose address is sealed with it.
ADDRESS = "address"
#: What it says where somebody only said who they are, and is still to be looked up.
CLAIMANT = "claimant"


def line_of(address: str) -> int:
    """A number that stands for an address without telling it: what goes there keeps its order. 62 bits."""
    return int.from_bytes(secrets.keyed_hash("addressee", address)[:8]) >> 2


def secrets_of(public_id: UUID, facts: Mapping[str, Any]) -> dict[str, Any]:
    """What a notice carries sealed: the values of its message; under "to" or "claim" whom it is for."""
    found: dict[str, Any] = opened(public_id, bytes.fromhex(facts["secret"])) if "secret" in facts else {}
    return found


def close(public_id: UUID, value: Any) -> bytes:
    """A plain value (text, list, dict), sealed for one row."""
    return secrets.seal(_PURPOSE, json.dumps(value, ensure_ascii=False).encode(), public_id.hex)


def opened(public_id: UUID, sealed: bytes) -> Any:
    """What `close` was given.

    Raises:
        ValueError: when it was altered or belongs to another row.
    """
    return json.loads(secrets.unseal(_PURPOSE, sealed, public_id.hex))
