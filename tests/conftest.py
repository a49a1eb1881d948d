"""The portal under test: a fresh database for each test, people to be, and browsers to be them in."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask_migrate import upgrade

from config import Settings
from portal import create_app, gateways, jobs
from portal.gateways import queue
from portal.jobs import runner
from portal.kernel import clock, database
from portal.kernel.secrets import Keyring
from tests.browser import Browser
from tests.cluster import Cluster, build_template, postgres_cluster, template_clone, whole_run
from tests.factories import practices
from tests.mail_sink import MailSink, mail_sink
from tests.people import Patient, Staff, a_connected_patient, a_patient, staff_of
from tests.redis_server import RedisServer, redis_server

_RUN = pytest.StashKey[ExitStack]()
ROOT = Path(__file__).parent.parent


def pytest_configure(config: pytest.Config) -> None:
    """The run that starts the workers also holds the one PostgreSQL cluster."""
    if hasattr(config, "workerinput") or config.option.collectonly:
        return
    config.stash[_RUN] = stack = ExitStack()
    stack.enter_context(whole_run())


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop the cluster, however the run ended."""
    if stack := config.stash.get(_RUN, None):
        stack.close()


@pytest.fixture(scope="session")
def engine_name(request: pytest.FixtureRequest) -> str:
    """Which database this run is about."""
    return str(request.config.getoption("--engine"))


@pytest.fixture(scope="session")
def run_folder(worker_id: str) -> Path:
    """Where this worker's servers have their files."""
    return Path(os.environ["TEST_RUN_FOLDER"], worker_id)


@pytest.fixture(scope="session")
def cluster(run_folder: Path) -> Iterator[Cluster]:
    """The PostgreSQL cluster of this run."""
    with postgres_cluster(run_folder) as found:
        yield found


@pytest.fixture(scope="session")
def redis(run_folder: Path) -> Iterator[RedisServer]:
    """A real Redis of this worker's own."""
    with redis_server(run_folder / "redis", own=True) as server:
        yield server


@pytest.fixture(scope="session")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A key file."""
    path = tmp_path_factory.mktemp("keys") / "portal.keys"
    Keyring({1: bytes(range(32))}, 1).write(path, fresh=True)
    return path


@pytest.fixture(scope="session")
def base_settings(keys: Path, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings for tests: cheap hashes, no jobs by themselves."""
    return Settings(
        data=tmp_path_factory.mktemp("data"),
        keys=keys,
        password_cost=(8, 1, 1),
        in_process_jobs=False,
        demo=True,
        log_level="ERROR",
    )


def migrated(settings: Settings) -> None:
    """Bring a database to the newest migration and let go of it."""
    app = create_app(settings)
    with app.app_context():
        upgrade(directory=str(ROOT / "migrations"))
        database.let_go()
        database.engine().dispose()


@pytest.fixture(scope="session")
def template(base_settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file that each test gets a copy of."""
    settings = replace(base_settings, data=tmp_path_factory.mktemp("template"))
    migrated(settings)
    return settings.data / "portal.sqlite"


@pytest.fixture
def settings(
    request: pytest.FixtureRequest, engine_name: str, base_settings: Settings, tmp_path: Path, worker_id: str
) -> Settings:
    """The settings of this test's portal, with a fresh copy of a migrated database."""
    if engine_name == "sqlite":
        shutil.copy(request.getfixturevalue("template"), tmp_path / "portal.sqlite")
        return replace(base_settings, data=tmp_path)
    cluster: Cluster = request.getfixturevalue("cluster")
    build_template(cluster, "migrated", lambda url: migrated(replace(base_settings, database_url=url)))
    url = template_clone(cluster, "migrated", f"test_{worker_id}")
    return replace(base_settings, data=tmp_path, database_url=url)


@pytest.fixture
def app(settings: Settings) -> Iterator[Flask]:
    """The portal, with its application context open."""
    app = create_app(settings)
    with app.app_context():
        yield app
        database.session().rollback()
        database.let_go()
        database.engine().dispose()
    clock.shift(timedelta(0))


@pytest.fixture
def office(app: Flask) -> practices.NewOffice:
    """An office."""
    return practices.an_office()


@pytest.fixture
def patient(office: practices.NewOffice) -> Patient:
    """A person connected to the office."""
    return a_connected_patient(office.id)


@pytest.fixture
def stranger(app: Flask) -> Patient:
    """Another person, of no office."""
    return a_patient(given="Jonas", family="Pemberly")


@pytest.fixture
def front_desk(office: practices.NewOffice) -> Staff:
    """The office's front desk."""
    return staff_of(office, "front_desk")


@pytest.fixture
def administrator(office: practices.NewOffice) -> Staff:
    """The office's administrator."""
    return staff_of(office, "administrator")


@pytest.fixture
def operator(app: Flask) -> Staff:
    """The operator above all offices."""
    return staff_of(None)


@pytest.fixture
def browser(app: Flask) -> Callable[..., Browser]:
    """`browser(who, htmx=…)`: a browser in which somebody (or nobody) is signed in."""

    def open_browser(who: Patient | Staff | None = None, htmx: bool = False) -> Browser:
        made = Browser(app, htmx=htmx)
        if who is not None:
            made.sign_in(who.actor)
        return made

    return open_browser


@pytest.fixture
def sink(app: Flask) -> Iterator[MailSink]:
    """The mail server of this portal; what the jobs in this process deliver arrives here."""
    jobs.use(app)
    with mail_sink() as sink:
        gateways.use(replace(app.config["PORTAL"], smtp_url=f"smtp://127.0.0.1:{sink.port}"))
        yield sink
    runner.stop()
    queue.hang(None)


assert os.environ.setdefault("PORTAL_TESTING", "1")
