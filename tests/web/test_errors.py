"""Every way in which a request can fail tells a person what to do next, as a page and as a fragment."""

from __future__ import annotations

import json
import logging
from contextlib import suppress
from io import StringIO

import pytest
from sqlalchemy.exc import OperationalError

from portal.kernel.database import Unavailable
from portal.web import errors, language, logs

CODES = [400, 401, 403, 404, 405, 409, 413, 422, 429, 500, 503]


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("lang", ["en", "es"])
@pytest.mark.parametrize("htmx", [True, False], ids=["htmx", "plain"])
def test_an_error_says_what_to_do_next(app, code, lang, htmx):
    headers = {"Accept-Language": lang} | ({"HX-Request": "true"} if htmx else {})
    with app.test_request_context("/me/", headers=headers):
        language.choose()
        answer = errors.answer(code)
    body = answer.get_data(as_text=True)
    assert answer.status_code == code
    assert ('id="problem-region"' in body) == htmx
    assert "href=" in body
    assert (answer.headers.get("HX-Retarget") == "#problem-region") and answer.headers["HX-Push-Url"] == "false"
    assert ("Retry-After" in answer.headers) == (code in {429, 503})


def test_an_unknown_page_and_somebody_elses_are_told_alike(browser, patient, stranger):
    """SECURITY Z2: byte for byte."""
    made = browser(patient)
    pages = {made.get(url, status=404).source for url in ["/me/nowhere", "/me/address_book/insurance/" + "0" * 8, "/x"]}
    assert len(pages) == 1


@pytest.mark.parametrize(
    "trouble,status",
    [(Unavailable("x"), 503), (OperationalError("s", {}, Exception()), 503), (ValueError("Oakhurst"), 500)],
)
def test_trouble_inside_is_a_page_and_a_log_line_without_its_values(app, browser, patient, caplog, trouble, status):
    """SECURITY P2, A46: an exception's own words may hold anything."""
    made = browser(patient)

    def fail(**_):
        raise trouble

    app.view_functions["home.today"] = fail
    app.config["PROPAGATE_EXCEPTIONS"] = False
    with caplog.at_level(logging.INFO):
        page = made.get("/me/", status=status)
    assert "Nothing is lost" in page
    from portal.web.logs import OneLine

    lines = [OneLine().format(record) for record in caplog.records]
    assert lines and all(json.loads(line) for line in lines)
    assert "Oakhurst" not in "".join(lines)


def test_a_wrong_method_says_which_are_right(browser):
    answer = browser()._send("delete", "/sign_in/", headers={"Sec-Fetch-Site": "same-origin"})
    assert answer.status_code in {403, 405}


@pytest.mark.parametrize("nasty", ["a\r\nb", "\x1b[31m", '"}', "\u2028"])
def test_one_request_is_one_log_line(app, browser, capfd, nasty):
    """SECURITY I9."""
    from portal.web.logs import OneLine

    record = logging.LogRecord("portal.request", logging.INFO, "f", 1, f"request{nasty}", (), None)
    line = OneLine().format(record)
    assert "\n" not in line and "\x1b" not in line and json.loads(line)["event"] == f"request{nasty}"


def test_a_request_has_its_line(browser, patient, caplog, monkeypatch):
    """SECURITY A46: who by a keyed hash; no address with what was asked behind it."""
    made = browser(patient)
    monkeypatch.setattr(logs._lines, "stream", written := StringIO())
    with caplog.at_level(logging.INFO):
        made.get("/me/?receipt=R-0000-0000")
    [line] = [json.loads(one) for one in written.getvalue().splitlines()]
    assert {name: line[name] for name in ("level", "event", "method", "endpoint", "status")} == {
        "level": "INFO",
        "event": "request",
        "method": "GET",
        "endpoint": "home.today",
        "status": 200,
    }
    assert len(line["who"]) == len(line["request"]) == 16 and line["ms"] > 0
    assert "receipt" not in json.dumps(line)


def test_a_log_that_can_not_be_written_stops_nothing(browser, patient, caplog, monkeypatch):
    made = browser(patient)
    full = open("/dev/full", "w")  # noqa: SIM115 - closing it fails as well
    monkeypatch.setattr(logs._lines, "stream", full)
    with caplog.at_level(logging.INFO):
        made.get("/me/")
    with suppress(OSError):
        full.close()
