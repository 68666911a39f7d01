"""The words in which posts, helpers, owners, plans, elections and merges stand in an organization's history.

Searches for members, cases, opinions and recommendations never stand there: accounts of the organization read it too.
"""

from datetime import timedelta
from typing import Any

from orgs.lines import Line
from orgs.models.codes import CodeList
from orgs.models.leadership import ChangeState
from orgs.models.support import LiaisonKind


def since(period: Any) -> str:
    """“自 … 起”, with a space before what follows; "" where the beginning is not known.

    Args:
        period: a DateRange.
    """
    return f"自 {period.lower} 起" if period.lower else ""


def last_day(period: Any) -> Any:
    """The last day included, None while it goes on.

    Args:
        period: a DateRange.
    """
    return period.upper - timedelta(days=1) if period.upper else None


class PeopleWords:
    """Words for one history row beside the one before it; mixed into the reader, which knows the names."""

    people: dict[int, str]
    units: dict[int, str]
    organizations: dict[int, str]

    def label(self, list_name: str, code: str) -> str:
        raise NotImplementedError

    def body(self, branch_id: int) -> str:
        raise NotImplementedError

    def person(self, person_id: int | None) -> str:
        return self.people.get(person_id or 0, "已删除的人员")

    def course(self, before: Any, row: Any, what: str, begun: str) -> str:
        """Something that begins and ends: `begun` at first, then its end, or that it was put right."""
        if row.pgh_label == "delete":
            return f"{what}的记录已删除"
        last = last_day(row.period)
        if before is None:
            return begun + (f",至 {last}" if last else "")
        if before.period != row.period and last:
            reason = getattr(row, "end_reason", "")
            return f"{what}至 {last} 结束" + (f",{reason}" if reason else "")
        return f"{what}的记录已更正"

    def appointment(self, before: Any, row: Any) -> str:
        what = f"{self.body(row.branch_id)}:{self.person(row.person_id)}任{self.label(CodeList.POST, row.post)}"
        source = self.label(CodeList.LEADER_SOURCE, row.source) if row.source else ""
        told = f",来源:{source}" if source else ""
        return self.course(before, row, what, f"{what},{since(row.period)}{told}")

    def owner(self, before: Any, row: Any) -> str:
        what = f"{self.label(CodeList.OWNER_ROLE, row.role)}{row.name}"
        return self.course(before, row, what, f"登记{what}{',' + since(row.period) if row.period.lower else ''}")

    def instructor(self, before: Any, row: Any) -> str:
        what = f"党建工作指导员{self.person(row.person_id)}"
        sent = f"{self.units.get(row.sent_by_id, '')}选派{what},{since(row.period)}"
        return self.course(before, row, what, sent)

    def liaison(self, before: Any, row: Any) -> str:
        if row.kind == LiaisonKind.LEADER:
            department = self.label(CodeList.LIAISON_DEPARTMENT, row.department)
            what = f"{department}{self.person(row.person_id)}挂点联系"
        else:
            what = f"{row.unit_name}挂点联系"
        return self.course(before, row, what, f"{what},{since(row.period)}")

    def plan(self, before: Any, row: Any) -> str:
        line = Line(row.line).label
        if row.pgh_label == "delete":
            return f"{line}的未建原因与计划已删除"
        if before is not None and before.period != row.period and row.period.upper:
            return f"{line}的未建原因与计划至 {last_day(row.period)} 为止"
        note = f"({row.reason_note})" if row.reason_note else ""
        parts = [f"{line}未建原因:{self.label(CodeList.NO_PARTY_REASON, row.reason)}{note}"]
        if row.planned_on:
            parts.append(f"计划 {row.planned_on} 前组建")
        if row.next_step:
            parts.append(f"下一步:{row.next_step}")
        if row.responsible:
            parts.append(f"责任人 {row.responsible}")
        return ("" if before is None else "更正:") + ",".join(parts)

    def election(self, before: Any, row: Any) -> str:
        body = self.body(row.branch_id)
        if row.pgh_label == "delete":
            return f"{body} {row.held_on} 的换届记录已删除"
        if before is None:
            return f"{body} {row.held_on} 换届,任期 {row.term_years} 年,{row.due_on} 届满"
        if row.extended_to and before.extended_to != row.extended_to:
            approver = f",{row.extension_approver}批准" if row.extension_approver else ""
            return f"{body}本届延期至 {row.extended_to}{approver}"
        if before.extended_to and not row.extended_to:
            return f"{body}取消本届的延期"
        return f"{body}的换届更正为:{row.held_on} 换届,任期 {row.term_years} 年,{row.due_on} 届满"

    def leader_change(self, before: Any, row: Any) -> str:
        """Only that it took effect: who asked for it and what was said of it is for others."""
        took_effect = row.state == ChangeState.EFFECTIVE and (before is None or before.state != row.state)
        if not took_effect:
            return ""
        post = self.label(CodeList.POST, row.post)
        successor = f",由{self.person(row.successor_id)}接任" if row.successor_id else ""
        return f"{self.body(row.branch_id)}{post}的负责人调整已生效{successor},自 {row.effective_on} 起"

    def merge(self, before: Any, row: Any) -> str:
        kept, absorbed = (self.organizations.get(one, "另一条记录") for one in (row.kept_id, row.absorbed_id))
        if before is None:
            return f"“{absorbed}”的记录并入“{kept}”"
        return f"撤回合并:“{absorbed}”与“{kept}”重新分开" if row.undone_at and not before.undone_at else ""
