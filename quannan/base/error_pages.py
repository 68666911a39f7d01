"""The pages for what went wrong: what happened, what to do next, and an id the administrator can find."""

import logging

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.crypto import get_random_string

from quannan.base.scope import NO_ACCESS

logger = logging.getLogger("quannan.errors")


def error_id_of(request: HttpRequest) -> str:
    """The id under which the log keeps this request; made here when no middleware gave one.

    Args:
        request: the request that failed.
    """
    found = getattr(request, "error_id", None) or getattr(request, "request_id", None)
    return str(found) if found else get_random_string(12, "0123456789abcdef")


def _page(request: HttpRequest, status: int, title: str, text: str) -> HttpResponse:
    error_id = error_id_of(request)
    logger.warning("status=%s error_id=%s path=%s", status, error_id, request.path)
    context = {"error_title": title, "error_text": text, "error_id": error_id, "error_status": status}
    return render(request, "error.html", context, status=status)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _page(request, 400, "这个请求读不懂", "地址或表单中有服务器不能理解的内容,请回到上一页重新操作。")


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _page(request, 403, "没有权限", str(exception or "") or NO_ACCESS)


def page_not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _page(
        request,
        404,
        "没有这个页面",
        "地址可能写错了,或者这条记录不在您的范围内。请从左侧栏目重新进入,或在上方检索。",
    )


def server_error(request: HttpRequest) -> HttpResponse:
    return _page(
        request,
        500,
        "系统出错了",
        "刚才的操作没有完成,已填的内容没有写入。请把下面的错误编号告诉系统管理员。",
    )


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return _page(
        request,
        403,
        "页面已过期",
        "页面打开太久,或浏览器没有保存登录信息。请返回上一页刷新后再提交,已填的内容可先复制保存。",
    )
