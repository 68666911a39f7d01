"""Reads for the pages of accounts and roles."""

from dataclasses import dataclass

from django.db.models import Count, Prefetch, Q, QuerySet

from orgs.models import Role, RoleAssignment, User

# What each capability lets an account do, as the role page says it.
CAPABILITIES = {
    "register.view": "查看组织台账",
    "register.edit": "修改组织、年度数字、剔除和各条线组织",
    "register.import": "导入摸底表",
    "register.export": "导出 Excel",
    "register.bulk": "成批修改组织台账",
    "duplicates.merge": "合并重复的组织,或撤回合并",
    "leads.view": "查看登记招商线索",
    "reconciliation.view": "查看登记名册核对",
    "contact.reveal": "写明用途后查看联系方式",
    "bodies.edit_line": "修改本条线的组织",
    "bodies.confirm": "确认本条线的组织",
    "bodies.confirm_all": "确认各条线的组织",
    "people.view": "查看任职、指导员和挂点联系",
    "people.reveal": "写明用途后查看个人电话和政治面貌",
    "talent.edit": "管理党群人才库并从中选用",
    "support.edit": "管理指导员、挂点联系和职业党群干部",
    "changes.view": "查看负责人调整和各单位的意见",
    "opinions.owner": "代表两新工委办公室对负责人调整提意见",
    "opinions.unit": "代表主管党(工)委对负责人调整提意见",
    "opinions.line": "代表条线部门对负责人调整提意见",
    "cases.view": "查看维权个案(本组织的除外)",
    "cases.edit": "登记维权个案和处理措施",
    "cases.complainant": "写明用途后查看反映人",
    "recommendations.view": "查看推优",
    "recommendations.edit": "推荐入党积极分子",
    "recommendations.receive": "代表党组织接收推优",
    "searches.edit": "登记党员排查数字",
    "searches.view_all": "查看各单位逐家的排查数字",
    "searches.sums": "查看排查汇总(小于5的不显示)",
    "filters.share": "把保存的筛选共享给他人",
    "coverage.view": "查看覆盖进度",
    "standards.view": "查看标准与节点",
    "gaps.assign": "分派缺口、定期限和责任单位",
    "gaps.supervise": "挂牌督办和摘牌",
    "guidance.edit": "调整分类、登记指导措施",
    "standards.edit": "修改标准与节点",
    "scenarios.use": "做情景推演",
    "publications.view": "查看上报数字",
    "publications.freeze": "定稿上报数字",
    "reports.view": "查看年检年报",
    "reports.file": "填报本组织的年检年报",
    "reports.file_for": "代报年检年报、准许补报",
    "reports.review_unit": "审核下属组织的年检年报",
    "reports.review_county": "县里审核年检年报",
    "reports.rounds": "启动年报批次、改期限、改年报表",
    "reports.accounts": "发放、重置和移交填报账号",
    "reports.signed": "查看自己签署过的年检年报",
    "activities.view": "查看活动台账",
    "activities.edit": "登记和更正活动",
    "activities.programmes": "管理活动载体",
    "funds.view": "查看经费台账和人均活动经费",
    "funds.edit": "登记和更正经费",
    "funds.standards": "修改人均活动经费标准",
    "assessments.view": "查看考核方案和考核结果",
    "assessments.own": "填写本组织的自评、查看已核定的考核结果",
    "assessments.rate_unit": "代表主管党(工)委评分",
    "assessments.rate_county": "代表县里评分(条线部门只评本条线的指标)",
    "assessments.schemes": "制定考核方案和指标",
    "assessments.confirm": "核定考核结果",
    "jobs.see_all": "查看所有人的任务",
    "audit.read": "查看审计日志",
    "accounts.manage": "管理账号",
    "system.view": "查看运行状态",
}


@dataclass(frozen=True)
class RoleRow:
    """One role as its page shows it."""

    role: Role
    accounts: int

    @property
    def capabilities(self) -> list[str]:
        return [CAPABILITIES.get(code, code) for code in self.role.capabilities]


def roles_in_use() -> list[RoleRow]:
    """All roles with the number of active accounts that hold them."""
    roles = Role.objects.annotate(
        n=Count("assignments__user", filter=Q(assignments__user__is_active=True), distinct=True)
    )
    return [RoleRow(role, role.n) for role in roles]


def accounts_found(text: str) -> QuerySet[User]:
    """Accounts whose login name or name contains the text, with their roles: three queries a page, count included.

    Args:
        text: what was typed, "" for all.
    """
    held = RoleAssignment.objects.select_related("role", "unit", "organization")
    found = User.objects.prefetch_related(Prefetch("role_assignments", held))
    if text:
        found = found.filter(Q(username__icontains=text) | Q(name__icontains=text))
    return found.order_by("-is_active", "username")
