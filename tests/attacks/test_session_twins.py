"""Attacks on sessions and on every route (SECURITY R1, S1, S2, S4, S6, Z1), each also against a weakened twin."""

from __future__ import annotations

from contextvars import Context
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from portal import blueprints
from portal.domain.accounts.models import Person
from portal.domain.outbox.models import OutboxMessage
from portal.domain.sign_in import rules
from portal.jobs import delivery, letters
from portal.kernel import clock, database
from portal.web import access, security_headers
from tests.architecture.test_doors import PUBLIC, SAFE, TOKENLESS, routes, url
from tests.attacks.test_twins import _csrf_check
from tests.pages.crawl import everything_stored
from tests.people import staff_of

twin = pytest.mark.parametrize("weak", [False, True], ids=["the portal", "its twin"])


@twin
@pytest.mark.parametrize("way", ["signed out", "idle", "too long"])
def test_a_cookie_after_its_session(browser, patient, way, weak, monkeypatch):
    """S4. The twin asks only whether there was such a session."""
    made = browser(patient)
    page = made.get("/me/")
    cookie = made.client.get_cookie("sid").value
    if way == "signed out":
        made.submit(page, "form[action='/sign_in/out']")
    else:
        clock.shift(timedelta(minutes=16) if way == "idle" else timedelta(hours=13))
    if weak:
        monkeypatch.setattr(rules, "why_ended", lambda *_: None)
    foe = browser()
    foe.client.set_cookie("sid", cookie)
    assert (foe._send("get", "/me/").status_code == 200) == weak


@twin
def test_a_page_in_a_frame(app, browser, patient, office, weak, monkeypatch):
    """S6, on every answer, errors and redirects included. The twin's policy leaves frames out."""
    if weak:
        policy = security_headers._POLICY.replace("frame-ancestors 'none'; ", "")
        monkeypatch.setattr(security_headers, "_POLICY", policy)
    open_ones = []
    for made in (browser(), browser(patient), browser(staff_of(office, "administrator"))):
        for rule in routes(app):
            for method in sorted(rule.methods - {"OPTIONS", "HEAD"}):
                answer = made._send(method.lower(), url(rule, office=office.public_id))
                policy = answer.headers.get("Content-Security-Policy", "")
                if "frame-ancestors 'none'" not in policy or answer.headers.get("X-Frame-Options") != "DENY":
                    open_ones.append(f"{method} {rule.rule}: {answer.status_code}")
    assert bool(open_ones) == weak, open_ones


@twin
def test_from_a_public_page_to_the_inside(app, browser, patient, weak, monkeypatch):
    """Z1. The session of each public page against every route, looking for a name. The twin lets visitors in."""
    guard = blueprints._GUARDS["home"]

    def careless():
        row = access.viewers.patient_of(access.secrets.token_hash(signed_in))
        access.g.viewer, access.g.section, access.g.person = row.viewer(), "home", "me"
        access.request.view_args.pop("person", None)

    with database.writing() as session:
        session.execute(update(Person).where(Person.id == patient.person_id).values(given="Xantherine"))
    owner = browser(patient)
    signed_in = owner.client.get_cookie("sid").value
    assert "Xantherine" in owner.get("/me/") and guard
    if weak:
        monkeypatch.setitem(blueprints._GUARDS, "home", careless)
    seen = []
    for public in [rule for rule in routes(app) if rule.endpoint in PUBLIC and "GET" in rule.methods]:
        foe = browser()
        foe._send("get", url(public))
        for rule in [rule for rule in routes(app) if "GET" in rule.methods and not rule.endpoint.startswith("demo_")]:
            if "Xantherine" in foe._send("get", url(rule)).get_data(as_text=True):
                seen.append(f"{public.rule}, then {rule.rule}")
    assert bool(seen) == weak, seen


@twin
def test_looking_that_changes_something(app, browser, patient, office, weak, monkeypatch):
    """S2, every GET as each kind of person. The twin has one that writes."""
    home = app.view_functions["home.today"]

    def writes(**values):
        with database.writing() as session:
            session.execute(update(Person).values(preferred="Somebody else"))
        return home(**values)

    if weak:
        monkeypatch.setitem(app.view_functions, "home.today", writes)
    people = [browser(), browser(patient), browser(staff_of(office, "administrator")), browser(staff_of(None))]
    before = everything_stored()
    for made in people:
        for rule in [rule for rule in routes(app) if "GET" in rule.methods and not rule.endpoint.startswith("demo_")]:
            for htmx in ({}, {"HX-Request": "true"}):
                made._send("get", url(rule, office=office.public_id), headers=htmx)
    after = everything_stored()
    assert bool([name for name in before if before[name] != after[name]]) == weak


@twin
@pytest.mark.parametrize("sent", ["no token", "another session's", "as plain text", "from elsewhere"])
def test_a_post_that_the_person_did_not_mean(app, browser, patient, stranger, sent, weak):
    """S1, every unsafe route. The twin checks neither token nor origin."""
    if weak:
        app.before_request_funcs[None].remove(_csrf_check(app))
        app.before_request_funcs[None].remove(security_headers.refuse_foreign_posts)
    made, other = browser(patient), browser(stranger)
    own, foreign = (one.get("/me/").css("input[name=csrf_token]")[0].get("value") for one in (made, other))
    how = {
        "no token": {"data": {}},
        "another session's": {"data": {"csrf_token": foreign}},
        "as plain text": {"data": f"csrf_token={own}", "content_type": "text/plain"},
        "from elsewhere": {"data": {"csrf_token": own}, "headers": {"Origin": "https://evil.example"}},
    }[sent]
    let_in = [
        rule.rule
        for rule in routes(app)
        if not rule.methods <= SAFE
        and rule.endpoint not in TOKENLESS
        and made._send(sorted(rule.methods - SAFE)[0].lower(), url(rule), **how).status_code != 403
    ]
    assert bool(let_in) == weak, let_in


@twin
@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "evil.example"},
        {"X-Forwarded-Host": "evil.example"},
        {"Forwarded": "host=evil.example"},
        {"X-Original-Host": "evil.example", "X-Host": "evil.example"},
    ],
)
def test_a_link_in_a_mail_that_leads_elsewhere(app, browser, patient, headers, weak, monkeypatch, sink):
    """R1. A sign-in from a new browser is told by mail. The twin answers to any name and takes its links from it."""
    for asked in ({}, headers):
        made = browser()
        form = dict(made.get("/sign_in/").form().form_values())
        form |= {"username": patient.username, "password": patient.password}
        cookie = {"Cookie": f"sid={made.client.get_cookie('sid').value}"}
        if weak and asked:
            app.before_request_funcs[None].remove(security_headers.refuse_foreign_hosts)
            monkeypatch.setattr(letters, "settings", lambda: replace(app.config["PORTAL"], public_url="//evil.example"))
        foe = app.test_client(use_cookies=False)  # a client with cookies sends none to another name
        Context().run(foe.post, "/sign_in/", data=form, headers=asked | cookie)
    with database.writing() as session:
        rows = list(session.scalars(select(OutboxMessage.id)))
    for row in rows:
        delivery.deliver(row)
    assert any("evil.example" in message.body for message in sink.messages) == weak
    assert bool(sink.messages) == (weak or "Host" not in headers)
