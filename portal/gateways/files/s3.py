"""Files in a bucket, with boto3: it lives on after a fork (obstore hangs there). Imported only where one is configured.

The keys are the paths of the folder, so that moving house is copying it.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from threading import Lock
from typing import Any

from boto3.session import Session
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from config import FileStore
from portal.gateways import Temporary

_clients: dict[FileStore, Any] = {}
_making = Lock()


class Bucket:
    """The part of a bucket that begins with the prefix."""

    def __init__(self, store: FileStore) -> None:
        self._store = store
        self._prefix = f"{store.prefix}/" if store.prefix else ""

    def put(self, key: str, content: bytes) -> None:
        with _as_temporary():
            _client(self._store).put_object(**self._named(key), Body=content, ContentType="application/octet-stream")

    def get(self, key: str) -> bytes:
        with _as_temporary():
            content: bytes = _client(self._store).get_object(**self._named(key))["Body"].read()
            return content

    def remove(self, key: str) -> None:
        with _as_temporary():
            _client(self._store).delete_object(**self._named(key))

    def old_keys(self, before: datetime) -> Iterator[str]:
        with _as_temporary():
            pages = _client(self._store).get_paginator("list_objects_v2")
            for page in pages.paginate(Bucket=self._store.bucket, Prefix=self._prefix):
                for entry in page.get("Contents", ()):
                    if entry["LastModified"] < before:
                        yield entry["Key"].removeprefix(self._prefix)

    def forget_halves(self, before: datetime) -> int:
        """A file comes in one piece and stands whole or not at all."""
        return 0

    def has_room(self) -> bool:
        return True

    def _named(self, key: str) -> dict[str, str]:
        return {"Bucket": self._store.bucket, "Key": self._prefix + key}


def _client(store: FileStore) -> Any:
    """One for all threads of a process: using it is safe in threads, making it is not."""
    with _making:
        if store not in _clients:
            _clients[store] = Session(region_name=store.region).client(
                "s3",
                endpoint_url=store.endpoint or None,
                aws_access_key_id=store.key or None,
                aws_secret_access_key=store.secret or None,
                config=_config(style="path" if store.endpoint else "auto"),
            )
        return _clients[store]


def _config(style: str) -> Config:
    """Somebody waits: two tries, a few seconds each. And of checksums the one that every such server compares."""
    return Config(
        connect_timeout=2,
        read_timeout=5,
        retries={"mode": "standard", "total_max_attempts": 2},
        max_pool_connections=16,
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
        s3={"payload_signing_enabled": True, "addressing_style": style},
    )


def _begin_anew() -> None:
    """A child must not speak over its parent's connections, nor wait for a lock that a thread of the parent held."""
    global _clients, _making
    _clients, _making = {}, Lock()


os.register_at_fork(after_in_child=_begin_anew)
for _chatty in ("botocore", "urllib3"):  # LOG_LEVEL=DEBUG would write whole files and signatures into the log
    logging.getLogger(_chatty).setLevel(logging.WARNING)


@contextmanager
def _as_temporary() -> Iterator[None]:
    try:
        yield
    except ClientError as refusal:
        if refusal.response["Error"]["Code"] == "NoSuchKey":
            raise FileNotFoundError from refusal
        status = refusal.response["ResponseMetadata"]["HTTPStatusCode"]
        raise Temporary(f"files_{status}") from refusal
    except (BotoCoreError, OSError) as problem:
        raise Temporary("files_no_answer") from problem
