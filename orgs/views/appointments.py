"""任职: the list, cross-posting, heads serving three years running, and how a post begins, ends and is corrected."""

from dataclasses import replace
from functools import partial

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from orgs.domain.appointments import appoint, correct_appointment, end_appointment
from orgs.exports_people import SHARE_WORDS, cross_posting_file
from orgs.exports_staff import posts_form_file
from orgs.forms_people import AppointForm, CorrectPostForm, EndPostForm, yes_no
from orgs.models import Appointment, Branch
from orgs.permissions import may_edit_some_line, may_see_people
from orgs.queries_list import filter_units, whole_scope_word
from orgs.queries_people import bodies_to_lead, lines_edited, member_of_body
from orgs.queries_posts import (
    SHARED_LINES,
    Post,
    Share,
    bodies_in_words,
    counted,
    cross_posting,
    heads_running,
    in_words,
    post_choices,
    posts_on,
    running_in_words,
)
from orgs.tables_people import POSTS, RUNNING
from orgs.views.acts import Page, form_page
from orgs.views.people_results import FULL_TIME, may_export_people, people_result
from orgs.views.register import form_view
from quannan.base.listing import Result, list_export, list_page
from quannan.base.scope import page_for, working_scope


def _posts(request: HttpRequest) -> Result:
    on = working_scope(request).as_of
    listed = replace(POSTS, prepare=partial(in_words, on=on, user=request.user))
    return people_result(request, listed, posts_on(request.user, on), post=post_choices())


@require_GET
@page_for(may_see_people)
def appointment_list(request: HttpRequest) -> HttpResponse:
    """任职: every post held on the working date in the account's sight."""
    result = _posts(request)
    edits = may_edit_some_line(request.user)
    return list_page(
        request,
        result,
        note=str(counted(result.rows, result.as_of)),
        export_url=reverse("appointment-export") if may_export_people(request.user) else "",
        form_url=reverse("appointment-form-export") if may_export_people(request.user) else "",
        add_url=reverse("appointment-pick") if edits else "",
        add_words="登记任职" if edits else "",
    )


@require_GET
@page_for(may_export_people)
def appointment_export(request: HttpRequest) -> FileResponse:
    """The whole result of the list as a workbook."""
    return list_export(_posts(request), by=request.user, now=timezone.now())


@require_GET
@page_for(may_export_people)
def appointment_form_export(request: HttpRequest) -> FileResponse:
    """The whole result of the list as 任职表, to be put right and imported again."""
    result = _posts(request)
    file = posts_form_file(result.rows, whose=result.sentence, as_of=result.as_of, by=request.user, now=timezone.now())
    return FileResponse(file, as_attachment=True, filename=f"任职表-{result.as_of}.xlsx")


def _running(request: HttpRequest) -> Result:
    on = working_scope(request).as_of
    listed = replace(RUNNING, prepare=partial(running_in_words, on=on, user=request.user))
    return people_result(request, listed, heads_running(request.user, on))


@require_GET
@page_for(may_see_people)
def tenure_list(request: HttpRequest) -> HttpResponse:
    """连续任职三年 (四(三)): heads who serve three years running on the working date; results come later."""
    result = _running(request)
    return list_page(
        request,
        result,
        note="同一人在不同组织接续任职、中间不断一天的连续计算",
        export_url=reverse("tenure-export") if may_export_people(request.user) else "",
    )


@require_GET
@page_for(may_export_people)
def tenure_export(request: HttpRequest) -> FileResponse:
    """The whole result of the list as a workbook."""
    return list_export(_running(request), by=request.user, now=timezone.now())


def _shares(request: HttpRequest) -> list[Share]:
    """The table of cross-posting: a total and its units, or the working unit and those below it."""
    scope = working_scope(request)
    units = filter_units(request.user)
    whole = whole_scope_word(request.user)
    chosen = [u.path for u in units if u.code == scope.unit]
    if chosen:
        below = [u for u in units if u.path.startswith(chosen[0])]
        return cross_posting(request.user, scope.as_of, below, whole)[1:]
    if len(units) > 1 and all(u.path.startswith(units[0].path) for u in units):
        # The one unit above all the others would repeat the total.
        units = units[1:]
    return cross_posting(request.user, scope.as_of, units, whole)


@require_GET
@page_for(may_see_people)
def cross_posting_page(request: HttpRequest) -> HttpResponse:
    """交叉任职 (三(二)) by unit; every number opens to its posts."""
    scope = working_scope(request)
    shares = _shares(request)
    context = {
        "rows": [(share, _cells(share, scope.as_of.isoformat())) for share in shares],
        "words": [SHARE_WORDS[line] for line in SHARED_LINES],
        "whole": whole_scope_word(request.user),
        "export_url": reverse("cross-posting-export") if may_export_people(request.user) else "",
    }
    return render(request, "orgs/cross_posting.html", context)


