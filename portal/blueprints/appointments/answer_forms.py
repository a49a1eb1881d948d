from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import request
from wtforms import HiddenField, TextAreaField

from portal.kernel.typed import uuid_of
from portal.web.forms import Form, Needed, at_most
from portal.web.texts import lazy_gettext as _l


class AnswerForm(Form):
    """A button, and the version of the visit that it was pressed at."""

    version = HiddenField()

    @property
    def known_version(self) -> int:
        """The version that was on the page; 0, which no visit has, when the hidden field was tampered with."""
        typed: Any = self.version.data or ""
        return int(typed) if typed.isdecimal() and len(typed) < 10 else 0


class WhyForm(AnswerForm):
    """Why not, in the office's words."""

    because = TextAreaField(
        _l("Your words to them"), [Needed(_l("Type why, so that they know what to do next.")), at_most(500)]
    )


class ProposeForm(AnswerForm):
    """Times of one provider, as moments in UTC."""

    provider = HiddenField()

    @property
    def chosen_provider(self) -> UUID:
        """The provider; the id of nobody where the hidden field was tampered with."""
        return uuid_of(self.provider.data) or UUID(int=0)

    @staticmethod
    def chosen_times() -> list[datetime]:
        """What was ticked; what is no moment is left out."""
        found = []
        for typed in request.form.getlist("times"):
            with suppress(ValueError):
                found.append(datetime.fromisoformat(typed))
        return [one for one in found if one.tzinfo is not None]
