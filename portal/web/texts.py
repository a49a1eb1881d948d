"""Texts of Python in the language of the request, or of the message that is being written (`force_locale`).

They come from the catalogues that the templates use. Flask-Babel's functions of these names find out at every text anew
what the language is and where its catalogue lies: on a page of forms and tabs that was a twelfth of its cost.
"""

from __future__ import annotations

from typing import Any

from babel.support import NullTranslations
from flask import g, has_app_context
from flask_babel.speaklater import LazyString

from portal.web import language
from portal.web.templates import translations


def gettext(words: str, **values: Any) -> str:
    """The words, with the values in the places of %(name)s."""
    told: str = catalogue().gettext(words)
    return told % values if values else told


def ngettext(one: str, several: str, num: int, **values: Any) -> str:
    """The words for one or for several, with %(num)s and the other values in their places."""
    told: str = catalogue().ngettext(one, several, num)
    return told % {"num": num, **values}


def lazy_gettext(words: str, **values: Any) -> LazyString:
    """Words that are said at import, and told in the language of whoever reads them."""
    return LazyString(gettext, words, **values)


def catalogue() -> NullTranslations:
    """The catalogue of the language that is spoken just now; outside of requests and messages the words as they are."""
    here = g._get_current_object() if has_app_context() else None
    if here is None:
        return translations("en")
    forced = getattr(here.get("_flask_babel"), "forced_babel_locale", None)
    return translations(forced.language if forced else language.present())
