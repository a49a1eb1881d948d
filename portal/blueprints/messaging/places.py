"""What stands in the addresses of conversations: whose, and from where on."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from portal.domain.messaging.queries import NEWEST
from portal.kernel.refusal import Missing


def tab_of(asked: Mapping[str, str]) -> tuple[str, UUID | None]:
    """Which tab is chosen: all, archived, or provider or pool with its id.

    Raises:
        Missing: nobody wrote that.
    """
    for kind in ("provider", "pool"):
        if kind in asked:
            try:
                return kind, UUID(asked[kind])
            except ValueError as error:
                raise Missing from error
    return ("archived" if "archived" in asked else "all"), None


def number_of(written: str | None) -> int:
    """Before which message; without one, all.

    Raises:
        Missing: nobody wrote that.
    """
    if not written:
        return NEWEST
    if not (written.isascii() and written.isdecimal() and len(written) < 10):
        raise Missing
    return int(written)
