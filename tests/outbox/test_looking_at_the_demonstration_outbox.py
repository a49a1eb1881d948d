from dataclasses import replace

from portal import create_app, jobs
from portal.jobs import letters
from portal.jobs.delivery import deliver
from tests.browser import Browser
from tests.factories.outbox import a_notice, a_recipient


def test_programs_see_what_was_sent_newest_first(app, browser):
    jobs.use(app)
    ann = a_recipient(email="ann@example.com")
    deliver(a_notice(ann))
    a_notice(ann, channel="voice")
    waiting, sent = browser().client.get("/demo/outbox.json").json
    assert (waiting["channel"], waiting["state"], waiting["body"]) == ("voice", "queued", "")
    assert (sent["channel"], sent["to"], sent["state"]) == ("email", "ann@example.com", "sent")
    assert sent["subject"] == "New sign-in to your account"
    assert sent["links"] == ["http://127.0.0.1:8000/"]
    assert (sent["codes"], sent["at"][:2]) == ([], "20")


def test_programs_see_the_code_of_a_message(app, browser, monkeypatch):
    jobs.use(app)
    monkeypatch.setattr(letters, "render", lambda name, language, **values: f"Your code is {values['code']}.")
    deliver(a_notice(a_recipient(), secret={"code": "824193"}))
    (sent,) = browser().client.get("/demo/outbox.json").json
    assert (sent["codes"], sent["body"]) == (["824193"], "Your code is 824193.\n")


def test_people_see_it_as_a_page(app, browser):
    jobs.use(app)
    assert "Nothing was sent yet" in browser().get("/demo/outbox")
    deliver(a_notice(a_recipient(email="ann@example.com"), device="<b data-hx-get=/x>"))
    page = browser().get("/demo/outbox")
    assert "ann@example.com" in page
    assert page.one("article a").get("href") == "http://127.0.0.1:8000/"
    assert page.css("article b") == []


def test_outside_the_demonstration_there_is_no_such_page(settings):
    app = create_app(replace(settings, demo=False))
    with app.app_context():
        for url in ("/demo/outbox", "/demo/outbox.json"):
            Browser(app).get(url, 404)
