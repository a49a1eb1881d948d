"""Style, script and icons: hashed names, compressed once, kept by browsers for a year."""

from __future__ import annotations

import gzip
from base64 import b64encode
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

import brotli
from flask import Blueprint, Response, request

from portal.kernel.refusal import Missing

HERE = Path(__file__).parent.parent / "static"
_YEAR = "public, max-age=31536000, immutable"
_PARTS = {
    "portal.css": ("portal.css",),
    "office.css": ("office.css",),
    "kiosk.css": ("kiosk.css",),
    "portal.js": ("htmx.min.js", "portal.js"),
    "passkeys.js": ("passkeys.js",),
}
#: One file for those whose office has chosen its colors: `portal.lagoon.css`. Fig, the first, is in portal.css.
_PARTS |= {f"portal.{one.stem}.css": ("portal.css", f"palettes/{one.name}") for one in (HERE / "palettes").iterdir()}
_TYPES = {"css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8"}

bp = Blueprint("static_files", __name__)


class StaticFile(NamedTuple):
    """One file as it is served, in three encodings."""

    plain: bytes
    gzip: bytes
    brotli: bytes
    kind: str
    hash: str


@cache
def file(name: str) -> StaticFile:
    """A file of the portal by its plain name; the script is htmx and our own few lines in one.

    Raises:
        KeyError: there is no such file.
    """
    plain = b"\n".join((HERE / part).read_bytes() for part in _PARTS[name])
    kind = _TYPES[name.rsplit(".", 1)[1]]
    return StaticFile(plain, gzip.compress(plain, 9, mtime=0), brotli.compress(plain), kind, _hash(plain))


@cache
def url_of(name: str) -> str:
    """The address of a file; it changes whenever the file does."""
    plain = b"\n".join((HERE / part).read_bytes() for part in _PARTS[name])
    return f"/static/{_hash(plain)}/{name}"


@cache
def inline_styles() -> tuple[str, str]:
    """The stylesheet for a page that carries it inside, and its hash for the CSP (SECURITY A25)."""
    text = file("portal.css").plain.decode()
    return text, f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"


def _hash(plain: bytes) -> str:
    return sha256(plain).hexdigest()[:16]


@bp.get("/static/<hashed>/<name>")
def send(hashed: str, name: str) -> Response:
    """One file, in the best encoding that the browser takes. An old hash is gone, not guessed."""
    if name not in _PARTS or file(name).hash != hashed:
        raise Missing
    found, encoding = file(name), _best(request.headers.get("Accept-Encoding", ""))
    body = {"br": found.brotli, "gzip": found.gzip}.get(encoding, found.plain)
    answer = Response(body, content_type=found.kind)
    answer.headers["Cache-Control"] = _YEAR
    answer.headers["Vary"] = "Accept-Encoding"
    if encoding:
        answer.headers["Content-Encoding"] = encoding
    return answer


def _best(accepted: str) -> str:
    offered = {part.split(";")[0].strip() for part in accepted.split(",") if not part.strip().endswith("q=0")}
    return "br" if "br" in offered else "gzip" if "gzip" in offered else ""
