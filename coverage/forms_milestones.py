"""Forms of milestones and of their split to units; what is allowed is decided by the domain functions they feed."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django import forms

from coverage.models import Milestone, Population
from coverage.queries_milestones import UnitStanding
from orgs.forms import RegisterForm, day_field
from orgs.lines import Line

REASON = {"max_length": 200}


class MilestoneForm(RegisterForm):
    """目标节点: target, due date, population and lines, with the clause they rest on."""

    name = forms.CharField(label="名称", max_length=64, help_text="例如 应建 · 2011年底")
    due_on = day_field("到期日", help_text="这一天算在内")
    target = forms.DecimalField(
        label="目标(%)",
        max_digits=5,
        decimal_places=2,
        min_value=Decimal("0.01"),
        max_value=100,
        help_text="大于 0、不超过 100;达到与否按准确数判断,不按四舍五入",
        error_messages={
            "invalid": "请填阿拉伯数字,例如 80。",
            "min_value": "目标应大于0、不超过100。",
            "max_value": "目标应大于0、不超过100。",
        },
    )
    population = forms.ChoiceField(label="范围", choices=Population.choices)
    lines = forms.MultipleChoiceField(
        label="计量条线",
        choices=Line.choices,
        widget=forms.CheckboxSelectMultiple,
        help_text="每条线各自达到目标,节点才算达到",
    )
    event = forms.CharField(
        label="节点事件", max_length=64, required=False, help_text="例如 党的十八大于2012-11-08开幕"
    )
    clause = forms.CharField(label="条款", max_length=64, help_text="例如 二(三)")
    reading = forms.CharField(
        label="口径说明", required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 2})
    )


class MilestoneChangeForm(MilestoneForm):
    """The same for a row that exists: the version opened travels with the form."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    change_reason = forms.CharField(
        label="修改理由",
        required=False,
        help_text="节点已经到期、或改成已到的日期的,改目标、到期日、范围或条线必须写明",
        **REASON,
    )

    @staticmethod
    def initial_of(row: Milestone) -> dict[str, Any]:
        """What the form shows of a row."""
        names = ("name", "due_on", "population", "lines", "event", "clause", "reading", "version")
        target = row.target.quantize(1) if row.target == row.target.to_integral_value() else row.target
        return {name: getattr(row, name) for name in names} | {"target": target}


class ReasonForm(RegisterForm):
    """停用 and 恢复: the reason alone."""

    change_reason = forms.CharField(label="理由", **REASON)


class SplitForm(RegisterForm):
    """分解到单位: the day, and one number for each unit and line."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    from_ = day_field("从哪一天起分解", help_text="各单位的净增从这一天之后算起")

    def __init__(self, *args: Any, rows: Iterable[UnitStanding], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for row in rows:
            for line in row.lines:
                self.fields[f"{line.line}-{row.unit.pk}"] = forms.IntegerField(
                    label=f"{row.unit.name}{line.label}",
                    min_value=0,
                    widget=forms.NumberInput(attrs={"class": "form-control", "min": 0, "inputmode": "numeric"}),
                    error_messages={
                        "required": "请填写分解数,没有任务的填 0。",
                        "invalid": "请填整数,例如 12。",
                        "min_value": "不能小于 0。",
                    },
                )

    def counts(self) -> dict[tuple[str, int], int]:
        """Organizations by line and key of the unit, out of a form read without fault."""
        return {
            (line, int(unit)): value
            for name, value in self.cleaned_data.items()
            for line, sign, unit in [name.rpartition("-")]
            if sign
        }
