"""A one-time password opens nothing but the page on which it is replaced."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

ALLOWED = frozenset({"password-change", "logout", "login", "health"})
FIRST = "这是一次性密码,请先换成您自己的密码。"


class OneTimePasswordMiddleware:
    """Sends accounts with a one-time password to 修改密码, whatever they open."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view, args, kwargs) -> HttpResponse | None:
        """Lets the pages through that the change itself needs."""
        user = request.user
        if not user.is_authenticated or not user.must_change_password:
            return None
        if request.resolver_match and request.resolver_match.url_name in ALLOWED:
            return None
        messages.warning(request, FIRST)
        return redirect("password-change")
