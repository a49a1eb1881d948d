"""Ways of saving say what the libraries say that they stand for."""

from __future__ import annotations

from uuid import UUID

import pytest
from flask import Flask, g, session
from flask_wtf.csrf import generate_csrf, validate_csrf
from itsdangerous import URLSafeTimedSerializer

from portal.web import form_tokens
from portal.web.application import Application

ID = UUID(int=5)


def test_a_form_token_is_one_that_flask_wtf_takes(app):
    with app.test_request_context("/sign_in/"):
        ours = form_tokens.form_token()
        validate_csrf(ours)
        assert form_tokens.form_token() == ours
        g.pop("csrf_token")
        serializer = URLSafeTimedSerializer(app.secret_key, salt="wtf-csrf-token")
        assert serializer.loads(ours) == serializer.loads(generate_csrf()) == session["csrf_token"]


@pytest.mark.parametrize(
    "endpoint,values",
    [
        ("home.today", {}),
        ("home.today", {"person": "me"}),
        ("home.today", {"person": str(ID)}),
        ("announcements.close", {"announcement_id": ID}),
        ("announcements.close", {"announcement_id": str(ID)}),
        ("address_book.edit", {"kind": "insurance", "entry_id": ID}),
        ("address_book.entries", {"kind": "contacts", "deleted": ID}),
        ("sign_in.ask", {"next": "/me/?a=b&c=d", "why": None}),
        ("sign_in.ask", {"why": "idle", "_anchor": "main"}),
        ("notifications.receipt", {"number": "R-0000-0000"}),
        ("office.today", {"office": ID}),
        ("office.today", {"office": "all"}),
    ],
)
def test_an_address_is_the_one_that_flask_makes(app, endpoint, values):
    with app.test_request_context("/me/"):
        g.person = "me"
        assert isinstance(app, Application)
        for _ in range(2):
            assert app.url_for(endpoint, **values) == Flask.url_for(app, endpoint, **values)
