"""The working scope: which units, which line and which date a person is looking at just now.

It is kept in the session while moving about; what the address says wins over it, so that an address
can be sent to a colleague and shows the same figures.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import wraps

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

SESSION_KEY = "working_scope"
PARAMETERS = ("unit", "line", "as_of")
# What a workbook's dates are held to as well: a year half typed (0002) is no date of a register.
EARLIEST_YEAR, LATEST_YEAR = 1900, 2100
NO_ACCESS = "您的角色不能打开这个页面。如工作需要,请联系系统管理员调整角色。"


@dataclass(frozen=True)
class WorkingScope:
    """What a page looks at.

    Attributes:
        as_of: the date whose state is shown, inclusive.
        unit: code of the unit whose subtree is shown, "" for all the account may see.
        line: code of the line of main interest, "" for all.
        today: whether as_of is today's date.
        problem: a sentence when the address named a date that cannot be read, else "".
    """

    as_of: date
    unit: str
    line: str
    today: bool
    problem: str = ""


def parse_day(text: str) -> date | None:
    """Reads a date written YYYY-MM-DD, of the years a register can speak of.

    Args:
        text: what the address or the form says.

    Returns:
        The date, or None where the text is no such date or lies outside EARLIEST_YEAR to LATEST_YEAR.
    """
    try:
        day = date.fromisoformat(text.strip())
    except ValueError:
        return None
    return day if EARLIEST_YEAR <= day.year <= LATEST_YEAR else None


def working_scope(request: HttpRequest) -> WorkingScope:
    """The scope in force for a request: the address first, then the session, then today and everything.

    Args:
        request: the request; the answer is remembered on it.
    """
    cached: WorkingScope | None = getattr(request, "_working_scope", None)
    if cached is not None:
        return cached
    kept = request.session.get(SESSION_KEY, {}) if hasattr(request, "session") else {}
    values = {name: request.GET.get(name, kept.get(name, "")) for name in PARAMETERS}
    today, problem = timezone.localdate(), ""
    as_of = parse_day(values["as_of"]) if values["as_of"] else today
    if as_of is None:
        problem = f"地址中的日期“{values['as_of']}”读不出来,应写成 2011-06-30 这样,年份在 {EARLIEST_YEAR} 至 {LATEST_YEAR} 之间;现按 {today} 显示。"
        as_of = today
    scope = WorkingScope(as_of, values["unit"], values["line"], as_of == today, problem)
    request._working_scope = scope  # type: ignore[attr-defined]
    return scope


def keep_scope(request: HttpRequest, *, as_of: date | None, unit: str, line: str) -> None:
    """Keeps a scope in the session; a date of None follows the calendar.

    Args:
        request: the request whose session is written.
        as_of: the date to keep, None for "always today".
        unit: unit code or "".
        line: line code or "".
    """
    request.session[SESSION_KEY] = {
        "as_of": as_of.isoformat() if as_of else "",
        "unit": unit,
        "line": line,
    }


def page_for(allowed: Callable[..., bool]) -> Callable:
    """Declares a view as a page for signed-in accounts of which `allowed` holds.

    Args:
        allowed: predicate taking the user.

    Raises:
        PermissionDenied: with the sentence that the 403 page shows.
    """

    def declare(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def checked(request: HttpRequest, *args, **kwargs) -> HttpResponse:
            if not allowed(request.user):
                raise PermissionDenied(NO_ACCESS)
            return view(request, *args, **kwargs)

        return login_required(checked)

    return declare
