"""Forms of changes of leaders and of cases of dismissed leaders."""

from typing import Any

from django import forms

from orgs.domain.acting import REASON_LENGTH
from orgs.domain.cases import CIRCUMSTANCES, CORRECTABLE, PERSON_NAME, POST
from orgs.forms import RegisterForm, codes, day_field
from orgs.forms_people import YES_NO, PersonFields, posts_of
from orgs.models import Appointment, Branch, CaseMeasure, DismissalCase
from orgs.models.codes import CodeList
from orgs.models.leadership import Verdict
from orgs.queries_people import organization_meant

CLEAR = "--"


class ChangeForm(PersonFields):
    """提出负责人调整: who leaves, who follows, why, and by when the others are to answer."""

    leaving = forms.ModelChoiceField(Appointment.objects.none(), label="离任", required=False, empty_label="没有人离任")
    post = forms.ChoiceField(label="职务", required=False, help_text="有人离任的,按离任人的职务")
    source = forms.ChoiceField(label="来源", required=False)
    full_time = forms.ChoiceField(label="专职或兼职", choices=YES_NO, required=False)
    change_reason = forms.CharField(
        label="调整理由", max_length=REASON_LENGTH, help_text="生效后作为离任原因记入任职,本组织看得到"
    )
    answers_due_on = day_field("意见截止日期")

    field_order = (
        "leaving", "post", *PersonFields.PERSON, "source", "full_time", "change_reason", "answers_due_on",
    )  # fmt: skip

    def __init__(self, *args, branch: Branch, **kwargs):
        super().__init__(*args, **kwargs)
        running = Appointment.objects.filter(branch=branch, period__upper_inf=True).select_related("person")
        labels = dict(posts_of(branch.line))
        field = self.fields["leaving"]
        field.queryset = running
        field.label_from_instance = lambda row: f"{row.person.name},{labels.get(row.post, row.post)}"
        self.fields["post"].choices = posts_of(branch.line, "请选择")
        self.fields["source"].choices = codes(CodeList.LEADER_SOURCE, blank="不清楚")
        name = self.fields["name"]
        name.label, name.required, name.help_text = "接任人姓名", False, "暂时没有接任人的留空"

    def clean(self):
        said = super().clean()
        if not said.get("leaving") and not said.get("post"):
            self.add_error("post", "没有人离任的,请选接任的职务。")
        return said

    def successor(self) -> Any:
        """Who follows, None where nobody was named; asked of a form that is valid."""
        return self.person_given() if self.cleaned_data["name"].strip() else None


class OpinionForm(RegisterForm):
    """One body's opinion."""

    verdict = forms.ChoiceField(
        label="意见",
        choices=[(Verdict.AGREE.value, Verdict.AGREE.label), (Verdict.DISAGREE.value, Verdict.DISAGREE.label)],
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label="理由",
        required=False,
        max_length=REASON_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="不同意的须写明;本组织的账号看不到",
    )


class EffectForm(RegisterForm):
    """办理生效."""

    effective_on = day_field("生效日期", help_text="从这一天起由接任人任职,离任人任职到前一天")
    decided_reason = forms.CharField(
        label="对不同意见的处理",
        required=False,
        max_length=REASON_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="有单位不同意的须写明;本组织的账号看不到",
    )


class CaseForm(RegisterForm):
    """登记维权个案."""

    organization = forms.CharField(label="组织", max_length=120, help_text="填单位全称或统一社会信用代码")
    person_name = forms.CharField(label="被辞退的负责人", max_length=PERSON_NAME, help_text="加密保存")
    post = forms.CharField(label="职务", max_length=POST, help_text="例如 工会主席")
    dismissed_on = day_field("辞退日期")
    circumstances = forms.CharField(
        label="情况", max_length=CIRCUMSTANCES, widget=forms.Textarea(attrs={"rows": 4}), help_text="加密保存"
    )
    complainant = forms.CharField(
        label="反映人",
        required=False,
        max_length=PERSON_NAME,
        help_text="本人愿意留名才填;加密保存,只有两新工委办公室和县总工会能看",
    )

    def __init__(self, *args, by, as_of, **kwargs):
        super().__init__(*args, **kwargs)
        self.by, self.as_of = by, as_of

    def clean_organization(self):
        """The organization meant, within the account's sight."""
        found = organization_meant(self.by, self.cleaned_data["organization"], self.as_of)
        if found is None:
            raise forms.ValidationError("您的范围内没有这个全称或代码的组织,请核对。")
        return found


class CaseCorrectionForm(RegisterForm):
    """更正维权个案; whoever reported it is not shown, blank keeps the name."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    person_name = forms.CharField(label="被辞退的负责人", max_length=PERSON_NAME)
    post = forms.CharField(label="职务", max_length=POST)
    dismissed_on = day_field("辞退日期")
    circumstances = forms.CharField(label="情况", max_length=CIRCUMSTANCES, widget=forms.Textarea(attrs={"rows": 4}))
    complainant = forms.CharField(
        label="反映人", required=False, max_length=PERSON_NAME, help_text=f"留空不改;要清除的,填 {CLEAR}"
    )
    change_reason = forms.CharField(label="更正理由", max_length=REASON_LENGTH)

    @staticmethod
    def initial_of(case: DismissalCase) -> dict[str, Any]:
        return {name: getattr(case, name) for name in ("version", *CORRECTABLE) if name != "complainant"}

    def changes(self) -> dict[str, Any]:
        """Field → value typed; asked of a form that is valid."""
        found = {name: self.cleaned_data[name] for name in CORRECTABLE if name != "complainant"}
        typed = self.cleaned_data["complainant"].strip()
        if typed:
            found["complainant"] = "" if typed == CLEAR else typed
        return found


class MeasureForm(RegisterForm):
    """登记帮扶措施."""

    kind = forms.ChoiceField(label="措施")
    done_on = day_field("日期")
    text = forms.CharField(label="内容", max_length=REASON_LENGTH, help_text="不写个人身份信息")
    aid_yuan = forms.DecimalField(
        label="补助(元)", required=False, max_digits=12, decimal_places=2, help_text="没有补助的留空"
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = codes(CodeList.CASE_MEASURE, blank="请选择")


class MeasureCorrectionForm(MeasureForm):
    """更正帮扶措施."""

    change_reason = forms.CharField(label="更正理由", max_length=REASON_LENGTH)

    @staticmethod
    def initial_of(measure: CaseMeasure) -> dict[str, Any]:
        return {name: getattr(measure, name) for name in ("kind", "done_on", "text", "aid_yuan")}


class CloseCaseForm(RegisterForm):
    """办结维权个案."""

    closed_on = day_field("办结日期")
    outcome = forms.CharField(label="办理结果", max_length=REASON_LENGTH)
