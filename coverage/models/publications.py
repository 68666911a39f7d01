"""上报数字: figures of one date as they were frozen, with everything they were counted from. Never changed afterwards."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from coverage.models.spans import DELTA_COLUMNS, SpanQuerySet, _state

STANDING, WITHDRAWN = "定稿", "作废"


class PublicationQuerySet(models.QuerySet):
    def standing(self):
        """Those that have not been withdrawn."""
        return self.filter(withdrawn_at=None)


class Publication(models.Model):
    """One freezing of a date's figures as 上报: what was reported, by which rules, when and by whom.

    Once its digest is set only the three columns of a withdrawal can be written, once; a trigger refuses the rest.
    """

    as_of = models.DateField("截至日期")
    title = models.CharField("标题", max_length=120)
    addressed_to = models.CharField("报送对象", max_length=120)
    note = models.TextField("说明", blank=True, default="")
    frozen_at = models.DateTimeField("定稿时间")
    frozen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="定稿人"
    )
    frozen_by_name = models.CharField("定稿人姓名", max_length=120)
    previous = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="following", verbose_name="同日前一次定稿"
    )
    formula = models.JSONField("算法", help_text="每条:名称、算法、依据")
    method = models.CharField("算法版本", max_length=64, help_text="计算语句的摘要,算法改动则不同")
    rules = models.JSONField("规则", help_text="定稿时有效的组建标准、规模标准、目标节点和组织形式")
    units = models.JSONField("单位", help_text="定稿时的主管党(工)委及上下级")
    marks = models.JSONField("变更记录的位置", help_text="每张变更表中定稿时最后一条的编号,其后写入的都是定稿后的改动")
    organizations = models.PositiveIntegerField("名单家数", default=0)
    digest = models.CharField("摘要", max_length=64, blank=True, default="")
    withdrawn_at = models.DateTimeField("作废时间", null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="作废人"
    )
    withdrawn_reason = models.CharField("作废理由", max_length=200, blank=True, default="")
    is_demo = models.BooleanField("演示数据", default=False)

    objects = PublicationQuerySet.as_manager()

    class Meta:
        ordering = ["-frozen_at", "-id"]
        indexes = [models.Index(fields=["as_of", "frozen_at"], name="coverage_publication_day")]
        constraints = [
            models.CheckConstraint(
                condition=~Q(title="") & ~Q(addressed_to=""),
                name="coverage_publication_title_and_receiver",
                violation_error_message="请写明标题和报送对象。",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None, withdrawn_by=None, withdrawn_reason="")
                | (Q(withdrawn_at__isnull=False) & ~Q(withdrawn_reason="")),
                name="coverage_publication_withdrawn_with_reason",
                violation_error_message="作废须同时写明时间和理由。",
            ),
        ]

    def __str__(self):
        return self.title

    @property
    def state(self) -> str:
        return WITHDRAWN if self.withdrawn_at else STANDING


class PublishedQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Rows of the units a user reads published figures of: all for county roles, else the own subtree.

        Args:
            user: the signed-in User.
        """
        from orgs.permissions import scope_for

        return self.filter(scope_for(user, "publications.view").units_q("unit__"))


class PublishedCell(models.Model):
    """The counts of one cell (unit × kind × scale × key) as published, at the date itself and at each past due date.

    Every rate of every population and unit can be told again from these alone.
    """

    publication = models.ForeignKey(Publication, models.CASCADE, related_name="cells", verbose_name="定稿")
    day = models.DateField("日期")
    unit = models.ForeignKey("orgs.Unit", models.PROTECT, related_name="+", verbose_name="主管党(工)委")
    kind = models.CharField("单位类别", max_length=16)
    scale = models.BooleanField("规模以上", null=True)
    is_key = models.BooleanField("规上且有党组织")

    objects = PublishedQuerySet.as_manager()

    class Meta:
        ordering = ["publication", "day", "unit", "kind", "scale", "is_key"]
        constraints = [
            models.UniqueConstraint(
                fields=["publication", "day", "unit", "kind", "scale", "is_key"],
                name="coverage_publishedcell_once",
                nulls_distinct=False,
            )
        ]

    def __str__(self):
        return f"{self.publication_id} {self.day} {self.unit_id}"


for _column in DELTA_COLUMNS:
    PublishedCell.add_to_class(_column, models.IntegerField(default=0))


class PublishedOrganizationQuerySet(SpanQuerySet, PublishedQuerySet):
    """The questions asked of spans (base, population, measure), asked of frozen rows."""

    visible_to = PublishedQuerySet.visible_to


class PublishedOrganization(models.Model):
    """One organization as it was counted: its names, unit and figures then, every line's state, why it was excluded.

    `organization` points at the register without a constraint: what was reported holds nothing in the register back.
    """

    publication = models.ForeignKey(
        Publication, models.CASCADE, related_name="published", verbose_name="定稿", db_index=False
    )
    organization = models.ForeignKey(
        "orgs.Organization", models.DO_NOTHING, db_constraint=False, related_name="+", verbose_name="组织"
    )
    name = models.CharField("单位名称", max_length=120)
    sort_key = models.CharField("排序拼音", max_length=400)
    code = models.CharField("统一社会信用代码", max_length=20)
    unit = models.ForeignKey("orgs.Unit", models.PROTECT, related_name="+", verbose_name="主管党(工)委", db_index=False)
    unit_name = models.CharField("主管党(工)委名称", max_length=64)
    kind = models.CharField("单位类别", max_length=16)
    industry = models.CharField("行业门类", max_length=1)
    registered_on = models.DateField("登记日期")
    excluded = models.BooleanField("剔除")
    exclusion = models.JSONField("剔除依据", null=True)
    known_figures = models.BooleanField("有年度数字")
    assumed = models.BooleanField("前推")
    scale = models.BooleanField("规模以上", null=True)
    is_key = models.BooleanField("规上且有党组织")
    work = models.BooleanField("有工作覆盖")
    figures_as_of = models.DateField("年度数字截至", null=True)
    employees = models.IntegerField("从业人员", null=True)
    women = models.IntegerField("其中:女性", null=True)
    league_members = models.IntegerField("团员", null=True)
    full_members = models.IntegerField("正式党员", null=True)
    probationary_members = models.IntegerField("预备党员", null=True)
    union_members = models.IntegerField("工会会员", null=True)
    annual_revenue_yuan = models.DecimalField("年营业收入(元)", max_digits=18, decimal_places=2, null=True)
    party_state = _state("party")
    union_state = _state("union")
    league_state = _state("league")
    women_state = _state("women")
    women_workers_state = _state("women_workers")
    mechanism_state = _state("mechanism")
    all_state = _state("all")
    bodies = models.JSONField("覆盖的党群组织", default=dict, help_text="条线 → 组织名称")

    objects = PublishedOrganizationQuerySet.as_manager()

    class Meta:
        ordering = ["publication", "organization"]
        constraints = [
            models.UniqueConstraint(fields=["publication", "organization"], name="coverage_publishedorganization_once")
        ]

    def __str__(self):
        return self.name
