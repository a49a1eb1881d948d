from __future__ import annotations

from typing import Any
from uuid import UUID

from wtforms import BooleanField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import ValidationError

from portal.blueprints.practices.wording import PALETTES, PARTS, ahead_words, business_days, notice_words
from portal.domain.practices import rules
from portal.domain.practices.types import KeptLocation, LocationFacts, OfficeSettings, ProviderFacts, Section
from portal.web.forms import EmailField, Needed, OrNothing, PhoneField, at_most
from portal.web.marked_form import MarkedForm
from portal.web.postal import Listed, choices_of, keep_zone, state_field, zip_field, zone_field
from portal.web.texts import gettext as _
from portal.web.texts import lazy_gettext as _l

_PHONE = Needed(_l("Type a phone number, like 800-555-0166."))
_EMAIL = Needed(_l("Type an email address, like name@example.com."))


class WholeNumber:
    """A number of days, typed."""

    def __init__(self, limits: tuple[int, int]) -> None:
        self.limits = limits

    def __call__(self, form: Any, field: Any) -> None:
        typed, (least, most) = str(field.data or ""), self.limits
        if not (typed.isdecimal() and len(typed) < 4 and least <= int(typed) <= most):
            raise ValidationError(_("Type a number of days from %(least)s to %(most)s.", least=least, most=most))


class SectionForm(MarkedForm):
    """One section of the settings."""

    def chosen(self) -> dict[str, Any]:
        """What was set, by the columns of the office."""
        return self.values("mark")


class OfficeForm(SectionForm):
    """What an office is called, and how to reach it."""

    name = StringField(_l("Name of the office"), [Needed(_l("Type the name of the office.")), at_most(120)])
    time_zone = zone_field(_l("Time zone"))
    phone = PhoneField(_l("Phone number"), [_PHONE])
    email = EmailField(_l("Email"), [_EMAIL, at_most(254)])


class AboutForm(OfficeForm):
    """The same with the address, which an office tells before anybody can come."""

    line1 = StringField(_l("Street"), [Needed(_l("Type the street and house number.")), at_most(120)])
    city = StringField(_l("City"), [Needed(_l("Type the city.")), at_most(80)])
    state = state_field()
    postal_code = zip_field()


class EnrollmentForm(SectionForm):
    """Who may enroll and how they are proofed."""

    enrolls_openly = BooleanField(_l("They register online by themselves"))
    enrolls_by_invitation = BooleanField(_l("You invite them by email or letter"))
    enrolls_in_person = BooleanField(_l("They enroll at your counter"))
    asks_postal_code = BooleanField(_l("Ask for the ZIP code too"))
    phone_match = BooleanField(_l("The code goes to the phone in the chart only"))
    code_days = StringField(_l("Days that a code works"), [WholeNumber(rules.CODE_DAYS)])
    adult_age = SelectField(
        _l("Age from which people have their own account"),
        [Listed(_l("Choose an age from the list."))],
        choices=choices_of({str(age): str(age) for age in range(rules.ADULT_AGES[0], rules.ADULT_AGES[1] + 1)}),
        validate_choice=False,
    )

    def chosen(self) -> dict[str, Any]:
        """What was set."""
        return {**super().chosen(), "code_days": int(self.code_days.data), "adult_age": int(self.adult_age.data)}


class WelcomeForm(SectionForm):
    """What the office itself says to people who want to enroll."""

    welcome = TextAreaField(_l("Your words in English"), [OrNothing(), at_most(600)])
    welcome_es = TextAreaField(_l("The same in Spanish"), [OrNothing(), at_most(600)])


class MessagesForm(SectionForm):
    """How fast messages are answered."""

    answer_days = SelectField(
        _l("You answer within"),
        [Listed(_l("Choose a number of days from the list."))],
        validate_choice=False,
    )

    def __init__(self, **filled: Any) -> None:
        super().__init__(**filled)
        least, most = rules.ANSWER_DAYS
        self.answer_days.choices = choices_of({str(days): business_days(days) for days in range(least, most + 1)})

    def chosen(self) -> dict[str, Any]:
        """What was set."""
        return {"answer_days": int(self.answer_days.data)}


