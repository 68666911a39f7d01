"""What every endpoint of the API shares: parameters that must be known, cursor pages, problem details in Chinese."""

import base64
import binascii
import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404
from django.utils import timezone
from rest_framework import exceptions, status
from rest_framework.authentication import SessionAuthentication
from rest_framework.permissions import BasePermission
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView, set_rollback

from quannan.base.api_schema import ReadSchema
from quannan.base.error_pages import error_id_of
from quannan.base.scope import NO_ACCESS, parse_day

logger = logging.getLogger("quannan.api")

MOST_ROWS = 1000
USUAL_ROWS = 100

TITLES = {
    status.HTTP_400_BAD_REQUEST: "请求参数有误",
    status.HTTP_401_UNAUTHORIZED: "尚未登录",
    status.HTTP_403_FORBIDDEN: "没有权限",
    status.HTTP_404_NOT_FOUND: "没有找到",
    status.HTTP_405_METHOD_NOT_ALLOWED: "此地址不接受这种操作",
    status.HTTP_406_NOT_ACCEPTABLE: "不提供这种格式",
    status.HTTP_409_CONFLICT: "现在不能办理",
    status.HTTP_415_UNSUPPORTED_MEDIA_TYPE: "读不懂这种格式",
    status.HTTP_429_TOO_MANY_REQUESTS: "请求太频繁",
    status.HTTP_500_INTERNAL_SERVER_ERROR: "系统出错了",
}
SENTENCES = {
    status.HTTP_401_UNAUTHORIZED: "请先在网页上登录,再用同一个浏览器会话调用接口。",
    status.HTTP_404_NOT_FOUND: "这条记录不存在,或者不在您的范围内。请核对地址中的编号或代码。",
    status.HTTP_405_METHOD_NOT_ALLOWED: "这个地址只供读取,请用 GET。",
    status.HTTP_406_NOT_ACCEPTABLE: "接口只提供 JSON,请把 Accept 设为 application/json。",
    status.HTTP_500_INTERNAL_SERVER_ERROR: "这次请求没有完成。请把错误编号告诉系统管理员。",
}
WRITES_ONLY = "这个地址只供写入,请用 POST。"


class ProblemRenderer(JSONRenderer):
    """Problem details (RFC 9457) under their own media type."""

    media_type = "application/problem+json"


class BadParameters(exceptions.APIException):
    """Parameters that are not known or cannot be read, all of them at once."""

    status_code = status.HTTP_400_BAD_REQUEST

    def __init__(self, errors: list[dict[str, Any]]) -> None:
        """Takes what is wrong.

        Args:
            errors: one mapping each: parameter, detail, and nearest or allowed where there is one.
        """
        super().__init__("".join(error["detail"] for error in errors))
        self.errors = errors


class SessionOnly(SessionAuthentication):
    """The session of the pages; strangers get 401 and not 403."""

    def authenticate_header(self, request: Request) -> str:
        return "Session"


def problem(exception: Exception, context: Mapping[str, Any]) -> Response:
    """Every failure as problem details; what is not the caller's doing is logged under its error id and not told.

    Args:
        exception: what the view raised.
        context: Django REST framework's, with the request.
    """
    request: Request = context["request"]
    headers: dict[str, str] = {}
    more: dict[str, Any] = {}
    if isinstance(exception, Http404):
        code, sentence = status.HTTP_404_NOT_FOUND, SENTENCES[404]
    elif isinstance(exception, PermissionDenied):
        code, sentence = status.HTTP_403_FORBIDDEN, str(exception) or NO_ACCESS
    elif isinstance(exception, BadParameters):
        code, sentence, more = exception.status_code, str(exception.detail), {"errors": exception.errors}
    elif isinstance(exception, exceptions.APIException):
        code = exception.status_code
        sentence = SENTENCES.get(code, str(exception.detail))
        if isinstance(exception, exceptions.PermissionDenied):
            sentence = str(exception.detail)
        if code == status.HTTP_405_METHOD_NOT_ALLOWED and "post" in context["view"].http_method_names:
            sentence = WRITES_ONLY
        if getattr(exception, "auth_header", None):
            headers["WWW-Authenticate"] = exception.auth_header  # type: ignore[attr-defined]
        if getattr(exception, "wait", None):
            headers["Retry-After"] = str(int(exception.wait))  # type: ignore[attr-defined]
    else:
        code, sentence = status.HTTP_500_INTERNAL_SERVER_ERROR, SENTENCES[500]
        logger.error("request %s failed", error_id_of(request._request), exc_info=exception)
    set_rollback()
    body = {
        "type": "about:blank",
        "title": TITLES.get(code, "请求没有完成"),
        "status": code,
        "detail": sentence,
        "instance": request.path,
        "error_id": error_id_of(request._request),
        **more,
    }
    return Response(body, status=code, headers=headers)


def allowed_by(predicate: Callable[[Any], bool]) -> type[BasePermission]:
    """A permission out of a predicate of permissions.py.

    Args:
        predicate: takes the user.
    """

    class Allowed(BasePermission):
        message = NO_ACCESS

        def has_permission(self, request: Request, view: APIView) -> bool:
            return bool(request.user and request.user.is_authenticated and predicate(request.user))

    return Allowed


