"""Settings of an office, one thought at a time: each section is a card, and a form in its place."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, g, url_for

from portal.blueprints.practices.forms import SectionForm, section_form
from portal.blueprints.practices.wording import SECTIONS, facts_of
from portal.domain.practices import actions, queries, rules
from portal.domain.practices.types import OfficeSettings, Section
from portal.kernel.refusal import Refused, Stale
from portal.web import office_tabs as tabs
from portal.web.access import staff
from portal.web.hypermedia import done, go, page
from portal.web.texts import gettext as _
from portal.web.wording import tell

bp = Blueprint("practices_office", __name__)
_SECTION = "/<any(about, enrollment, welcome, messages, visits, passwords, look):section>"
_CARD, _FORM = "partials/practices/section.html", "partials/practices/section_form.html"
#: What changes these stands around the page too, so the whole page comes anew.
_AROUND = {Section.ABOUT, Section.LOOK}


@bp.url_value_preprocessor
def _know_the_section(_endpoint: str | None, values: dict[str, Any] | None) -> None:
    if values and "section" in values:
        values["section"] = Section(values["section"])


@bp.get("/")
def overview() -> Response:
    """All sections as they are set."""
    office = queries.settings_of(staff())
    cards = [_card(section, office) for section in Section]
    return page("practices/settings.html", cards=cards, office=office, tabs=tabs.of("practices_office"))


@bp.get(f"{_SECTION}/")
def card(section: Section) -> Response:
    """One section as it is set."""
    office = queries.settings_of(staff())
    return page("practices/section.html", fragment=_CARD, part=_CARD, card=_card(section, office), **_around())


@bp.get(f"{_SECTION}/edit")
def edit(section: Section) -> Response:
    """One section as a form."""
    return _ask(section, section_form(section, queries.settings_of(staff())))


@bp.post(f"{_SECTION}/edit")
def change(section: Section) -> Response:
    """Save it; it works at once."""
    viewer = staff()
    form = section_form(section, queries.settings_of(viewer))
    if not form.validate():
        return _ask(section, form, 422)
    try:
        actions.set_up(viewer, section, form.chosen(), mark=form.opened)
    except Refused as refused:
        tell(form, refused.refusal)
        return _ask(section, form, 422)
    except Stale as stale:
        form.meets(facts_of(section, stale.theirs), rules.mark_of(stale.theirs.of(section)))
        return _ask(section, form, 409)
    if section in _AROUND:
        return go(url_for(".overview", receipt=g.receipt_number))
    g.said = _("Saved.")
    return done(_CARD, instead=url_for(".overview"), card=_card(section, queries.settings_of(viewer)))


def _card(section: Section, office: OfficeSettings) -> dict[str, Any]:
    return {
        "name": section.value,
        "title": SECTIONS[section],
        "facts": facts_of(section, office),
        "edit_url": url_for(".edit", section=section.value),
    }


def _ask(section: Section, form: SectionForm, status: int = 200) -> Response:
    return page(
        "practices/section.html",
        fragment=_FORM,
        status=status,
        part=_FORM,
        section=section.value,
        title=SECTIONS[section],
        form=form,
        form_url=url_for(".edit", section=section.value),
        card_url=url_for(".card", section=section.value),
        **_around(),
    )


def _around() -> dict[str, Any]:
    return {"back_url": url_for(".overview")}
