"""Forms of elections, extensions, rules of terms, and reasons with plans; the domain functions decide."""

from django import forms

from orgs.domain.plans import OTHER, Situation
from orgs.domain.terms import Term
from orgs.forms import RegisterForm, codes, day_field
from orgs.lines import Line, Precision
from orgs.models import BodyForm, Election, EstablishmentPlan, TermRule
from orgs.models.codes import CodeList

PRECISIONS = [choice for choice in Precision.choices if choice[0] != Precision.BY]
REASON = {"max_length": 200}


class ElectionForm(RegisterForm):
    """登记换届."""

    held_on = day_field("选举日期")
    held_precision = forms.ChoiceField(
        label="选举日期准到", choices=PRECISIONS, initial=Precision.DAY, help_text="只知道年月的,按该月第一天算"
    )
    term_years = forms.IntegerField(label="任期(年)", required=False, min_value=1, max_value=10)
    approval = forms.CharField(label="批复文号", required=False, max_length=64)
    note = forms.CharField(label="说明", required=False, max_length=200)

    def __init__(self, *args, term: Term, **kwargs):
        super().__init__(*args, **kwargs)
        years = self.fields["term_years"]
        years.error_messages["invalid"] = "请填阿拉伯数字,例如 3。"
        if term.usual and not years.required:
            years.help_text = f"留空按选举时的规定;现行规定为{term.words},通常{term.usual}年"


class ElectionCorrectForm(ElectionForm):
    """更正换届: the version opened travels with the form."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    term_years = forms.IntegerField(label="任期(年)", min_value=1, max_value=10)
    change_reason = forms.CharField(label="更正理由", **REASON)

    @staticmethod
    def initial_of(election: Election) -> dict:
        """What the form shows of a row."""
        names = ("held_on", "held_precision", "term_years", "approval", "note", "version")
        return {name: getattr(election, name) for name in names}


class ExtendForm(RegisterForm):
    """延长任期, with the superior's approval."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    extended_to = day_field("延至(含)")
    extended_on = day_field("批准日期", help_text="自这一天起计为延期")
    approver = forms.CharField(label="批准单位", max_length=64)
    change_reason = forms.CharField(label="延期理由", **REASON)
    beyond_reason = forms.CharField(
        label="超过一般期限的原因", required=False, max_length=200, help_text="延期一般不超过12个月;确需更长的才填"
    )

    @staticmethod
    def initial_of(election: Election) -> dict:
        """What the form shows of a row that may bear an extension already."""
        return {
            "version": election.version,
            "extended_to": election.extended_to,
            "extended_on": election.extended_on,
            "approver": election.extension_approver,
            "change_reason": election.extension_reason,
        }


class TermRuleForm(RegisterForm):
    """任期规定 from a day on."""

    from_ = day_field("从哪一天起施行")
    shortest_years = forms.IntegerField(label="最短(年)", min_value=1, max_value=10)
    usual_years = forms.IntegerField(
        label="通常(年)", min_value=1, max_value=10, help_text="登记换届时不填任期的,按它算"
    )
    longest_years = forms.IntegerField(label="最长(年)", min_value=1, max_value=10)
    between_allowed = forms.TypedChoiceField(
        label="中间的年数",
        choices=[("1", "也可以"), ("0", "不可以,只能取最短或最长")],
        coerce=lambda value: value == "1",
        initial="1",
    )
    extension_months = forms.IntegerField(label="延期一般不超过(月)", min_value=1, max_value=60, initial=12)
    source = forms.CharField(label="依据", max_length=200, help_text="例如文件名称和文号")
    is_reading = forms.TypedChoiceField(
        label="性质",
        choices=[("0", "文件原文"), ("1", "文件没有写死,是本县的取法")],
        coerce=lambda value: value == "1",
        initial="0",
    )
    note = forms.CharField(label="说明", required=False, max_length=300, widget=forms.Textarea(attrs={"rows": 2}))

    def lengths(self) -> dict:
        """Everything but the day, as the domain functions take it."""
        return {
            name: value for name, value in self.cleaned_data.items() if name not in ("from_", "line", "level", "forms")
        }

    @staticmethod
    def initial_of(rule: TermRule) -> dict:
        """The present rule, to be changed."""
        return {
            "shortest_years": rule.shortest_years,
            "usual_years": rule.usual_years,
            "longest_years": rule.longest_years,
            "between_allowed": "1" if rule.between_allowed else "0",
            "extension_months": rule.extension_months,
        }


