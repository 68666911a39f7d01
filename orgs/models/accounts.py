from functools import cached_property

from django.contrib.auth.models import AbstractUser
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from orgs.lines import Line
from quannan.base.history import tracked


class ScopeKind(models.TextChoices):
    COUNTY = "county", "全县"
    UNIT = "unit", "本单位及下属"
    ORGANIZATION = "organization", "本组织"
    NONE = "none", "不看台账"


class Role(models.Model):
    """One role as data: what it is for, how far it sees and which acts it may do."""

    code = models.CharField("代码", max_length=32, unique=True)
    name = models.CharField("名称", max_length=32)
    description = models.TextField("说明")
    scope = models.CharField("范围", max_length=16, choices=ScopeKind.choices)
    capabilities = ArrayField(models.CharField(max_length=40), default=list, verbose_name="权限")
    order = models.PositiveSmallIntegerField("次序", default=0)

    class Meta:
        ordering = ["order"]

    def __str__(self):
        return self.name


class User(AbstractUser):
    """A person's account; what it may see and do follows from its role assignments."""

    first_name = None
    last_name = None
    name = models.CharField("姓名", max_length=64)
    must_change_password = models.BooleanField("首次登录须改密码", default=False)
    is_demo = models.BooleanField("演示数据", default=False)

    class Meta:
        ordering = ["username"]

    def __str__(self):
        return self.name or self.username

    def get_full_name(self):
        return self.name

    def get_short_name(self):
        return self.name

    @cached_property
    def assignments(self):
        """This account's role assignments with role, unit and organization, one query."""
        return list(self.role_assignments.select_related("role", "unit", "organization"))

    @cached_property
    def capabilities(self):
        """Every capability any of the account's roles gives, as a frozenset of codes."""
        return frozenset(code for a in self.assignments for code in a.role.capabilities)

    def can(self, capability):
        """Whether any of the account's roles gives this capability.

        Args:
            capability: a code such as "register.edit" (the list is in docs/developer/roles.md).
        """
        return self.is_active and capability in self.capabilities

    @property
    def role_names(self):
        return "、".join(dict.fromkeys(a.role.name for a in self.assignments))


@tracked()
class RoleAssignment(models.Model):
    """A role given to an account, with the unit, lines or organization it is given for."""

    user = models.ForeignKey(User, models.CASCADE, related_name="role_assignments", verbose_name="账号")
    role = models.ForeignKey(Role, models.PROTECT, related_name="assignments", verbose_name="角色")
    unit = models.ForeignKey("orgs.Unit", models.PROTECT, null=True, blank=True, verbose_name="单位")
    organization = models.ForeignKey("orgs.Organization", models.CASCADE, null=True, blank=True, verbose_name="组织")
    lines = ArrayField(
        models.CharField(max_length=16, choices=Line.choices), default=list, blank=True, verbose_name="条线"
    )

    class Meta:
        ordering = ["user", "role"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "role", "unit", "organization"],
                name="orgs_roleassignment_once",
                nulls_distinct=False,
                violation_error_message="这个账号已有同样的角色。",
            ),
            models.CheckConstraint(
                condition=Q(unit=None) | Q(organization=None),
                name="orgs_roleassignment_unit_or_organization",
                violation_error_message="角色的范围只能是单位或组织之一。",
            ),
        ]

    def __str__(self):
        return f"{self.user} {self.role}"
