"""QR codes as a part of the page: no picture is fetched, nothing of what they say leaves the page."""

from __future__ import annotations

import segno
from markupsafe import Markup

from portal.web.texts import gettext as _


def picture_of(text: str) -> Markup:
    """The text as a QR code: dark on white whatever the page's colors are, with words for those who can not see it."""
    drawing = segno.make(text, error="m").svg_inline(
        scale=5, border=4, dark="#000", light="#fff", svgclass=None, lineclass=None
    )
    label = Markup(' role="img" aria-label="{}"').format(_("Picture to scan. The same is written below it."))
    return Markup(drawing.replace("<svg", f"<svg{label}", 1))  # noqa: S704 - drawn by us; the text is only squares
