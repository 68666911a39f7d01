"""Which kinds of job there are: each app names its own in its ``jobs.py``."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from quannan.base.domain.job_running import JobRun
    from quannan.base.models import Job

Handler = Callable[["JobRun"], dict[str, Any] | None]


@dataclass(frozen=True)
class JobKind:
    """One kind of job.

    ``run`` does the work and returns the result (JSON) or nothing;
    ``result_url`` is where a finished job leads the user;
    ``refusals`` are the error classes whose text is a sentence for the user.
    """

    code: str
    run: Handler
    result_url: Callable[["Job"], str] | None = None
    refusals: tuple[type[Exception], ...] = ()


_kinds: dict[str, JobKind] = {}


def job_handler(
    code: str,
    *,
    result_url: Callable[["Job"], str] | None = None,
    refusals: tuple[type[Exception], ...] = (),
) -> Callable[[Handler], Handler]:
    """Decorator: the function runs jobs of kind ``code``, such as ``orgs.import_register``."""

    def register(function: Handler) -> Handler:
        _kinds[code] = JobKind(code, function, result_url, refusals)
        return function

    return register


def job_kind(code: str) -> JobKind:
    """The kind registered under ``code``. Raises LookupError if no app registered it."""
    try:
        return _kinds[code]
    except KeyError:
        raise LookupError(f"no job handler is registered for {code!r}") from None
