"""A folder for one test run, for the servers that the run starts.

A run that is killed cannot clean up. Each run therefore has its own folder under
one base folder and holds a file lock on it, which the kernel lets go when the
holder dies; the next run ends the processes of every folder nobody holds.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psutil


@contextlib.contextmanager
def run_folder(*, on_disk: bool = False) -> Iterator[Path]:
    """A folder for this run with a short path, gone afterwards with all it started.

    In memory where there is room for a test's databases, unless it shall be on the disk.

    pytest's own temporary folders will not do: they are closed to the user that
    PostgreSQL runs as when root tests, and too long for a unix socket's address.
    """
    bases = _base_folders()[:: -1 if on_disk else 1]
    with (bases[0] / "gate").open("w") as gate:
        fcntl.flock(gate, fcntl.LOCK_EX)  # or another run sweeps what is not locked yet
        for base in bases:
            _sweep(base)
        folder = Path(tempfile.mkdtemp(prefix="run-", dir=bases[0]))
        lock = folder.with_suffix(".lock").open("w")
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    folder.chmod(0o711)  # nobody passes through to its own part, and lists nothing
    try:
        yield folder
    finally:
        _remove_run(folder)
        lock.close()


def _base_folders() -> list[Path]:
    """Where runs have their folders, the best place first.

    In memory when there is room: a clone takes 14 ms there, 450 ms on a slow disk.
    """
    places = [Path(tempfile.gettempdir())]
    memory = Path("/dev/shm")
    if memory.is_dir() and _roomy(memory):
        places.insert(0, memory)
    return [_base_folder(place) for place in places]


def _roomy(place: Path) -> bool:
    """Whether databases fit, and programs may be run from there (not in Docker)."""
    state = os.statvfs(place)
    return state.f_bavail * state.f_frsize > 2**30 and not state.f_flag & os.ST_NOEXEC


def _base_folder(place: Path) -> Path:
    base = place / f"portal-tests-{os.geteuid()}"
    base.mkdir(mode=0o711, exist_ok=True)
    if base.is_symlink() or base.stat().st_uid != os.geteuid():
        raise PermissionError(f"{base} belongs to somebody else")
    return base


def _sweep(base: Path) -> None:
    """End what killed runs left behind."""
    for path in base.glob("run-*.lock"):
        with path.open("w") as lock, contextlib.suppress(BlockingIOError):
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            _remove_run(path.with_suffix(""))


def _remove_run(folder: Path) -> None:
    """End each process that works inside the folder, then remove it and its lock."""
    ours = [process for process in psutil.process_iter() if _works_in(process, folder)]
    for process in ours:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()
    psutil.wait_procs(ours, timeout=10)
    shutil.rmtree(folder, ignore_errors=True)
    folder.with_suffix(".lock").unlink(missing_ok=True)


def _works_in(process: psutil.Process, folder: Path) -> bool:
    """Servers of a run work in its folder; a shell or pytest does not."""
    try:
        return Path(process.cwd()).is_relative_to(folder)
    except (psutil.Error, OSError):
        return False
