"""上报数字: the list, one publication, freezing, withdrawing, checking the digest, and the frozen organizations."""

from dataclasses import replace
from functools import partial
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from coverage.domain.kept_results import COMPARE, LIVE, VERIFY, WORKBOOK, params_of
from coverage.domain.publications import FiguresMoved, check_digest, freeze, seen_mark, withdraw
from coverage.domain.spans import drain_marks
from coverage.exports_publications import publication_file
from coverage.forms_publications import FreezeForm, WithdrawForm
from coverage.models import Publication
from coverage.permissions import may_export_publications
from coverage.queries import has_pending_marks
from coverage.queries_dashboard import dashboard
from coverage.queries_kept_results import is_large, latest_check, made_file
from coverage.queries_publications import (
    frozen_rows,
    in_sight_words,
    publication_asked,
    publication_rows,
    publications,
    published_organizations,
    published_page,
    quality_of,
)
from coverage.tables_publications import PUBLICATIONS, PUBLISHED
from orgs.permissions import may_freeze_figures, may_see_publications
from orgs.queries_list import scope_units, visible_unit
from orgs.views.acts import Page, errors_into, form_page
from quannan.base.domain.jobs import start_job
from quannan.base.errors import Refused
from quannan.base.filters import sentence_of
from quannan.base.listing import Result, list_export, list_page, result_of
from quannan.base.scope import page_for, working_scope

# Up to so many organizations are frozen while the user waits; more go to the worker.
INLINE = 2000
FUTURE = "截至日期 {day} 还没有到,数字会变,不能定稿。请改成今天({today})或更早的日期。"


def _list(request: HttpRequest) -> Result:
    return result_of(
        request,
        replace(PUBLICATIONS, prepare=partial(publication_rows, user=request.user)),
        publications(),
        scope_word=in_sight_words(request.user),
    )


@require_GET
@page_for(may_see_publications)
def publication_list(request: HttpRequest) -> HttpResponse:
    """Every publication, with the headline of the account's own sight."""
    result = _list(request)
    result.sentence = result.sentence.rpartition(",截至")[0]
    return list_page(
        request,
        result,
        export_url=reverse("publication-list-export") if may_export_publications(request.user) else "",
        add_url=reverse("publication-freeze") if may_freeze_figures(request.user) else "",
        add_words="定稿一个日期",
    )


@require_GET
@page_for(may_export_publications)
def publication_list_export(request: HttpRequest) -> FileResponse:
    """The list as a workbook."""
    result = _list(request)
    result.sentence = result.sentence.rpartition(",截至")[0]
    return list_export(result, by=request.user, now=timezone.now())


