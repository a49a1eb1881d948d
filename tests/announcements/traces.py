"""What deeds leave behind."""

from __future__ import annotations

from portal.domain.audit.queries import chain_of


def audited(chain: str, subject_id: int, event: str) -> bool:
    """Whether the audit chain tells of it."""
    return any(entry.event == event for entry in chain_of(chain, subject_id))
