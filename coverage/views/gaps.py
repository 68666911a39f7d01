"""缺口清单 (四清): who is next, handed out and put under 挂牌督办 one by one or many at once."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from coverage.domain.climbing import CLIMB_WORDS
from coverage.domain.gaps import (
    Assigned,
    AssignRow,
    PlanChanged,
    assign_gaps,
    end_supervision,
    mark_of,
    plan_assignments,
    set_next_step,
    supervise,
    withdraw_assignment,
)
from coverage.domain.gaps_opened import GONE
from coverage.filters_gaps import NOT_FILLED, window
from coverage.forms_gaps import (
    AssignForm,
    AssignOneForm,
    OpenedForm,
    StepForm,
    SuperviseForm,
    UnsuperviseForm,
    WithdrawForm,
)
from coverage.models import GapAssignment, Supervision
from coverage.queries import has_pending_marks
from coverage.queries_gaps import (
    LAPSED,
    OPEN,
    STRUCK,
    STRUCK_DAYS,
    gap_rows,
    gap_spans,
    lines_asked,
    pairs_of,
)
from coverage.queries_gaps_shown import assignable_units
from coverage.queries_laggards import units_behind
from coverage.tables_gaps import GAPS
from orgs.lines import LINES, Line
from orgs.models import Organization
from orgs.models.codes import CodeList
from orgs.permissions import (
    may_assign_gaps,
    may_compare_units,
    may_export_register,
    may_see_coverage,
    may_supervise_gaps,
)
from orgs.queries import codes
from orgs.queries_list import filter_units, visible_unit, whole_scope_word
from orgs.views.acts import Page, errors_into, form_page
from orgs.views.register import form_view
from quannan.base.errors import Refused
from quannan.base.listing import Result, list_export, list_page, result_of, ticked
from quannan.base.scope import page_for, parse_day, working_scope

LIST_CHANGED = "打开这一页之后名单有变动,没有写入:现在是 {count} 家。请核对后再确认,或回到清单重新勾选。"
NOBODY = "请先勾选要办理的组织,或勾“选中全部”。"


@dataclass(frozen=True)
class Asked:
    """The list as asked for, and the lines it is of."""

    result: Result
    lines: Sequence[str]
    state: str


def _asked(request: HttpRequest) -> Asked:
    scope = working_scope(request)
    units = filter_units(request.user)
    query = request.GET.copy()
    if scope.unit and "unit" not in query and any(u.code == scope.unit for u in units):
        query["unit"] = scope.unit
    if scope.line and "line" not in query:
        query["line"] = scope.line
    query.setdefault("state", OPEN)
    state = query["state"] if query["state"] in (STRUCK, LAPSED) else OPEN
    lines = lines_asked(query.get("line", ""))
    since = window(query.get("since", ""), scope.as_of, STRUCK_DAYS)
    named = [(u.code, u.name) for u in units]
    result = result_of(
        request,
        replace(GAPS, prepare=partial(gap_rows, as_of=scope.as_of, lines=lines, state=state, since=since)),
        gap_spans(request.user, scope.as_of, lines, state, since),
        scope_word=whole_scope_word(request.user),
        choices={
            "unit": named,
            "responsible": named,
            "climbed": named,
            "reason": [(NOT_FILLED, "未填"), *codes(CodeList.NO_PARTY_REASON).items()],
        },
        query=query,
        lines=lines,
        paths={u.code: u.path for u in units},
    )
    return Asked(result, lines, state)


@require_GET
@page_for(may_see_coverage)
def gap_list(request: HttpRequest) -> HttpResponse:
    """缺口清单 at the working date."""
    asked = _asked(request)
    user, result, several = request.user, asked.result, may_compare_units(request.user)
    assigns, hangs = may_assign_gaps(user) and asked.state == OPEN, may_supervise_gaps(user)
    unit = visible_unit(user, result.query.get("unit", ""))
    line = asked.lines[0] if len(asked.lines) == 1 else ""
    return list_page(
        request,
        result,
        note=CLIMB_WORDS if several else "",
        behind=units_behind(user=user, as_of=result.as_of, unit=unit, line=line) if several else None,
        stale=has_pending_marks(),
        export_url=reverse("gap-export") if may_export_register(user) else "",
        bulk_template="coverage/_gap_bulk.html" if assigns or hangs else "",
        assigns=assigns,
        supervises=hangs and asked.state == OPEN,
        unsupervises=hangs,
    )


@require_GET
@page_for(may_export_register)
def gap_export(request: HttpRequest) -> FileResponse:
    """The whole result of the list as a workbook."""
    return list_export(_asked(request).result, by=request.user, now=timezone.now())


def _back(request: HttpRequest) -> str:
    return f"{reverse('gap-list')}?{request.GET.urlencode()}"


def _address(request: HttpRequest, asked: Asked) -> str:
    """The list's address with its day: what the session says meanwhile must not move it."""
    query = request.GET.copy()
    query["as_of"] = asked.result.as_of.isoformat()
    return query.urlencode()


