"""我的提醒: what the account was reminded of, read and unread."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from evaluation.domain.reminders import mark_read, unread_for
from evaluation.models import Reminder
from quannan.base.scope import page_for
from quannan.base.tables import page_of


def _signed_in(user: object) -> bool:
    return True


@require_GET
@page_for(_signed_in)
def reminder_list(request: HttpRequest) -> HttpResponse:
    """The account's own reminders, the latest first."""
    rows = Reminder.objects.visible_to(request.user).select_related("round").order_by("-day", "-pk")
    page = page_of(request, rows)
    context = {"page_obj": page, "unread": unread_for(request.user).count()}
    return render(request, "evaluation/reminder_list.html", context)


@require_POST
@page_for(_signed_in)
def reminder_read(request: HttpRequest, pk: int) -> HttpResponse:
    """Marks one as read and leads to what it is about."""
    row = get_object_or_404(Reminder, pk=pk, user=request.user)
    mark_read(reminders=Reminder.objects.visible_to(request.user).filter(pk=pk), by=request.user, now=timezone.now())
    inside = url_has_allowed_host_and_scheme(row.url, allowed_hosts=None)
    return redirect(row.url if row.url and inside and "go" in request.POST else "reminder-list")


@require_POST
@page_for(_signed_in)
def reminders_read(request: HttpRequest) -> HttpResponse:
    """Marks all of the account's as read."""
    n = mark_read(reminders=Reminder.objects.visible_to(request.user), by=request.user, now=timezone.now())
    messages.success(request, f"已把 {n} 条提醒标为已读。")
    return redirect("reminder-list")
