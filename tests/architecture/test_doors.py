"""Nobody gets in who does not belong: every route against every kind of visitor."""

from __future__ import annotations

import re
from uuid import uuid4

import pytest
from werkzeug.routing import Rule

from portal.blueprints import _GUARDS, DOORS
from portal.web import once, wording
from tests.people import staff_of

SAFE = {"GET", "HEAD", "OPTIONS"}
#: Open to everybody. Written out, so that a new public page is a decision (SECURITY Z1).
PUBLIC = {
    "static_files.send",
    "health.front",
    "health.alive",
    "health.ready",
    "health.policy_report",
    "sign_in_passkeys.ask",
    "sign_in_passkeys.begin",
    "sign_in_passkeys.enter",
    "security_undo.ask",
    "security_undo.undo",
    "security_undo.undone",
    "sign_in.ask",
    "sign_in.enter",
    "sign_in.ask_staff",
    "sign_in.enter_staff",
    "sign_in.ask_code",
    "sign_in.enter_code",
    "sign_in_again.ask",
    "sign_in_again.enter",
    "sign_in_again.begin_passkey",
    "sign_in_again.ask_passkey",
    "sign_in_again.enter_passkey",
    "sign_in.sign_out",
    "sign_in.idle",
    "sign_in.extend",
    "sign_in.end",
    "enrollment.start",
    "enrollment.begin",
    "enrollment.open_link",
    "enrollment.begin_by_link",
    "enrollment.ask_to_join",
    "enrollment.join",
    "enrollment.start_over",
    "enrollment_steps.show",
    "enrollment_steps.show_sent",
    "enrollment_steps.say_who",
    "enrollment_steps.send_to_phone",
    "enrollment_steps.prove_phone",
    "enrollment_steps.other_phone",
    "enrollment_steps.choose_login",
    "enrollment_steps.send_to_email",
    "enrollment_steps.prove_email",
    "enrollment_steps.finish",
    "enrollment_steps.done",
    "enrollment_open.ask",
    "enrollment_open.register",
    "enrollment_open.wait",
    "enrollment_open.send_again",
    "notifications_provider.take_report",
    "help.answers",
    "help.topic",
    "farewell.gone",
    "recovery.ask_username",
    "recovery.send_username",
    "recovery.username_sent",
    "recovery.ask_reset",
    "recovery.send_code",
    "recovery.ask_code",
    "recovery.enter_code",
    "recovery.ask_password",
    "recovery.choose_password",
    "recovery_second.ask",
    "recovery_second.send",
    "recovery_second.ask_code",
    "recovery_second.enter_code",
    "practices.offices",
    "practices.how",
    "kiosks_pairing.ask",
    "kiosks_pairing.pair",
    "practices_join.ask",
    "practices_join.choose",
    "practices_join.ask_code",
    "practices_join.confirm",
    "practices_join.accept",
    "practices_join.done",
    "kiosks_pairing.come_back",
}
#: Posts that carry no token: machines send them (SECURITY A31, a listed exception each).
TOKENLESS = {"health.policy_report", "notifications_provider.take_report"}


def url(rule: Rule, person: str = "me", office: object = None) -> str:
    """A rule's URL with unknown ids in it."""
    values = {"person": person, "office": str(office or uuid4()), "hashed": "0" * 16, "name": "portal.css"}
    path = re.sub(r"<any\((\w+)[^)]*\):\w+>", r"\1", rule.rule)
    return re.sub(r"<(?:\w+:)?(\w+)>", lambda found: str(values.get(found[1], uuid4())), path)


def routes(app):
    """Every rule of the portal."""
    return [rule for rule in app.url_map.iter_rules() if rule.endpoint != "static"]


def test_every_blueprint_has_a_guard(app):
    assert set(app.blueprints) == set(_GUARDS) == {door.blueprint.name for door in DOORS}


def test_what_is_public_is_written_down(app):
    public = {rule.endpoint for rule in routes(app) if _GUARDS[rule.endpoint.split(".")[0]].__name__ == "anyone"}
    assert public == PUBLIC


def test_a_visitor_reaches_nothing_that_is_not_public(app, browser):
    """SECURITY Z1: whatever public page they opened first."""
    made = browser()
    made.get("/sign_in/")
    for rule in routes(app):
        if rule.endpoint in PUBLIC or rule.endpoint.startswith("demo_"):
            continue
        for method in sorted(rule.methods - {"OPTIONS", "HEAD"}):
            answer = made._send(method.lower(), url(rule))
            assert answer.status_code in {303, 403, 404}, f"{method} {rule.rule}: {answer.status_code}"
            if answer.status_code == 303:
                assert answer.headers["Location"].startswith(("/sign_in/", "/kiosk/pair"))


def test_a_patient_reaches_no_office(app, browser, patient, office):
    """SECURITY Z5."""
    made = browser(patient)
    for rule in [rule for rule in routes(app) if rule.rule.startswith("/office")]:
        if "GET" in rule.methods:
            assert made._send("get", url(rule, office=office.public_id)).status_code in {303, 404}, rule.rule


def test_staff_reach_no_patients_pages_and_no_other_office(app, browser, front_desk):
    """SECURITY Z5, Z6."""
    made = browser(front_desk)
    for rule in routes(app):
        if "GET" in rule.methods and rule.rule.startswith(("/<person", "/office/<office")):
            assert made._send("get", url(rule)).status_code in {303, 404}, rule.rule


def test_another_persons_pages_do_not_exist(app, browser, patient, stranger):
    made = browser(stranger)
    for rule in [rule for rule in routes(app) if rule.rule.startswith("/<person") and "GET" in rule.methods]:
        assert made._send("get", url(rule, person=str(uuid4()))).status_code == 404, rule.rule


@pytest.mark.parametrize("token", [None, "", "nonsense"])
def test_a_post_without_the_right_token_is_refused(app, browser, patient, token):
    """SECURITY S1, all unsafe routes."""
    made = browser(patient)
    made.get("/me/")
    fields = {} if token is None else {"csrf_token": token}
    for rule in routes(app):
        for method in sorted(rule.methods - SAFE):
            if rule.endpoint not in TOKENLESS:
                assert made._send(method.lower(), url(rule), data=fields).status_code == 403, f"{method} {rule.rule}"


@pytest.mark.parametrize(
    "headers", [{"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}, {"Origin": "null"}]
)
def test_a_post_from_another_site_is_refused_though_its_token_is_right(app, browser, patient, headers):
    made = browser(patient)
    page = made.get("/me/")
    token = page.css("input[name=csrf_token]")[0].get("value")
    for rule in routes(app):
        if not rule.methods <= SAFE and rule.endpoint not in TOKENLESS:
            answer = made._send("post", url(rule), data={"csrf_token": token}, headers=headers)
            assert answer.status_code == 403, rule.rule


def test_every_deed_has_words_for_its_receipt(app):
    views = app.view_functions
    writing = {rule.endpoint for rule in routes(app) if not rule.methods <= SAFE}
    keyed = {name for name in writing - TOKENLESS if once.applies_to(views[name]) and not name.startswith("demo_")}
    assert not sorted(keyed - set(wording.DEEDS))


def test_an_operator_and_each_role_see_only_their_own_console(app, browser, office):
    for role in ("front_desk", "clinician", "billing", "administrator"):
        made = browser(staff_of(office, role))
        assert made._send("get", f"/office/{office.public_id}/").status_code == 200
        assert made._send("get", "/office/all/").status_code == 404
    made = browser(staff_of(None))
    assert made._send("get", "/office/all/").status_code == 200
    assert made._send("get", f"/office/{office.public_id}/").status_code == 404
