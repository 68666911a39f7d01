"""What the frame around every page shows: the columns a role may open, the working scope, the account."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import cached_property

from orgs.lines import Line
from orgs.permissions import scope_of
from orgs.queries_list import demo_rows_exist, scope_units, whole_scope_word
from quannan.base.imports import may_import
from quannan.base.scope import working_scope


@dataclass
class Entry:
    """One entry of the navigation.

    Attributes:
        title: what the user reads.
        url: where it leads.
        icon: symbol of the icon set, "" for entries of the second level.
        current: value of aria-current: "page", "true" for a parent of the page, "" elsewhere.
        children: entries of the second level.
    """

    title: str
    url: str
    icon: str = ""
    current: str = ""
    children: list["Entry"] = field(default_factory=list)

    @property
    def open(self) -> bool:
        return bool(self.current)


# What an entry asks of an account: a capability, "" for nothing, or a predicate.
Asked = str | Callable[[Any], bool]


def _files_reports(user: Any) -> bool:
    return bool(user.can("reports.file") or user.can("reports.signed"))


def _reviews_reports(user: Any) -> bool:
    return bool(user.can("reports.review_unit") or user.can("reports.review_county"))


def _opens_reports(user: Any) -> bool:
    return bool(user.can("reports.view")) or _files_reports(user)


# title, icon, entries below it as (title, url name, what is asked)
NAVIGATION: tuple[tuple[str, str, tuple[tuple[str, str, Asked], ...]], ...] = (
    ("工作台", "home", (("工作台", "workbench", ""),)),
    (
        "组织台账",
        "organizations",
        (
            ("组织台账", "organization-list", "register.view"),
            ("登记招商线索", "lead-list", "leads.view"),
            ("疑似重复", "duplicate-list", "duplicates.merge"),
        ),
    ),
    (
        "党群组织",
        "branches",
        (
            ("党群组织", "branch-list", "register.view"),
            ("联合组织归并", "branch-grouping", "register.view"),
            ("换届日历", "term-calendar", "register.view"),
            ("未建原因与计划", "plan-list", "register.view"),
        ),
    ),
    (
        "队伍",
        "people",
        (
            ("任职", "appointment-list", "people.view"),
            ("党群人才库", "candidate-list", "talent.edit"),
            ("党建工作指导员", "instructor-list", "people.view"),
            ("挂点联系", "liaison-list", "people.view"),
            ("推优", "recommendation-list", "recommendations.view"),
            ("党员排查", "search-list", "searches.edit"),
            ("排查汇总", "search-sums", "searches.sums"),
            ("职业党群干部", "professional-list", "people.view"),
            ("负责人调整", "leader-change-list", "changes.view"),
            ("连续任职三年", "tenure-list", "people.view"),
            ("维权个案", "case-list", "cases.view"),
        ),
    ),
    (
        "覆盖进度",
        "coverage",
        (
            ("进度总览", "coverage-dashboard", "coverage.view"),
            ("缺口清单", "gap-list", "coverage.view"),
            ("分类指导", "guidance-list", "coverage.view"),
            ("目标节点", "milestone-list", "coverage.view"),
            ("单位与条线", "coverage-matrix", "coverage.view"),
            ("两期对比", "coverage-comparison", "coverage.view"),
            ("情景推演", "scenario-list", "scenarios.use"),
            ("上报数字", "publication-list", "publications.view"),
            ("大屏", "coverage-wall", "coverage.view"),
            ("通报", "coverage-bulletin", "coverage.view"),
            ("信息统计表", "statistics-form", "coverage.view"),
            ("标准与节点", "standard-list", "standards.view"),
        ),
    ),
    (
        "年检年报",
        "reports",
        (
            ("我的年报", "my-report-list", _files_reports),
            ("填报情况", "report-list", "reports.view"),
            ("年报审核", "review-queue", _reviews_reports),
            ("未报名单", "report-late-list", "reports.view"),
            ("年报批次", "round-list", "reports.view"),
            ("完成情况", "report-completeness", "reports.view"),
            ("代报导入", "report-behalf", "reports.file_for"),
            ("填报账号", "filer-list", "reports.accounts"),
            ("填报负担", "report-burden", "reports.view"),
            ("回执查验", "receipt-check", _opens_reports),
        ),
    ),
    (
        "活动阵地",
        "activities",
        (
            ("活动台账", "activity-list", "activities.view"),
            ("开展情况", "activity-summary", "activities.view"),
            ("活动载体", "programme-list", "activities.view"),
        ),
    ),
    (
        "经费保障",
        "funding",
        (
            ("经费台账", "fund-list", "funds.view"),
            ("人均活动经费", "fund-check", "funds.view"),
            ("经费标准", "fund-standard-list", "funds.view"),
        ),
    ),
    (
        "考核评比",
        "evaluation",
        (
            ("本组织考核", "my-assessment-list", "assessments.own"),
            ("考核结果", "assessment-list", "assessments.view"),
            ("考核汇总", "assessment-summary", "assessments.view"),
            ("考核方案", "scheme-list", "assessments.view"),
        ),
    ),
    (
        "数据交换",
        "exchange",
        (
            ("导入表格", "import-list", may_import),
            ("登记名册核对", "reconciliation-list", "reconciliation.view"),
            ("我的任务", "job-list", ""),
            ("数据接口", "api-docs", "register.view"),
        ),
    ),
    (
        "系统管理",
        "system",
        (
            ("账号", "user-list", "accounts.manage"),
            ("角色", "role-list", "accounts.manage"),
            ("运行状态", "system-status", "system.view"),
            ("审计日志", "audit-list", "audit.read"),
        ),
    ),
)
# Pages whose address does not begin with that of the place they belong to.
PARTS_OF = (("report-form-list", "round-list"),)


def _address(name: str) -> str:
    """The address of a page, "" while no such page exists."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


