"""What a file is, by its content: never by the name or type that somebody gave it (SECURITY A34)."""

from __future__ import annotations

import codecs
import re

_BEGINS = {b"%PDF-": "pdf", b"\xff\xd8\xff": "jpg", b"\x89PNG\r\n\x1a\n": "png"}
#: ISO base media brands of still pictures in HEIF (ISO/IEC 23008-12).
_HEIC = {b"heic", b"heix", b"heim", b"heis", b"mif1", b"msf1"}
#: What plain text does not have: controls other than tab, line feed, form feed and carriage return.
_NOT_TEXT = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f]")


def kind_of(content: bytes) -> str | None:
    """pdf, jpg, png, heic or txt; None for whatever else it is."""
    for begin, kind in _BEGINS.items():
        if content.startswith(begin):
            return kind
    if content[4:8] == b"ftyp" and content[8:12] in _HEIC:
        return "heic"
    return None if text_of(content) is None else "txt"


def text_of(content: bytes) -> str | None:
    """Plain text, as UTF-8, UTF-16 (with its mark) or Windows-1252 has it; None where it is none."""
    for encoding in _encodings(content):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return None if _NOT_TEXT.search(text) else text
    return None


def _encodings(content: bytes) -> tuple[str, ...]:
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return ("utf-16",)
    return ("utf-8-sig", "cp1252")
