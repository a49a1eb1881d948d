"""Places of the pictures of insurance cards: endpoint, roles, and values of its URL, as in places.py."""

from __future__ import annotations

from typing import Any

from tests.factories.files import a_picture, sent

_READERS = ("front_desk", "clinician", "billing", "administrator")
_CHART = {"office": "office", "chart": "chart"}
CARDS = (
    ("address_book_cards.open_file", ("patient",), {"file_id": "card picture"}),
    ("address_book_office.open_file", _READERS, _CHART | {"file_id": "card picture"}),
    ("charts.show_part", _READERS, _CHART | {"part": "insurance"}),
)


def set_out(world: Any) -> None:
    """The front of one card, sent through its page."""
    patient = world.browser("patient")
    page = patient.get(f"/me/address_book/insurance/{world.named['insurance 1']}/")
    page = patient.submit(page, "#card-front form", file=sent(a_picture(), "card.jpg"))
    world.named["card picture"] = page.one("#card-front a.file").get("href").rpartition("/")[2]
