"""One decorator for the tasks that keep the house: idempotent, locked, acknowledged late."""

import functools
import logging
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from celery import shared_task
from django.db import InterfaceError, OperationalError, connection

logger = logging.getLogger("quannan.housekeeping")

LOCK_CLASS = 7290002  # first half of the advisory lock's key, ours alone


@contextmanager
def only_one(lock: str) -> Iterator[bool]:
    """Hold the named lock in the database for the block; gives False if another holds it.

    The lock belongs to the connection and so dies with the process that holds it.
    """
    key = zlib.crc32(lock.encode()) - 2**31
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [LOCK_CLASS, key])
        (held,) = cursor.fetchone()
    try:
        yield held
    finally:
        if held:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [LOCK_CLASS, key])


def housekeeping(name: str, *, lock: str | None = None, max_retries: int = 5) -> Callable[[Callable[..., Any]], Any]:
    """Make a Celery task of an idempotent function.

    It is acknowledged late (a killed worker's task runs again), tried again with growing
    pauses when database or disk are away, and runs once at a time: who finds the lock
    (``name`` by default) taken returns None, since the holder does the same work.
    Never for what users start: that is a Job.
    """

    def decorate(function: Callable[..., Any]) -> Any:
        @shared_task(
            name=name,
            acks_late=True,
            reject_on_worker_lost=True,
            ignore_result=True,
            autoretry_for=(OperationalError, InterfaceError, OSError),
            retry_backoff=2,
            retry_backoff_max=300,
            max_retries=max_retries,
        )
        @functools.wraps(function)
        def run(*args: Any, **kwargs: Any) -> Any:
            with only_one(lock or name) as held:
                if not held:
                    logger.info("%s is already running elsewhere", name)
                    return None
                return function(*args, **kwargs)

        return run

    return decorate