def _opens(user: Any, asked: Asked) -> bool:
    """Whether the account has what an entry asks."""
    if callable(asked):
        return asked(user)
    return not asked or bool(user.can(asked))


class Frame:
    """The frame of one request; everything is looked up only when the template asks."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request
        self.user = request.user
        self.county = settings.COUNTY_NAME if hasattr(settings, "COUNTY_NAME") else "全南县"

    @cached_property
    def sees_register(self) -> bool:
        return self.user.can("register.view") and not scope_of(self.user).nothing

    @cached_property
    def navigation(self) -> list[Entry]:
        entries = []
        for title, icon, below in NAVIGATION:
            children = [
                Entry(name, url)
                for name, url_name, asked in below
                if _opens(self.user, asked) and (url := _address(url_name))
            ]
            if children:
                shown = children if len(below) > 1 else []
                entries.append(Entry(title, children[0].url, icon, children=shown))
        self._mark_current(entries)
        return entries

    def _mark_current(self, entries: list[Entry]) -> None:
        """Marks the entry whose address is the longest beginning of this page's address."""
        path, best, length = self.request.path, None, 0
        for part, place_name in PARTS_OF:
            if (beginning := _address(part)) and path.startswith(beginning):
                path = _address(place_name)
        for entry in entries:
            for place in entry.children or [entry]:
                fits = path == place.url or (place.url != "/" and path.startswith(place.url))
                if fits and len(place.url) > length:
                    best, length = (entry, place), len(place.url)
        if best:
            entry, place = best
            entry.current = "true" if entry.children else "page"
            place.current = "page"

    @cached_property
    def units(self):
        return scope_units(self.user)

    @cached_property
    def whole_scope(self) -> str:
        return whole_scope_word(self.user)

    @cached_property
    def lines(self):
        return Line.choices

    @cached_property
    def has_demo(self) -> bool:
        return demo_rows_exist()

    @cached_property
    def account_links(self) -> list[Entry]:
        return [Entry("我的任务", url)] if (url := _address("job-list")) else []


def frame(request: HttpRequest) -> dict[str, object]:
    """The frame and the working scope, for every template.

    Args:
        request: the request; pages for strangers get no frame.
    """
    if not getattr(request, "user", None) or not request.user.is_authenticated:
        return {}
    return {"frame": Frame(request), "scope": working_scope(request)}
