"""Run as a program of its own by pictures.py: a picture comes in on stdin, and goes out anew on stdout.

It imports nothing of the portal, and gives itself little memory and time before it looks at what a stranger sent.
"""

import contextlib
import io
import resource
import sys
from typing import Any

#: Refused with these exit codes.
TOO_LARGE, BROKEN = 3, 4
MOST_PIXELS = 40_000_000
_MEMORY, _SECONDS = 1024 * 1024 * 1024, 15
_FORMATS = {"jpg": "JPEG", "png": "PNG", "heic": "HEIF"}


def _limit() -> None:
    for what, most in ((resource.RLIMIT_AS, _MEMORY), (resource.RLIMIT_CPU, _SECONDS), (resource.RLIMIT_CORE, 0)):
        resource.setrlimit(what, (most, most))


def _main(kind: str) -> int:
    _limit()
    from PIL import Image, ImageFile, ImageOps  # noqa: PLC0415 - under the limits

    Image.MAX_IMAGE_PIXELS = None  # the size is looked at here, before anything is decoded
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    if kind == "heic":
        import pillow_heif  # noqa: PLC0415 - only where there is one

        pillow_heif.register_heif_opener(thumbnails=False, decode_threads=1)
    try:
        found = Image.open(io.BytesIO(sys.stdin.buffer.read()), formats=[_FORMATS[kind]])
        if found.width * found.height > MOST_PIXELS:
            return TOO_LARGE
        anew = ImageOps.exif_transpose(_in_srgb(found))
        sys.stdout.buffer.write(_written(anew, "PNG" if kind == "png" else "JPEG"))
    except (Exception, MemoryError):
        return BROKEN
    return 0


def _in_srgb(found: Any) -> Any:
    """The colors as screens have them, since the profile does not come through."""
    profile = found.info.get("icc_profile")
    if profile and found.mode in {"RGB", "RGBA"}:
        from PIL import ImageCms  # noqa: PLC0415 - few have one

        with contextlib.suppress(ImageCms.PyCMSError, OSError, ValueError):
            known = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            ImageCms.profileToProfile(found, known, ImageCms.createProfile("sRGB"), inPlace=True)
    return found


def _written(picture: Any, kind: str) -> bytes:
    if kind == "JPEG":
        picture = picture.convert("L" if picture.mode in {"1", "L"} else "RGB")
    elif picture.mode not in {"1", "L", "LA", "RGB", "RGBA"}:
        picture = picture.convert("RGBA" if "transparency" in picture.info or picture.mode == "PA" else "RGB")
    picture.info = {}
    target = io.BytesIO()
    picture.save(target, kind, **({"quality": 88} if kind == "JPEG" else {"compress_level": 6}))
    return target.getvalue()


if __name__ == "__main__":
    sys.exit(_main(sys.argv[1]))
