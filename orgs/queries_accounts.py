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
    "contact.reveal": "写明用途后查看联系方式",
    "bodies.edit_line": "修改本条线的组织",
    "bodies.confirm": "确认本条线的组织",
    "bodies.confirm_all": "确认各条线的组织",
    "changes.view": "查看负责人调整和各单位的意见",
    "coverage.view": "查看覆盖进度",
    "standards.view": "查看标准与节点",
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
