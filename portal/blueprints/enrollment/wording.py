from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from portal.domain.enrollment import rules
from portal.domain.enrollment.types import State, Step, Way
from portal.web import wording
from portal.web.filters import phone_words
from portal.web.texts import gettext as _
from portal.web.texts import lazy_gettext as _l

LANGUAGES = {"en": "English", "es": "Español"}
STEPS: dict[Step, Any] = {
    Step.WHO: _l("You"),
    Step.PHONE: _l("Phone"),
    Step.LOGIN: _l("Login"),
    Step.EMAIL: _l("Email"),
}


CHANNELS = {"email": _l("Email"), "letter": _l("Letter")}
STATES: dict[State, Any] = {
    State.MADE: _l("Not used yet"),
    State.USED: _l("Used"),
    State.EXPIRED: _l("Too old"),
    State.REPLACED: _l("Replaced by a newer one"),
}


def steps_of(way: Way) -> list[str]:
    """The names of the steps that somebody goes through, in their order."""
    return [str(STEPS[step]) for step in rules.STEPS[way]] + [_("Done")]


def _ask_at(facts: Mapping[str, Any]) -> str:
    """Whom to ask, by where the code came from: the office that sent it, or technical support."""
    if not facts.get("office"):
        return _("Sign in with your username and password to get a new code, or ask technical support.")
    return _("Ask %(office)s for a new one. Call %(phone)s.", office=facts["office"], phone=phone_words(facts["phone"]))


def _call(facts: Mapping[str, Any]) -> str:
    if not facts.get("office"):
        return _("If you are sure, ask technical support.")
    return _(
        "If you are sure, call %(office)s at %(phone)s.", office=facts["office"], phone=phone_words(facts["phone"])
    )


def _counter(facts: Mapping[str, Any]) -> str:
    if not facts.get("office"):
        return _("Ask technical support.")
    return _(
        "Go to the front desk of %(office)s with your ID, or call %(phone)s.",
        office=facts["office"],
        phone=phone_words(facts["phone"]),
    )


def _through_a_grown_up() -> str:
    return _(
        "A child's record is opened through a grown-up's account, from Settings, Share, once the office offers it."
    )


def _taken(facts: Mapping[str, Any]) -> str:
    told, free = _("Somebody has this username already."), ", ".join(facts["suggestions"])
    return told + " " + (_("These are free: %(names)s.", names=free) if free else _("Choose another one."))


REASONS: dict[str, wording.Words] = {
    "activation_wrong": lambda facts: _(
        "That is not an activation code that we know. Check each letter and number with your email or letter."
    ),
    "activation_used": lambda facts: (
        _("This code was used before, and each code works once. If you used it, sign in.") + " " + _ask_at(facts)
    ),
    "activation_expired": lambda facts: _("This code is too old to work.") + " " + _ask_at(facts),
    "activation_replaced": lambda facts: (
        _("A newer code was sent, so this one does not work any more. Look for the newest email or letter.")
        + " "
        + _ask_at(facts)
    ),
    "activation_merged": lambda facts: (
        _("Your records were put together with others of yours, and this code belongs to the old ones.")
        + " "
        + _ask_at(facts)
    ),
    "activation_of_child": lambda facts: (
        _("This code is for somebody under %(age)s.", age=facts["age"])
        + " "
        + _through_a_grown_up()
        + " "
        + _call(facts)
    ),
    "step_is_done": lambda facts: _("You did this step before. Go on with the next one."),
    "step_comes_later": lambda facts: _("Another step comes first. Go on from there."),
    "not_matching": lambda facts: _("That does not match what we have. Check what you typed.") + " " + _call(facts),
    "invitation_of_another": lambda facts: (
        _("This invitation is for another person than the one who is signed in. Sign out, then open it again.")
        + " "
        + _call(facts)
    ),
    "no_phone": lambda facts: _("There is no phone number for you on file.") + " " + _counter(facts),
    "phone_on_file_only": lambda facts: (
        _("To keep your records safe, we send the code only to the phone that your clinic has on file.")
        + " "
        + _counter(facts)
    ),
    "username_length": lambda facts: _(
        "Choose a username with %(least)s to %(most)s letters and numbers.", least=facts["least"], most=facts["most"]
    ),
    "username_signs": lambda facts: _(
        "Use plain letters without accents, numbers, dots and dashes. Begin with a letter or a number."
    ),
    "username_not_free": _taken,
    "birth_date_impossible": lambda facts: _("Check the date of birth. It can not be that day."),
    "adults_only": lambda facts: _(
        "You can register by yourself from the age of %(age)s. Ask a parent, who can share your records with you.",
        age=facts["age"],
    ),
    "not_open": lambda facts: _("You can not register by yourself here. Ask your clinic for an invitation."),
    "not_by_invitation": lambda facts: _(
        "Your office does not enroll by invitation. Its administrator can change this in the office settings."
    ),
    "in_person_only": lambda facts: _("This clinic enrolls people at its front desk only.") + " " + _counter(facts),
    "not_in_person": lambda facts: _(
        "Your office does not enroll in person. Its administrator can change this in the office settings."
    ),
    "account_is_there": lambda facts: (
        _("There is an account for you at this clinic already. Sign in with it, or recover your username.")
        + " "
        + _call(facts)
    ),
    "account_not_active": lambda facts: _(
        "This account is not open yet. Activate it with the code from your email first, or ask for help."
    ),
    "account_of_another": lambda facts: _(
        "This account is for another person. Sign in with your own, or ask for help."
    ),
    "enrolled_before": lambda facts: _("There is an account for this person already. They can sign in with it."),
    "chart_of_child": lambda facts: _("This person is under %(age)s.", age=facts["age"]) + " " + _through_a_grown_up(),
    "no_phone_on_file": lambda facts: _("Add a phone number to the chart first. The person gets a code there."),
    "no_email_on_file": lambda facts: _("Add an email address to the chart first, or print a letter."),
    "account_ended": lambda facts: _("This account was closed. It can not be opened again."),
}
DEEDS = {
    "enrollment_office.invite": lambda: _("Invitation made"),
}
wording.add(REASONS, DEEDS)
