"""Commands run on a portal of their own, with keys that they may change."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from config import Settings
from portal import commands, create_app
from portal.kernel import database

Run = Callable[..., tuple[int, str]]


@pytest.fixture
def settings(settings: Settings, tmp_path: Path, keys: Path) -> Settings:
    """A data folder beside its key file, both this test's own."""
    data, own = tmp_path / "data", tmp_path / "data.keys"
    data.mkdir()
    if (tmp_path / "portal.sqlite").exists():
        (tmp_path / "portal.sqlite").rename(data / "portal.sqlite")
    shutil.copy(keys, own)
    own.chmod(0o600)
    return replace(settings, data=data, keys=own)


@pytest.fixture
def run(settings: Settings) -> Run:
    """Run a command of the `flask` program on a fresh application, as the console does: exit code and what it said."""

    def run(*words: str) -> tuple[int, str]:
        app: Flask = create_app(settings)
        commands.join(app)
        found = app.test_cli_runner().invoke(args=list(words))
        with app.app_context():
            database.let_go()
            database.engine().dispose()
        return found.exit_code, found.output

    return run
