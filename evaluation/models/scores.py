"""考核: a year's scheme with its indicators and bands, one assessment a subject, and what each rater gave."""

from decimal import Decimal

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from orgs.lines import Line
from orgs.models import Organization, Unit
from orgs.models.organization import Kind
from quannan.base.history import tracked


class SubjectKind(models.TextChoices):
    ORGANIZATION = "organization", "“两新”组织"
    UNIT = "unit", "主管党(工)委"


class SchemeState(models.TextChoices):
    DRAFT = "draft", "草拟"
    OPEN = "open", "评分中"
    CLOSED = "closed", "已结束"


class Counting(models.TextChoices):
    LAST = "last", "以最后一级评分为准(县级,其次主管党委,再次自评)"
    WEIGHTED = "weighted", "三方评分按比例折算"


class Rater(models.TextChoices):
    SELF = "self", "自评"
    UNIT = "unit", "主管党委"
    COUNTY = "county", "县级"


class Rule(models.TextChoices):
    GIVEN = "given", "直接评分"
    DEDUCT = "deduct", "按次扣分"
    STEPS = "steps", "分档扣分"
    RATIO = "ratio", "按比例得分"
    BONUS = "bonus", "加分"
    VETO = "veto", "一票否决"


class AssessmentState(models.TextChoices):
    OPEN = "open", "未核定"
    CONFIRMED = "confirmed", "已核定"


def _actor(label):
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=label
    )


def _pair(model, name, at, who, sentence):
    """A moment and the name of who acted stand together or not at all."""
    return models.CheckConstraint(
        condition=Q(**{at: None, who: ""}) | Q(**{f"{at}__isnull": False}) & ~Q(**{who: ""}),
        name=f"evaluation_{model}_{name}",
        violation_error_message=sentence,
    )


@tracked()
class Scheme(models.Model):
    """考核方案: whom it assesses in a year, how raters' scores become the result, and where it stands."""

    year = models.PositiveSmallIntegerField("年度")
    name = models.CharField("名称", max_length=80)
    subject = models.CharField("考核对象", max_length=16, choices=SubjectKind.choices)
    of_kinds = ArrayField(
        models.CharField(max_length=16, choices=Kind.choices), default=list, blank=True, verbose_name="组织类别"
    )
    as_of = models.DateField("名单截至")
    full_score = models.DecimalField("满分", max_digits=6, decimal_places=2, default=Decimal(100))
    counting = models.CharField("计分办法", max_length=12, choices=Counting.choices, default=Counting.LAST)
    self_percent = models.PositiveSmallIntegerField("自评占百分之几", null=True, blank=True)
    unit_percent = models.PositiveSmallIntegerField("主管党委占百分之几", null=True, blank=True)
    county_percent = models.PositiveSmallIntegerField("县级占百分之几", null=True, blank=True)
    bonus_cap = models.DecimalField("加分合计最多", max_digits=6, decimal_places=2, null=True, blank=True)
    veto_lowest = models.BooleanField("一票否决即为最低等次", default=True)
    note = models.CharField("说明", max_length=500, blank=True, default="")
    state = models.CharField("状态", max_length=8, choices=SchemeState.choices, default=SchemeState.DRAFT)
    opened_at = models.DateTimeField("启动时间", null=True, blank=True)
    opened_by_name = models.CharField("启动人", max_length=120, blank=True, default="")
    closed_at = models.DateTimeField("结束时间", null=True, blank=True)
    closed_by_name = models.CharField("结束人", max_length=120, blank=True, default="")
    is_demo = models.BooleanField("演示数据", default=False)
    version = models.PositiveIntegerField("版本", default=1)
    created_at = models.DateTimeField("录入时间", auto_now_add=True)

    class Meta:
        ordering = ["-year", "subject", "name", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["year", "name"],
                name="evaluation_scheme_name_once_a_year",
                violation_error_message="这一年度已有同名的考核方案,请换一个名称。",
            ),
            models.CheckConstraint(
                condition=~Q(name="") & Q(year__gte=1949, year__lte=2100),
                name="evaluation_scheme_named",
                violation_error_message="请填写名称和1949至2100之间的年度。",
            ),
            models.CheckConstraint(
                condition=Q(subject="unit", of_kinds__len=0) | Q(subject="organization") & ~Q(of_kinds__len=0),
                name="evaluation_scheme_kinds_of_organizations",
                violation_error_message="考核组织的请至少选一类组织;考核主管党(工)委的不选组织类别。",
            ),
            models.CheckConstraint(
                condition=Q(full_score__gt=0) & (Q(bonus_cap=None) | Q(bonus_cap__gte=0)),
                name="evaluation_scheme_full_score_positive",
                violation_error_message="满分应大于0,加分合计不能小于0,请核对。",
            ),
            models.CheckConstraint(
                condition=Q(counting="last", self_percent=None, unit_percent=None, county_percent=None)
                | Q(counting="weighted", self_percent__isnull=False, unit_percent__isnull=False)
                & Q(county_percent__isnull=False, self_percent__gte=0, unit_percent__gte=0, county_percent__gte=0)
                & Q(self_percent=100 - F("unit_percent") - F("county_percent"))
                & (Q(subject="organization") | Q(unit_percent=0)),
                name="evaluation_scheme_percents_add_up",
                violation_error_message="按比例折算的,三方比例相加应为100,考核单位的主管党委一栏填0;以最后一级为准的不填比例。",
            ),
            _pair("scheme", "opened_by_somebody", "opened_at", "opened_by_name", "启动须同时写明时间和启动人。"),
            _pair("scheme", "closed_by_somebody", "closed_at", "closed_by_name", "结束须同时写明时间和结束人。"),
            models.CheckConstraint(
                condition=Q(state="draft", opened_at=None, closed_at=None)
                | Q(state="open", opened_at__isnull=False, closed_at=None)
                | Q(state="closed", opened_at__isnull=False, closed_at__isnull=False, closed_at__gte=F("opened_at")),
                name="evaluation_scheme_state_as_dated",
                violation_error_message="考核方案的状态与启动、结束的时间不一致。",
            ),
        ]

    def __str__(self):
        return self.name

    @property
    def of_units(self) -> bool:
        """Whether it assesses units and not organizations."""
        return self.subject == SubjectKind.UNIT


