"""The box in which staff look for a chart, wherever one is chosen."""

from __future__ import annotations

from wtforms import StringField

from portal.domain.charts import names
from portal.domain.charts.types import Wanted
from portal.kernel import typed
from portal.web.forms import Form, Needed, at_most
from portal.web.texts import lazy_gettext as _l


class SearchForm(Form):
    """One box for a name, a date of birth, or a number."""

    q = StringField(
        _l("Find a person"),
        [Needed(_l("Type a name, a date of birth, or a chart number.")), at_most(120)],
    )

    def wanted(self) -> Wanted:
        """What was typed, as what it can only mean."""
        text = str(self.q.data)
        if born := typed.date_of(text):
            return Wanted(born=born)
        if any(sign.isdigit() for sign in text):
            return Wanted(numbers=(text, text.upper()), phone=_phone(text))
        return Wanted(words=tuple(names.folded(text).split()))


def _phone(text: str) -> str | None:
    try:
        return typed.phone_of(text)
    except typed.BadPhone:
        return None
