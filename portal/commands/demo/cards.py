"""Two sides of an insurance card for the demonstration: invented, and drawn here."""

from __future__ import annotations

import io

from PIL import Image, ImageDraw

from portal.commands.demo import files
from portal.commands.demo.world import Someone, World
from portal.domain.address_book.models import Insurance, InsuranceCard
from portal.domain.address_book.types import Side
from portal.domain.viewer import Actor

_PAPER, _BAND, _INK = "#f7f4ea", "#2f6f73", "#233"


def show(world: World, someone: Someone, insurance: Insurance) -> None:
    """Both sides, as if the person had taken pictures of them."""
    lines = {
        Side.FRONT: (insurance.company, "Member ID", insurance.member_id, f"Group {insurance.group_number}"),
        Side.BACK: ("For members", "800-555-0150", "Invented for the", "demonstration of this portal"),
    }
    by = Actor("patient", someone.account.id if someone.account else 0)
    for side, words in lines.items():
        row = files.keep(world, _drawn(words), f"card-{side}.jpg", insurance.person_id, by, world.now)
        world.keep(InsuranceCard(insurance_id=insurance.id, side=side, file_id=row.id))


def _drawn(lines: tuple[str, ...]) -> bytes:
    picture = Image.new("RGB", (430, 270), _PAPER)
    draw = ImageDraw.Draw(picture)
    draw.rectangle([0, 0, 430, 56], fill=_BAND)
    for place, line in enumerate(lines):
        draw.text((24, 14 + 56 * place), line, fill=_PAPER if place == 0 else _INK, font_size=24)
    target = io.BytesIO()
    picture.save(target, "JPEG", quality=80)
    return target.getvalue()
