from __future__ import annotations

from typing import Any
from uuid import UUID

from wtforms import HiddenField, RadioField, SelectChoice, SelectField, StringField, TextAreaField
from wtforms.validators import AnyOf, Regexp

from portal.blueprints.charts.wording import FIELDS, LANGUAGES, shown
from portal.domain.accounts.rules import STATES
from portal.domain.charts.types import Demographics, Found, Meanwhile, OpenChart, text_of
from portal.kernel import typed
from portal.web.forms import BirthDateField, EmailField, Form, Needed, OrNothing, PhoneField, at_most
from portal.web.texts import gettext as _
from portal.web.texts import lazy_gettext as _l

_MOST_SEEN = 60


class ChartForm(Form):
    """What an office knows of a person. `seen`: the charts that are alike and were shown, so that one may go on."""

    given = StringField(FIELDS["given"], [Needed(_l("Type the first name.")), at_most(80)])
    family = StringField(FIELDS["family"], [Needed(_l("Type the last name.")), at_most(80)])
    preferred = StringField(FIELDS["preferred"], [OrNothing(), at_most(80)])
    birth_date = BirthDateField(FIELDS["birth_date"], [Needed(_l("Type the date of birth, like 03/25/1961."))])
    language = SelectField(
        FIELDS["language"],
        [AnyOf(list(LANGUAGES), message=_l("Choose English or Spanish."))],
        choices=[SelectChoice(code, words) for code, words in LANGUAGES.items()],
        validate_choice=False,
    )
    phone_on_file = PhoneField(FIELDS["phone_on_file"])
    email = EmailField(FIELDS["email"], [OrNothing(), at_most(254)])
    line1 = StringField(FIELDS["line1"], [OrNothing(), at_most(120)])
    line2 = StringField(FIELDS["line2"], [OrNothing(), at_most(120)])
    city = StringField(FIELDS["city"], [OrNothing(), at_most(80)])
    state = SelectField(
        FIELDS["state"],
        [OrNothing(), AnyOf(list(STATES), message=_l("Choose a state from the list."))],
        choices=[SelectChoice("", _l("Choose")), *(SelectChoice(code, words) for code, words in STATES.items())],
        validate_choice=False,
    )
    postal_code = StringField(
        FIELDS["postal_code"],
        [OrNothing(), Regexp(r"[0-9]{5}(-[0-9]{4})?$", message=_l("ZIP code needs 5 or 9 digits, like 97000."))],
        filters=[lambda text: typed.zip_code_of(text or "") or text],
    )
    number = StringField(_l("Chart number"), [OrNothing(), at_most(20)])
    version = HiddenField()
    seen = HiddenField()
    stale: list[tuple[str, str]]

    def __init__(self, **values: Any) -> None:
        super().__init__(**values)
        self.stale = []

    @classmethod
    def of(cls, opened: OpenChart) -> ChartForm:
        """The form of a chart that is there."""
        return cls(data=opened.facts._asdict() | {"version": str(opened.version)})

    @property
    def opened_version(self) -> int:
        """The version that the person saw; 0, which is never there, where the field was tampered with."""
        text = str(self.version.data or "")
        return int(text) if text.isdecimal() and len(text) < 10 else 0

    def facts(self) -> Demographics:
        """What was typed. Only for a form that is good."""
        return Demographics(**{name: self[name].data or None for name in Demographics._fields})

    def seen_charts(self) -> set[UUID]:
        """The charts that were shown as alike; what is no id is dropped."""
        found = set()
        for text in str(self.seen.data or "").split()[:_MOST_SEEN]:
            try:
                found.add(UUID(text))
            except ValueError:
                continue
        return found

    def have_seen(self, alike: list[Found]) -> None:
        """Sending it again says that these are other people."""
        self.seen.data = " ".join(str(one.public_id) for one in alike)

    def meets(self, meanwhile: Meanwhile) -> None:
        """Take in what somebody saved meanwhile where this person changed nothing, and show it where they did."""
        theirs = meanwhile.chart.facts._asdict()
        for name, before in meanwhile.opened_with.items():
            mine = text_of(self[name].data or None)
            if mine == text_of(theirs[name]):
                continue
            if mine == before:
                self[name].data, self[name].raw_data = theirs[name], None
            self.stale.append((str(FIELDS[name]), shown(name, text_of(theirs[name])) or _("nothing")))
        self.version.data = str(meanwhile.chart.version)


class EmergencyForm(Form):
    """Why somebody opens what their role leaves out."""

    reason = TextAreaField(
        _l("Why do you need to see this now?"), [Needed(_l("Type why you need to see this now.")), at_most(500)]
    )


class MergeForm(Form):
    """The other chart: by its outer id (chosen from a list), or by its number. `stays`: this or other."""

    other = HiddenField()
    number = StringField(_l("Number of the other chart"), [OrNothing(), at_most(20)])
    stays = RadioField(
        _l("Whose demographics stay?"),
        [AnyOf(("this", "other"), message=_l("Choose which chart stays."))],
        default="this",
        validate_choice=False,
    )

    def other_id(self) -> UUID | None:
        """The chosen chart; None where it is named by its number, or by nothing that could be an id."""
        try:
            return UUID(str(self.other.data or ""))
        except ValueError:
            return None
