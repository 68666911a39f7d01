"""党建工作指导员: who is at work where, sending and recalling."""

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from orgs.domain.instructors import MOST_AT_ONCE, recall_instructor, send_instructor
from orgs.exports_staff import support_form_file
from orgs.forms import EndForm
from orgs.forms_support import TOO_MANY, AssignForm, SendForm
from orgs.models import Instructor
from orgs.permissions import may_edit_support, may_export_register, may_see_people
from orgs.queries_support import assignable_organizations, instructors_at
from orgs.tables_support import ASSIGNABLE, INSTRUCTORS, with_acts
from orgs.views.acts import Page, form_page
from orgs.views.register import form_view
from orgs.views.scoped import as_asked, organization_asked, scoped_result
from quannan.base.listing import list_export, list_page, selected
from quannan.base.scope import page_for, working_scope

ACTS = with_acts(INSTRUCTORS, "orgs/_instructor_acts.html")
# Whom instructors are meant for first: organizations that have neither a party body nor an instructor.
NEEDY = "party=no&instructor=no"


def may_export_people(user) -> bool:
    return may_see_people(user) and may_export_register(user)


@require_GET
@page_for(may_see_people)
def instructor_list(request: HttpRequest) -> HttpResponse:
    """Instructors at work at the working date."""
    rows = instructors_at(request.user, working_scope(request).as_of)
    extra = {"form_url": ""}
    if may_edit_support(request.user):
        extra |= {"add_url": f"{reverse('instructor-assign')}?{NEEDY}", "add_words": "选派指导员"}
    if may_export_register(request.user):
        extra |= {"export_url": reverse("instructor-export"), "form_url": reverse("instructor-form-export")}
    listed = ACTS if may_edit_support(request.user) else INSTRUCTORS
    return list_page(request, scoped_result(request, listed, rows), **extra)


@require_GET
@page_for(may_export_people)
def instructor_export(request: HttpRequest) -> FileResponse:
    """The whole result of the list as a workbook."""
    rows = instructors_at(request.user, working_scope(request).as_of)
    return list_export(scoped_result(request, INSTRUCTORS, rows), by=request.user, now=timezone.now())


@require_GET
@page_for(may_export_people)
def instructor_form_export(request: HttpRequest) -> FileResponse:
    """The whole result of the list as 指导员和挂点表, to be put right and imported again."""
    rows = instructors_at(request.user, working_scope(request).as_of)
    result = scoped_result(request, INSTRUCTORS, rows)
    file = support_form_file(
        result.rows, (), whose=result.sentence, as_of=result.as_of, by=request.user, now=timezone.now()
    )
    return FileResponse(file, as_attachment=True, filename=f"指导员表-{result.as_of}.xlsx")


@require_GET
@page_for(may_edit_support)
def instructor_assign(request: HttpRequest) -> HttpResponse:
    """Organizations to choose from: tick some, or take the whole result."""
    rows = assignable_organizations(request.user, working_scope(request).as_of)
    result = scoped_result(request, ASSIGNABLE, rows)
    return list_page(request, result, bulk_template="orgs/_instructor_assign_bulk.html")


@require_POST
@page_for(may_edit_support)
def instructor_send_many(request: HttpRequest) -> HttpResponse:
    """Shows the organizations chosen, asks who is sent, and sends on the second step."""
    as_of = working_scope(request).as_of
    rows = assignable_organizations(request.user, as_of)
    sending = request.POST.get("step") == "send"
    result = scoped_result(request, ASSIGNABLE, rows)
    chosen = list(selected(request, rows.order_by("sort_key", "id") if sending else result.rows)[: MOST_AT_ONCE + 1])
    back = f"{reverse('instructor-assign')}?{request.GET.urlencode()}"
    if not chosen or len(chosen) > MOST_AT_ONCE:
        messages.error(request, TOO_MANY if chosen else "还没有勾选组织,请先勾选要派去的组织。")
        return redirect(back)
    form = AssignForm(request.POST if sending else None, by=request.user, as_of=as_of)
    page = Page(
        "选派指导员",
        f"下面 {len(chosen)} 家从同一天起由这名指导员联系,当日计入工作覆盖",
        f"派到这 {len(chosen)} 家",
        f"已派到 {len(chosen)} 家,工作覆盖已更新。",
        back,
        "选择组织",
        {"chosen": chosen},
    )

    def act(said: dict) -> None:
        send_instructor(
            organizations=chosen,
            person=form.person_given(),
            sent_by=said["sent_by"],
            from_=said["from_"],
            by=request.user,
            now=timezone.now(),
        )
        page.back = reverse("instructor-list")

    return form_page(request, form, act, page, template="orgs/instructor_send_many.html")


@form_view
@page_for(may_edit_support)
def instructor_create(request: HttpRequest) -> HttpResponse:
    """选派指导员 to one organization."""
    as_of = working_scope(request).as_of
    form = SendForm(request.POST or None, by=request.user, as_of=as_of, initial=organization_asked(request))
    page = Page(
        "选派指导员",
        "派出之日起计入这家组织的工作覆盖",
        "登记选派",
        "已登记选派,工作覆盖已更新。",
        as_asked(request, reverse("instructor-list")),
        "党建工作指导员",
    )

    def act(said: dict) -> None:
        send_instructor(
            organizations=[said["target"]],
            person=form.person_given(),
            sent_by=said["sent_by"],
            from_=said["from_"],
            by=request.user,
            now=timezone.now(),
        )

    return form_page(request, form, act, page)


@form_view
@page_for(may_edit_support)
def instructor_recall(request: HttpRequest, pk: int) -> HttpResponse:
    """召回."""
    rows = Instructor.objects.visible_to(request.user).select_related("person", "organization")
    instructor = get_object_or_404(rows, pk=pk)
    page = Page(
        "召回指导员",
        f"{instructor.person.name} · {instructor.organization.name};从次日起不再计入工作覆盖",
        "登记召回",
        "已登记召回,工作覆盖已更新。",
        reverse("instructor-list"),
        "党建工作指导员",
    )

    def act(said: dict) -> None:
        recall_instructor(
            instructor=instructor,
            last_day=said["last_day"],
            reason=said["change_reason"],
            by=request.user,
            now=timezone.now(),
        )

    return form_page(request, EndForm(request.POST or None), act, page)
