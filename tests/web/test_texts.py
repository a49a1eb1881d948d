"""Texts of Python are in the language that is spoken just then, and found in the templates' catalogues."""

from __future__ import annotations

from flask import Flask
from flask_babel import force_locale

from portal.web import language, texts

HOME = texts.lazy_gettext("Home")


def test_a_text_is_in_the_language_of_the_request(app: Flask) -> None:
    with app.test_request_context("/sign_in/", headers={"Accept-Language": "es"}):
        assert (texts.gettext("Home"), str(HOME)) == ("Inicio", "Inicio")
        language.speak("en")
        assert (texts.gettext("Home"), str(HOME)) == ("Home", "Home")


def test_a_message_is_in_the_language_of_whom_it_is_for(app: Flask) -> None:
    with app.test_request_context("/sign_in/"), force_locale("es"):
        assert str(HOME) == "Inicio"
    with app.app_context(), force_locale("es"):
        assert str(HOME) == "Inicio"


def test_outside_of_the_portal_words_are_as_they_were_written() -> None:
    assert str(HOME) == "Home"


def test_values_stand_in_their_places(app: Flask) -> None:
    with app.test_request_context("/sign_in/"):
        assert texts.gettext("%(name)s, 100%% sure", name="Ada") == "Ada, 100% sure"
        assert texts.ngettext("%(num)s day", "%(num)s days", 1) == "1 day"
        assert texts.ngettext("%(num)s day", "%(num)s days", 3) == "3 days"
