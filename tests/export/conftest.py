"""Jobs of this folder's portals."""

from __future__ import annotations

import pytest

from portal import jobs


@pytest.fixture(autouse=True)
def worker(app):
    """Jobs of this test's portal."""
    jobs.use(app)
