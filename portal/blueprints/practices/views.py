"""What everybody may know: the offices of this portal, and how each has set it up."""

from __future__ import annotations

from typing import NamedTuple
from uuid import UUID

from flask import Blueprint, Response, url_for

from portal.blueprints.practices.wording import ahead_words, business_days, notice_words, reset_words
from portal.domain.practices import queries
from portal.domain.practices.types import KeptProvider, OfficeSettings
from portal.web import language
from portal.web.filters import phone_words
from portal.web.hypermedia import page
from portal.web.texts import gettext as _

bp = Blueprint("practices", __name__)


class Told(NamedTuple):
    """A provider: what people can do with them here, and what they can not, as sentences."""

    name: str
    specialty: str
    taking: list[str]
    leaving: list[str]


class Way(NamedTuple):
    """A way to enroll: what to do, and (where it begins online) the link to begin."""

    name: str
    words: str
    url: str | None
    link: str


class Welcome(NamedTuple):
    """The office's own words. `lang` where that is not the reader's language."""

    words: str
    lang: str | None


@bp.get("/")
def offices() -> Response:
    """Every office, each with the way to its page."""
    return page("practices/offices.html", offices=queries.offices())


@bp.get("/<uuid:office_id>/")
def how(office_id: UUID) -> Response:
    """How this office has set this up, made from what it has set."""
    policy = queries.policy_of(office_id)
    office = policy.office
    return page(
        "practices/how.html",
        office=office,
        phone=phone_words(office.phone),
        welcome=_welcome(office),
        steps=_ways_in(office),
        providers=[_told(provider) for provider in policy.providers],
        answer=business_days(office.answer_days),
        resets=reset_words(office),
        ahead=ahead_words(office.book_ahead_minutes),
        notice=notice_words(office.cancel_notice_hours),
    )


def _welcome(office: OfficeSettings) -> Welcome | None:
    spoken = language.present()
    if spoken == "es" and office.welcome_es:
        return Welcome(office.welcome_es, None)
    return Welcome(office.welcome, None if spoken == "en" else "en") if office.welcome else None


def _ways_in(office: OfficeSettings) -> list[Way]:
    """The ways that are open, the surest first."""
    ways = (
        (office.enrolls_in_person, _in_person),
        (office.enrolls_by_invitation, _invited),
        (office.enrolls_openly, _open),
    )
    return [way(office) for is_open, way in ways if is_open]


def _in_person(office: OfficeSettings) -> Way:
    words = _("Come in with a photo ID. We check it, and you choose your username and password on a screen here.")
    if office.phone_match:
        phone = _("We send a code to the phone number that we have on file. Tell us first if you have another one now.")
    else:
        phone = _("We send a code to your phone. If you have another phone than we have on file, bring it along.")
    return Way(_("At our counter"), f"{words} {phone}", None, "")


def _invited(office: OfficeSettings) -> Way:
    words = _(
        "Ask us for an invitation. It has a code that works for %(days)s days. Then tell us your %(asked)s. "
        "We send a second code to the phone number that we have on file.",
        days=office.code_days,
        asked=_("date of birth and ZIP code") if office.asks_postal_code else _("date of birth"),
    )
    return Way(_("By invitation"), words, url_for("enrollment.start"), _("I have an activation code"))


def _open(_office: OfficeSettings) -> Way:
    words = _("Register online, then ask to be connected with us. We compare it with your chart first.")
    return Way(_("Online, by yourself"), words, url_for("enrollment_open.ask"), _("Register"))


def _told(provider: KeptProvider) -> Told:
    said: list[tuple[bool, str, str]] = [
        (provider.facts.takes_messages, _("You can send a message."), _("You cannot send a message.")),
        (
            provider.facts.takes_appointments,
            _("You can ask for an appointment."),
            _("You cannot ask for an appointment."),
        ),
        (provider.facts.takes_documents, _("You can send documents."), _("You cannot send documents.")),
        (provider.facts.takes_payments, _("You can pay bills."), _("You cannot pay bills.")),
    ]
    return Told(
        provider.name,
        provider.facts.specialty,
        [yes for is_on, yes, _no in said if is_on],
        [no for is_on, _yes, no in said if not is_on],
    )