def _cells(share, as_of: str) -> list[dict[str, object]]:
    """The numbers of one unit with the list each opens to."""
    cells = []
    for line in SHARED_LINES:
        heads = f"?as_of={as_of}&unit={share.code}&line={line}&head=1"
        cross = "chair" if line == "party" else "member"
        cells.append(
            {
                "heads": share.heads[line],
                "crossed": share.crossed[line],
                "rate": share.rate(line),
                "heads_query": heads,
                "crossed_query": f"{heads}&cross={cross}",
            }
        )
    return cells


@require_GET
@page_for(may_export_people)
def cross_posting_export(request: HttpRequest) -> FileResponse:
    """The table of cross-posting as a workbook."""
    scope = working_scope(request)
    told = request.user.name or request.user.username
    sentence = (
        f"{whole_scope_word(request.user)}的交叉任职,截至 {scope.as_of};"
        f"由 {told} 于 {timezone.localtime(timezone.now()):%Y-%m-%d %H:%M} 导出"
    )
    file = cross_posting_file(_shares(request), sentence)
    return FileResponse(file, as_attachment=True, filename=f"交叉任职-{scope.as_of}.xlsx")


@require_GET
@page_for(may_edit_some_line)
def appointment_pick(request: HttpRequest) -> HttpResponse:
    """登记任职, first step: which body."""
    text = request.GET.get("q", "")
    found = bodies_to_lead(request.user, timezone.localdate(), lines_edited(request.user), text)
    return render(request, "orgs/appointment_pick.html", {"text": text, "found": found.items()})


def _body(request: HttpRequest, pk: int) -> tuple[Branch, str]:
    """A body in sight today, and what it is called."""
    branch = get_object_or_404(Branch.objects.visible_to(request.user), pk=pk)
    return branch, bodies_in_words([pk], request.user, timezone.localdate())[pk].name


@form_view
@page_for(may_edit_some_line)
def appointment_begin(request: HttpRequest, pk: int) -> HttpResponse:
    """登记任职 in a body."""
    branch, name = _body(request, pk)
    today = timezone.localdate()
    form = AppointForm(
        request.POST or None,
        branch=branch,
        by=request.user,
        as_of=today,
        initial={"works_at": member_of_body(branch, request.user, today)},
    )
    page = Page(
        "登记任职",
        f"{name};现任负责人的更换要先征求意见,请办理“负责人调整”",
        "登记",
        "任职已登记。",
        reverse("branch-detail", args=[pk]),
        name,
        {"branch_pk": pk},
    )

    def act(said: dict) -> None:
        appoint(
            branch=branch,
            person=form.person_given(),
            post=said["post"],
            from_=said["from_"],
            last_day=said["last_day"],
            source=said["source"],
            is_full_time=yes_no(said["full_time"]),
            by=request.user,
            now=timezone.now(),
        )

    return form_page(request, form, act, page, template="orgs/appointment_form.html")


def _post(request: HttpRequest, pk: int) -> tuple[Appointment, Post]:
    """A post in sight today, and in words."""
    rows = Appointment.objects.visible_to(request.user).select_related("person", "branch")
    row = get_object_or_404(rows, pk=pk)
    return row, in_words([row], timezone.localdate(), request.user, with_others=False)[0]


@form_view
@page_for(may_edit_some_line)
def appointment_end(request: HttpRequest, pk: int) -> HttpResponse:
    """登记离任."""
    row, words = _post(request, pk)
    page = Page(
        "登记离任",
        f"{row.person.name},{words.body.name}{words.title}",
        "登记离任",
        "离任已登记。",
        reverse("branch-detail", args=[row.branch_id]),
        words.body.name,
        {"branch_pk": row.branch_id},
    )

    def act(said: dict) -> None:
        end_appointment(
            appointment=row,
            last_day=said["last_day"],
            reason=said["change_reason"],
            by=request.user,
            now=timezone.now(),
        )

    return form_page(request, EndPostForm(request.POST or None), act, page, template="orgs/appointment_form.html")


@form_view
@page_for(may_edit_some_line)
def appointment_correct(request: HttpRequest, pk: int) -> HttpResponse:
    """更正任职."""
    row, words = _post(request, pk)
    initial = {"from_": row.period.lower, "source": row.source, "full_time": FULL_TIME.get(row.is_full_time, "")}
    page = Page(
        "更正任职",
        f"{row.person.name},{words.body.name}{words.title}",
        "保存更正",
        "更正已保存。",
        reverse("branch-detail", args=[row.branch_id]),
        words.body.name,
    )

    def act(said: dict) -> None:
        correct_appointment(
            appointment=row,
            changes={
                "from_": said["from_"],
                "source": said["source"],
                "is_full_time": yes_no(said["full_time"]),
            },
            reason=said["change_reason"],
            by=request.user,
            now=timezone.now(),
        )

    return form_page(request, CorrectPostForm(request.POST or None, initial=initial), act, page)
