"""What every answer says to the browser, and which requests are not answered at all."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from portal import create_app

PUBLIC = ["/sign_in/", "/healthz", "/readyz", "/", "/nowhere", "/me/", "/sign_in/office"]
FIXED = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Cache-Control": "no-store",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}


@pytest.mark.parametrize("url", PUBLIC)
def test_every_answer_carries_the_headers(browser, url):
    answer = browser()._send("get", url)
    assert {name: answer.headers[name] for name in FIXED} == FIXED
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "frame-ancestors 'none'" in policy and "base-uri 'none'" in policy
    assert "unsafe" not in policy and "*" not in policy
    assert "Server" not in answer.headers or "/" not in answer.headers["Server"]


def test_a_signed_in_page_runs_its_one_script_by_a_fresh_nonce(browser, patient):
    made = browser(patient)
    seen = set()
    for _ in range(3):
        page = made.get("/me/")
        nonce = re.search(r"script-src 'nonce-([\w-]{22,})'", page.headers["Content-Security-Policy"])[1]
        assert page.one("script").get("nonce") == nonce
        seen.add(nonce)
    assert len(seen) == 3


def test_a_page_before_sign_in_runs_no_script_and_carries_its_styles(browser):
    page = browser().get("/sign_in/")
    assert "script-src 'none'" in page.headers["Content-Security-Policy"]
    assert "style-src 'self' 'sha256-" in page.headers["Content-Security-Policy"]


def test_over_https_the_cookie_is_host_bound_and_hsts_is_sent(settings, app):
    secure = create_app(
        replace(settings, public_url="https://portal.example.org", trusted_hosts=("portal.example.org",))
    )
    answer = secure.test_client().get("/sign_in/", base_url="https://portal.example.org")
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-sid=") and "Secure" in cookie and "HttpOnly" in cookie and "SameSite=Lax" in cookie
    assert "Path=/" in cookie and "Max-Age" not in cookie and "Expires" not in cookie
    assert answer.headers["Strict-Transport-Security"] == "max-age=63072000; includeSubDomains; preload"


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "localhost@evil.example", ""])
def test_another_host_name_is_not_answered(app, host):
    """SECURITY R1."""
    answer = app.test_client().get("/sign_in/", headers={"Host": host})
    assert answer.status_code == 400 and "evil" not in answer.get_data(as_text=True)


def test_a_forwarded_host_is_not_believed(browser):
    answer = browser()._send(
        "get", "/me/", headers={"X-Forwarded-Host": "evil.example", "Forwarded": "host=evil.example"}
    )
    assert answer.headers["Location"].startswith("/sign_in/")


def test_a_static_file_is_kept_for_a_year_and_an_old_name_is_gone(browser, patient):
    made = browser(patient)
    url = made.get("/me/").one("link[rel=stylesheet]").get("href")
    answer = made._send("get", url, headers={"Accept-Encoding": "br, gzip"})
    assert answer.status_code == 200 and answer.headers["Content-Encoding"] == "br"
    assert "immutable" in answer.headers["Cache-Control"]
    assert made._send("get", url.replace("/static/", "/static/0")).status_code == 404


def test_a_body_over_the_limit_is_refused(browser, patient):
    """SECURITY A33, N8."""
    made = browser(patient)
    made.get("/me/")
    answer = made._send("post", "/sign_in/", data={"password": "x" * (1 << 20)})
    assert answer.status_code == 413 and "too big" in answer.get_data(as_text=True)
