"""The doorbell: tells that outbox rows wait. The rows are the truth; a bell that is not heard loses nothing (C4-C6)."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from contextlib import suppress
from time import monotonic, time
from typing import TYPE_CHECKING, Protocol

from portal import gateways

if TYPE_CHECKING:
    from flask import Flask

log = logging.getLogger(__name__)

QUEUE = "outbox"
DELIVER = "portal.jobs.delivery.deliver"
#: Above this many waiting jobs the sweep does not ring again: everybody who can hear is busy.
_CROWDED = 1000
_QUIET_SECONDS = 10


class Bell(Protocol):
    """Something that can be rung."""

    def ring(self, ids: Sequence[int], *, again: bool = False) -> bool:
        """Tell of rows. `again`: by the sweep, which may have told before. False: not heard."""


class _Bells:
    hung: Bell | None = None


def hang(bell: Bell | None) -> None:
    """Give this process its bell; None: nobody listens here, a sweep elsewhere finds the rows."""
    _Bells.hung = bell


def ring(ids: Sequence[int], *, again: bool = False) -> bool:
    """Tell of rows that were committed. Never raises; False when nobody heard."""
    bell = _Bells.hung
    return bool(ids) and bell is not None and bell.ring(ids, again=again)


def join(app: Flask) -> None:
    """Bind the gateways to the application; workers are rung where REDIS_URL names their Redis."""
    settings = app.config["PORTAL"]
    gateways.use(settings)
    hang(RedisBell(settings.redis_url) if settings.redis_url else None)


class RedisBell:
    """Rings RQ workers. Redis has one second; once it was silent it is left alone for ten."""

    def __init__(self, redis_url: str) -> None:
        from redis import Redis
        from redis.backoff import NoBackoff
        from redis.retry import Retry
        from rq import Queue
        from rq.serializers import JSONSerializer

        redis = Redis.from_url(
            redis_url, socket_timeout=1, socket_connect_timeout=1, retry=Retry(NoBackoff(), 0), health_check_interval=0
        )
        self._queue = Queue(QUEUE, connection=redis, serializer=JSONSerializer)
        self._quiet_until = 0.0

    def ring(self, ids: Sequence[int], *, again: bool = False) -> bool:
        from redis.exceptions import RedisError

        if monotonic() < self._quiet_until:
            return False
        try:
            if not again or self._queue.count < _CROWDED:
                for row in ids:
                    self._enqueue(row, again)
            return True
        except (RedisError, OSError) as problem:
            self._quiet_until = monotonic() + _QUIET_SECONDS
            log.warning("bell not heard", extra={"code": type(problem).__name__})
            return False

    def _enqueue(self, row: int, again: bool) -> None:
        """One job for a row; and one a minute more when the sweep finds it still waiting, for a job can get lost."""
        from rq import Retry
        from rq.exceptions import DuplicateJobError

        name = f"outbox-{row}-{int(time()) // 60}" if again else f"outbox-{row}"
        with suppress(DuplicateJobError):
            self._queue.enqueue(
                DELIVER,
                row,
                job_id=name,
                unique=True,
                retry=Retry(max=3),
                job_timeout=60,
                ttl=3600,
                result_ttl=0,
                failure_ttl=3600,
                description=DELIVER,
            )
