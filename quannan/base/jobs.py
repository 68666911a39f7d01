"""Which kinds of job there are: each app names its own in its ``jobs.py``."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from quannan.base.domain.job_running import JobRun
    from quannan.base.models import Job

NOTHING_WRITTEN = "没有写入任何数据。"

Handler = Callable[["JobRun"], dict[str, Any] | None]


@dataclass(frozen=True)
class JobKind:
    """One kind of job.

    ``run`` does the work and returns the result (JSON) or nothing;
    ``result_url`` is where a finished job leads the user;
    ``refusals`` are the error classes whose text is a sentence for the user;
    ``stopped`` says what has been written when the job stops before its end.
    """

    code: str
    run: Handler
    result_url: Callable[["Job"], str] | None = None
    refusals: tuple[type[Exception], ...] = ()
    stopped: str = NOTHING_WRITTEN


_kinds: dict[str, JobKind] = {}


def job_handler(
    code: str,
    *,
    result_url: Callable[["Job"], str] | None = None,
    refusals: tuple[type[Exception], ...] = (),
    stopped: str = NOTHING_WRITTEN,
) -> Callable[[Handler], Handler]:
    """Decorator: the function runs jobs of kind ``code``, such as ``orgs.import_register``.

    One that writes piece by piece says in ``stopped``, a whole sentence, what stays of it.
    """

    def register(function: Handler) -> Handler:
        _kinds[code] = JobKind(code, function, result_url, refusals, stopped)
        return function

    return register


def job_kind(code: str) -> JobKind:
    """The kind registered under ``code``. Raises LookupError if no app registered it."""
    try:
        return _kinds[code]
    except KeyError:
        raise LookupError(f"no job handler is registered for {code!r}") from None


def stopped_sentence(code: str) -> str:
    """What has been written by a job of this kind that stopped before its end."""
    kind = _kinds.get(code)
    return kind.stopped if kind is not None else NOTHING_WRITTEN
