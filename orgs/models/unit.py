from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Q

from quannan.base.history import tracked


class UnitQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Units a user may see: all for county roles, else the subtrees of the user's own units.

        Args:
            user: the signed-in User.
        """
        from orgs.permissions import scope_of

        return self.filter(scope_of(user).units_q())

    def below(self, unit):
        """The unit itself and all below it."""
        return self.filter(path__startswith=unit.path)


@tracked()
class Unit(models.Model):
    """One superior party committee 主管党(工)委: a node of the county's tree."""

    code = models.CharField("代码", max_length=20, unique=True)
    name = models.CharField("名称", max_length=64)
    aliases = ArrayField(models.CharField(max_length=64), default=list, blank=True, verbose_name="别名")
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name="上级"
    )
    path = models.CharField("路径", max_length=200, unique=True, editable=False)
    order = models.PositiveSmallIntegerField("次序", default=0)
    is_active = models.BooleanField("使用中", default=True)

    objects = UnitQuerySet.as_manager()

    class Meta:
        ordering = ["order", "code"]
        indexes = [
            GinIndex(OpClass(F("name"), name="gin_trgm_ops"), name="orgs_unit_name_trgm"),
            models.Index(OpClass(F("path"), name="text_pattern_ops"), name="orgs_unit_path_prefix"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(path__startswith="/") & Q(path__endswith="/"),
                name="orgs_unit_path_is_delimited",
                violation_error_message="单位路径须以“/”开头和结尾。",
            ),
            models.UniqueConstraint(
                fields=["parent", "name"],
                name="orgs_unit_name_once_below_parent",
                violation_error_message="同一上级下已有同名单位,请核对是否重复。",
                nulls_distinct=False,
            ),
        ]

    def __str__(self):
        return self.name
