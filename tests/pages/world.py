"""One seeded portal for all checks of pages: the demonstration, and a little that only use leaves behind."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from flask import Flask
from sqlalchemy import select, update

from portal import extensions, jobs
from portal.commands import demo
from portal.domain.accounts.models import Account, Address, Person, StaffMember
from portal.domain.address_book.models import EmergencyContact, Insurance, OwnProvider
from portal.domain.announcements.models import Announcement
from portal.domain.charts.models import Chart
from portal.domain.connections.models import ConnectionRequest
from portal.domain.export.models import Export
from portal.domain.kiosks import pairing
from portal.domain.kiosks.models import Kiosk, KioskSession
from portal.domain.notifications.models import Receipt
from portal.domain.outbox import actions as outbox
from portal.domain.practices.models import Location, Office, Provider, StaffInvitation
from portal.domain.practices.rules import sealed_for
from portal.domain.recovery.models import PasswordReset
from portal.domain.sign_in import actions as sign_in
from portal.domain.sign_in import passkeys
from portal.domain.sign_in.actions import Try
from portal.domain.sign_in.models import PasskeyChallenge, SignInSession
from portal.domain.viewer import Actor
from portal.jobs import delivery, exporting
from portal.kernel import clock, database, secrets
from portal.web import static_files
from portal.web.browser_session import cookie_name
from tests.browser import Browser
from tests.factories.security import a_contact_change, a_passkey
from tests.pages import (
    card_places,
    chart_lists,
    check_in_places,
    desk_places,
    enrolling,
    hours_places,
    kiosk_screens,
    messaging_places,
)
from tests.pages.appointment_places import name_visits

#: Who looks at pages, by the user name in the demonstration. `anonymous` is nobody.
PEOPLE = {
    "patient": "marisol",
    "patient of two offices": "esperanza",
    "patient who was declined": "anselm",
    "patient with second step": "temperance",
    "patient without code": "temperance",
    "patient whose change was left": "delphine",
    "front_desk": "tamsin",
    "clinician": "imogen",
    "billing": "corwin",
    "administrator": "adeline",
    "staff of two offices": "ferris",
    "staff without code": "adeline",
    "operator": "orla",
    "operator inside": "orla",
}
#: People without a session, half-way to a new password.
ON_THE_WAY = ("on the way", "proven", "lost both")
ROLES = ("anonymous", *PEOPLE, "kiosk")
LANGUAGES = ("en", "es")


@dataclass
class World:
    """The portal, what there is in it by short names, and a browser for each role."""

    app: Flask
    named: dict[str, Any] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)
    held: dict[str, str] = field(default_factory=dict)
    cookies: dict[str, dict[str, str]] = field(default_factory=dict)

    @contextmanager
    def opened(self) -> Iterator[None]:
        """This portal as the one of the process: other tests have had others meanwhile."""
        with self.app.app_context():
            database.use(extensions.db.engine, extensions.db.session)
            self.step_up()
            yield
            clock.shift(timedelta(0))
            database.session().rollback()
            database.let_go()

    def browser(self, role: str) -> Browser:
        """A browser in which somebody of the role is signed in."""
        made = Browser(self.app)
        if role in self.cookies:
            for name, value in self.cookies[role].items():
                made.client.set_cookie(name, value)
        elif role in self.held:
            made.client.set_cookie("enroll", self.held[role])
        elif role != "anonymous":
            made.client.set_cookie(cookie_name(self.app), self.tokens[role])
        return made

    def rest(self, seconds: int) -> None:
        """Nobody did anything for so long."""
        with database.writing() as session:
            session.execute(update(SignInSession).values(seen_at=clock.now() - timedelta(seconds=seconds)))
        self.step_up()

    def step_up(self) -> None:
        """Everybody has just typed their password, or touched their kiosk: some pages open only then."""
        kiosk_screens.keep_awake()
        with database.writing() as session:
            session.execute(update(SignInSession).values(stepped_up_at=clock.now()))
            session.execute(update(PasskeyChallenge).values(made_at=clock.now()))

    def speak(self, language: str) -> None:
        """Everybody reads that language from here on."""
        with database.writing() as session:
            for table in (Person, StaffMember, KioskSession):
                session.execute(update(table).values(language=language))
        self.step_up()


def furnish(app: Flask) -> World:
    """The demonstration, sessions for everybody who looks, and what they did before: receipts, notices, a deletion."""
    world = World(app)
    with world.opened():
        made = demo.load(clock.now())
        people = {one.person.given.lower(): one.account for one in made.people if one.account}
        for role, name in PEOPLE.items():
            actor = Actor("patient", people[name].id) if name in people else Actor("staff", made.staff[name].id)
            world.tokens[role] = _session_of(actor, awaiting_code=role.endswith("without code"))
        _name_what_is_there(world)
        world.cookies["kiosk"] = {"kiosk": pairing.pair_again(world.named["kiosk"], now=clock.now())}
        database.session().commit()
        _leave_traces(world)
        _set_out(world)
        for word in (enrolling, kiosk_screens, check_in_places, card_places):
            word.set_out(world)
        world.named["css hash"] = static_files.file("portal.css").hash
    return world


def _session_of(actor: Actor, *, awaiting_code: bool) -> str:
    attempt = Try(actor.kind, "", "", "127.0.0.1", "127.0.0.0/24", None, "tests")
    with database.writing():
        return sign_in.open_session(actor, attempt, awaiting_code=awaiting_code)[0]


def _name_what_is_there(world: World) -> None:
    """Outer ids by short names, for the URLs of places."""
    with database.writing() as session:
        patient = session.scalars(select(Person).where(Person.given == "Marisol")).one().id
        for name, table in (("insurance", Insurance), ("contact", EmergencyContact), ("provider", OwnProvider)):
            rows = select(table.public_id).where(table.person_id == patient).order_by(table.id)
            world.named |= {f"{name} {number}": one for number, one in enumerate(session.scalars(rows), 1)}
        addresses = select(Address).where(Address.person_id == patient)
        world.named |= {
            "address" if one.is_default else "other address": one.public_id for one in session.scalars(addresses)
        }
        world.named["office"] = session.scalars(select(Office).where(Office.name.like("Larkhaven%"))).one().public_id
        other = select(Office).where(Office.public_id != world.named["office"])
        world.named["other office"] = session.scalars(other.limit(1)).one().public_id
        paired = select(Kiosk.public_id).where(Kiosk.paired_at.is_not(None)).order_by(Kiosk.id)
        world.named["kiosk"] = session.scalars(paired).first()
        request = select(ConnectionRequest).where(ConnectionRequest.state == "waiting").order_by(ConnectionRequest.id)
        world.named["request"] = session.scalars(request).first().public_id
        theirs = select(Chart.public_id).where(Chart.number == "L-3001")
        world.named["chart of the request"] = session.scalars(theirs).one()
        world.named |= name_visits(session, patient)
        _name_announcements(world, session)
        _name_charts(world, session, patient)
        _name_practices(world, session)
        desk_places.name_visits(world.named, session)
        messaging_places.name_conversations(world.named, session, patient)


def _name_practices(world: World, session: Any) -> None:
    office = session.scalars(select(Office).where(Office.public_id == world.named["office"])).one().id
    world.named |= hours_places.names(session, office)
    for name, table in (("location", Location), ("clinician", Provider)):
        rows = select(table).where(table.office_id == office).order_by(table.id)
        world.named[name] = session.scalars(rows.limit(1)).one().public_id
    former = select(Location.public_id).where(Location.office_id == office, Location.ended_at.is_not(None))
    world.named["former location"] = session.scalars(former).one()
    for name, username in (("colleague", "tamsin"), ("former colleague", "linus")):
        world.named[name] = session.scalars(select(StaffMember).filter_by(username=username)).one().public_id
    for state in ("fresh", "chosen", "used"):
        world.named[f"{state} staff link"] = f"{state}-token"
        session.add(_invitation(office, state))


def _invitation(office: int, state: str) -> StaffInvitation:
    """An invitation to staff: just sent, with a sign-in half set up, or taken."""
    row = StaffInvitation(
        public_id=uuid4(),
        office_id=office,
        role="front_desk",
        given="Wilhelmina",
        family="Oxbow",
        email="wilhelmina@staff.example.com",
        token_hash=secrets.token_hash(f"{state}-token"),
        sent_at=clock.now(),
        expires_at=clock.now() + timedelta(days=7),
        invited_by=1,
        state="accepted" if state == "used" else "waiting",
    )
    if state == "chosen":
        row.username, row.password_hash = "wilhelmina", "-"
        row.authenticator = secrets.seal("accounts", b"JBSWY3DPEHPK3PXP" * 2, sealed_for(row.public_id))
    return row


def _name_announcements(world: World, session: Any) -> None:
    office = session.scalars(select(Office).where(Office.public_id == world.named["office"])).one().id
    for one in session.scalars(select(Announcement).order_by(Announcement.id)):
        state = "ended" if one.ends_at < clock.now() else "running" if one.starts_at < clock.now() else "planned"
        who = "operator's" if one.office_id is None else "ours" if one.office_id == office else "theirs"
        name = f"{who} {state} announcement"
        world.named.setdefault(f"other {name}" if name in world.named else name, one.public_id)


def _name_charts(world: World, session: Any, person_id: int) -> None:
    office = session.scalars(select(Office).where(Office.public_id == world.named["office"])).one().id
    two_steps = session.scalar(select(Person.id).where(Person.given == PEOPLE["patient with second step"].title()))
    for one in session.scalars(select(Chart).where(Chart.office_id == office).order_by(Chart.id)):
        named = {person_id: "chart", None: "chart of nobody", two_steps: "chart with second step"}
        name = named.get(one.person_id, "other chart")
        world.named.setdefault(name, one.public_id)
        if one.merged_into_id:
            stayed = session.get_one(Chart, one.merged_into_id)
            world.named |= {"merged chart": one.public_id, "chart that stayed": stayed.public_id}
            world.named |= {"number of the chart that stayed": stayed.number}


def _leave_traces(world: World) -> None:
    """Deeds done through the pages, so that receipts and undo have something to show, and notices in every state."""
    patient, desk = world.browser("patient"), world.browser("administrator")
    url = f"/me/address_book/insurance/{world.named['insurance 2']}/delete"
    patient.submit(patient.get(url))
    listing = f"/office/{world.named['office']}/announcements/"
    patient.submit(patient.get(f"/me/accounts/profile/addresses/{world.named['other address']}"))
    desk.submit(desk.get(f"{listing}{world.named['other ours running announcement']}/end"))
    chart_lists.upload(world.named, desk)
    with database.writing() as session:
        receipts = session.scalars(select(Receipt).order_by(Receipt.id)).all()
        world.named |= {"receipt" if one.actor_kind == "patient" else "staff receipt": one.number for one in receipts}
        office = session.scalars(select(Office).where(Office.public_id == world.named["office"])).one().id
        account = session.scalars(select(Account).where(Account.username == PEOPLE["patient"])).one().id
        rows = [outbox.queue("new_device", to=Actor("patient", account), office_id=office) for _ in range(3)]
        session.flush()
        session.info.pop("outbox", None)
        rows[2].state, rows[2].problem, rows[2].settled_at = "failed", "refused", clock.now()
    _change_contacts(world, patient, account)
    jobs.use(world.app)
    patient.submit(patient.get("/me/export/"), "#copy form")
    exporting.make_next()
    waits = world.browser("patient of two offices")
    waits.submit(waits.get("/me/export/"), "#copy form")
    with database.writing() as session:
        world.named["copy"] = session.scalars(select(Export.public_id).where(Export.state == "ready")).one()
    delivery.deliver(rows[0].id)


def _change_contacts(world: World, patient: Browser, account: int) -> None:
    """Codes that are still to be typed, and a change that can be undone."""
    world.named["undo token"] = a_contact_change(account)
    a_passkey(account)
    world.tokens["passkey"] = secrets.random_token()
    with database.writing():
        passkeys.begin(secrets.token_hash(f"passkey:{world.tokens['passkey']}"), clock.now())
    patient.submit(patient.get("/me/sign_in/passkeys/"), "main form[action$='passkeys/']", name="My tablet")
    patient.submit(patient.get("/me/sign_in/second_step/"))
    patient.submit(patient.get("/sign_in/again"), "main form[action$=begin]")
    patient.submit(patient.get("/me/sign_in/email"), "#signing-in form", email="new@example.com")
    patient.submit(patient.get("/me/sign_in/phone"), "#signing-in form", phone="315-555-0199", consent="y")


def _set_out(world: World) -> None:
    """Browsers that asked to reset a password; one with its code taken; one whose second step is lost too."""
    for role in ON_THE_WAY:
        world.tokens[role] = secrets.random_token()
        username = "temperance" if role == "lost both" else PEOPLE["patient"]
        name = secrets.seal("recovery", username.encode(), "recovery")
        proven_at, second = clock.now() if role != "on the way" else None, "email" if role == "lost both" else None
        with database.writing() as session:
            asker = secrets.token_hash(world.tokens[role])
            way = {"channel": "sms", "second_channel": second, "proven_at": proven_at}
            session.add(PasswordReset(asker=asker, username=name, asked_at=clock.now(), **way))


def uuid_of_nothing() -> UUID:
    """An id that nothing has."""
    return UUID(int=7, version=4)
