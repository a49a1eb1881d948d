from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import StringField
from wtforms.validators import ValidationError

from portal.domain.charts import names
from portal.domain.charts.types import Wanted
from portal.web.forms import Form, Needed, at_most, read_date, read_phone


class SearchForm(Form):
    """One box for a name, a date of birth, or a number."""

    q = StringField(
        _l("Find a person"),
        [Needed(_l("Type a name, a date of birth, or a chart number.")), at_most(120)],
    )

    def wanted(self) -> Wanted:
        """What was typed, as what it can only mean."""
        typed = str(self.q.data)
        if born := read_date(typed):
            return Wanted(born=born)
        if any(sign.isdigit() for sign in typed):
            return Wanted(numbers=(typed, typed.upper()), phone=_phone(typed))
        return Wanted(words=tuple(names.folded(typed).split()))


def _phone(typed: str) -> str | None:
    try:
        return read_phone(typed)
    except ValidationError:
        return None
