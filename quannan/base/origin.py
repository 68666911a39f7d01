"""Where the work in hand comes from: which request, which address."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(frozen=True)
class Origin:
    """Request number (12 hex characters) and client address; both empty in jobs and commands."""

    request_id: str = ""
    ip: str | None = None


NOWHERE = Origin()
_current: ContextVar[Origin] = ContextVar("quannan_origin", default=NOWHERE)


def current_origin() -> Origin:
    """The origin of the work running now in this thread or task."""
    return _current.get()


@contextmanager
def working_for(origin: Origin) -> Iterator[None]:
    """Make ``origin`` the current one inside the block."""
    token = _current.set(origin)
    try:
        yield
    finally:
        _current.reset(token)
