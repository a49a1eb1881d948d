"""Each office has one kiosk that is paired (the demonstration's own page opens it) and one that waits for a device."""

from __future__ import annotations

from portal.commands.demo.world import World
from portal.domain.kiosks.models import Kiosk
from portal.kernel import secrets

_ADDED_BY = {"L": "adeline", "R": "sabine"}
_NAMES = ("Front counter", "Waiting room")


def add(world: World) -> None:
    """Two for each office."""
    for key, office in world.offices.items():
        for name in _NAMES:
            kiosk = Kiosk(
                public_id=world.uuid(), office_id=office.id, name=name, added_by=world.staff[_ADDED_BY[key]].id
            )
            if name == _NAMES[0]:
                kiosk.token_hash = secrets.token_hash(secrets.random_token())
                kiosk.paired_at = kiosk.seen_at = world.now
            world.keep(kiosk)
