"""The public page is made from the policy itself: what is set is what it says, in both languages."""

from __future__ import annotations

from uuid import uuid4

import pytest

from portal.domain.practices.models import Office
from portal.kernel import database
from tests.factories import practices
from tests.statements import statements


def how(office):
    return f"/practices/{office.public_id}/"


def set_up(office, **values):
    with database.writing() as session:
        row = session.get_one(Office, office.id)
        for name, value in values.items():
            setattr(row, name, value)


@pytest.mark.parametrize(
    "ways,told",
    [
        ({"enrolls_in_person": True}, {"At our counter"}),
        ({"enrolls_by_invitation": True}, {"By invitation"}),
        ({"enrolls_openly": True, "enrolls_in_person": True}, {"At our counter", "Online, by yourself"}),
    ],
)
def test_it_tells_the_ways_that_are_open_and_no_other(browser, office, ways, told):
    closed = {"enrolls_openly": False, "enrolls_by_invitation": False, "enrolls_in_person": False}
    set_up(office, **closed | ways)
    page = browser().get(how(office))
    known = {"At our counter", "By invitation", "Online, by yourself"}
    assert {heading.text for heading in page.css("h3")} & known == told


def test_it_tells_what_the_invitation_asks_for(browser, office):
    set_up(office, enrolls_by_invitation=True, code_days=14, asks_postal_code=False)
    page = browser().get(how(office))
    assert "14 days" in page and "Then tell us your date of birth." in page and "on file" in page
    set_up(office, asks_postal_code=True)
    page = browser().get(how(office))
    assert "date of birth and ZIP code" in page


def test_it_tells_why_a_provider_is_not_there_and_whom_to_call(browser, office):
    practices.a_provider(office.id, takes_appointments=False, takes_payments=False)
    page = browser().get(how(office))
    assert "Amara Fenwick-Osei, MD" in page
    left_out = [line.text_content() for line in page.css("main li") if "call us" in line.text_content()]
    assert ["appointment" in left_out[0], "pay bills" in left_out[1], len(left_out)] == [True, True, 2]
    assert "800-555-0100" in left_out[0]


def test_it_tells_how_fast_messages_are_answered_and_how_passwords_are_reset(browser, office):
    set_up(office, answer_days=1, resets_by_voice=False, adult_age=19)
    page = browser().get(how(office))
    assert "within 1 business day." in page and "by: email, text message." in page and "from age 19" in page


def test_it_says_the_offices_own_words_in_the_readers_language(browser, office):
    set_up(office, welcome="Bring your card.", welcome_es="Traiga su tarjeta.")
    assert "Bring your card." in browser().get(how(office))
    assert "Traiga su tarjeta." in browser().get(f"{how(office)}?lang=es")
    set_up(office, welcome_es=None)
    page = browser().get(f"{how(office)}?lang=es")
    assert page.one(".typed").get("lang") == "en" and "Cómo lo ha organizado este consultorio" in page


def test_every_office_is_in_the_public_list(browser, office):
    practices.an_office("Harbor Point Medical")
    page = browser().get("/practices/")
    assert [link.text for link in page.css("main h2 a")] == ["Harbor Point Medical", "Larkfield Family Clinic"]
    assert "How this office has set this up" in browser().get(page.css("main h2 a")[0].get("href"))


def test_an_office_that_is_not_there(browser, office):
    browser().get(f"/practices/{uuid4()}/", 404)


def test_it_tells_nothing_else(browser, office, administrator, patient):
    """No email address of the office, nobody who works there, and no patient."""
    page = browser().get(how(office))
    for words in ("desk@example.com", "Whitlock", "Oakhurst"):
        assert words not in page.source


def test_two_statements(browser, office):
    browser().get(how(office))
    with statements() as ran:
        browser().get(how(office))
    assert len(ran) <= 2, "\n".join(ran)


def test_the_way_there(browser, office, patient):
    """From the sign-in page, and from each provider of one's own in the address book."""
    practices.a_provider(office.id)
    (link,) = browser().get("/sign_in/").css("a[href='/practices/']")
    assert "my office" in link.text_content()
    book = browser(patient).get("/me/address_book/")
    assert book.css(f"#care-team a[href='{how(office)}']")


def test_it_leads_to_where_a_way_begins(browser, office):
    set_up(office, enrolls_openly=True, enrolls_by_invitation=True)
    links = {link.get("href") for link in browser().get(how(office)).css("main a")}
    assert {"/enroll/", "/enroll/register"} <= links
    set_up(office, enrolls_openly=False)
    assert "/enroll/register" not in {link.get("href") for link in browser().get(how(office)).css("main a")}