def _meant(request: HttpRequest, asked: Asked):
    """The rows meant: those ticked, by organization, or the whole result."""
    if request.POST.get("whole") == "1":
        return asked.result.rows
    return asked.result.rows.filter(organization__in=ticked(request))


@require_POST
@page_for(may_assign_gaps)
def gap_assign(request: HttpRequest) -> HttpResponse:
    """批量分派: the ticked or the whole result, then the form, then the preview, then the act."""
    asked = _asked(request)
    meant = _meant(request, asked)
    count = meant.count()
    if not count:
        messages.error(request, NOBODY)
        return redirect(_back(request))
    step = request.POST.get("step", "")
    as_of = min(asked.result.as_of, timezone.localdate())
    one = asked.lines[0] if len(asked.lines) == 1 else ""
    form = AssignForm(request.POST if step else None, units=assignable_units(request.user), initial={"line": one})
    rows: list[AssignRow] | None = None
    problem = ""
    if step in ("preview", "confirm") and form.is_valid():
        said = form.cleaned_data
        facts = {
            "pairs": pairs_of(meant, lines_asked(said.pop("line") or one)),
            "by": request.user,
            "now": timezone.now(),
            "as_of": as_of,
            **said,
        }
        try:
            if step == "confirm":
                done = assign_gaps(**facts, mark=request.POST.get("mark", ""))
                messages.success(request, _told(done))
                return redirect(_back(request))
            rows = plan_assignments(**facts)
        except PlanChanged as changed:
            rows, problem = plan_assignments(**facts), changed.sentence
        except ValidationError as error:
            errors_into(form, error)
        except Refused as refusal:
            form.add_error(None, refusal.sentence)
    whole = request.POST.get("whole") == "1"
    context = {
        "form": form,
        "preview": None if rows is None or form.errors else preview_of(rows),
        "mark": "" if rows is None else mark_of(rows, as_of),
        "problem": problem,
        "count": count,
        "ids": [] if whole else ticked(request),
        "typed": [(name, request.POST.get(name, "")) for name in form.fields],
        "sentence": asked.result.sentence,
        "address": _address(request, asked),
        "back": _back(request),
        "as_of": as_of,
    }
    return render(request, "coverage/gap_assign.html", context, status=422 if form.errors else 200)


# So many rows of each kind are shown before the act; the counts are of all.
PREVIEWED = 50


@dataclass(frozen=True)
class Group:
    """The gaps with one outcome: how many, and the first of them."""

    title: str
    tone: str
    shape: str
    count: int
    rows: list[AssignRow]


@dataclass(frozen=True)
class Preview:
    """What an act of handing out would do."""

    groups: list[Group]
    writes: int


def preview_of(rows: list[AssignRow]) -> Preview:
    """Rows by outcome, as the page shows them.

    Args:
        rows: as `plan_assignments` gives them.
    """
    kinds = (
        (Assigned.NEW, "新分派", "met", "✓"),
        (Assigned.REPLACED, "已有分派,改派", "due", "●"),
        (Assigned.SAME, "没有变化", "na", "○"),
        (Assigned.REFUSED, "不能分派", "late", "▲"),
    )
    groups = []
    for outcome, title, tone, shape in kinds:
        found = [row for row in rows if row.outcome == outcome]
        if found:
            groups.append(Group(title, tone, shape, len(found), found[:PREVIEWED]))
    return Preview(groups, sum(row.writes for row in rows))


def _told(rows: list[AssignRow]) -> str:
    number = {kind: sum(row.outcome == kind for row in rows) for kind in ("new", "replaced", "same", "refused")}
    words = f"已分派 {number['new']} 项,改派 {number['replaced']} 项"
    if number["same"]:
        words += f",{number['same']} 项没有变化"
    if number["refused"]:
        words += f",{number['refused']} 项没有分派"
    return f"{words}。"