@tracked()
class Band(models.Model):
    """等次: a name and the score from which, inclusive, it holds; the next higher one ends it."""

    scheme = models.ForeignKey(Scheme, models.CASCADE, related_name="bands", verbose_name="方案")
    name = models.CharField("等次", max_length=20)
    from_score = models.DecimalField("分数从(含)", max_digits=6, decimal_places=2)

    class Meta:
        ordering = ["scheme", "-from_score"]
        constraints = [
            models.UniqueConstraint(
                fields=["scheme", "name"],
                name="evaluation_band_name_once",
                violation_error_message="同一方案里等次名称不能重复。",
            ),
            models.UniqueConstraint(
                fields=["scheme", "from_score"],
                name="evaluation_band_score_once",
                violation_error_message="同一方案里两个等次不能从同一分数起。",
            ),
            models.CheckConstraint(
                condition=~Q(name="") & Q(from_score__gte=0),
                name="evaluation_band_named",
                violation_error_message="请填写等次名称和不小于0的分数。",
            ),
        ]

    def __str__(self):
        return self.name


@tracked()
class Indicator(models.Model):
    """指标: one line of a scheme, its points and the rule by which they follow from what is found.

    `parameters` by rule: deduct {"each": "2", "unit": "次"}; steps {"steps": [["10", "2"], ["20", "4"]], "more": "6"},
    a short-fall in percent up to and with the first number costs the second, a greater one `more`; bonus {"each": "1",
    "unit": "项"} or {} where points are given; ratio {"full_at": "100"}; given and veto {}. Numbers are text.
    """

    scheme = models.ForeignKey(Scheme, models.CASCADE, related_name="indicators", verbose_name="方案")
    code = models.CharField("编号", max_length=12)
    section = models.CharField("类别", max_length=40)
    name = models.CharField("指标", max_length=60)
    points = models.DecimalField("分值", max_digits=6, decimal_places=2)
    rule = models.CharField("计分规则", max_length=8, choices=Rule.choices)
    parameters = models.JSONField("规则参数", default=dict, blank=True)
    criteria = models.CharField("评分标准", max_length=300, blank=True, default="")
    line = models.CharField("条线", max_length=16, choices=Line.choices, blank=True, default="")
    clause = models.CharField("依据", max_length=80, blank=True, default="")
    evidence_asked = models.BooleanField("须写明佐证材料", default=False)
    order = models.PositiveSmallIntegerField("次序")
    version = models.PositiveIntegerField("版本", default=1)

    class Meta:
        ordering = ["scheme", "order", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["scheme", "code"],
                name="evaluation_indicator_code_once",
                violation_error_message="这个方案里已有同样编号的指标。",
            ),
            models.UniqueConstraint(
                fields=["scheme", "name"],
                name="evaluation_indicator_name_once",
                violation_error_message="这个方案里已有同名的指标。",
            ),
            models.CheckConstraint(
                condition=~Q(code="") & ~Q(name="") & ~Q(section=""),
                name="evaluation_indicator_named",
                violation_error_message="请填写编号、类别和指标名称。",
            ),
            models.CheckConstraint(
                condition=Q(rule="veto", points=0) | ~Q(rule="veto") & Q(points__gt=0),
                name="evaluation_indicator_points_by_rule",
                violation_error_message="一票否决的指标分值为0,其他指标的分值应大于0。",
            ),
        ]

    def __str__(self):
        return f"{self.code} {self.name}"


