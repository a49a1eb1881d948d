"""The six palettes: every pair of colors that meet has the contrast that it needs, by day and by night (DESIGN)."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from portal.domain.practices.models import Office
from portal.domain.practices.rules import PALETTES
from portal.kernel import database
from portal.web import static_files
from tests.factories import connections, practices

STATIC = Path(__file__).parents[2] / "portal" / "static"
#: What stands on what, and the least contrast (WCAG 2.2, 1.4.3 and 1.4.11).
PAIRS = {
    ("on-fig", "fig"): 7,
    ("on-fig", "fig-2"): 4.5,
    ("lamp", "fig"): 3,
    ("fig-line", "paper"): 4.5,
    ("fig-line", "surface"): 4.5,
    ("fig-line", "fig-soft"): 4.5,
    ("ink", "fig-soft"): 7,
    ("ink-2", "fig-soft"): 4.5,
    ("link", "fig-soft"): 4.5,
    ("go-ink", "fig-soft"): 4.5,
    ("red-ink", "fig-soft"): 4.5,
    ("fig", "on-fig"): 4.5,
}
_COLOR = re.compile(r"--([\w-]+):(#[0-9a-f]{6}|#[0-9a-f]{3})\b")


def light(color):
    """Relative luminance (WCAG 2.2)."""
    color = color.lstrip("#")
    wide = color if len(color) == 6 else "".join(sign * 2 for sign in color)
    parts = [int(wide[place : place + 2], 16) / 255 for place in (0, 2, 4)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    brighter, darker = sorted((light(one), light(other)), reverse=True)
    return (brighter + 0.05) / (darker + 0.05)


def tokens(palette, mode):
    """All colors as they are with a palette: those of portal.css, by day or night, and over them the palette's."""
    own = (STATIC / "portal.css").read_text()
    day, night = own.split("@media (prefers-color-scheme:dark)", 1)
    found = dict(_COLOR.findall(day.split("/* 2 Base */")[0]))
    if mode == "dark":
        found |= dict(_COLOR.findall(night.split("/* 2 Base */")[0]))
    if palette == PALETTES[0]:
        return found
    day, night = (STATIC / "palettes" / f"{palette}.css").read_text().split("@media (prefers-color-scheme:dark)", 1)
    return found | dict(_COLOR.findall(night if mode == "dark" else day))


@pytest.mark.parametrize("mode", ["light", "dark"])
@pytest.mark.parametrize("palette", PALETTES)
def test_every_pair_of_colors_can_be_told_apart(palette, mode):
    colors = tokens(palette, mode)
    weak = {
        pair: round(contrast(colors[pair[0]], colors[pair[1]]), 2)
        for pair, least in PAIRS.items()
        if contrast(colors[pair[0]], colors[pair[1]]) < least
    }
    assert not weak


@pytest.mark.parametrize("palette", PALETTES[1:])
def test_the_styles_with_a_palette_keep_their_budget(palette):
    """PERFORMANCE §6.8; one file for all who chose none of them, one for each palette."""
    assert len(static_files.file(f"portal.{palette}.css").brotli) <= 7_000


def choose(office, palette):
    with database.writing() as session:
        session.get_one(Office, office.id).palette = palette


def test_pages_stand_in_the_colors_of_the_office(browser, office, administrator, patient):
    for who, url in ((administrator, f"/office/{office.public_id}/"), (patient, "/me/")):
        page = browser(who).get(url)
        assert page.root.get("data-palette") is None and not page.css("link[href$='portal.lagoon.css']")
    choose(office, "lagoon")
    for who, url in ((administrator, f"/office/{office.public_id}/"), (patient, "/me/")):
        page = browser(who).get(url)
        assert page.root.get("data-palette") == "lagoon"
        (link,) = page.css("link[href$='portal.lagoon.css']")
        assert "--fig:#0f3d47" in browser()._send("get", link.get("href")).get_data(as_text=True)


def test_who_has_two_offices_or_none_has_the_portals_colors(browser, office, patient, stranger):
    other = practices.an_office("Harbor Point Medical")
    choose(office, "garnet")
    connections.a_connection(patient.person_id, other.id, practices.a_provider(other.id))
    for who in (patient, stranger):
        assert browser(who).get("/me/").root.get("data-palette") is None
