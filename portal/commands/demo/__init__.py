"""Demonstration people and offices: all invented, and the same every time.

Each word is a file with `add(world)`; a later capability adds its file and one line in _WORDS. Names, phone numbers
(555-01xx), email addresses (example.com) and ZIP codes (001xx) belong to nobody. Ages and dates count from the day of
loading, so that a child stays a child and what is planned is still to come.
"""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select

from portal.commands.demo import (
    address_book,
    announcements,
    appointments,
    charts,
    check_in,
    connections,
    departure,
    enrollment,
    kiosks,
    messaging,
    offered_times,
    offices,
    people,
    staff,
    taken_off,
    time_questions,
    waiting,
)
from portal.commands.demo.world import World
from portal.domain.accounts.models import Person, StaffMember
from portal.domain.demo import PASSPHRASE
from portal.domain.practices.models import Office
from portal.kernel import database, passwords

_WORDS = (
    *(offices, staff, people, charts, address_book, announcements),
    *(
        kiosks,
        enrollment,
        connections,
        departure,
        taken_off,
        appointments,
        offered_times,
        check_in,
        waiting,
        time_questions,
    ),
    messaging,
)
_ANY_OFFICE, _ANY_PERSON, _ANY_STAFF = (select(kind.id).limit(1) for kind in (Office, Person, StaffMember))


class _One(NamedTuple):
    id: int


def is_empty() -> bool:
    """Whether nobody was ever put into this database."""
    return not any(database.read(_One, statement) for statement in (_ANY_OFFICE, _ANY_PERSON, _ANY_STAFF))


def load(now: datetime) -> World:
    """Fill an empty database, whole or not at all."""
    with database.writing():
        # One hash for everybody: forty would take a second, and nobody here has anything to lose. Real accounts each
        # get a salt of their own (kernel.passwords.hash_password).
        world = World(now, passwords.hash_password(PASSPHRASE))
        for word in _WORDS:
            word.add(world)
    return world
