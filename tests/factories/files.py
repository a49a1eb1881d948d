"""Files as people send them."""

from __future__ import annotations

import io
from typing import Any

from PIL import Image

PDF = b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
#: What a camera writes beside the picture.
WHERE = b"Exif\x00\x00taken at 45.52N 122.68W"


def a_picture(kind: str = "JPEG", size: tuple[int, int] = (60, 40), **more: Any) -> bytes:
    """JPEG, PNG or HEIF; the red is in the upper left corner."""
    picture = Image.new("RGB", size, "white")
    picture.putpixel((0, 0), (255, 0, 0))
    target = io.BytesIO()
    if kind == "HEIF":
        import pillow_heif  # noqa: PLC0415 - where one is made

        pillow_heif.from_pillow(picture).save(target, quality=90)
    else:
        picture.save(target, kind, **({"exif": WHERE, "comment": b"home"} if kind == "JPEG" else {}), **more)
    return target.getvalue()


def sent(content: bytes, name: str) -> tuple[io.BytesIO, str]:
    """As the test client sends a file."""
    return io.BytesIO(content), name
