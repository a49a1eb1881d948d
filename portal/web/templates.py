"""Templates, one environment for each language: fixed words and icons are put in when a template is compiled.

`_("words")` with nothing to fill in, `icon("name")` and `static("name")` cost nothing when a page is rendered: the text
is part of the compiled template. Words with placeholders are translated when rendered.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, MutableMapping
from functools import cache
from pathlib import Path
from types import CodeType
from typing import Any

import markupsafe
from babel.support import NullTranslations, Translations
from flask import current_app
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from jinja2.ext import Extension
from markupsafe import Markup, escape

from portal.web import filters, static_files
from portal.web.template_code import StraightCalls

HERE = Path(__file__).parent.parent
LANGUAGES = ("en", "es")
_escape_text: Callable[[str], str] = markupsafe._escape_inner  # type: ignore[attr-defined]
_WORDS = re.compile(r"""(?<![\w.])_\(\s*("(?:[^"\\]|\\.)*")\s*\)""")
_ICON = re.compile(r"""\{\{\s*icon\("([a-z]+)"\)\s*\}\}""")
_STATIC = re.compile(r"""\{\{\s*static\("([a-z.]+)"\)\s*\}\}""")
_SYMBOL = re.compile(r'<symbol id="i-([a-z]+)" viewBox="([^"]+)">(.*?)</symbol>', re.S)


@cache
def translations(language: str) -> NullTranslations:
    """The gettext catalogue of a language; English needs none."""
    return Translations.load(str(HERE / "translations"), [language]) if language != "en" else NullTranslations()


@cache
def icons() -> dict[str, Markup]:
    """Every icon of static/icons.svg as markup that can stand anywhere, in pages and in fragments alike."""
    sprite = (HERE / "static" / "icons.svg").read_text()
    return {name: _icon(name, box, drawing) for name, box, drawing in _SYMBOL.findall(sprite)}


def icon(name: str) -> Markup:
    """One icon. Raises KeyError for a name that the sprite does not have."""
    return icons()[name]


def _icon(name: str, box: str, drawing: str) -> Markup:
    look = "i i-lamp" if name == "lamp" else "i"
    return Markup(
        f'<svg class="{look}" width="24" height="24" viewBox="{box}" aria-hidden="true" focusable="false">'
        f"{drawing.strip()}</svg>"
    )


class Folding(Extension):
    """Puts fixed words and icons into the source before it is compiled, and drops indentation."""

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        catalogue = translations(self.environment.language)  # type: ignore[attr-defined]
        source = _ICON.sub(lambda found: str(icon(found[1])), source)
        source = _STATIC.sub(lambda found: static_files.url_of(found[1]), source)
        source = _WORDS.sub(lambda found: _literal(catalogue.gettext(_unquoted(found[1]))), source)
        return re.sub(r"\n[ \t]+", "\n", source) if name and name.endswith(".html") else source


def _unquoted(literal: str) -> str:
    return str(json.loads(literal))


def _literal(words: str) -> str:
    return json.dumps(words, ensure_ascii=False)


def escaped(value: Any) -> str:
    """markupsafe's escape, for text that goes into a page at once and need not remember that it is safe."""
    kind = type(value)
    return _escape_text(value) if kind is str else value if kind is Markup else escape(value)


class _Environment(Environment):
    """Jinja's, where all templates share one dict of globals.

    Jinja lays a chain of dicts over it for globals of single templates, of which there are none, and then compares the
    two at every import: that was a tenth of the cost of a page.
    """

    code_generator_class = StraightCalls

    def _compile(self, source: str, filename: str) -> CodeType:
        """Jinja's hook for what becomes of a template's Python code: it escapes by our `escaped`."""
        return super()._compile(f"{source}\nfrom portal.web.templates import escaped as escape\n", filename)

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        return {**self.globals, **d} if d else self.globals


def _words_of(catalogue: NullTranslations) -> dict[str, Callable[..., str]]:
    """`_` and `ngettext` of one language; nobody has to be asked at run time which one it is."""

    def gettext(words: str, **values: Any) -> str:
        told: str = catalogue.gettext(words)
        return told % values if values else told

    def ngettext(one: str, several: str, num: int, **values: Any) -> str:
        told: str = catalogue.ngettext(one, several, num)
        return told % {"num": num, **values}

    return {"_": gettext, "ngettext": ngettext}


def _url_for(endpoint: str, **values: Any) -> str:
    address: str = current_app._get_current_object().url_for(endpoint, **values)  # type: ignore[attr-defined]
    return address


def _environment(language: str) -> Environment:
    environment = _Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=lambda name: name is None or not name.endswith(".txt"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        cache_size=-1,
    )
    environment.language = language  # type: ignore[attr-defined]
    environment.add_extension(Folding)
    environment.globals.update(_words_of(translations(language)))
    environment.globals.update(icon=icon, static=static_files.url_of, url_for=_url_for)
    environment.filters.update(filters.ALL)
    return environment


@cache
def environment(language: str) -> Environment:
    """The compiled templates of one language. They live as long as the process."""
    return _environment(language)


def render(name: str, language: str, **values: Any) -> str:
    """A template in one language."""
    return environment(language).get_template(name).render(values)
