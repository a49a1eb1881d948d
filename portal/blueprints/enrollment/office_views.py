"""The office's side: invite the person of a chart by email or letter, and see what became of it."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, current_app, g, url_for
from flask_babel import force_locale
from markupsafe import Markup

from portal.blueprints.enrollment import answers, wording
from portal.blueprints.enrollment.forms import InviteForm
from portal.domain.charts.types import OpenChart
from portal.domain.enrollment import actions, office_queries, rules
from portal.domain.enrollment.types import AtChart, Enrollee, Invited
from portal.domain.viewer import Role, StaffViewer
from portal.kernel import clock
from portal.kernel.refusal import Refused
from portal.web import qr, templates
from portal.web.access import chart, staff
from portal.web.chart_parts import Part, add_part
from portal.web.hypermedia import done, page
from portal.web.texts import gettext as _
from portal.web.texts import lazy_gettext as _l
from portal.web.wording import words_for

bp = Blueprint("enrollment_office", __name__)
_PART = "partials/enrollment/chart.html"
_INVITERS = (Role.FRONT_DESK, Role.ADMINISTRATOR)
_INVITE = "/<uuid:chart>/invite/<any(email, letter):channel>"


@bp.get("/")
def listing() -> Response:
    """The newest invitations and what became of them, by chart number."""
    return page(
        "enrollment/listing.html",
        invitations=office_queries.invitations_of(staff(), clock.now()),
        most=office_queries.LISTED,
        **_words(),
    )


@bp.get(_INVITE)
def ask_to_invite(channel: str) -> Response:
    """To whom, by whom, and that an earlier invitation ends with it."""
    stands = _at_chart()
    return _ask(channel, stands, InviteForm(stands.choices), refused=answers.words(_why_not(stands, channel)))


@bp.post(_INVITE)
def invite(channel: str) -> Response:
    """Send it, or make the letter: its code is shown this once."""
    stands = _at_chart()
    form = InviteForm(stands.choices)
    if not form.validate():
        return _ask(channel, stands, form, 422)
    try:
        made = actions.invite(staff(), chart().public_id, channel, provider_id=form.chosen, now=clock.now())
    except Refused as refused:
        return _ask(channel, stands, form, 409, refused=words_for(refused.refusal))
    if channel == "letter":
        return page("enrollment/letter.html", letter=_letter(made), part_url=_part_url())
    g.said = _("The invitation is on its way.")
    return done(_PART, instead=_part_url(), chart=chart(), **_part(staff(), chart()))


def _ask(channel: str, stands: AtChart, form: InviteForm, status: int = 200, refused: str | None = None) -> Response:
    return page(
        "enrollment/invite.html",
        status=409 if refused and status == 200 else status,
        channel=channel,
        chart=chart(),
        form=form,
        refused=refused,
        replaces=any(one.state == "made" for one in stands.invitations),
        part_url=_part_url(),
    )


def _letter(made: Invited) -> Markup:
    """The letter in the language of the chart, whatever staff read."""
    facts, link = chart().facts, url_for("enrollment.open_link", token=made.token)
    url = f"{current_app.config['PORTAL'].public_url}{link}"
    with force_locale(facts.language):
        values = {
            "made": made,
            "person": f"{facts.given} {facts.family}",
            "url": url,
            "picture": qr.picture_of(url),
            "portal": current_app.config["PORTAL"].name,
            "today": clock.today(staff().time_zone),
            "zone": staff().time_zone,
            "spoken": facts.language,
        }
        return Markup(templates.render("partials/enrollment/letter.html", facts.language, **values))  # noqa: S704


def _part(viewer: StaffViewer, opened: OpenChart) -> dict[str, Any]:
    stands = office_queries.at_chart(viewer, opened, clock.now())
    may = viewer.role in _INVITERS
    return {
        "stands": stands,
        "why_not": {way: answers.words(_why_not_for(opened, stands, way)) for way in wording.CHANNELS},
        "may_invite": may,
        "may_open": viewer.role is Role.ADMINISTRATOR and not stands.by_invitation,
        **_words(),
    }


def _at_chart() -> AtChart:
    return office_queries.at_chart(staff(), chart(), clock.now())


def _why_not(stands: AtChart, channel: str) -> Any:
    return _why_not_for(chart(), stands, channel)


def _why_not_for(opened: OpenChart, stands: AtChart, channel: str) -> Any:
    return rules.why_not_invite(
        Enrollee(
            stands.connected,
            opened.facts.phone_on_file,
            opened.facts.birth_date,
            stands.adult_age,
            clock.today(staff().time_zone),
        ),
        by_invitation=stands.by_invitation,
        email=opened.facts.email,
        channel=channel,
    )


def _part_url() -> str:
    return url_for("charts.show_part", chart=chart().public_id, part="enrollment")


def _words() -> dict[str, Any]:
    return {"channels": wording.CHANNELS, "states": wording.STATES, "zone": staff().time_zone}


add_part(Part("enrollment", _l("Enrollment"), _part, _PART, order=10))
