"""190 payloads in everything that can be written around messages, and every view of it in Chromium (I2, I3, I4).

Nothing runs, nothing asks, nothing leaves, and each stands there as the words that it is. The twin of the portal does
not escape and has no policy for scripts. The mail that says that a message waits holds no words of anybody.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from sqlalchemy import select

from portal import jobs
from portal.domain.charts.models import Chart
from portal.domain.connections.models import CareTeamMember, Connection
from portal.domain.messaging import drafts
from portal.domain.messaging.models import Conversation, StaffNote
from portal.domain.practices.models import Office
from portal.kernel import clock, database
from portal.web import security_headers, templates
from tests.attacks.payloads import ALL, LEAVING, SCRIPTS, TEMPLATES
from tests.chromium import chromium as real_chromium
from tests.export.copies import asked_by, downloaded, make
from tests.factories import practices
from tests.factories.messaging import a_conversation, a_saved_reply
from tests.journeys.conftest import live  # noqa: F401 - a fixture

_CHUNKS = [ALL[at : at + 19] for at in range(0, len(ALL), 19)]


@pytest.fixture(scope="module")
def chromium():
    """One Chromium for these; only one at a time can run in a process, so it goes with them."""
    with real_chromium() as browser:
        yield browser


@dataclass
class Witness:
    """A tab that notes what runs and what wants to leave."""

    page: object
    address: str
    dialogs: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)

    @classmethod
    def at(cls, context, address):
        made = cls(context.new_page(), address)
        made.page.on("dialog", made._dialog)
        context.route("**/*", made._request)
        return made

    def _dialog(self, dialog):
        self.dialogs.append(dialog.message)
        dialog.dismiss()

    def _request(self, route):
        if route.request.url.startswith(self.address):
            route.continue_()
        else:
            self.left.append(route.request.url)
            route.abort()

    def look(self, path):
        """Open it, on screen and as it is printed."""
        answer = self.page.goto(self.address + path, wait_until="load")
        assert answer.status == 200, path
        self.page.emulate_media(media="print")
        self.page.emulate_media(media="screen")
        assert self.page.url == self.address + path
        return self.page


@pytest.fixture
def written(office, patient, front_desk):
    """One record for each payload, with it in all its fields. Outer ids of ten conversations that hold all of them."""
    with database.writing() as session:
        chart = session.scalars(select(Connection.chart_id).where(Connection.person_id == patient.person_id)).one()
        session.get_one(Chart, chart).given = ALL[0][:80]
        session.get_one(Office, office.id).name = ALL[5][:120]
    for number, payload in enumerate(ALL):
        provider = practices.a_provider(office.id, payload[:80], payload[:80], takes_messages=number % 2 == 0)
        member = practices.a_staff_member(payload[:80], payload[:80])
        practices.a_position(office.id, member.staff_id, "clinician")
        a_saved_reply(office.id, payload[:80], payload, payload)
        with database.writing() as session:
            session.add(CareTeamMember(office_id=office.id, chart_id=chart, provider_id=provider))
        about = (chart, patient.person_id, office.id, patient.account_id)
        a_conversation(*about, payload, subject=payload[:80], provider_id=provider, assigned_to=member.staff_id)
    begun = [a_conversation(*about, *chunk, subject=chunk[0][:80]) for chunk in _CHUNKS]
    with database.writing() as session:
        noted = session.scalars(select(Conversation).where(Conversation.public_id == begun[0])).one()
        note = {"office_id": office.id, "conversation_id": noted.id, "staff_member_id": front_desk.staff_id}
        session.add_all(StaffNote(**note, at=clock.now(), body=payload) for payload in ALL)
        for actor in (patient.actor, front_desk.actor):
            for one, chunk in zip(begun, _CHUNKS, strict=True):
                drafts.keep(actor, drafts.place_of(one), {"body": "\n".join(chunk)}, clock.now())
        drafts.keep(patient.actor, drafts.NEW, {"subject": ALL[0], "body": "\n".join(ALL)}, clock.now())
    return begun


@pytest.fixture
def tab(live, chromium, browser):  # noqa: F811 - fixtures
    """`tab(who)`: somebody signed in at Chromium."""
    contexts = []

    def open_tab(who):
        context = chromium.new_context()
        contexts.append(context)
        kept = browser(who).client._cookies.values()
        context.add_cookies([{"name": one.key, "value": one.value, "url": live} for one in kept])
        return Witness.at(context, live)

    yield open_tab
    for context in contexts:
        context.close()


def texts_of(page, selector):
    return page.locator(selector).evaluate_all("all => all.map(one => one.textContent)")


def searched(witness, path):
    """What a search for a word of the payloads finds, with the word marked in it."""
    page = witness.look(path)
    page.fill("[name=q]", "alert")
    page.locator("#search button").first.click()
    page.wait_for_selector("mark")
    return page.locator("mark").count()


def test_there_are_as_many_as_it_says():
    assert [len(set(each)) for each in (SCRIPTS, LEAVING, TEMPLATES, ALL)] == [120, 40, 30, 190]


def test_what_the_person_sees(app, written, patient, tab, browser):
    witness, said = tab(patient), []
    page = witness.look("/me/messaging/")
    listed = texts_of(page, "#conversations h3 a")
    while page.locator("#conversations > p > a").count():
        page = witness.look(page.locator("#conversations > p > a").get_attribute("href"))
        listed += texts_of(page, "#conversations h3 a")
    assert set(listed) == {payload[:80] for payload in ALL}
    for one in written:
        page = witness.look(f"/me/messaging/{one}/")
        said += texts_of(page, ".thread .typed")
        assert page.locator("textarea").input_value().split("\n") == said[-19:]
    assert tuple(said) == ALL
    page = witness.look("/me/messaging/new")
    assert page.locator("textarea").input_value().split("\n") == list(ALL)
    assert {f"{one[:80]} {one[:80]}, MD" for one in ALL[1::2]} <= set(texts_of(page, "ul.rows h3"))
    jobs.use(app)
    assert searched(witness, "/me/messaging/search/")
    made, _ = asked_by(browser, patient)
    make()
    page.set_content(downloaded(made).read("messaging.html").decode())
    assert set(texts_of(page, "p.typed")) >= set(ALL)
    assert (witness.dialogs, witness.left) == ([], [])


def test_what_the_office_sees(written, office, patient, front_desk, tab):
    witness, said, place = tab(front_desk), [], f"/office/{office.public_id}/messaging/"
    page = witness.look(place)
    listed = texts_of(page, "#conversations h3 a")
    while page.locator("#conversations > p > a").count():
        page = witness.look(page.locator("#conversations > p > a").get_attribute("href"))
        listed += texts_of(page, "#conversations h3 a")
    assert set(listed) == {payload[:80] for payload in ALL}
    for one in written:
        page = witness.look(f"{place}{one}/")
        said += texts_of(page, ".thread .typed")
    assert tuple(said) == ALL
    page = witness.look(f"{place}{written[0]}/")
    assert set(texts_of(page, "ul.rows .typed")) == set(ALL)
    assert {payload[:80] for payload in ALL} <= set(texts_of(page, "[name=saved] option"))
    page.select_option("[name=saved]", index=17)
    with page.expect_response("**/fill"):
        page.locator("button[formaction]").first.click()
    page = witness.look(f"{place}{written[0]}/assign")
    assert {f"{one[:80]} {one[:80]}, clinician" for one in ALL} <= set(texts_of(page, "option"))
    page = witness.look(f"{place}saved/")
    assert set(texts_of(page, "ul.rows .typed")) == set(ALL)
    for link in page.locator("a.edit, a.trash").evaluate_all("all => all.slice(0, 12).map(one => one.pathname)"):
        witness.look(link)
    assert searched(witness, f"{place}search/")
    with database.writing() as session:
        chart = session.scalars(select(Chart.public_id).where(Chart.given == ALL[0][:80])).one()
    page = witness.look(f"/office/{office.public_id}/charts/{chart}/messaging")
    assert len(texts_of(page, "#messages h3 a")) == 50
    assert (witness.dialogs, witness.left) == ([], [])


def test_the_twin_breaks(written, patient, tab, monkeypatch):
    """The same views, without escaping and without the policy: what is counted above does count."""
    environment = templates.environment("en")
    monkeypatch.setattr(environment, "autoescape", False)
    monkeypatch.setattr(security_headers, "_POLICY", "default-src * 'unsafe-inline' 'unsafe-eval'")
    environment.cache.clear()
    witness = tab(patient)
    try:
        for one in written[:1] + written[6:7]:
            witness.page.goto(f"{witness.address}/me/messaging/{one}/", wait_until="commit")
            witness.page.wait_for_timeout(500)
    finally:
        environment.cache.clear()
    assert witness.dialogs and witness.left
