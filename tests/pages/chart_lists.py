"""Lists of people that an office uploaded."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from tests.browser import Browser


def upload(named: dict[str, Any], desk: Browser) -> None:
    """A list with lines of every kind, and one that was taken in."""
    url = f"/office/{named['office']}/charts/import/"
    head = "First name,Last name,Date of birth,Shoes\n"
    for name, lines in (
        ("list", "Jasper,Quillmark,2/3/1983,44\nOrrin,Fellwater,x,\nOna,Bluecliff,5/5/1995,\nOna,Bluecliff,5/5/1995,"),
        ("list taken in", "Orrin,Fellwater,7/8/1962,"),
    ):
        file = (BytesIO(f"{head}{lines}\n".encode()), "list.csv")
        page = desk.submit(desk.get(url), file=file)
        named[name] = page.url.split("/")[-2]
    desk.submit(page, "#confirm form")