def _many(
    request: HttpRequest, form_class, title: str, submit: str, act: Callable[[list[int], dict], str], day: str
) -> HttpResponse:
    """One act on many organizations: the form, then the act, all or nothing."""
    asked = _asked(request)
    ids = list(_meant(request, asked).order_by("organization_id").values_list("organization_id", flat=True))
    if not ids:
        messages.error(request, NOBODY)
        return redirect(_back(request))
    mark = hashlib.sha256(repr(ids).encode()).hexdigest()[:16]
    sent = request.POST.get("step") == "confirm"
    changed = sent and request.POST.get("mark") != mark
    initial = {day: min(asked.result.as_of, timezone.localdate())}
    form = form_class(request.POST if sent else None, initial=initial)
    if sent and form.is_valid() and not changed:
        try:
            messages.success(request, act(ids, form.cleaned_data))
            return redirect(_back(request))
        except ValidationError as error:
            errors_into(form, error)
        except Refused as refusal:
            form.add_error(None, refusal.sentence)
    context = {
        "form": form,
        "title": title,
        "submit": submit,
        "count": len(ids),
        "mark": mark,
        "problem": LIST_CHANGED.format(count=len(ids)) if changed else "",
        "whole": request.POST.get("whole") == "1",
        "ids": [] if request.POST.get("whole") == "1" else ids,
        "sentence": asked.result.sentence,
        "address": _address(request, asked),
        "back": _back(request),
    }
    return render(request, "coverage/gap_many.html", context, status=422 if form.errors else 200)


@require_POST
@page_for(may_supervise_gaps)
def gap_supervise(request: HttpRequest) -> HttpResponse:
    """挂牌督办 of the ticked or of the whole result."""

    def act(ids: list[int], said: dict) -> str:
        done = supervise(
            organization_ids=ids,
            line=said["line"],
            level=said["level"],
            reason=said["change_reason"],
            from_=said["from_"],
            by=request.user,
            now=timezone.now(),
        )
        return f"已挂牌 {done.written} 家,原已挂牌 {done.unchanged} 家。"

    return _many(request, SuperviseForm, "挂牌督办", "挂牌", act, "from_")


@require_POST
@page_for(may_supervise_gaps)
def gap_unsupervise(request: HttpRequest) -> HttpResponse:
    """摘牌 of the ticked or of the whole result."""

    def act(ids: list[int], said: dict) -> str:
        done = end_supervision(
            organization_ids=ids,
            last_day=said["last_day"],
            reason=said["change_reason"],
            by=request.user,
            now=timezone.now(),
        )
        return f"已摘牌 {done.written} 家,{done.unchanged} 家没有挂牌。"

    return _many(request, UnsuperviseForm, "摘牌", "摘牌", act, "last_day")


@form_view
@page_for(may_supervise_gaps)
def gap_unsupervise_one(request: HttpRequest, pk: int) -> HttpResponse:
    """摘牌 of one organization, whether or not it is on the list."""
    organization = _organization(request, pk)
    running = list(organization.supervisions.filter(period__upper_inf=True).order_by("period"))
    if not running:
        raise Http404
    day = max(running[-1].period.lower, min(working_scope(request).as_of, timezone.localdate()))
    form = UnsuperviseForm(request.POST or None, initial={"last_day": day})
    page = Page(
        "摘牌",
        f"{organization.name};{'、'.join(_hung(row) for row in running)}",
        "摘牌",
        "已摘牌。",
        _plans_tab(organization),
        organization.name,
    )

    def act(said: dict) -> None:
        end_supervision(
            organization_ids=[organization.pk],
            last_day=said["last_day"],
            reason=said["change_reason"],
            by=request.user,
            now=timezone.now(),
        )

    return form_page(request, form, act, page)


def _hung(row: Supervision) -> str:
    return f"{row.period.lower} 起{row.level}挂牌({row.get_line_display() or '整个组织'})"


def _organization(request: HttpRequest, pk: int) -> Organization:
    return get_object_or_404(Organization.objects.visible_to(request.user), pk=pk)


def _plans_tab(organization: Organization) -> str:
    return f"{reverse('organization-detail', args=[organization.pk])}?tab=plans"


