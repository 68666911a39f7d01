"""Every request has a number and an address; every write knows its request."""

import ipaddress
import logging
import re
import uuid
from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse
from pghistory.middleware import HistoryMiddleware as PghistoryMiddleware

from quannan.base.origin import Origin, working_for

logger = logging.getLogger("quannan.requests")

REQUEST_ID = re.compile(r"^[A-Za-z0-9-]{8,64}$")


def client_address(request: HttpRequest) -> str | None:
    """The client's address; X-Forwarded-For counts only behind ``TRUSTED_PROXIES``.

    Read from the right: the first address that is not one of our proxies.
    """
    trusted = set(getattr(settings, "TRUSTED_PROXIES", ()))
    chain = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",")]
    chain = [part for part in chain if part] + [request.META.get("REMOTE_ADDR", "")]
    address = chain.pop()
    while address in trusted and chain:
        address = chain.pop()
    try:
        return str(ipaddress.ip_address(address))
    except ValueError:
        return None


class RequestOriginMiddleware:
    """Gives the request its number, in the answer's X-Request-ID, the log and the audit trail.

    The number is also the error number shown on the page of an error.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = request.headers.get("X-Request-ID", "")
        request_id = given if REQUEST_ID.match(given) else uuid.uuid4().hex[:12]
        request.request_id = request_id
        request.error_id = request_id
        with working_for(Origin(request_id=request_id, ip=client_address(request))):
            response = self.get_response(request)
        response.headers["X-Request-ID"] = request_id
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> None:
        """Log what went wrong under the number the user is shown; Django answers. A refusal is no fault of ours."""
        if isinstance(exception, Http404 | PermissionDenied | SuspiciousOperation):
            return
        logger.error("request %s failed", request.error_id, exc_info=exception)


class HistoryMiddleware(PghistoryMiddleware):
    """History rows written by a request carry its user, path, number and the reason given.

    The reason is the form field ``change_reason``, where a form asks for one.
    """

    def get_context(self, request: HttpRequest) -> dict[str, object]:
        context = super().get_context(request)
        context["request"] = getattr(request, "request_id", "")
        if (
            request.method == "POST"
            and request.content_type == "application/x-www-form-urlencoded"
            and (reason := request.POST.get("change_reason", "").strip())
        ):
            context["reason"] = reason[:200]
        return context