class AssessmentQuerySet(models.QuerySet):
    """Assessments of organizations and of units."""

    def visible_to(self, user, on=None):
        """Those of the organizations in the account's sight, and of the units in its subtree.

        Args:
            user: the signed-in User.
            on: the day whose placements count (date); today where left out.
        """
        units = Unit.objects.visible_to(user)
        return self.filter(Q(organization__in=Organization.objects.visible_to(user, on)) | Q(unit__in=units))


# What follows from the scores alone makes no history of its own.
@tracked(exclude=("total", "missing", "self_missing", "unit_missing", "county_missing", "vetoed", "provisional_band"))
class Assessment(models.Model):
    """考核: one organization's or unit's result under a scheme.

    `total`, `missing`, `provisional_band` and their like follow from the scores and are written with them, so that
    lists of any length are one query; `result`, `band` and `computation` stand still from the confirmation on, and a
    trigger sees to it.
    """

    scheme = models.ForeignKey(Scheme, models.PROTECT, related_name="assessments", verbose_name="方案")
    organization = models.ForeignKey(
        Organization, models.PROTECT, null=True, blank=True, related_name="assessments", verbose_name="组织"
    )
    unit = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="assessments", verbose_name="主管党(工)委"
    )
    name = models.CharField("启动时的名称", max_length=120)
    state = models.CharField("状态", max_length=12, choices=AssessmentState.choices, default=AssessmentState.OPEN)
    missing = models.PositiveSmallIntegerField("尚缺指标")
    self_missing = models.PositiveSmallIntegerField("自评未评")
    unit_missing = models.PositiveSmallIntegerField("主管党委未评")
    county_missing = models.PositiveSmallIntegerField("县级未评")
    vetoed = models.BooleanField("有一票否决", default=False)
    total = models.DecimalField("现得分", max_digits=6, decimal_places=2, null=True, blank=True)
    provisional_band = models.ForeignKey(
        Band, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="现等次"
    )
    confirmed_at = models.DateTimeField("核定时间", null=True, blank=True)
    confirmed_by_name = models.CharField("核定人", max_length=120, blank=True, default="")
    result = models.DecimalField("得分", max_digits=6, decimal_places=2, null=True, blank=True)
    band = models.ForeignKey(Band, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="等次")
    computation = models.JSONField("计算过程", null=True, blank=True)
    version = models.PositiveIntegerField("版本", default=1)

    objects = AssessmentQuerySet.as_manager()

    class Meta:
        ordering = ["-scheme__year", "scheme", "name", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["scheme", "organization"],
                name="evaluation_assessment_organization_once",
                violation_error_message="这家组织在这个方案里已有一份考核。",
            ),
            models.UniqueConstraint(
                fields=["scheme", "unit"],
                name="evaluation_assessment_unit_once",
                violation_error_message="这个单位在这个方案里已有一份考核。",
            ),
            models.CheckConstraint(
                condition=Q(organization=None, unit__isnull=False) | Q(organization__isnull=False, unit=None),
                name="evaluation_assessment_organization_or_unit",
                violation_error_message="考核的对象是一家组织或一个单位,二者居其一。",
            ),
            _pair("assessment", "confirmed_by_somebody", "confirmed_at", "confirmed_by_name", "核定须同时写明时间和核定人。"),
            models.CheckConstraint(
                condition=Q(state="open", confirmed_at=None, result=None, band=None, computation=None)
                | Q(state="confirmed", confirmed_at__isnull=False, result__isnull=False)
                & Q(band__isnull=False, computation__isnull=False),
                name="evaluation_assessment_state_as_dated",
                violation_error_message="考核的状态与核定的时间、得分、等次不一致。",
            ),
            models.CheckConstraint(
                condition=Q(missing=0, total__isnull=False, provisional_band__isnull=False)
                | Q(missing__gt=0, total=None, provisional_band=None),
                name="evaluation_assessment_incomplete_has_no_total",
                violation_error_message="评分没有齐的考核没有得分。",
            ),
        ]  # fmt: skip

    def __str__(self):
        return f"{self.name} {self.scheme}"