def _running(organization: Organization, line: str) -> GapAssignment | None:
    return organization.gap_assignments.filter(line=line, period__upper_inf=True).first()


def _current(organization: Organization, line: str) -> GapAssignment:
    return get_object_or_404(GapAssignment, organization=organization, line=line, period__upper_inf=True)


def _line(line: str) -> str:
    if line not in LINES:
        raise Http404
    return str(Line(line).label)


@form_view
@page_for(may_assign_gaps)
def gap_assign_one(request: HttpRequest, pk: int, line: str) -> HttpResponse:
    """分派 one gap of one organization, or hand it to another."""
    organization, label = _organization(request, pk), _line(line)
    # The day on which the form was opened, not what the session says by the time it is sent.
    day = parse_day(request.POST.get("as_of", "")) or working_scope(request).as_of
    as_of = min(day, timezone.localdate())
    current = _running(organization, line)
    names = ("unit", "leader", "due_on", "next_step")
    initial = {name: getattr(current, name) for name in names} if current else {}
    initial |= {"as_of": as_of.isoformat(), **AssignOneForm.of(current)}
    form = AssignOneForm(request.POST or None, units=assignable_units(request.user), initial=initial)
    page = Page(
        f"{label}:{'改派' if current else '分派'}",
        f"{organization.name};从 {as_of} 起,原来的分派到前一天为止",
        "分派",
        "已分派。",
        _plans_tab(organization),
        organization.name,
    )

    def act(said: dict) -> None:
        try:
            (row,) = assign_gaps(
                pairs=[(organization.pk, line)],
                unit=said["unit"],
                leader=said["leader"],
                due_on=said["due_on"],
                next_step=said["next_step"],
                by=request.user,
                now=timezone.now(),
                as_of=as_of,
                opened=(said["opened"], said["version"]),
            )
        except ValidationError as error:
            if getattr(error, "code", "") == GONE:
                form.data = _fresh_data(request, organization, line)
            raise
        if row.outcome == Assigned.REFUSED:
            raise Refused(row.sentence)

    def fresh(stale) -> AssignOneForm:
        return AssignOneForm(_fresh_data(request, organization, line), units=assignable_units(request.user))

    return form_page(request, form, act, page, fresh=fresh)


@form_view
@page_for(may_assign_gaps)
def gap_step(request: HttpRequest, pk: int, line: str) -> HttpResponse:
    """更新下一步 of one assignment."""
    organization, label = _organization(request, pk), _line(line)
    current = _current(organization, line)
    initial = {"next_step": current.next_step, **StepForm.of(current)}
    form = StepForm(request.POST or None, initial=initial)
    page = Page(
        f"{label}:更新下一步",
        f"{organization.name};期限 {current.due_on},责任领导 {current.leader}",
        "保存",
        "已保存。",
        _plans_tab(organization),
        organization.name,
    )

    def act(said: dict) -> None:
        set_next_step(assignment=current, by=request.user, now=timezone.now(), **said)

    return form_page(request, form, act, page, fresh=lambda _: StepForm(_fresh_data(request, organization, line)))


@form_view
@page_for(may_assign_gaps)
def gap_withdraw(request: HttpRequest, pk: int, line: str) -> HttpResponse:
    """撤回分派."""
    organization, label = _organization(request, pk), _line(line)
    current = _current(organization, line)
    day = max(current.period.lower, min(working_scope(request).as_of, timezone.localdate()))
    form = WithdrawForm(request.POST or None, initial={"on": day, **WithdrawForm.of(current)})
    page = Page(
        f"{label}:撤回分派",
        f"{organization.name};原由 {current.unit} 负责,期限 {current.due_on}",
        "撤回",
        "已撤回,这一项回到未分派。",
        _plans_tab(organization),
        organization.name,
    )

    def act(said: dict) -> None:
        withdraw_assignment(
            assignment=current,
            on=said["on"],
            reason=said["change_reason"],
            version=said["version"],
            by=request.user,
            now=timezone.now(),
            opened=said["opened"],
        )

    return form_page(request, form, act, page, fresh=lambda _: WithdrawForm(_fresh_data(request, organization, line)))


def _fresh_data(request: HttpRequest, organization: Organization, line: str) -> QueryDict:
    """What was sent, on the assignment that runs now."""
    data = request.POST.copy()
    for name, value in OpenedForm.of(_running(organization, line)).items():
        data[name] = str(value)
    return data
