"""情景推演: what somebody assumes, kept to be looked at again; the register knows nothing of it."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from orgs.lines import Line


class Sharing(models.TextChoices):
    """Who else may look at a scenario, each within the own sight."""

    PRIVATE = "private", "只有我"
    UNIT = "unit", "本单位及下属"
    ALL = "all", "所有能用情景推演的人"


class ScenarioQuerySet(models.QuerySet["Scenario"]):
    """Scenarios in the words of their list."""

    def visible_to(self, user) -> "ScenarioQuerySet":
        """Own ones, those shared with everybody, and those of the account's unit or a superior one.

        Args:
            user: the signed-in User.
        """
        from orgs.permissions import scope_of

        if not user.is_authenticated:
            return self.none()
        above = {
            path[: i + 1] for path in scope_of(user).unit_paths for i, letter in enumerate(path) if letter == "/" and i
        }
        shared = Q(shared=Sharing.ALL) | Q(shared=Sharing.UNIT, unit__path__in=sorted(above))
        return self.filter(Q(owner=user) | shared)


class Scenario(models.Model):
    """One 推演: a day, what is assumed of rules and milestones, and the bodies assumed built (its ticks)."""

    name = models.CharField("名称", max_length=60)
    note = models.CharField("说明", max_length=300, blank=True, default="")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="scenarios", verbose_name="建立人")
    shared = models.CharField("给谁看", max_length=8, choices=Sharing.choices, default=Sharing.PRIVATE)
    unit = models.ForeignKey(
        "orgs.Unit", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="建立人所在单位"
    )
    as_of = models.DateField("对照日期")
    changes = models.JSONField("设定", default=dict, blank=True)
    version = models.PositiveIntegerField("版本", default=1)
    created_at = models.DateTimeField("建立时间")
    updated_at = models.DateTimeField("修改时间")

    objects = ScenarioQuerySet.as_manager()

    class Meta:
        ordering = ["-updated_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(name=""),
                name="coverage_scenario_has_name",
                violation_error_message="请给推演起一个名称。",
            ),
            models.CheckConstraint(
                condition=~Q(shared=Sharing.UNIT) | Q(unit__isnull=False),
                name="coverage_scenario_shared_with_a_unit",
                violation_error_message="您的账号不属于某个主管党(工)委,请选“只有我”或“所有能用情景推演的人”。",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ScenarioTick(models.Model):
    """One body assumed built: an organization and a line."""

    scenario = models.ForeignKey(Scenario, models.CASCADE, related_name="ticks")
    organization = models.ForeignKey("orgs.Organization", models.CASCADE, related_name="+")
    line = models.CharField("条线", max_length=16, choices=Line.choices)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["scenario", "organization", "line"], name="coverage_scenariotick_once"),
        ]

    def __str__(self) -> str:
        return f"{self.organization_id} {self.line}"