class TermRuleAddForm(TermRuleForm):
    """A rule for forms that have none yet."""

    line = forms.ChoiceField(label="条线", choices=[c for c in Line.choices if c[0] != Line.MECHANISM])
    level = forms.CharField(label="层级", max_length=32, help_text="例如 委员会、支部")
    forms = forms.ModelMultipleChoiceField(
        BodyForm.objects.none(), label="适用的组织形式", widget=forms.CheckboxSelectMultiple
    )
    from_ = day_field("从哪一天起施行", required=False, help_text="留空表示一直如此")
    field_order = ("line", "level", "forms", "from_")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        field = self.fields["forms"]
        field.queryset = BodyForm.objects.filter(is_body=True).exclude(line=Line.MECHANISM).order_by("line", "order")
        field.label_from_instance = lambda form: f"{Line(form.line).label} · {form.label}"
        field.error_messages["required"] = "请至少选择一种组织形式。"


class PlanForm(RegisterForm):
    """填写未建原因与计划 of one organization and line."""

    version = forms.IntegerField(widget=forms.HiddenInput, initial=0)
    reason = forms.ChoiceField(label="未建原因")
    reason_note = forms.CharField(label="原因说明", required=False, max_length=200, help_text="原因选“其他”时须写明")
    planned_on = day_field("计划组建日期", required=False)
    next_step = forms.CharField(label="下一步", required=False, max_length=200)
    responsible = forms.CharField(label="责任人", required=False, max_length=40)
    from_ = day_field("从哪一天起", help_text="情况有变时写变化的那一天,原来的记录到前一天为止")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["reason"].choices = codes(CodeList.NO_PARTY_REASON, blank="请选择")
        self.fields["reason"].error_messages["required"] = "请从列表里选择未建原因。"

    def situation(self) -> Situation:
        """What was filled in, as the domain takes it."""
        said = self.cleaned_data
        return Situation(**{name: said[name] for name in Situation.__dataclass_fields__})

    @staticmethod
    def initial_of(plan: EstablishmentPlan | None) -> dict:
        """What the form shows of the present record."""
        if plan is None:
            return {"version": 0}
        names = ("reason", "reason_note", "planned_on", "next_step", "responsible", "version")
        return {name: getattr(plan, name) for name in names}


class PlansForm(RegisterForm):
    """统一设置 for many organizations; what is left empty stays as each one has it."""

    reason = forms.ChoiceField(label="未建原因", required=False)
    reason_note = forms.CharField(label="原因说明", required=False, max_length=200)
    planned_on = day_field("计划组建日期", required=False)
    next_step = forms.CharField(label="下一步", required=False, max_length=200)
    responsible = forms.CharField(label="责任人", required=False, max_length=40)
    from_ = day_field("从哪一天起")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["reason"].choices = codes(CodeList.NO_PARTY_REASON, blank="不改")
        for name in ("reason_note", "planned_on", "next_step", "responsible"):
            self.fields[name].help_text = "留空则各家保持原样"

    def clean(self):
        said = super().clean()
        if said.get("reason") == OTHER and not said.get("reason_note"):
            self.add_error("reason_note", "原因选“其他”的,请写明是什么原因。")
        return said

    def changes(self) -> dict:
        """Only what was filled in."""
        return {name: self.cleaned_data[name] for name in Situation.__dataclass_fields__ if self.cleaned_data.get(name)}