class Reopening(models.Model):
    """A confirmed result taken back: why, by whom, and what had been confirmed."""

    assessment = models.ForeignKey(Assessment, models.CASCADE, related_name="reopenings", verbose_name="考核")
    reason = models.CharField("理由", max_length=200)
    at = models.DateTimeField("重开时间")
    by = _actor("重开人账号")
    by_name = models.CharField("重开人", max_length=120)
    confirmed_at = models.DateTimeField("原核定时间")
    confirmed_by_name = models.CharField("原核定人", max_length=120)
    result = models.DecimalField("原得分", max_digits=6, decimal_places=2)
    band_name = models.CharField("原等次", max_length=20)
    computation = models.JSONField("原计算过程")

    class Meta:
        ordering = ["assessment", "-at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(reason="") & ~Q(by_name=""),
                name="evaluation_reopening_has_reason",
                violation_error_message="重开考核须写明理由。",
            ),
        ]

    def __str__(self):
        return f"{self.assessment} {self.at}"


@tracked()
class Score(models.Model):
    """评分: what one rater found on one indicator; without a raw value it is not rated, which is not 0."""

    assessment = models.ForeignKey(Assessment, models.CASCADE, related_name="scores", verbose_name="考核")
    indicator = models.ForeignKey(Indicator, models.PROTECT, related_name="scores", verbose_name="指标")
    rater = models.CharField("评分人", max_length=8, choices=Rater.choices)
    raw = models.DecimalField("评定值", max_digits=8, decimal_places=2, null=True, blank=True)
    points = models.DecimalField("得分", max_digits=6, decimal_places=2, null=True, blank=True)
    note = models.CharField("说明", max_length=300, blank=True, default="")
    evidence = models.CharField("佐证材料", max_length=300, blank=True, default="")
    at = models.DateTimeField("评分时间")
    by = _actor("评分人账号")
    by_name = models.CharField("评分人姓名", max_length=120)
    frozen = models.BooleanField("已核定", default=False)
    version = models.PositiveIntegerField("版本", default=1)

    class Meta:
        ordering = ["assessment", "indicator__order", "rater", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["assessment", "indicator", "rater"],
                name="evaluation_score_once",
                violation_error_message="这项指标这一方已经评过分。",
            ),
            models.CheckConstraint(
                condition=Q(raw=None, points=None)
                | Q(raw__isnull=False, points__isnull=False, raw__gte=0, points__gte=0),
                name="evaluation_score_points_of_a_value",
                violation_error_message="评定值和得分须同时有或同时没有,且不能小于0。",
            ),
            models.CheckConstraint(
                condition=~Q(by_name=""),
                name="evaluation_score_by_somebody",
                violation_error_message="评分须写明是谁评的。",
            ),
        ]

    def __str__(self):
        return f"{self.indicator} {self.rater}"
