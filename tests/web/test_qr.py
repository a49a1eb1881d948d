"""A QR code stands in the page itself, says nothing but its text, and has words."""

from __future__ import annotations

from lxml import html

from portal.web.qr import picture_of


def test_it_is_drawn_in_the_page_without_styles(app):
    with app.test_request_context("/"):
        drawing = html.fragment_fromstring(str(picture_of('otpauth://totp/A:b?secret=<script>"')))
    assert drawing.tag == "svg" and drawing.get("role") == "img" and drawing.get("aria-label")
    assert {element.tag for element in drawing.iter()} == {"svg", "g", "path"}
    assert not [name for element in drawing.iter() for name in element.attrib if name in {"style", "href", "class"}]
