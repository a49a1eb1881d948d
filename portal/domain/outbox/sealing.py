"""What a notice says and where it goes, sealed to its row."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

from portal.kernel import secrets

_PURPOSE = "outbox"


def close(public_id: UUID, value: Any) -> bytes:
    """A plain value (text, list, dict), sealed for one row."""
    return secrets.seal(_PURPOSE, json.dumps(value, ensure_ascii=False).encode(), public_id.hex)


def opened(public_id: UUID, sealed: bytes) -> Any:
    """What `close` was given.

    Raises:
        ValueError: when it was altered or belongs to another row.
    """
    return json.loads(secrets.unseal(_PURPOSE, sealed, public_id.hex))
