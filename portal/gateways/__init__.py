"""The outside world: mail, texts, calls, the queue's bell. Each has an embedded default that needs no configuration."""

from __future__ import annotations

from config import Settings


class Problem(Exception):
    """The outside did not take it. `code` is short and tells nothing about anybody."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Temporary(Problem):
    """It may go well later."""


class Permanent(Problem):
    """It will never go well."""


_settings: Settings | None = None


def use(settings: Settings) -> None:
    """Give the gateways of this process their settings (create_app does)."""
    global _settings
    _settings = settings


def settings() -> Settings:
    """What this process was configured with."""
    if _settings is None:
        raise RuntimeError("gateways.use(settings) comes first")
    return _settings
