"""Staff of every role in both offices, one who works in both, and the operator."""

from __future__ import annotations

from base64 import b32encode

from portal.commands.demo.world import World
from portal.domain.accounts.enrolling import make_staff_member
from portal.domain.practices.models import Position
from portal.domain.viewer import Role

#: user name, name, {office: role}; the operator has no office.
_STAFF: tuple[tuple[str, str, str, dict[str, Role]], ...] = (
    ("tamsin", "Tamsin", "Wrenfield", {"L": Role.FRONT_DESK}),
    ("imogen", "Imogen", "Alderquist", {"L": Role.CLINICIAN}),
    ("corwin", "Corwin", "Ledgerly", {"L": Role.BILLING}),
    ("adeline", "Adeline", "Marchbank", {"L": Role.ADMINISTRATOR}),
    ("paloma", "Paloma", "Cienfuentes", {"R": Role.FRONT_DESK}),
    ("casimir", "Casimir", "Brightmoor", {"R": Role.CLINICIAN}),
    ("renwick", "Renwick", "Tallyman", {"R": Role.BILLING}),
    ("sabine", "Sabine", "Oakhollow", {"R": Role.ADMINISTRATOR}),
    ("ferris", "Ferris", "Bothwell", {"L": Role.FRONT_DESK, "R": Role.BILLING}),
    ("orla", "Orla", "Keystone", {}),
)
_SPANISH = {"paloma"}


def add(world: World) -> None:
    """Everybody who works here. Their authenticator secrets are the same every time."""
    for username, given, family, places in _STAFF:
        secret = b32encode(world.random.randbytes(20)).decode()
        member = make_staff_member(
            given=given,
            family=family,
            username=username,
            password_hash=world.password_hash,
            email=f"{username}@staff.example.com",
            language="es" if username in _SPANISH else "en",
            is_operator=not places,
            totp_secret=secret,
            public_id=world.uuid(),
        )
        world.keep(member)
        world.staff[username] = member
        world.keep(
            *(
                Position(office_id=world.offices[key].id, staff_member_id=member.id, role=role.value)
                for key, role in places.items()
            )
        )
