from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import request
from wtforms import RadioField, SelectChoice, SelectField, StringField, TextAreaField
from wtforms.validators import AnyOf

from portal.blueprints.connections.wording import CHOICES, ENDED_CHOICES, LEFT_CHOICES
from portal.domain.charts import names
from portal.domain.charts.types import Wanted
from portal.domain.connections.types import Change, OfficeChoice, WhyEnded, WhyLeft, WhyNot
from portal.kernel import typed
from portal.web.forms import Form, Needed, OrNothing, at_most
from portal.web.texts import lazy_gettext as _l

_CHOOSE_OFFICE = _l("Choose an office.")
_CHOOSE_WHY = _l("Choose why not.")
_CHOOSE_WHY_ENDED = _l("Choose why it ends.")


class AskForm(Form):
    """Which office."""

    office = RadioField(_l("Which office?"), [Needed(_CHOOSE_OFFICE)], validate_choice=False)

    def __init__(self, offices: Sequence[OfficeChoice], **values: Any) -> None:
        super().__init__(**values)
        self.office.choices = [SelectChoice(str(one.public_id), one.name) for one in offices]

    def is_good(self) -> bool:
        """Whether one of the offices was chosen."""
        if self.validate() and any(self.office.data == choice.value for choice in self.office.choices):
            return True
        self.office.errors = self.office.errors or [str(_CHOOSE_OFFICE)]
        return False

    def chosen(self) -> UUID:
        """The office. Only for a form that is good."""
        return UUID(self.office.data)


class SearchForm(Form):
    """Another chart than those that fit by themselves."""

    q = StringField(_l("Find another chart"), [Needed(_l("Type a name or a date of birth.")), at_most(120)])

    def wanted(self) -> Wanted:
        """What was typed: a birth date, or the words of a name."""
        born = typed.date_of(str(self.q.data))
        return Wanted(born=born) if born else Wanted(words=tuple(names.folded(str(self.q.data)).split()))


class AnswerForm(Form):
    """What becomes of each change that waits; why those are left that are left."""

    why = SelectField(
        _l("If you leave something: why?"),
        [AnyOf(["", *(why.value for why in WhyLeft)], message=_l("Choose a reason from the list."))],
        choices=[
            SelectChoice("", _l("Choose")),
            *(SelectChoice(why.value, words) for why, words in LEFT_CHOICES.items()),
        ],
        validate_choice=False,
        default="",
    )
    note = TextAreaField(_l("Your words to them"), [OrNothing(), at_most(300)])

    def answers(self, waiting: Sequence[Change]) -> dict[UUID, bool]:
        """What was chosen, by change; those without a choice go on waiting."""
        chosen = {change.public_id: self.chosen(change) for change in waiting}
        return {one: choice == "take" for one, choice in chosen.items() if choice in {"take", "leave"}}

    @staticmethod
    def chosen(change: Change) -> str:
        """What was chosen for one change, or nothing."""
        return str(request.form.get(f"change-{change.public_id}", ""))


class DeclineForm(Form):
    """Why not, and what the office wants to add."""

    why = RadioField(
        _l("Why not?"),
        [Needed(_CHOOSE_WHY), AnyOf([why.value for why in WhyNot], message=_CHOOSE_WHY)],
        choices=[SelectChoice(why.value, words) for why, words in CHOICES.items()],
        validate_choice=False,
    )
    note = TextAreaField(_l("Your words to them"), [OrNothing(), at_most(500)])


class EndForm(Form):
    """Why a connection ends, and what the office wants to add."""

    why = RadioField(
        _l("Why does it end?"),
        [Needed(_CHOOSE_WHY_ENDED), AnyOf([why.value for why in WhyEnded], message=_CHOOSE_WHY_ENDED)],
        choices=[SelectChoice(why.value, words) for why, words in ENDED_CHOICES.items()],
        validate_choice=False,
    )
    note = TextAreaField(_l("Your words to them"), [OrNothing(), at_most(500)])
