"""Attacks on the charts of an office (SECURITY Z2, I2, A33, A40), each also against a twin that lacks one defence."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO
from uuid import uuid4

import pytest
from flask import g

from portal.blueprints.charts.forms import ChartForm
from portal.domain.charts import queries, rules
from portal.domain.sign_in import throttles
from portal.domain.viewer import Head
from portal.formats import csv_table
from portal.web import access, chart_parts, templates, uploads, viewers
from tests.architecture.test_doors import routes
from tests.architecture.test_policy import address
from tests.attacks.test_twins import PAYLOADS
from tests.factories import practices
from tests.factories.charts import a_chart, stored
from tests.factories.connections import a_connection
from tests.people import a_patient, staff_of

twin = pytest.mark.parametrize("weak", [False, True], ids=["the portal", "its twin"])
CANARY = "Zebediah"


def base(who):
    return f"/office/{who.place}/charts/"


def looks(app, who, chart):
    """Where a chart can be looked at, by whom only its id is known."""
    found = [rule for rule in routes(app) if "<uuid:chart>" in rule.rule and "GET" in rule.methods]
    parts = [f"{base(who)}{chart}/{part.word}" for part in chart_parts.parts()]
    return [*parts, *(address(rule, who.place, chart) for rule in found)]


@twin
def test_the_chart_of_another_office_by_its_id(app, browser, administrator, weak, monkeypatch):
    """Z2, Z6: every page about a chart. The twin looks charts up by their ids alone."""
    elsewhere = practices.an_office("Harbor Point Medical")
    theirs = a_chart(elsewhere.id, CANARY, "Thackeray").public_id

    def careless(token_hash, office, whose):
        row = viewers.staff_of(token_hash, office)
        if whose is not None:
            there = replace(row.viewer(), office_id=elsewhere.id)
            g.chart, g.chart_head, g.emergency_until = queries.chart_of(there, whose), Head(0, b""), None
        return row

    if weak:
        monkeypatch.setattr(access, "_at_work", careless)
    foe, seen = browser(administrator), []
    for url in looks(app, administrator, theirs):
        answer, nothing = foe._send("get", url), foe._send("get", url.replace(str(theirs), str(uuid4())))
        seen.append(CANARY in answer.get_data(as_text=True))
        if not weak:
            assert (answer.status_code, answer.data) == (404, nothing.data), url
    assert len(seen) >= 6 and any(seen) == weak


@twin
def test_copying_the_clinic_search_by_search(browser, front_desk, weak, monkeypatch):
    """The twin counts no searches."""
    a_chart(front_desk.office_id, CANARY)
    if weak:
        monkeypatch.setattr(throttles, "take_a_try", lambda *_: None)
    foe = browser(front_desk)
    form = dict(foe.get(base(front_desk)).form("#search form").form_values())
    answered = sum(
        foe._send("post", base(front_desk), data=form | {"q": f"ze{number:02}"}).status_code == 200
        for number in range(90)
    )
    assert (answered > 60) == weak


@twin
@pytest.mark.parametrize("typed", ["", "z", "%", "_", "'", "*", "\x00", "z%", " z ", "-"])
def test_listing_everybody_at_once(browser, front_desk, weak, typed, monkeypatch):
    """One letter, wildcards, nothing at all. The twin takes any search for one."""
    a_chart(front_desk.office_id, CANARY)
    if weak:
        monkeypatch.setattr(rules, "why_not_search", lambda _: None)
        typed = "z"
    foe = browser(front_desk)
    form = dict(foe.get(base(front_desk)).form("#search form").form_values())
    answer = foe._send("post", base(front_desk), data=form | {"q": typed})
    assert (CANARY in answer.get_data(as_text=True)) == weak


@twin
def test_a_formula_comes_in_by_a_list_and_out_by_another(browser, front_desk, weak, monkeypatch):
    """CWE-1236. The twin writes cells as they are."""
    if weak:
        monkeypatch.setattr(csv_table, "_as_text", lambda cell: cell)
    made = browser(front_desk)
    text = "First name,Last name,Date of birth,Phone\n\"=cmd|' /C calc'!A0\",Thackeray,02/03/1949,+1 (800) x\n"
    page = made.submit(made.get(f"{base(front_desk)}import/"), "main form", file=(BytesIO(text.encode()), "list.csv"))
    answer = made._send("get", page.css("#lines a")[0].get("href")).get_data(as_text=True)
    cells = [cell.strip('"') for line in answer.lstrip("\ufeff").splitlines() for cell in line.split(",")]
    assert any(cell.startswith(("=", "+", "-", "@")) for cell in cells) == weak


@twin
def test_a_list_that_fills_the_memory(browser, front_desk, weak, monkeypatch):
    """A33. The twin takes files of any size."""
    if weak:
        monkeypatch.setattr(uploads, "LARGEST", 64 * 1024 * 1024)
    made = browser(front_desk)
    form = dict(made.get(f"{base(front_desk)}import/").form().form_values())
    file = (BytesIO(b"First name,Last name,Date of birth\n" + b"\n" * 13 * 1024 * 1024), "list.csv")
    answer = made._send("post", f"{base(front_desk)}import/", data=form | {"file": file})
    assert (answer.status_code != 413) == weak


@twin
def test_a_large_form_where_no_file_belongs(app, browser, front_desk, weak):
    """A33. In the twin every view makes room for a file."""
    if weak:
        app.view_functions["charts.create"].takes_file = True
    made = browser(front_desk)
    form = dict(made.get(f"{base(front_desk)}new").form().form_values())
    file = (BytesIO(b"x" * 1024 * 1024), "x.csv")
    answer = made._send("post", f"{base(front_desk)}new", data=form | {"file": file})
    assert (answer.status_code != 413) == weak


@twin
def test_billing_sees_who_treats_somebody_without_saying_why(browser, office, weak, monkeypatch):
    """The twin opens every part to everybody."""
    somebody = a_patient()
    doctor = practices.a_provider(office.id, CANARY, "Brightwater")
    chart = a_connection(somebody.person_id, office.id, doctor)
    clerk = staff_of(office, "billing")
    if weak:
        monkeypatch.setattr(rules, "is_open", lambda *_: True)
    made = browser(clerk)
    search = made.submit(made.get(base(clerk)), "#search form", q="oakhurst")
    page = made.get(f"{search.css('#search li a')[0].get('href')}care_team")
    assert chart and (CANARY in page.source) == weak


@twin
def test_the_slower_one_wins(browser, front_desk, administrator, weak, monkeypatch):
    """A40. The twin takes any version for the one that was opened."""
    chart = a_chart(front_desk.office_id)
    url = f"{base(front_desk)}{chart.public_id}/edit"
    if weak:
        monkeypatch.setattr(ChartForm, "opened_version", property(lambda _: access.chart().version))
    slow, fast = browser(front_desk), browser(administrator)
    opened = slow.get(url)
    fast.submit(fast.get(url), "#demographics form", phone_on_file="800-555-0122")
    form = dict(opened.form("#demographics form").form_values())
    slow._send("post", url, data=form | {"city": "Larkfield"})
    assert (stored(chart.public_id).phone_on_file != "+18005550122") == weak


@twin
def test_demographics_that_want_to_be_markup(browser, front_desk, weak, monkeypatch):
    """I2-I4: in the list, the chart, its history and the comparison. The twin does not escape."""
    other = a_chart(front_desk.office_id, number="T-1")
    names = ("given", "family", "preferred", "line1", "city")
    made, charts = browser(front_desk), []
    for number, payload in enumerate(PAYLOADS):
        charts.append(a_chart(front_desk.office_id, number=f"P-{number}", **dict.fromkeys(names, payload[:80])))
    if weak:
        monkeypatch.setattr(templates.environment("en"), "autoescape", False)
        templates.environment("en").cache.clear()
    try:
        pages = [_compared(made, front_desk, other, number) for number in range(len(charts))]
        for chart in charts:
            pages += [
                made._send("get", f"{base(front_desk)}{chart.public_id}/{part}").get_data(as_text=True)
                for part in ("", "edit", "changes")
            ]
    finally:
        templates.environment("en").cache.clear()
    raw = [payload for payload in PAYLOADS if "<" in payload]
    assert any(payload in page for page in pages for payload in raw) == weak


def _compared(made, who, chart, number):
    url = f"{base(who)}{chart.public_id}/merge"
    page = made._send("get", url).get_data(as_text=True)
    token = page.partition('name="csrf_token" value="')[2].partition('"')[0]
    fields = {"csrf_token": token, "stays": "this", "number": f"P-{number}"}
    return made._send("post", url, data=fields).get_data(as_text=True)