@require_GET
@page_for(may_see_publications)
def publication_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One publication, as far as the account sees."""
    publication = get_object_or_404(publications(), pk=pk)
    unit = visible_unit(request.user, working_scope(request).unit)
    context = {
        "found": published_page(publication, user=request.user, unit=unit),
        "publication": publication,
        "unit": unit,
        "unit_code": unit.code if unit else "",
        "whose": f"{unit.name}及下属" if unit else in_sight_words(request.user),
        "may_export": may_export_publications(request.user),
        "may_freeze": may_freeze_figures(request.user),
        "large": is_large(publication),
        "check": latest_check(publication) if is_large(publication) else None,
    }
    if context["large"] and context["may_export"]:
        asked = params_of(request.user, publication=publication.pk, unit=context["unit_code"])
        context["file"] = made_file(request.user, asked)
    return render(request, "coverage/publication_detail.html", context)


@require_GET
@page_for(may_export_publications)
def publication_export(request: HttpRequest, pk: int) -> HttpResponse:
    """The whole publication as a workbook, as far as the account sees; a large one is made by the worker."""
    publication = get_object_or_404(publications(), pk=pk)
    unit = visible_unit(request.user, working_scope(request).unit)
    if is_large(publication):
        return redirect(f"{reverse('publication-detail', args=[pk])}?{urlencode({'unit': unit.code if unit else ''})}")
    file = publication_file(publication, user=request.user, unit=unit, now=timezone.now())
    return FileResponse(file, as_attachment=True, filename=f"上报数字-{publication.as_of}-{publication.pk}.xlsx")


@require_POST
@page_for(may_export_publications)
def publication_file_job(request: HttpRequest, pk: int) -> HttpResponse:
    """生成 Excel of a large publication by the worker."""
    publication = get_object_or_404(publications(), pk=pk)
    unit = visible_unit(request.user, request.POST.get("unit", ""))
    asked = params_of(request.user, publication=pk, unit=unit.code if unit else "")
    return _started(request, WORKBOOK, f"《{publication.title}》写成 Excel", asked)


def _started(request: HttpRequest, kind: str, title: str, asked: dict) -> HttpResponse:
    job = start_job(kind=kind, title=title[:120], params=asked, by=request.user, now=timezone.now())
    return redirect("job-detail", job.pk)


@require_POST
@page_for(may_see_publications)
def publication_compare(request: HttpRequest, pk: int) -> HttpResponse:
    """数字差异 of a large publication by the worker."""
    publication = get_object_or_404(publications(), pk=pk)
    against = request.POST.get("against", "")
    other = publication_asked(against) if against.isdecimal() else None
    unit = visible_unit(request.user, request.POST.get("unit", ""))
    asked = params_of(
        request.user, publication=pk, unit=unit.code if unit else "", against=str(other.pk) if other else LIVE
    )
    return _started(request, COMPARE, f"《{publication.title}》的数字差异", asked)


@require_POST
@page_for(may_see_publications)
def publication_verify(request: HttpRequest, pk: int) -> HttpResponse:
    """核对摘要: works the digest out again and says whether it agrees; of a large one by the worker."""
    publication = get_object_or_404(publications(), pk=pk)
    if is_large(publication):
        return _started(
            request, VERIFY, f"《{publication.title}》核对摘要", params_of(request.user, publication=pk, unit="")
        )
    check = check_digest(publication)
    if check.agrees:
        messages.success(request, f"摘要一致:重算得到 {check.found},与定稿时相同,留存的内容没有变动。")
    else:
        messages.error(request, f"摘要不一致:重算得到 {check.found},请马上联系系统管理员核查数据库。")
    return redirect("publication-detail", publication.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@page_for(may_freeze_figures)
def publication_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """作废: the reason, then the act."""
    publication = get_object_or_404(publications().standing(), pk=pk)
    page = Page(
        title="作废定稿",
        sentence=f"《{publication.title}》作废后仍照原样留存、可以查看,只标明作废和理由;不能恢复。",
        submit="作废",
        done="已作废,定稿的内容照原样留存。",
        back=reverse("publication-detail", args=[publication.pk]),
        crumb=publication.title,
    )
    return form_page(
        request,
        WithdrawForm(request.POST or None),
        lambda data: withdraw(
            publication=publication, reason=data["change_reason"], by=request.user, now=timezone.now()
        ),
        page,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@page_for(may_freeze_figures)
def publication_freeze(request: HttpRequest) -> HttpResponse:
    """定稿: what would be frozen, then the act; a county of more than 2,000 organizations is frozen by the worker."""
    sent = request.method == "POST"
    form = FreezeForm(request.POST if sent else None)
    as_of = working_scope(request).as_of
    if sent:
        drain_marks()
        if form.is_valid():
            as_of = form.cleaned_data["as_of"]
            answer = _frozen(request, form)
            if answer is not None:
                return answer
    today = timezone.localdate()
    context = {"form": form, "as_of": as_of, "today": today, "found": None, "problem": ""}
    if as_of > today:
        context["problem"] = FUTURE.format(day=as_of, today=today)
    else:
        found = dashboard(user=request.user, as_of=as_of, unit=None, line="")
        mark = seen_mark(found.report)
        context |= {
            "found": found,
            "report": found.report,
            "base": found.report.base,
            "quality": quality_of(found.report, request.user),
            "earlier": list(publications().filter(as_of=as_of)),
            "stale": has_pending_marks(),
            "seen": mark,
        }
        if not sent:
            context["form"] = FreezeForm(
                initial={
                    "as_of": as_of,
                    "seen": mark,
                    "title": f"{as_of.year}年{as_of.month}月{as_of.day}日“两新”组织覆盖数字",
                }
            )
    return render(request, "coverage/publication_freeze.html", context, status=422 if form.errors else 200)


def _frozen(request: HttpRequest, form: FreezeForm) -> HttpResponse | None:
    """Freezes, or hands it to the worker; None with the form's sentences where it is refused."""
    data, now = form.cleaned_data, timezone.now()
    if data["as_of"] > timezone.localdate():
        form.add_error(None, FUTURE.format(day=data["as_of"], today=timezone.localdate()))
        return None
    try:
        if _is_large(request, data["as_of"]):
            job = start_job(
                kind="coverage.freeze",
                title=f"定稿 {data['as_of']} 的上报数字",
                params={**data, "as_of": data["as_of"].isoformat()},
                by=request.user,
                now=now,
            )
            return redirect("job-detail", job.pk)
        row = freeze(**data, by=request.user, now=now)
    except FiguresMoved as refusal:
        form.add_error(None, refusal.sentence)
    except ValidationError as error:
        errors_into(form, error)
    except Refused as refusal:
        form.add_error(None, refusal.sentence)
    else:
        messages.success(
            request, f"已定稿,名单 {row.organizations} 家。以后台账的改动不影响这份数字,另列在“数字差异”里。"
        )
        return redirect("publication-detail", row.pk)
    return None


def _is_large(request: HttpRequest, as_of) -> bool:
    base = dashboard(user=request.user, as_of=as_of, unit=None, line="").report.base
    return base.organizations + base.excluded > INLINE


def _organizations(request: HttpRequest) -> tuple[Result, Publication | None]:
    publication = publication_asked(request.GET.get("publication", ""))
    scope, units = working_scope(request), scope_units(request.user)
    query = request.GET.copy()
    if scope.unit and "unit" not in query and any(unit.code == scope.unit for unit in units):
        query["unit"] = scope.unit
    result = result_of(
        request,
        replace(PUBLISHED, prepare=partial(frozen_rows, user=request.user)),
        published_organizations(publication, request.user).select_related("publication"),
        scope_word=in_sight_words(request.user),
        choices={"unit": [(unit.code, unit.name) for unit in units]},
        query=query,
        paths={unit.code: unit.path for unit in units},
    )
    if publication is not None:
        result.as_of = publication.as_of
        words = sentence_of(result.chips, in_sight_words(request.user), "组织")
        frozen_at = f"{timezone.localtime(publication.frozen_at):%Y-%m-%d %H:%M}"
        result.sentence = f"{words},截至 {publication.as_of},《{publication.title}》{frozen_at} {publication.state}"
    return result, publication


@require_GET
@page_for(may_see_publications)
def published_list(request: HttpRequest) -> HttpResponse:
    """The frozen organizations behind a published figure: the latest publication's where none is named."""
    result, publication = _organizations(request)
    return list_page(
        request,
        result,
        publication=publication,
        export_url=reverse("published-export") if may_export_publications(request.user) else "",
    )


@require_GET
@page_for(may_export_publications)
def published_export(request: HttpRequest) -> FileResponse:
    """The same as a workbook."""
    return list_export(_organizations(request)[0], by=request.user, now=timezone.now())
