"""Offices, their places, providers and staff."""

from __future__ import annotations

import os
from itertools import count
from typing import Any, NamedTuple
from uuid import UUID

import pyotp

from portal.domain.accounts.models import StaffMember
from portal.domain.practices.models import Location, Office, Position, Provider
from portal.kernel import clock, database, passwords, secrets

_numbers = count(1)


class NewOffice(NamedTuple):
    """An office by its inner and outer id."""

    id: int
    public_id: UUID


class NewStaff(NamedTuple):
    """What a test needs to sign a member of staff in."""

    staff_id: int
    username: str
    password: str
    totp_secret: str


def an_office(name: str = "Larkfield Family Clinic", time_zone: str = "America/New_York", **more: Any) -> NewOffice:
    """An office with one location."""
    values = {"phone": "+18005550100", "email": "desk@example.com"} | more
    with database.writing() as session:
        office = Office(name=name, time_zone=time_zone, **values)
        session.add(office)
        session.flush()
        session.add(
            Location(
                office_id=office.id,
                name="Main",
                line1="118 Juniper Street",
                city="Larkfield",
                state="OR",
                postal_code="97000",
                phone=values["phone"],
            )
        )
        return NewOffice(office.id, office.public_id)


def a_provider(office_id: int, given: str = "Amara", family: str = "Fenwick-Osei", **more: Any) -> int:
    """A provider at the office's first location. Their inner id."""
    with database.writing() as session:
        location = session.query(Location).filter_by(office_id=office_id).first()
        assert location is not None
        values = {"credentials": "MD", "specialty": "Family medicine"} | more
        provider = Provider(office_id=office_id, location_id=location.id, given=given, family=family, **values)
        session.add(provider)
        session.flush()
        return provider.id


def a_staff_member(
    given: str = "Dana", family: str = "Whitlock", *, is_operator: bool = False, **more: Any
) -> NewStaff:
    """A member of staff with an authenticator; positions are given by `a_position`."""
    username, password, secret = f"staff{next(_numbers)}", "four plain words here", pyotp.random_base32()
    data_key = os.urandom(32)
    with database.writing() as session:
        member = StaffMember(
            given=given,
            family=family,
            username=username,
            username_key=username,
            email=f"{username}@example.com",
            password_hash=passwords.hash_password(password),
            is_operator=is_operator,
            data_key=secrets.seal("accounts", data_key, f"staff:{username}"),
            authenticator=secrets.seal_with(data_key, secret.encode(), "authenticator"),
            **more,
        )
        session.add(member)
        session.flush()
        return NewStaff(member.id, username, password, secret)


def a_position(office_id: int, staff_id: int, role: str = "front_desk") -> None:
    """Employ somebody in an office."""
    with database.writing() as session:
        session.add(Position(office_id=office_id, staff_member_id=staff_id, role=role))


def leave(office_id: int, staff_id: int) -> None:
    """End somebody's place in an office."""
    with database.writing() as session:
        session.get_one(Position, (office_id, staff_id)).ended_at = clock.now()
