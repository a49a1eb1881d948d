"""Staff of every role in both offices, one who works in both, and the operator."""

from __future__ import annotations

from base64 import b32encode
from datetime import timedelta

from portal.commands.demo.world import World
from portal.domain.accounts.enrolling import make_staff_member
from portal.domain.practices.models import Position, StaffInvitation
from portal.domain.practices.rules import INVITED_FOR
from portal.domain.viewer import Role
from portal.kernel import secrets

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


#: Who left: user name, name, office.
_LEFT = ("linus", "Linus", "Farrowgate", "L")
_ASKED = (
    ("L", "adeline", "Bram", "Copperfell", Role.FRONT_DESK, 2),
    ("R", "sabine", "Nerea", "Altamira", Role.CLINICIAN, 9),
)


def add(world: World) -> None:
    """Everybody who works here, who left, and who was asked. Their secrets are the same every time."""
    _add_working(world)
    _add_who_left(world)
    for key, by, given, family, role, days in _ASKED:
        sent_at = world.now - timedelta(days=days)
        world.keep(
            StaffInvitation(
                public_id=world.uuid(),
                office_id=world.offices[key].id,
                role=role.value,
                given=given,
                family=family,
                email=f"{given.lower()}@staff.example.com",
                token_hash=secrets.token_hash(secrets.random_token()),
                sent_at=sent_at,
                expires_at=sent_at + INVITED_FOR,
                invited_by=world.staff[by].id,
            )
        )


def _add_who_left(world: World) -> None:
    username, given, family, key = _LEFT
    member = make_staff_member(
        given=given,
        family=family,
        username=username,
        password_hash=world.password_hash,
        email=f"{username}@staff.example.com",
        totp_secret=b32encode(world.random.randbytes(20)).decode(),
        public_id=world.uuid(),
    )
    member.state = "off"
    world.keep(member)
    left_at = world.now - timedelta(days=40)
    world.keep(
        Position(office_id=world.offices[key].id, staff_member_id=member.id, role=Role.BILLING.value, ended_at=left_at)
    )


def _add_working(world: World) -> None:
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
