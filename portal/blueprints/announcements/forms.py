from __future__ import annotations

from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from wtforms import HiddenField, RadioField, SelectChoice, StringField, TextAreaField
from wtforms.validators import AnyOf

from portal.blueprints.announcements.wording import AUDIENCES, when
from portal.domain.announcements import rules
from portal.domain.announcements.types import Audience, Draft, Written
from portal.web.clock_times import TimeField
from portal.web.forms import DateField, Form, Needed, OrNothing, at_most
from portal.web.texts import gettext as _
from portal.web.texts import lazy_gettext as _l
from portal.web.wording import words_for

_CHOOSE = _l("Choose who should see it.")
_LONGEST = at_most(1000)


class AnnouncementForm(Form):
    """An announcement as it is typed; dates and times are of the office's own clock."""

    audience = RadioField(
        _l("Who should see it?"),
        [Needed(_CHOOSE), AnyOf(list(AUDIENCES), message=_CHOOSE)],
        choices=[SelectChoice(code, words) for code, words in AUDIENCES.items()],
        validate_choice=False,
    )
    title = StringField(_l("Title"), [Needed(_l("Type a title, like Closed on Friday.")), at_most(120)])
    body = TextAreaField(_l("Words"), [Needed(_l("Type what people should know.")), _LONGEST])
    title_es = StringField(_l("Title in Spanish"), [OrNothing(), at_most(120)])
    body_es = TextAreaField(_l("Words in Spanish"), [OrNothing(), _LONGEST])
    starts_on = DateField(_l("Start date"), [Needed(_l("Type the date when it should start."))])
    starts_time = TimeField(_l("Start time"), [Needed(_l("Type the time when it should start, like 9:30 AM."))])
    ends_on = DateField(_l("End date"), [Needed(_l("Type the date when it should end."))])
    ends_time = TimeField(_l("End time"), [Needed(_l("Type the time when it should end, like 5:00 PM."))])
    version = HiddenField()
    step = HiddenField()

    @property
    def goes_back(self) -> bool:
        """Whether "Change something" was pressed under the preview."""
        return bool(self.step.data == "change")

    @property
    def known_version(self) -> int:
        """The version that was opened; 0, which no row has, when the hidden field was tampered with."""
        typed = self.version.data or ""
        return int(typed) if typed.isdecimal() and len(typed) < 10 else 0

    def is_good(self, zone: str, now: datetime) -> bool:
        """Whether it can be published as it is; else each problem stands at its field."""
        if not self.validate() or not self._twin_is_whole():
            return False
        draft = self.draft(zone)
        refusal = rules.why_not_run(draft.starts_at, draft.ends_at, now)
        if refusal:
            self.ends_on.errors = [words_for(refusal)]
        return refusal is None

    def _twin_is_whole(self) -> bool:
        if bool(self.title_es.data) == bool(self.body_es.data):
            return True
        if self.title_es.data:
            self.body_es.errors = [_("Type the words in Spanish too, or leave out the Spanish title.")]
        else:
            self.title_es.errors = [_("Type the title in Spanish too, or leave out the Spanish words.")]
        return False

    def draft(self, zone: str) -> Draft:
        """What was typed, with moments in UTC. Only for a form that is good."""
        return Draft(
            Audience(self.audience.data),
            self.title.data,
            self.body.data,
            self.title_es.data or None,
            self.body_es.data or None,
            _moment(self.starts_on.data, self.starts_time.data, zone),
            _moment(self.ends_on.data, self.ends_time.data, zone),
        )

    def carried(self) -> list[tuple[str, str]]:
        """All that was typed, as hidden fields take it, so that the preview loses nothing."""
        fields = [field for field in self if field.name not in {"audience", "step"}]
        return [("audience", self.audience.data), *((field.name, field._value()) for field in fields)]

    def meets(self, theirs: Written, zone: str) -> None:
        """Show what somebody else saved meanwhile; to send again then replaces it knowingly (SECURITY A40)."""
        self.version.data = str(theirs.version)
        self.stale = saved_values(theirs, zone)


class EndForm(Form):
    """A button."""


def filled(announcement: Written, zone: str) -> AnnouncementForm:
    """The form of an announcement that is there already."""
    starts, ends = (moment.astimezone(ZoneInfo(zone)) for moment in (announcement.starts_at, announcement.ends_at))
    typed: dict[str, Any] = announcement._asdict() | {
        "starts_on": starts.date(),
        "starts_time": starts.time(),
        "ends_on": ends.date(),
        "ends_time": ends.time(),
        "version": str(announcement.version),
    }
    return AnnouncementForm(data=typed)


def saved_values(announcement: Written, zone: str) -> list[tuple[str, str]]:
    """What is stored now, by label."""
    pairs = [
        (_("Who should see it?"), str(AUDIENCES[Audience(announcement.audience)])),
        (_("Title"), announcement.title),
        (_("Words"), announcement.body),
        (_("Title in Spanish"), announcement.title_es or ""),
        (_("Words in Spanish"), announcement.body_es or ""),
        (_("Time"), when(announcement.starts_at, announcement.ends_at, zone)),
    ]
    return [(label, value) for label, value in pairs if value]


def _moment(day: date, at: time, zone: str) -> datetime:
    return datetime.combine(day, at, ZoneInfo(zone))
