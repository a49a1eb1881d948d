"""Two offices, forty people, every role, both languages: all there, all invented, the same every time."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select, update

from portal.commands import demo
from portal.domain.accounts.models import Account, Address, Person, StaffMember
from portal.domain.address_book.models import EmergencyContact, Insurance, OwnProvider
from portal.domain.announcements.models import Announcement
from portal.domain.charts.models import Chart
from portal.domain.connections.models import CareTeamMember, Connection
from portal.domain.demo import PASSPHRASE, queries
from portal.domain.practices.models import Location, Office, Position, Provider
from portal.domain.viewer import Role
from portal.kernel import database, passwords

NOW = datetime(2027, 3, 16, 15, 0, tzinfo=UTC)


@pytest.fixture
def loaded(app):
    """The demonstration, loaded on a certain day."""
    assert demo.is_empty()
    demo.load(NOW)
    assert not demo.is_empty()
    with database.apart() as session:
        yield session


def count(session, kind, *which) -> int:
    return session.scalar(select(func.count()).select_from(kind).where(*which))


def test_two_offices_that_differ(loaded):
    first, second = loaded.scalars(select(Office).order_by(Office.id))
    assert (first.time_zone, second.time_zone) == ("America/New_York", "America/Los_Angeles")
    assert (first.enrolls_openly, first.enrolls_by_invitation) == (True, True)
    assert (second.enrolls_openly, second.enrolls_by_invitation, second.enrolls_in_person) == (False, False, True)
    assert count(loaded, Location) >= 3


def test_six_providers_take_part_in_different_things(loaded):
    providers = loaded.scalars(select(Provider).where(Provider.ended_at.is_(None))).all()
    parts = {(p.takes_messages, p.takes_appointments, p.takes_documents, p.takes_payments) for p in providers}
    assert (len(providers), len(parts) >= 5) == (6, True)
    assert [one.family for one in loaded.scalars(select(Provider).where(Provider.ended_at.is_not(None)))] == [
        "Thornbury"
    ]
    assert count(loaded, Location) - count(loaded, Location, Location.ended_at.is_(None)) == 1


def test_forty_people_of_all_ages_in_families(loaded):
    left = select(Connection.person_id).where(Connection.end_reason == "deactivated")
    waits = select(Account.person_id).where(Account.state == "waiting")
    people = loaded.scalars(select(Person).where(Person.id.not_in(left), Person.id.not_in(waits))).all()
    ages = [(NOW.date() - person.birth_date).days // 365 for person in people]
    assert len(people) == 40
    assert (min(ages), max(ages) >= 90) == (0, True)
    assert {person.language for person in people} == {"en", "es"}
    emails = loaded.scalars(select(Account.email)).all()
    assert len(set(emails)) < len(emails)
    assert count(loaded, Address) > 40


def test_some_have_both_offices_and_some_a_chart_only(loaded):
    offices = loaded.execute(select(Connection.person_id, func.count()).group_by(Connection.person_id)).all()
    assert {number for _, number in offices} == {1, 2}
    assert loaded.scalar(select(func.count()).select_from(Chart).where(Chart.person_id.is_(None))) >= 5
    children = select(func.count()).select_from(Person).where(~Person.id.in_(select(Account.person_id)))
    assert loaded.scalar(children) >= 10
    assert count(loaded, CareTeamMember) >= 40


def test_staff_of_every_role_in_both_offices_and_an_operator(loaded):
    roles = {role.value for role in Role} - {"operator"}
    for office in loaded.scalars(select(Office)):
        assert set(loaded.scalars(select(Position.role).where(Position.office_id == office.id))) == roles
    places = loaded.execute(select(Position.staff_member_id, func.count()).group_by(Position.staff_member_id)).all()
    assert max(number for _, number in places) == 2
    assert loaded.scalar(select(func.count()).select_from(StaffMember).where(StaffMember.is_operator)) == 1


def test_who_was_switched_off_everywhere_is_not_offered(loaded):
    with database.writing() as session:
        session.execute(update(Position).values(ended_at=NOW))
    assert {one.places[0].role for one in queries.sign_ins() if one.kind == "staff"} == {Role.OPERATOR.value}


def test_address_books_and_announcements_have_something_in_them(loaded):
    assert min(count(loaded, kind) for kind in (Insurance, EmergencyContact, OwnProvider)) >= 5
    told = loaded.scalars(select(Announcement)).all()
    times = {(one.starts_at > NOW, one.ends_at < NOW) for one in told}
    assert times == {(False, False), (True, False), (False, True)}
    assert {one.audience for one in told} == {"patients", "staff", "everyone"}
    assert {one.title_es is None for one in told} == {True, False}
    assert any(one.office_id is None for one in told)


def test_nobody_is_real(loaded):
    phones = [
        *loaded.scalars(select(Account.phone)),
        *loaded.scalars(select(Chart.phone_on_file)),
        *loaded.scalars(select(Office.phone)),
        *loaded.scalars(select(Insurance.phone)),
    ]
    assert all(phone[-7:-2] == "55501" for phone in phones)
    emails = [*loaded.scalars(select(Account.email)), *loaded.scalars(select(StaffMember.email))]
    assert all(email.endswith("example.com") for email in emails)


def test_everybody_has_the_one_passphrase(loaded):
    hashes = {*loaded.scalars(select(Account.password_hash)), *loaded.scalars(select(StaffMember.password_hash))}
    assert len(PASSPHRASE) >= 15
    assert [passwords.matches(PASSPHRASE, stored) for stored in hashes] == [True]


def test_it_is_the_same_every_time(app):
    first = snapshot()
    with database.writing() as session:
        for table in reversed(database.Base.metadata.sorted_tables):
            session.execute(table.delete())
    assert snapshot() == first


def snapshot() -> list:
    demo.load(NOW)
    with database.apart() as session:
        rows = [
            list(session.execute(select(kind.public_id).order_by(kind.public_id)))
            for kind in (Office, Provider, Person, Account, Chart, StaffMember, Insurance, Announcement)
        ]
    return [*rows, queries.sign_ins()]


def test_a_load_that_fails_leaves_nothing(app, monkeypatch):
    monkeypatch.setattr(demo.announcements, "add", lambda world: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        demo.load(NOW)
    assert demo.is_empty()
