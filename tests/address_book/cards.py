"""How the tests put pictures of cards into the Address Book."""

from __future__ import annotations

from portal.domain.address_book.types import Kind
from tests.address_book.book import url_of
from tests.factories.files import a_picture, sent

PICTURE = a_picture()


def put(me, entry, side, file=None, page=None, status=200):
    """Send a picture of one side by its form, as `page` has it or the page of the insurance; what comes."""
    page = page or me.get(url_of(Kind.INSURANCE, entry))
    (form,) = page.css(f"#card-{side} form[action$='/{side}']")
    for place in ("action", "data-hx-post"):
        form.set(place, f"/me/address_book/insurance/{entry}/cards/{side}")
    return me.submit(page, f"#card-{side} form[action$='/{side}']", status, file=file or sent(PICTURE, "card.jpg"))
