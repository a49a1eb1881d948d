"""A picture and a letter for conversations of the demonstration: invented, and made here."""

from __future__ import annotations

import io
from datetime import datetime

from PIL import Image, ImageDraw

from portal.commands.demo.world import World
from portal.domain.files import actions
from portal.domain.files.models import StoredFile
from portal.domain.files.rules import title_of
from portal.domain.messaging.models import Attachment, Conversation
from portal.domain.viewer import Actor
from portal.gateways import files

_SKIN, _SHADE, _SORE, _BACK = "#e8b999", "#c98f6b", "#d65a4a", "#d9e6ea"
_LETTER = (
    "Larkfield Family Clinic",
    "",
    "This is to say that the person named in our records",
    "had a flu shot at our clinic on October 12.",
    "",
    "Invented for the demonstration of this portal.",
)


def attach(world: World, to: Conversation, number: int, by: Actor, name: str, at: datetime) -> None:
    """Put one of the two (knee.jpg, flu-shot.pdf) into the store, and on a message."""
    kind = name.rpartition(".")[2]
    row = keep(world, _knee() if kind == "jpg" else _pdf(), name, to.person_id, by, at)
    mark = {"by_kind": by.kind, "by_id": by.id, "conversation_id": to.id, "number": number}
    world.keep(Attachment(file_id=row.id, **mark))


def keep(world: World, content: bytes, name: str, person_id: int, by: Actor, at: datetime) -> StoredFile:
    """Put a file into the store, and into somebody's record."""
    kind = name.rpartition(".")[2]
    new, sealed = actions.sealed(content, title_of(name, kind), kind, "ready")
    files.put(new.name, sealed)
    row: StoredFile = actions.add(new, person_id, by, at)
    row.public_id = world.uuid()
    return row


def _knee() -> bytes:
    """A bent knee with a sore spot, as a phone would take it."""
    picture = Image.new("RGB", (640, 480), _BACK)
    draw = ImageDraw.Draw(picture)
    draw.line([(60, 470), (330, 190), (600, 460)], fill=_SKIN, width=120, joint="curve")
    draw.ellipse([255, 115, 405, 265], fill=_SKIN)
    draw.arc([270, 130, 390, 250], 200, 340, fill=_SHADE, width=6)
    draw.ellipse([315, 165, 355, 205], fill=_SORE)
    target = io.BytesIO()
    picture.save(target, "JPEG", quality=85)
    return target.getvalue()


def _pdf() -> bytes:
    """One page of plain words (PDF 1.4, ISO 32000-1)."""
    lines = "".join(f"({line}) Tj T*\n" for line in _LETTER)
    words = f"BT /F1 14 Tf 72 700 Td 22 TL\n{lines}ET".encode()
    parts = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%b\nendstream" % (len(words), words),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    made, places = b"%PDF-1.4\n", []
    for number, part in enumerate(parts, 1):
        places.append(len(made))
        made += b"%d 0 obj%b\nendobj\n" % (number, part)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    end = b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(parts) + 1, len(made))
    return made + b"xref\n0 %d\n0000000000 65535 f \n%b%b" % (len(parts) + 1, table, end)
