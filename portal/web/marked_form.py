"""The form of something that is stored, which somebody else may change while it is open."""

from __future__ import annotations

from typing import Any

from wtforms import HiddenField

from portal.web.forms import Form


class MarkedForm(Form):
    """A form of something that is stored. `mark` stands for what was there when it was opened.

    `stale`: pairs of a label and what somebody saved there meanwhile.
    """

    mark = HiddenField()
    stale: list[tuple[str, str]]

    def __init__(self, **filled: Any) -> None:
        super().__init__(**filled)
        self.stale = []

    @property
    def opened(self) -> str:
        """The mark of what the person saw."""
        return str(self.mark.data or "")

    def meets(self, saved: list[tuple[str, str]], mark: str) -> None:
        """Show what somebody else saved meanwhile; to send again then replaces it knowingly (SECURITY A40)."""
        self.stale, self.mark.data = saved, mark
