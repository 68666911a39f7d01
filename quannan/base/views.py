"""Pages of jobs, audit trail and attachments."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from quannan.base import queries
from quannan.base.attachments import may_read_attachment
from quannan.base.domain import jobs
from quannan.base.errors import Refused
from quannan.base.exports import audit_file
from quannan.base.forms import AuditFilterForm
from quannan.base.jobs import stopped_sentence
from quannan.base.models import Attachment, Job, JobState, RowOutcome
from quannan.base.permissions import may_read_audit
from quannan.base.scope import page_for
from quannan.base.tables import page_of, with_parameters

EXPORT_LIMIT = 100_000


@require_GET
@login_required
def job_list(request: HttpRequest) -> HttpResponse:
    """我的任务: own jobs, or everybody's for who may see them all."""
    now = timezone.now()
    state = request.GET.get("state", "")
    page = page_of(request, queries.jobs_for(request.user, state=state, now=now))
    return render(
        request,
        "base_app/job_list.html",
        {
            "page_obj": page,
            "cards": [queries.job_card(job, request.user, now) for job in page],
            "state": state if state in JobState.values else "",
            "states": JobState.choices,
            "sees_all": request.user.can("jobs.see_all"),
        },
    )


@require_GET
@login_required
def job_detail(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One job: how far, how it ended, what became of every row."""
    job = _visible_job(request, pk)
    outcome = request.GET.get("outcome", "")
    return render(
        request,
        "base_app/job_detail.html",
        {
            "card": queries.job_card(job, request.user, timezone.now()),
            "page_obj": page_of(request, queries.rows_of(job, outcome)),
            "outcome": outcome if outcome in RowOutcome.values else "",
            "outcomes": RowOutcome.choices,
        },
    )


@require_GET
@login_required
def job_progress(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The progress bar alone, asked for every two seconds; the page reloads when the job stops."""
    card = queries.job_card(_visible_job(request, pk), request.user, timezone.now())
    response = render(request, "base_app/_job_progress.html", {"card": card})
    if not card.live:
        response.headers["HX-Refresh"] = "true"
    return response


@require_POST
@login_required
def job_resume(request: HttpRequest, pk: UUID) -> HttpResponse:
    return _act(request, pk, jobs.resume_job, "任务已重新排队。")


@require_POST
@login_required
def job_abandon(request: HttpRequest, pk: UUID) -> HttpResponse:
    return _act(request, pk, jobs.abandon_job, "任务已放弃。{stopped}")


@require_POST
@login_required
def job_cancel(request: HttpRequest, pk: UUID) -> HttpResponse:
    return _act(request, pk, jobs.cancel_job, "已要求取消任务。")


def _act(request: HttpRequest, pk: UUID, act, done: str) -> HttpResponse:
    job = _visible_job(request, pk)
    try:
        act(job=job, by=request.user, now=timezone.now())
    except Refused as refusal:
        messages.error(request, refusal.sentence)
    else:
        messages.success(request, done.format(stopped=stopped_sentence(job.kind)))
    return redirect(_page_left(request) or reverse("job-detail", args=[pk]))


def _page_left(request: HttpRequest) -> str:
    """The page of ours on which the button stood, as its form says; else nothing."""
    page = request.POST.get("next", "")
    return page if url_has_allowed_host_and_scheme(page, allowed_hosts=None) else ""


def _visible_job(request: HttpRequest, pk: UUID) -> Job:
    return get_object_or_404(Job.objects.visible_to(request.user).select_related("created_by"), pk=pk)


@require_GET
@page_for(may_read_audit)
def audit_list(request: HttpRequest) -> HttpResponse:
    """审计日志: who did what, with filter, paging and export."""
    form = AuditFilterForm(request.GET)
    chosen = form.cleaned_data if form.is_valid() else {}
    page = page_of(request, queries.audit_entries(request.user, **chosen))
    return render(
        request,
        "base_app/audit_list.html",
        {
            "form": form,
            "sentence": form.sentence() if form.is_valid() else "",
            "page_obj": page,
            "rows": [
                (entry, queries.action_name(entry.action), queries.detail_in_words(entry.detail)) for entry in page
            ],
            "export_query": with_parameters(request.GET),
        },
    )


@require_GET
@page_for(may_read_audit)
def audit_export(request: HttpRequest) -> HttpResponse:
    """The filtered trail as a workbook, the newest 100,000 entries at most."""
    form = AuditFilterForm(request.GET)
    if not form.is_valid():
        return redirect(f"{request.path.removesuffix('export/')}?{request.GET.urlencode()}")
    entries = queries.audit_entries(request.user, **form.cleaned_data)[:EXPORT_LIMIT]
    file = audit_file(entries, form.sentence(), by=request.user, now=timezone.now())
    return FileResponse(file, as_attachment=True, filename="审计日志.xlsx")


@require_GET
@login_required
def attachment_download(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The stored file under its own name, for whom its purpose allows; else as if it did not exist."""
    attachment = get_object_or_404(Attachment, pk=pk)
    if not may_read_attachment(request.user, attachment):
        raise Http404
    response = FileResponse(
        attachment.file.open("rb"),
        as_attachment=True,
        filename=attachment.original_name,
        content_type=attachment.content_type,
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "private, no-store"
    return response
