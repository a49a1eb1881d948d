from __future__ import annotations

from datetime import date
from typing import Any

from flask_wtf.file import FileField
from wtforms import HiddenField, SelectChoice, SelectField, StringField, TextAreaField
from wtforms.validators import AnyOf

from portal.blueprints.address_book.wording import COVERS
from portal.domain.address_book.types import FACTS, Entry, Facts, Kind, Side
from portal.web.filters import date_words, phone_words
from portal.web.forms import DateField, EmailField, Form, Needed, OrNothing, PhoneField, at_most
from portal.web.texts import gettext as _
from portal.web.texts import lazy_gettext as _l

_PHONE = _l("Type a phone number, like 800-555-0166.")


class EntryForm(Form):
    """One entry. `tail` ends the ids of its fields, as several may be open on one page; names stay the same.

    `stale`: pairs of a label and what somebody saved there meanwhile.
    """

    version = HiddenField()
    stale: list[tuple[str, str]]

    def __init__(self, tail: str = "new", **values: Any) -> None:
        super().__init__(**values)
        self.stale, self.tail = [], tail
        for field in self:
            field.id = field.label.field_id = f"{field.id}-{tail}"

    @classmethod
    def showing(cls, entry: Entry) -> EntryForm:
        """The form as it is opened: with what stands in the book."""
        return cls(tail_of(entry), obj=entry.facts, version=str(entry.version))

    @property
    def opened_version(self) -> int:
        """The version that the person saw; 0, which is never there, where the field was tampered with."""
        typed = str(self.version.data or "")
        return int(typed) if typed.isdecimal() and len(typed) < 10 else 0

    def facts(self, kind: Kind) -> Facts:
        """What was typed, ready for the book."""
        return FACTS[kind](**self.values("version"))

    def compare(self, kind: Kind, theirs: Entry) -> None:
        """Show beside what was typed what somebody saved meanwhile; saving again means to replace that."""
        mine, saved = self.facts(kind)._asdict(), theirs.facts._asdict()
        self.stale = [(self[name].label.text, _shown(name, saved[name])) for name in mine if mine[name] != saved[name]]
        self.version.data = str(theirs.version)


class InsuranceForm(EntryForm):
    """What stands on an insurance card."""

    company = StringField(
        _l("Insurance company"), [Needed(_l("Type the name of the insurance company.")), at_most(120)]
    )
    member_id = StringField(_l("Member ID"), [Needed(_l("Type your member ID. It is on your card.")), at_most(40)])
    group_number = StringField(_l("Group number"), [OrNothing(), at_most(40)])
    phone = PhoneField(_l("Phone number"))
    kind = SelectField(
        _l("Plan covers"),
        [AnyOf(tuple(COVERS), message=_l("Choose what the plan covers from the list."))],
        choices=[SelectChoice(code, words) for code, words in COVERS.items()],
        validate_choice=False,
    )
    subscriber = StringField(_l("Name on the card"), [OrNothing(), at_most(160)])
    good_until = DateField(_l("Good until"))


class ContactForm(EntryForm):
    """Somebody to call."""

    name = StringField(_l("Full name"), [Needed(_l("Type the name of the person to call.")), at_most(160)])
    relationship = StringField(
        _l("Relationship"),
        [Needed(_l("Type who they are to you, like daughter or neighbor.")), at_most(60)],
    )
    phone = PhoneField(_l("Phone number"), [Needed(_PHONE)])
    other_phone = PhoneField(_l("Other phone number"))
    email = EmailField(_l("Email"), [OrNothing(), at_most(254)])


class ProviderForm(EntryForm):
    """A clinician whom the portal does not know."""

    name = StringField(_l("Name"), [Needed(_l("Type the name of the provider.")), at_most(160)])
    specialty = StringField(_l("Specialty"), [OrNothing(), at_most(80)])
    practice = StringField(_l("Office"), [OrNothing(), at_most(120)])
    phone = PhoneField(_l("Phone number"), [Needed(_PHONE)])
    address = TextAreaField(_l("Address"), [OrNothing(), at_most(240)])


class CardForm(Form):
    """The picture of one side of a card; several sides may be on one page."""

    file = FileField(_l("Picture"))

    def __init__(self, side: Side) -> None:
        super().__init__()
        self.side = side
        self.file.id = self.file.label.field_id = f"file-{side}"


FORMS: dict[Kind, type[EntryForm]] = {
    Kind.INSURANCE: InsuranceForm,
    Kind.CONTACTS: ContactForm,
    Kind.PROVIDERS: ProviderForm,
}


def tail_of(entry: Entry) -> str:
    """What sets the ids of one entry apart from those of the next."""
    return entry.id.hex[:8]


def _shown(name: str, value: Any) -> str:
    if value is None:
        return _("nothing")
    if isinstance(value, date):
        return date_words(value)
    if name == "kind":
        return str(COVERS[value])
    return phone_words(value) if name.endswith("phone") else str(value)