class VisitsForm(SectionForm):
    """Until when people ask for a time and cancel, and whether a cancellation counts at once."""

    book_ahead_minutes = SelectField(
        _l("People can ask for a time"), [Listed(_l("Choose a time from the list."))], validate_choice=False
    )
    cancel_notice_hours = SelectField(
        _l("They can cancel"), [Listed(_l("Choose a time from the list."))], validate_choice=False
    )
    cancels_at_once = BooleanField(_l("A cancellation counts at once"))

    def __init__(self, **filled: Any) -> None:
        super().__init__(**filled)
        self.book_ahead_minutes.choices = choices_of({str(one): ahead_words(one) for one in rules.BOOK_AHEAD})
        self.cancel_notice_hours.choices = choices_of({str(one): notice_words(one) for one in rules.CANCEL_NOTICE})

    def chosen(self) -> dict[str, Any]:
        """What was set."""
        return {name: value if isinstance(value, bool) else int(value) for name, value in super().chosen().items()}


class PasswordsForm(SectionForm):
    """How patients of the office get a new password."""

    resets_by_email = BooleanField(_l("By email"))
    resets_by_sms = BooleanField(_l("By text message"))
    resets_by_voice = BooleanField(_l("By phone call"))


class LookForm(SectionForm):
    """One of the tested palettes."""

    palette = RadioField(
        _l("Colors of your pages"),
        [Listed(_l("Choose colors from the list."))],
        choices=choices_of(PALETTES),
        validate_choice=False,
    )


_FORMS: dict[Section, type[SectionForm]] = {
    Section.ABOUT: AboutForm,
    Section.ENROLLMENT: EnrollmentForm,
    Section.WELCOME: WelcomeForm,
    Section.MESSAGES: MessagesForm,
    Section.VISITS: VisitsForm,
    Section.PASSWORDS: PasswordsForm,
    Section.LOOK: LookForm,
}


def section_form(section: Section, office: OfficeSettings) -> SectionForm:
    """The form of a section: as it was sent, or as it is stored."""
    stored = office.of(section)
    typed = {name: value if isinstance(value, bool) or value is None else str(value) for name, value in stored.items()}
    form = _FORMS[section](data={**typed, "mark": rules.mark_of(stored)})
    if isinstance(form, OfficeForm):
        keep_zone(form.time_zone, office.time_zone)
    return form


class LocationForm(MarkedForm):
    """A place where the office sees people."""

    name = StringField(_l("Name of the location"), [Needed(_l("Type a name, like Main Street.")), at_most(80)])
    line1 = StringField(_l("Street"), [Needed(_l("Type the street and house number.")), at_most(120)])
    city = StringField(_l("City"), [Needed(_l("Type the city.")), at_most(80)])
    state = state_field()
    postal_code = zip_field()
    phone = PhoneField(_l("Phone number"), [_PHONE])

    def facts(self) -> LocationFacts:
        """What was typed."""
        return LocationFacts(**self.values("mark"))


class ProviderForm(MarkedForm):
    """A clinician and what they take part in."""

    given = StringField(_l("First name"), [Needed(_l("Type the first name.")), at_most(80)])
    family = StringField(_l("Last name"), [Needed(_l("Type the last name.")), at_most(80)])
    credentials = StringField(_l("Letters after the name"), [Needed(_l("Type the letters, like MD.")), at_most(20)])
    specialty = StringField(_l("Specialty"), [Needed(_l("Type the specialty, like Family medicine.")), at_most(80)])
    location = SelectField(_l("Location"), [Listed(_l("Choose the location from the list."))], validate_choice=False)
    takes_messages = BooleanField(PARTS["takes_messages"])
    takes_appointments = BooleanField(PARTS["takes_appointments"])
    takes_documents = BooleanField(PARTS["takes_documents"])
    takes_payments = BooleanField(PARTS["takes_payments"])

    def __init__(self, locations: list[KeptLocation], **filled: Any) -> None:
        super().__init__(**filled)
        self.location.choices = choices_of({str(one.id): one.facts.name for one in locations})

    def facts(self) -> ProviderFacts:
        """What was typed."""
        return ProviderFacts(**{**self.values("mark"), "location": UUID(self.location.data)})
