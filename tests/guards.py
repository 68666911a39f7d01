"""House rules every test keeps without asking: no network, no GET that writes, no reliance on chance order."""

import random
import re
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection
from django.db.models import QuerySet
from django.test import Client

WRITES = re.compile(r"^\s*(insert|update|delete|truncate|merge|copy)\b", re.IGNORECASE)
# The session notes where somebody is, and Django renews it by itself.
MAY_BE_WRITTEN = re.compile(r'"django_session"')


class NetworkUsed(AssertionError):
    pass


class GetWrote(AssertionError):
    pass


def is_local(address: Any) -> bool:
    return not isinstance(address, tuple) or str(address[0]) in {"127.0.0.1", "::1", "localhost"}


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """A connection that leaves this machine fails the test."""
    for name in ("connect", "connect_ex"):
        original: Callable[..., Any] = getattr(socket.socket, name)

        def guarded(self: socket.socket, address: Any, original: Callable[..., Any] = original) -> Any:
            if not is_local(address):
                raise NetworkUsed(f"a test reached for {address}")
            return original(self, address)

        monkeypatch.setattr(socket.socket, name, guarded)


def refuse_writes(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
    if WRITES.match(sql) and not MAY_BE_WRITTEN.search(sql):
        raise GetWrote(f"a GET wrote: {sql[:200]}")
    return execute(sql, params, many, context)


@contextmanager
def reading_only() -> Iterator[None]:
    with connection.execute_wrapper(refuse_writes):
        yield


@pytest.fixture(autouse=True)
def get_writes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """A GET or HEAD through the test client that writes a row fails the test."""
    original = Client.request

    def guarded(self: Client, **request: Any) -> Any:
        if request.get("REQUEST_METHOD") not in {"GET", "HEAD"}:
            return original(self, **request)
        with reading_only():
            return original(self, **request)

    monkeypatch.setattr(Client, "request", guarded)


@pytest.fixture(autouse=True)
def unordered_is_shuffled(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    """A queryset without an order comes in any order, the same one at every run of the test."""
    chance = random.Random(request.node.nodeid)
    original = QuerySet._fetch_all

    def shuffled(self: QuerySet[Any]) -> None:
        fresh = self._result_cache is None
        original(self)
        if fresh and not self.ordered and self._result_cache:
            chance.shuffle(self._result_cache)

    monkeypatch.setattr(QuerySet, "_fetch_all", shuffled)
