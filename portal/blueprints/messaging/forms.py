from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask_wtf.file import FileField
from wtforms import HiddenField, SelectChoice, SelectField, StringField, TextAreaField, ValidationError

from portal.blueprints.messaging.wording import called
from portal.domain.messaging import rules
from portal.domain.messaging.types import Colleague, Recipient
from portal.kernel.typed import uuid_of
from portal.web.forms import Form, Needed, at_most
from portal.web.texts import gettext as _
from portal.web.texts import lazy_gettext as _l
from portal.web.wording import words_for


def _fits(_form: Any, field: Any) -> None:
    why_not = rules.why_not_say(field.data or "")
    if why_not:
        raise ValidationError(words_for(why_not))


class MessageForm(Form):
    """A message, as one goes on with a conversation."""

    body = TextAreaField(_l("Message"), [Needed(_l("Type your message.")), _fits])
    file = FileField(_l("Attachments"))


class NoteForm(Form):
    """What colleagues tell each other."""

    note = TextAreaField(_l("Note among staff"), [Needed(_l("Type your note.")), at_most(2000)])


class NewForm(MessageForm):
    """A conversation to be. `to`: the key of a recipient."""

    to = SelectField(_l("Provider"), validate_choice=False)
    subject = StringField(_l("Subject"), [Needed(_l("Type a subject: a few words about what you ask.")), at_most(80)])

    def offer(self, recipients: Sequence[Recipient]) -> None:
        """Whom one can choose; by their office too, where there are several."""
        several = len({one.office for one in recipients}) > 1
        self.to.choices = [
            SelectChoice(str(one.key), f"{called(one.name)}, {one.office_name}" if several else called(one.name))
            for one in recipients
        ]

    def chosen(self, recipients: Sequence[Recipient]) -> Recipient | None:
        """Who was chosen, of these; None where nobody was, or somebody who is not among them."""
        return next((one for one in recipients if str(one.key) == self.to.data), None)


class SeenForm(Form):
    """A button, and the version of the conversation that it was pressed at."""

    version = HiddenField()

    @property
    def known_version(self) -> int:
        """The version that was on the page; 0, which none has, when the hidden field was tampered with."""
        typed: Any = self.version.data or ""
        return int(typed) if typed.isdecimal() and len(typed) < 10 else 0


class AssignForm(SeenForm):
    """Who takes care of it."""

    member = SelectField(_l("Who takes care of it?"), validate_choice=False)

    def offer(self, colleagues: Sequence[Colleague], roles: Any) -> None:
        """Everybody who may, and nobody in particular."""
        self.member.choices = [SelectChoice("", _("Nobody in particular"))]
        self.member.choices += [
            SelectChoice(str(one.public_id), f"{one.name}, {roles[one.role]}") for one in colleagues
        ]

    @property
    def chosen(self) -> UUID | None:
        """Who was chosen; the id of nobody where the field was tampered with."""
        return (uuid_of(self.member.data) or UUID(int=0)) if self.member.data else None