@dataclass(frozen=True)
class Parameter:
    """One query parameter of an endpoint.

    Attributes:
        name: as it stands in the address.
        words: what it does, for the pages.
        choices: values it may have, () for any.
        kind: "string", "integer" or "date".
    """

    name: str
    words: str
    choices: tuple[str, ...] = ()
    kind: str = "string"


AS_OF = Parameter("as_of", "截至日期(含当日),如 2011-06-30;不写为今天", kind="date")
CURSOR = Parameter("cursor", "从哪里接着读:照抄上一页给出的 next 中的值")
LIMIT = Parameter("limit", f"每页行数,1 至 {MOST_ROWS},不写为 {USUAL_ROWS}", kind="integer")
FIELDS = Parameter("fields", "只要哪些字段,逗号分隔;不写为全部")


def unknown_parameters(given: Iterable[str], known: Iterable[str]) -> list[dict[str, Any]]:
    """One error for each name that is not known, with the nearest one that is.

    Args:
        given: names in the address.
        known: names the endpoint reads.
    """
    names = sorted(known)
    errors = []
    for name in given:
        if name in names:
            continue
        nearest = next(iter(get_close_matches(name, names, n=1, cutoff=0.0)), "")
        hint = f"最接近的是“{nearest}”" if nearest else "此地址不接受任何参数"
        errors.append({"parameter": name, "detail": f"没有“{name}”这个参数,{hint}。", "nearest": nearest})
    return errors


class Problems(APIView):
    """A view of the API whose failures are problem details, whatever format was asked for."""

    authentication_classes = [SessionOnly]

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        response = super().finalize_response(request, response, *args, **kwargs)
        if getattr(response, "exception", False):
            response.accepted_renderer = ProblemRenderer()
            response.accepted_media_type = ProblemRenderer.media_type
        return response


class ReadView(Problems):
    """An endpoint that only reads, and reads only parameters it knows."""

    schema = ReadSchema()
    http_method_names = ["get", "head", "options"]
    parameters: tuple[Parameter, ...] = ()

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Refuses unknown parameters once it is clear that the account may ask at all.

        Raises:
            BadParameters: naming each unknown one and the nearest known.
        """
        super().initial(request, *args, **kwargs)
        errors = unknown_parameters(request.query_params, [p.name for p in self.parameters])
        if errors:
            raise BadParameters(errors)

    def as_of(self) -> date:
        """The date asked for, today where none is.

        Raises:
            BadParameters: when it is no date.
        """
        text = self.request.query_params.get(AS_OF.name, "")
        day = parse_day(text) if text else timezone.localdate()
        if day is None:
            raise BadParameters([{"parameter": AS_OF.name, "detail": f"日期“{text}”读不出来,应写成 2011-06-30 这样。"}])
        return day

    def wanted_fields(self, known: Iterable[str]) -> set[str]:
        """The fields asked for, all known ones where none are.

        Args:
            known: names of the fields an answer has.

        Raises:
            BadParameters: naming each unknown one and the nearest known.
        """
        names = list(known)
        asked = [f.strip() for f in self.request.query_params.get(FIELDS.name, "").split(",") if f.strip()]
        errors = [
            {**error, "parameter": FIELDS.name, "detail": error["detail"].replace("参数", "字段")}
            for error in unknown_parameters(asked, names)
        ]
        if errors:
            raise BadParameters(errors)
        return set(asked or names)

    def limit(self) -> int:
        """How many rows a page has.

        Raises:
            BadParameters: when it is no number from 1 to 1000.
        """
        text = self.request.query_params.get(LIMIT.name, "") or str(USUAL_ROWS)
        if not (text.isascii() and text.isdigit() and 1 <= int(text) <= MOST_ROWS):
            raise BadParameters(
                [{"parameter": LIMIT.name, "detail": f"limit 应为 1 至 {MOST_ROWS} 的整数,现为“{text}”。"}]
            )
        return int(text)

    def after(self) -> int:
        """The key the page begins behind, 0 at the beginning.

        Raises:
            BadParameters: when the cursor was not one of ours.
        """
        text = self.request.query_params.get(CURSOR.name, "")
        if not text:
            return 0
        try:
            return int(base64.urlsafe_b64decode(text.encode() + b"==").decode().removeprefix("after:"))
        except (ValueError, binascii.Error, UnicodeError):
            raise BadParameters(
                [{"parameter": CURSOR.name, "detail": "cursor 读不出来,请照抄上一页 next 中的值,或不写从头读。"}]
            ) from None

    def page(self, rows: QuerySet, key: str) -> tuple[list[Any], str | None]:
        """One page of rows in the order of a unique number, and the address of the next.

        Args:
            rows: what the account may see.
            key: the field with the number.
        """
        limit = self.limit()
        found = list(rows.filter(**{f"{key}__gt": self.after()}).order_by(key)[: limit + 1])
        if len(found) <= limit:
            return found, None
        last = getattr(found[limit - 1], key)
        cursor = base64.urlsafe_b64encode(f"after:{last}".encode()).decode().rstrip("=")
        query = {**self.request.query_params.dict(), CURSOR.name: cursor}
        return found[:limit], f"{self.request.path}?{urlencode(query)}"
