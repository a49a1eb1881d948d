from __future__ import annotations

from collections.abc import Sequence

from wtforms import RadioField, SelectChoice
from wtforms.validators import AnyOf

from portal.domain.appointments.desk_rules import MOST_OFFERED
from portal.domain.appointments.proposing import ToPick
from portal.web.filters import moment_words
from portal.web.forms import Form, Needed
from portal.web.texts import lazy_gettext as _l

_CHOOSE = _l("Choose one of the times.")


class PickForm(Form):
    """One of the times that an office offers, by its number."""

    number = RadioField(
        _l("Which time?"),
        [Needed(_CHOOSE), AnyOf([str(number) for number in range(1, MOST_OFFERED + 1)], message=_CHOOSE)],
        validate_choice=False,
    )

    def offer(self, times: Sequence[ToPick]) -> None:
        """Show these."""
        self.number.choices = [
            SelectChoice(str(one.number), f"{moment_words(one.starts_at, one.zone)}, {one.provider}, {one.location}")
            for one in times
        ]
