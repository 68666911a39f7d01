"""Forms of rounds, of their dates and of the questions; what is allowed is decided by the domain functions they feed."""

from typing import Any

from django import forms

from evaluation.domain.questions import LISTED, NUMBERS, WORDS, extended_choices
from evaluation.domain.rounds import DATES
from evaluation.models import AnswerType, Question, ReportForm, Round, SecondCertifier
from orgs.forms import RegisterForm, day_field
from orgs.models.organization import Kind

YEAR = {
    "min_value": 1949,
    "max_value": 2100,
    "error_messages": {
        "invalid": "年度应是四位数字,如 2012。",
        "min_value": "年度应在 1949 至 2100 之间。",
        "max_value": "年度应在 1949 至 2100 之间。",
    },
}


def _days_ahead(text: str) -> list[int]:
    """“7、3、1” as numbers.

    Raises:
        ValidationError: something else than whole numbers up to 90.
    """
    parts = text.replace(",", "、").replace(",", "、").replace(" ", "、").split("、")
    parts = [part for part in parts if part]
    if any(not part.isdecimal() or int(part) > 90 for part in parts):
        raise forms.ValidationError("请填 0 至 90 的整数,用顿号隔开,如 7、3、1。", code="days")
    return [int(part) for part in parts]


class RoundWordsForm(RegisterForm):
    """What may be corrected once a round is open: its words and windows."""

    name = forms.CharField(label="名称", max_length=80, help_text="例如 2012 年度年检年报")
    reminder_days = forms.CharField(
        label="截止前几天提醒", required=False, max_length=60, help_text="用顿号隔开,如 7、3、1;截止后一天自动催报一次"
    )
    answer_days = forms.IntegerField(label="退回后几天内改好", min_value=1, max_value=90)
    correction_days = forms.IntegerField(label="通过后几天内可更正", min_value=0, max_value=365)
    notice = forms.CharField(
        label="给填报人的话", required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def clean_reminder_days(self) -> list[int]:
        return _days_ahead(self.cleaned_data["reminder_days"])

    @classmethod
    def initial_of(cls, row: Round) -> dict[str, Any]:
        """What the form shows of a row."""
        names = [name for name in cls.base_fields if name != "reminder_days"]
        days = "、".join(str(day) for day in row.reminder_days)
        return {name: getattr(row, name) for name in names} | {"reminder_days": days}


class RoundForm(RoundWordsForm):
    """新建批次, and all that may be corrected before it is opened."""

    year = forms.IntegerField(label="年度", **YEAR)
    form = forms.ModelChoiceField(ReportForm.objects.none(), label="年报表", empty_label="请选择")
    of_kinds = forms.MultipleChoiceField(
        label="填报的组织类别", choices=Kind.choices, widget=forms.CheckboxSelectMultiple
    )
    as_of = day_field("数字截至", help_text="这一天在册、没有剔除的组织都要填报;预填取这一天已知的数")
    opens_on = day_field("开始填报", help_text="这一天算在内")
    closes_on = day_field("填报截止", help_text="这一天24时截止")
    unit_due_on = day_field("单位审核截止")
    county_due_on = day_field("县审核截止")
    second_certifier = forms.ChoiceField(label="第二签署人", required=False, choices=SecondCertifier.choices)

    field_order = (
        "name", "year", "form", "of_kinds", "as_of", *DATES, "reminder_days", "answer_days", "correction_days",
        "second_certifier", "notice", "version",
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["form"].queryset = ReportForm.objects.filter(is_active=True)


class MoveDatesForm(RegisterForm):
    """改日期: the four dates and why."""

    opens_on = day_field(DATES["opens_on"])
    closes_on = day_field(DATES["closes_on"], help_text="这一天24时截止")
    unit_due_on = day_field(DATES["unit_due_on"])
    county_due_on = day_field(DATES["county_due_on"])
    change_reason = forms.CharField(label="理由", max_length=200, help_text="填报人和审核人都会看到")


class FormWordsForm(RegisterForm):
    """A form's title, note and statement."""

    title = forms.CharField(label="名称", max_length=80)
    note = forms.CharField(label="填报说明", required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))
    statement = forms.CharField(label="承诺语", max_length=200)
    version = forms.IntegerField(widget=forms.HiddenInput)


class FormCopyForm(RegisterForm):
    """另存为新表."""

    code = forms.CharField(label="代码", max_length=32, help_text="只用数字、小写字母和横线,通常是年度,如 2013")
    title = forms.CharField(label="名称", max_length=80)


class RetireForm(RegisterForm):
    """停用问题: the last year that asks it."""

    to_year = forms.IntegerField(label="最后一个年度", help_text="这一年度还问,以后不再问;已答的都留着", **YEAR)
    version = forms.IntegerField(widget=forms.HiddenInput)


class QuestionForm(RegisterForm):
    """修改问题: what fits its type; code and type are fixed."""

    label = forms.CharField(label="问题", max_length=80)
    hint = forms.CharField(label="说明", required=False, max_length=200, help_text="写在问题下面,告诉填报人怎么填")
    required = forms.BooleanField(label="必填", required=False)
    may_be_unknown = forms.BooleanField(label="可答“不清楚”", required=False)
    of_kinds = forms.MultipleChoiceField(
        label="问哪类组织",
        required=False,
        choices=Kind.choices,
        widget=forms.CheckboxSelectMultiple,
        help_text="都不选就是都问",
    )
    from_year = forms.IntegerField(label="起始年度", required=False, **YEAR)
    to_year = forms.IntegerField(label="终止年度", required=False, **YEAR)
    basis = forms.CharField(label="依据", required=False, max_length=80, help_text="条款或文号,如 三(一)3")
    least = forms.DecimalField(label="最小", required=False, max_digits=18, decimal_places=2)
    most = forms.DecimalField(label="最大", required=False, max_digits=18, decimal_places=2)
    soft_percent = forms.IntegerField(
        label="变动超过百分之几须说明", required=False, min_value=1, max_value=1000, help_text="和上年或台账比;留空不问"
    )
    soft_floor = forms.DecimalField(
        label="变动不到多少不问", required=False, max_digits=18, decimal_places=2, help_text="金额按元"
    )
    longest = forms.IntegerField(label="最多字数", min_value=1, max_value=2000)
    more_choices = forms.CharField(
        label="新增选项",
        required=False,
        max_length=1000,
        help_text="每行一个",
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, question: Question | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.question = question
        if question is None:
            return
        if question.kind not in NUMBERS:
            self._drop("least", "most", "soft_percent", "soft_floor")
        if question.kind not in WORDS:
            self._drop("longest")
        if question.kind not in LISTED or question.choices_from:
            self._drop("more_choices")
        else:
            for code, label in question.choices:
                self.fields[f"choice-{code}"] = forms.CharField(
                    label=f"选项“{label}”",
                    max_length=60,
                    initial=label,
                    widget=forms.TextInput(attrs={"class": "form-control"}),
                    error_messages={"required": "选项要有名称。"},
                )
            self.order_fields([*[n for n in self.fields if n != "more_choices"], "more_choices"])

    def _drop(self, *names: str) -> None:
        for name in names:
            del self.fields[name]

    @staticmethod
    def initial_of(row: Question) -> dict[str, Any]:
        """What the form shows of a row."""
        plain = {n: getattr(row, n) for n in QuestionForm.base_fields if n != "more_choices"}
        for name in ("least", "most", "soft_floor"):
            value = plain[name]
            plain[name] = value.quantize(1) if value is not None and value == value.to_integral_value() else value
        return plain

    def facts(self) -> dict[str, Any]:
        """What the domain function takes, out of a form read without fault."""
        said = dict(self.cleaned_data)
        said.pop("version", None)
        added = said.pop("more_choices", "").splitlines()
        renamed = {name.removeprefix("choice-"): said.pop(name) for name in list(said) if name.startswith("choice-")}
        if self.question is None:
            said["choices"] = added
        elif "more_choices" in self.fields:
            said["choices"] = extended_choices([[code, renamed[code]] for code, _ in self.question.choices], added)
        return said


class QuestionAddForm(QuestionForm):
    """新增问题: the type is chosen once; what does not fit it is passed over."""

    kind = forms.ChoiceField(label="类型", choices=AnswerType.choices)
    unit_word = forms.CharField(label="单位", required=False, max_length=12, help_text="数字后面的字,如 人、次、平方米")
    longest = forms.IntegerField(label="最多字数", required=False, min_value=1, max_value=2000, help_text="文字题用")

    field_order = ("label", "kind", "unit_word", "more_choices", "hint", "required", "may_be_unknown", "of_kinds")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["more_choices"].label = "选项"
        self.fields["more_choices"].help_text = "单选、多选用,每行一个"

    def facts(self) -> dict[str, Any]:
        said = super().facts()
        kind = said.pop("kind")
        unit = said.pop("unit_word")
        said["longest"] = said["longest"] or 200
        if kind not in NUMBERS:
            said |= dict.fromkeys(("least", "most", "soft_percent", "soft_floor"))
        return {"kind": kind, "unit_word": unit, "facts": said}
