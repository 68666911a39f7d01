"""代报: a workbook of many organizations' reports is handed over, checked, and filed after a look at the result."""

from io import BytesIO
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from evaluation.domain.behalf import BEHALF, CHECK, start_check, start_write, template_rows
from evaluation.domain.sheet import read_form
from evaluation.forms_behalf import BehalfForm
from evaluation.permissions import may_file_for_others
from evaluation.queries_rounds import opened_rounds
from orgs.views.acts import errors_into
from quannan.base.errors import Refused
from quannan.base.models import Job, JobState
from quannan.base.queries import job_card
from quannan.base.scope import page_for
from quannan.base.workbook.write import write_table


@require_http_methods(["GET", "HEAD", "POST"])
@page_for(may_file_for_others)
def report_behalf(request: HttpRequest) -> HttpResponse:
    """Hands a workbook over and queues its check."""
    form = BehalfForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            job = start_check(
                file=said["file"], name=said["file"].name, round_=said["round"], by=request.user, now=timezone.now()
            )
        except ValidationError as error:
            errors_into(form, error)
        except Refused as refusal:
            form.add_error(None, refusal.sentence)
        else:
            return redirect("job-detail", pk=job.pk)
    status = 422 if form.errors else 200
    rounds = opened_rounds().order_by("-year", "-pk")
    return render(request, "evaluation/behalf.html", {"form": form, "rounds": rounds}, status=status)


@require_GET
@page_for(may_file_for_others)
def report_behalf_template(request: HttpRequest, pk: int) -> HttpResponse:
    """The template of a round, filled in with what is known of those who have not filed."""
    row, user, now = get_object_or_404(opened_rounds().select_related("form"), pk=pk), request.user, timezone.now()
    headings, rows = template_rows(row, read_form(row.form), user)
    out = BytesIO()
    sentence = (
        f"只列您范围内还没有报的 {len(rows)} 家;已知的内容已填好,请核对、补全后上传。不清楚的写“不清楚”,不要填0;"
        f"由 {user.name or user.username} 于 {timezone.localtime(now):%Y-%m-%d %H:%M} 导出"
    )
    write_table(out, f"{row.name}代报表", sentence, headings, rows)
    out.seek(0)
    return FileResponse(out, as_attachment=True, filename=f"{row.name}代报表.xlsx")


@require_GET
@page_for(may_file_for_others)
def report_behalf_result(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What the check found, or what was filed."""
    job = get_object_or_404(Job.objects.visible_to(request.user), pk=pk, kind=BEHALF)
    mode, result = job.params["mode"], job.result or {}
    context = {
        "job": job,
        "card": job_card(job, request.user, timezone.now()),
        "checked": mode == CHECK and job.state == JobState.DONE,
        "rows": result.get("rows", 0),
        "faulty": result.get("faulty", 0),
        "good": result.get("rows", 0) - result.get("faulty", 0),
        "filed": result.get("updated", 0) if mode != CHECK else 0,
        "mine": job.created_by_id == request.user.pk,
    }
    return render(request, "evaluation/behalf_result.html", context)


@require_POST
@page_for(may_file_for_others)
def report_behalf_write(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Files what was checked."""
    job = get_object_or_404(Job.objects.visible_to(request.user), pk=pk, kind=BEHALF)
    try:
        job = start_write(checked=job, mode=request.POST.get("mode", ""), by=request.user, now=timezone.now())
    except Refused as refusal:
        messages.error(request, refusal.sentence)
        return redirect("report-behalf-result", pk=pk)
    return redirect("job-detail", pk=job.pk)
