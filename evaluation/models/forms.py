"""The form of 年检年报: its sections and questions, which are rows a county may change from year to year."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from orgs.models.organization import Kind
from quannan.base.history import tracked


@tracked()
class ReportForm(models.Model):
    """One version of the form; rounds of several years may use it, each asking the questions valid in its year."""

    code = models.CharField("代码", max_length=32, unique=True)
    title = models.CharField("名称", max_length=80)
    note = models.TextField("填报说明", blank=True, default="")
    statement = models.CharField("承诺语", max_length=200)
    is_active = models.BooleanField("使用中", default=True)
    version = models.PositiveIntegerField("版本", default=1)

    class Meta:
        ordering = ["-code"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(title="") & ~Q(statement=""),
                name="evaluation_reportform_named",
                violation_error_message="请填写表的名称和承诺语。",
            )
        ]

    def __str__(self):
        return self.title


class Section(models.Model):
    """One part of a form, answered or confirmed as 无变化 in one act."""

    form = models.ForeignKey(ReportForm, models.CASCADE, related_name="sections", verbose_name="表")
    code = models.CharField("代码", max_length=32)
    title = models.CharField("名称", max_length=40)
    hint = models.CharField("说明", max_length=200, blank=True, default="")
    order = models.PositiveSmallIntegerField("次序")

    class Meta:
        ordering = ["form", "order"]
        constraints = [
            models.UniqueConstraint(
                fields=["form", "code"],
                name="evaluation_section_code_once",
                violation_error_message="这张表里已有同样代码的部分。",
            )
        ]

    def __str__(self):
        return self.title


class AnswerType(models.TextChoices):
    TEXT = "text", "文字"
    LONG = "long", "长文字"
    COUNT = "count", "整数"
    MONEY = "money", "金额(元)"
    MONEY_WAN = "money_wan", "金额(万元)"
    AREA = "area", "小数"
    DATE = "date", "日期"
    CHOICE = "choice", "单选"
    MANY = "many", "多选"
    YES_NO = "yes_no", "是否"


@tracked()
class Question(models.Model):
    """One thing the form asks: its type and unit, of whom and in which years, whence it is known, where it is written."""

    section = models.ForeignKey(Section, models.CASCADE, related_name="questions", verbose_name="部分")
    code = models.CharField("代码", max_length=40)
    label = models.CharField("问题", max_length=80)
    hint = models.CharField("说明", max_length=200, blank=True, default="")
    kind = models.CharField("类型", max_length=12, choices=AnswerType.choices)
    unit_word = models.CharField("单位", max_length=12, blank=True, default="")
    choices = models.JSONField("选项", default=list, blank=True, help_text="[[代码, 名称]];来自代码表时留空")
    choices_from = models.CharField(
        "选项来自", max_length=40, blank=True, default="", help_text="code:代码表 或 forms:条线"
    )
    required = models.BooleanField("必填", default=True)
    may_be_unknown = models.BooleanField("可答不清楚", default=False)
    of_kinds = ArrayField(
        models.CharField(max_length=16, choices=Kind.choices), default=list, blank=True, verbose_name="问哪类组织"
    )
    from_year = models.PositiveSmallIntegerField("起始年度", null=True, blank=True)
    to_year = models.PositiveSmallIntegerField("终止年度", null=True, blank=True)
    depends_on = models.CharField("取决于", max_length=40, blank=True, default="", help_text="另一问题的代码")
    depends_values = ArrayField(models.CharField(max_length=32), default=list, blank=True, verbose_name="答这些才问")
    source = models.CharField("已知自", max_length=40, blank=True, default="", help_text="预填从哪里取;空则取上年年报")
    writes = models.BooleanField("审核通过后写入台账", default=False)
    basis = models.CharField("依据", max_length=80, blank=True, default="")
    least = models.DecimalField("最小", max_digits=18, decimal_places=2, null=True, blank=True)
    most = models.DecimalField("最大", max_digits=18, decimal_places=2, null=True, blank=True)
    longest = models.PositiveSmallIntegerField("最多字数", default=200)
    soft_percent = models.PositiveSmallIntegerField("变动超过百分之几须说明", null=True, blank=True)
    soft_floor = models.DecimalField("变动不到多少不问", max_digits=18, decimal_places=2, null=True, blank=True)
    order = models.PositiveSmallIntegerField("次序")
    version = models.PositiveIntegerField("版本", default=1)

    class Meta:
        ordering = ["section__order", "order"]
        constraints = [
            models.UniqueConstraint(
                fields=["section", "code"],
                name="evaluation_question_code_once",
                violation_error_message="这一部分里已有同样代码的问题。",
            ),
            models.CheckConstraint(
                condition=Q(from_year=None) | Q(to_year=None) | Q(to_year__gte=F("from_year")),
                name="evaluation_question_years_in_order",
                violation_error_message="终止年度不能早于起始年度,请核对。",
            ),
            models.CheckConstraint(
                condition=Q(least=None) | Q(most=None) | Q(most__gte=F("least")),
                name="evaluation_question_bounds_in_order",
                violation_error_message="最大值不能小于最小值,请核对。",
            ),
            models.CheckConstraint(
                condition=~Q(label=""),
                name="evaluation_question_has_label",
                violation_error_message="请填写问题。",
            ),
        ]

    def __str__(self):
        return self.label

    def asked_of(self, kind: str, year: int) -> bool:
        """Whether organizations of a kind are asked this in a year, whatever they answer elsewhere.

        Args:
            kind: code of `Kind`.
            year: the round's year.
        """
        in_years = (self.from_year or year) <= year <= (self.to_year or year)
        return in_years and (not self.of_kinds or kind in self.of_kinds)
