from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from wtforms import SelectChoice, SelectField, StringField, TextAreaField, ValidationError

from portal.blueprints.messaging.forms import MessageForm
from portal.domain.messaging import rules
from portal.domain.messaging.saved import Words
from portal.domain.messaging.types import Named
from portal.kernel.typed import uuid_of
from portal.web.forms import Needed, OrNothing, at_most
from portal.web.marked_form import MarkedForm
from portal.web.texts import gettext as _
from portal.web.texts import lazy_gettext as _l
from portal.web.wording import words_for


def _can_be_filled_in(_form: Any, field: Any) -> None:
    why_not = rules.why_not_keep_words(field.data)
    if why_not:
        raise ValidationError(words_for(why_not))


class SavedForm(MarkedForm):
    """A saved reply."""

    name = StringField(_l("What is it called?"), [Needed(_l("Type a name, like Refill is ready.")), at_most(80)])
    body = TextAreaField(
        _l("What does it say?"), [Needed(_l("Type the words of the reply.")), at_most(2000), _can_be_filled_in]
    )
    body_es = TextAreaField(_l("The same in Spanish"), [OrNothing(), at_most(2000), _can_be_filled_in])

    def words(self) -> Words:
        """What was typed."""
        return Words(self.name.data or "", self.body.data or "", self.body_es.data)


class AnswerForm(MessageForm):
    """An answer of the office, and a saved reply to begin it with."""

    saved = SelectField(_l("Saved reply"), validate_choice=False)

    def offer(self, replies: Sequence[Named]) -> None:
        """What can be chosen, and nothing."""
        self.saved.choices = [SelectChoice("", _("Choose one"))]
        self.saved.choices += [SelectChoice(str(one.id), one.name) for one in replies]

    @property
    def chosen(self) -> UUID | None:
        """The saved reply that was chosen; None where none was, or the field was tampered with."""
        return uuid_of(self.saved.data)

    def go_on_with(self, words: str) -> None:
        """Put words behind what is typed already."""
        self.body.data = "\n\n".join(part for part in (self.body.data, words) if part)
        self.saved.data = ""
