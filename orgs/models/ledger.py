from django.db import models
from django.db.models import Q

from orgs.models.organization import OfOrganizationQuerySet, Organization
from quannan.base.history import tracked


class LedgerForm(models.TextChoices):
    ENTERPRISES = "F1", "非公有制经济组织工作台账"
    SOCIAL = "F2", "社会组织党建台账"


@tracked()
class LedgerFacts(models.Model):
    """台账事项: what a ledger form says of one organization as of a day and no other table holds.

    `values`: item code (orgs.domain.ledger) → value; an item that is not there is not known.
    """

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="ledger_facts", verbose_name="组织")
    form = models.CharField("台账", max_length=2, choices=LedgerForm.choices)
    as_of = models.DateField("截至日期")
    values = models.JSONField("事项", default=dict)
    source = models.CharField("来源", max_length=32, default="manual")
    created_at = models.DateTimeField("录入时间", auto_now_add=True)

    objects = OfOrganizationQuerySet.as_manager()

    class Meta:
        ordering = ["organization", "form", "as_of"]
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "form", "as_of"],
                name="orgs_ledgerfacts_one_row_a_day",
                violation_error_message="这一天已有一份同样的台账事项,请修改原有的一份。",
            ),
            models.CheckConstraint(
                condition=Q(form__in=LedgerForm.values),
                name="orgs_ledgerfacts_known_form",
                violation_error_message="台账事项只能来自非公有制经济组织工作台账或社会组织党建台账,请核对。",
            ),
        ]

    def __str__(self):
        return f"{self.organization} {self.form} {self.as_of}"
