"""The seeded portal of the page checks. SQLite alone: what a page looks like does not hang on the database."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from config import Settings
from portal import create_app
from tests.chromium import chromium as real_chromium
from tests.pages.visits import Visit, all_visits
from tests.pages.world import World, furnish


@pytest.fixture(scope="session")
def furnished(template: Path, base_settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> World:
    """The world, made once for each worker."""
    folder = tmp_path_factory.mktemp("world")
    shutil.copy(template, folder / "portal.sqlite")
    return furnish(create_app(replace(base_settings, data=folder)))


@pytest.fixture
def world(furnished: World) -> Iterator[World]:
    """The world, as the portal of this process."""
    with furnished.opened():
        yield furnished


@pytest.fixture(scope="session")
def visits(furnished: World) -> list[Visit]:
    """Everything that can be got, got once."""
    with furnished.opened():
        return all_visits(furnished)


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """One Chromium for these pages; another folder's tests have their own, as only one at a time can run here."""
    with real_chromium() as browser:
        yield browser
