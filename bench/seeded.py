"""A portal to be measured: the demonstration people on a real disk, on either database, some of them signed in."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

os.environ.setdefault("PORTAL_TESTING", "1")  # cheap hashes for what is not about hashing

from flask import Flask  # noqa: E402
from flask_migrate import upgrade  # noqa: E402
from sqlalchemy import select  # noqa: E402

from config import Settings  # noqa: E402
from portal import create_app  # noqa: E402
from portal.commands import demo  # noqa: E402
from portal.domain.accounts.models import Account  # noqa: E402
from portal.domain.sign_in import actions  # noqa: E402
from portal.domain.sign_in.actions import Try  # noqa: E402
from portal.domain.viewer import Actor  # noqa: E402
from portal.kernel import clock, database  # noqa: E402
from portal.kernel.secrets import Keyring  # noqa: E402
from tests import cluster  # noqa: E402
from tests.run_folder import run_folder  # noqa: E402

ROOT = Path(__file__).parent.parent
HERE = ROOT / "build" / "bench"
ENGINES = ("sqlite", "postgresql")


class Seeded(NamedTuple):
    """The portal, its settings, and the cookies of the people who are signed in."""

    app: Flask
    settings: Settings
    cookies: list[str]


@contextmanager
def portal(engine: str, people: int = 8, cost: tuple[int, int, int] = (8, 1, 1)) -> Iterator[Seeded]:
    """The demonstration on a fresh database, with the first `people` patients signed in."""
    folder = HERE / engine
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "data").mkdir(parents=True)
    Keyring.create(folder / "keys")
    with _address(engine) as url:
        settings = Settings(
            data=folder / "data",
            keys=folder / "keys",
            database_url=url,
            password_cost=cost,
            in_process_jobs=False,
            demo=True,
        )
        app = create_app(settings)
        with app.app_context():
            upgrade(directory=str(ROOT / "migrations"))
            demo.load(clock.now())
            cookies = [f"sid={token}" for token in signed_in(_people(people))]
            database.let_go()
        try:
            yield Seeded(app, settings, cookies)
        finally:
            with app.app_context():
                database.let_go()
                database.engine().dispose()


@contextmanager
def _address(engine: str) -> Iterator[str]:
    """A PostgreSQL that waits for the disk, as a real one does; or none, which means the embedded database."""
    if engine == "sqlite":
        yield ""
        return
    cluster.SETTINGS.update(fsync="on", synchronous_commit="on", full_page_writes="on", autovacuum="on")
    with run_folder() as run, cluster.postgres_cluster(run / "postgres") as server:
        yield server.url("postgres").replace("postgresql+psycopg", "postgresql")


def _people(how_many: int) -> list[int]:
    rows = database.session().scalars(select(Account.id).order_by(Account.id).limit(how_many)).all()
    database.session().rollback()
    return list(rows)


def signed_in(accounts: list[int]) -> list[str]:
    """A session's token for each of the accounts."""
    attempt = Try("patient", "", "", "127.0.0.1", "127.0.0.0/24", None, "bench")
    tokens = []
    for account_id in accounts:
        with database.writing():
            tokens.append(actions.open_session(Actor("patient", account_id), attempt, awaiting_code=False)[0])
    return tokens
