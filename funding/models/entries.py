from django.db import models
from django.db.models import Q

from funding import validators
from orgs.lines import Line, Precision
from orgs.models.organization import OfOrganizationQuerySet, Organization
from quannan.base.history import tracked


class Direction(models.TextChoices):
    RECEIPT = validators.RECEIPT, "收入"
    SPENDING = validators.SPENDING, "支出"


class Origin(models.TextChoices):
    """How an entry came in."""

    PAGE = "page", "页面登记"
    IMPORT = "import", "表格导入"


class FundEntryQuerySet(OfOrganizationQuerySet):
    def counted(self):
        """Entries that count: without the cancelled ones."""
        return self.filter(cancelled_at=None)


@tracked()
class FundEntry(models.Model):
    """经费 (四(三)): one sum that a line's body in one organization received, or spent.

    Two equal payments of one day happen, so nothing in the content is unique. The stored day is the last one that the
    date can mean, so that no sum up to a date is overstated.
    """

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="fund_entries", verbose_name="组织")
    line = models.CharField("条线", max_length=16, choices=Line.choices)
    direction = models.CharField("收支", max_length=8, choices=Direction.choices)
    source = models.CharField("来源", max_length=32, blank=True, default="")
    purpose = models.CharField("用途", max_length=32, blank=True, default="")
    amount_yuan = models.DecimalField("金额(元)", max_digits=14, decimal_places=2)
    occurred_on = models.DateField("日期")
    occurred_precision = models.CharField("日期准到", max_length=5, choices=Precision.choices, default=Precision.DAY)
    voucher = models.CharField("凭证号", max_length=40, blank=True, default="")
    note = models.CharField("备注", max_length=200, blank=True, default="")
    origin = models.CharField("登记方式", max_length=8, choices=Origin.choices, default=Origin.PAGE)
    cancelled_at = models.DateTimeField("作废时间", null=True, blank=True)
    cancel_reason = models.CharField("作废理由", max_length=200, blank=True, default="")
    version = models.PositiveIntegerField("版本", default=1)
    created_at = models.DateTimeField("登记时间", auto_now_add=True)

    objects = FundEntryQuerySet.as_manager()

    class Meta:
        ordering = ["-occurred_on", "-id"]
        indexes = [
            models.Index(fields=["organization", "line", "occurred_on"], name="funding_fundentry_of_line"),
            models.Index(fields=["-occurred_on", "-id"], name="funding_fundentry_by_day"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(amount_yuan__gt=0),
                name="funding_fundentry_amount_above_zero",
                violation_error_message="金额应大于0;退回的款项请按另一个方向登记,登错的请作废。",
            ),
            models.CheckConstraint(
                condition=(Q(direction="receipt", purpose="") & ~Q(source=""))
                | (Q(direction="spending", source="") & ~Q(purpose="")),
                name="funding_fundentry_source_or_purpose",
                violation_error_message="收入须写明来源、不填用途;支出须写明用途、不填来源。",
            ),
            models.CheckConstraint(
                condition=~Q(occurred_precision="by"),
                name="funding_fundentry_day_in_a_year",
                violation_error_message="经费的日期应写到日、到月或到年。",
            ),
            models.CheckConstraint(
                condition=Q(cancelled_at=None, cancel_reason="")
                | (Q(cancelled_at__isnull=False) & ~Q(cancel_reason="")),
                name="funding_fundentry_cancelled_with_reason",
                violation_error_message="作废须同时写明时间和理由。",
            ),
        ]

    def __str__(self):
        return f"{self.organization} {self.get_direction_display()} {self.amount_yuan}元"
