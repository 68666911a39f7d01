"""The list of 登记/招商线索."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.urls import reverse

from orgs.filters_leads import LeadFilter
from orgs.lines import Line
from orgs.models import Lead
from orgs.models.codes import CodeList
from orgs.models.plans import LeadState
from orgs.queries import codes
from quannan.base.listing import Listed
from quannan.base.tables import Column


@dataclass
class LeadRow:
    """One lead as a list shows it."""

    lead: Lead
    source: str

    @property
    def pk(self) -> int:
        return self.lead.pk

    @property
    def state(self) -> str:
        """The state on the working date, in words; an open one past its due day says so."""
        return "已过期限" if self.lead.late_at else str(LeadState(self.lead.state_at).label)

    @property
    def open(self) -> bool:
        return self.lead.state_at == LeadState.OPEN

    @property
    def decided_on(self) -> date | None:
        return None if self.open else self.lead.decided_on

    @property
    def organization(self):
        return None if self.open else self.lead.organization

    @property
    def lines(self) -> str:
        return "、".join(Line(line).label for line in self.lead.lines)


def lead_rows(leads: Iterable[Lead]) -> list[LeadRow]:
    """Leads with their codes in words.

    Args:
        leads: with unit, organization and `state_at` at hand.
    """
    sources = codes(CodeList.LEAD_SOURCE)
    return [LeadRow(lead, sources.get(lead.source, lead.source)) for lead in leads]


def _page_of_lead(row: LeadRow) -> str:
    return reverse("lead-detail", args=[row.pk])


def _page_of_organization(row: LeadRow) -> str:
    return reverse("organization-detail", args=[row.organization.pk]) if row.organization else ""


LEADS = Listed(
    name="lead-list",
    title="登记招商线索",
    noun="线索",
    counter="条",
    columns=(
        Column("name", "单位名称", lambda r: r.lead.name, ("name_key", "pk"), link=_page_of_lead, fixed=True),
        Column("source", "来源", lambda r: r.source, ("source", "pk"), css="nowrap"),
        Column("unit", "主管党(工)委", lambda r: r.lead.unit.name, ("unit__order", "unit__code", "pk"), css="nowrap"),
        Column("happened", "登记或签约", lambda r: r.lead.happened_on, ("happened_on", "pk"), css="nowrap"),
        Column("due", "办理期限", lambda r: r.lead.due_on, ("due_on", "pk"), css="nowrap"),
        Column("state", "状态", lambda r: r.state, ("state_at", "due_on", "pk"), css="nowrap"),
        Column("lines", "同步考虑组建", lambda r: r.lines),
        Column(
            "employees", "预计人数", lambda r: r.lead.expected_employees, ("expected_employees", "pk"), numeric=True
        ),
        Column("decided", "办结日期", lambda r: r.decided_on, ("decided_on", "pk"), optional=True, css="nowrap"),
        Column(
            "organization",
            "台账组织",
            lambda r: r.organization.name if r.organization else "",
            link=_page_of_organization,
            optional=True,
        ),
        Column("uscc", "统一社会信用代码", lambda r: r.lead.uscc, ("uscc", "pk"), optional=True, css="code"),
        Column("kind", "单位类别", lambda r: r.lead.get_kind_display(), ("kind", "pk"), optional=True),
        Column("note", "说明", lambda r: r.lead.note, optional=True),
        Column("reason", "不再跟进的理由", lambda r: "" if r.open else r.lead.decided_reason, optional=True),
    ),
    default_sort="due",
    filters=LeadFilter,
    empty=("还没有线索", "新登记的单位和招商签约的项目录入这里,到期提醒,办结后转入台账。"),
    prepare=lead_rows,
)
