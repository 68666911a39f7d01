"""Forms of bodies; what is allowed is decided by the domain functions they feed."""

from django import forms

from orgs.forms import RegisterForm, day_field
from orgs.lines import Line, Precision
from orgs.models import BodyForm, Branch, Organization
from orgs.models.bodies import Composition
from orgs.queries_list import organizations_coded
from orgs.validators import normalise_code

PRECISIONS = [choice for choice in Precision.choices if choice[0] != Precision.BY]
APPROVAL = {"label": "批复文号", "required": False, "max_length": 64, "help_text": "例如 全工字〔2011〕12号"}


def _form_field(lines: list[str]) -> forms.ModelChoiceField:
    rows = BodyForm.objects.filter(is_active=True, line__in=lines).order_by("line", "order")
    field = forms.ModelChoiceField(rows, label="组织形式", empty_label="请选择")
    field.label_from_instance = lambda form: f"{Line(form.line).label} · {form.label}"
    return field


class FoundBodyForm(RegisterForm):
    """登记组建 over any number of organizations; whom it covers is chosen beside the form."""

    composition = forms.ChoiceField(label="组建方式", choices=Composition.choices)
    name = forms.CharField(
        label="组织名称", required=False, max_length=120, help_text="单独组建的可以留空;联合、挂靠、功能型的须填写"
    )
    founded_on = day_field("成立日期")
    founded_precision = forms.ChoiceField(label="成立日期准到", choices=PRECISIONS, initial=Precision.DAY)
    approval = forms.CharField(**APPROVAL)

    def __init__(self, *args, lines, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields = {"form": _form_field(lines), **self.fields}
        self.fields["form"].widget.attrs["class"] = "form-select"
        self.fields["form"].error_messages["required"] = "请选择组织形式。"


class CorrectBodyForm(RegisterForm):
    """更正: the version opened travels with the form, so that nobody's work is overwritten."""

    name = forms.CharField(label="组织名称", required=False, max_length=120, help_text="单独组建的可以留空")
    composition = forms.ChoiceField(label="组建方式", choices=Composition.choices)
    founded_on = day_field("成立日期", help_text="自成立起覆盖的组织,覆盖起日随之更正")
    founded_precision = forms.ChoiceField(label="成立日期准到", choices=Precision.choices)
    approval = forms.CharField(**APPROVAL)
    change_reason = forms.CharField(label="更正理由", max_length=200)
    version = forms.IntegerField(widget=forms.HiddenInput)

    @staticmethod
    def initial_of(branch: Branch) -> dict:
        """What the form shows at first."""
        shown = ("name", "composition", "founded_on", "founded_precision", "approval", "version")
        return {name: getattr(branch, name) for name in shown}

    def changes(self) -> dict:
        """The domain function's arguments but for the reason."""
        return {name: value for name, value in self.cleaned_data.items() if name != "change_reason"}


class ConfirmForm(RegisterForm):
    """确认, with the approval reference where there is one."""

    approval = forms.CharField(**APPROVAL)


class MemberForm(RegisterForm):
    """增加成员: an organization by its code or its whole name."""

    organization = forms.CharField(label="组织", max_length=120, help_text="填统一社会信用代码、旧代码或单位全称")
    from_ = day_field("从哪一天起覆盖")

    def __init__(self, *args, by, **kwargs):
        super().__init__(*args, **kwargs)
        self.by = by

    def clean_organization(self) -> Organization:
        """The one organization meant, within the account's sight."""
        text = self.cleaned_data["organization"]
        found = organizations_coded(self.by, normalise_code(text), text)
        if not found:
            raise forms.ValidationError(f"您的范围内没有“{text}”,请核对代码或全称。")
        if len(found) > 1:
            raise forms.ValidationError(f"有 {len(found)} 家都叫“{text}”,请改填统一社会信用代码。")
        return found[0]


class ChangeFormForm(RegisterForm):
    """变更形式: a 支部 that grew into a 总支."""

    from_ = day_field("从哪一天起")

    def __init__(self, *args, line, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields = {"form": _form_field([line]), **self.fields}
        self.fields["form"].widget.attrs["class"] = "form-select"


class GroupForm(RegisterForm):
    """归并: which provisional bodies are one, and what it is called."""

    bodies = forms.ModelMultipleChoiceField(
        Branch.objects.none(),
        label="归并哪些",
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": "请勾选要归并的组织。",
            "invalid_choice": "勾选的组织有变动,请刷新页面后重新勾选。",
        },
    )
    name = forms.CharField(label="联合组织名称", max_length=120)
    composition = forms.ChoiceField(
        label="组建方式", choices=[(c.value, c.label) for c in (Composition.JOINT_AREA, Composition.JOINT_INDUSTRY)]
    )
    approval = forms.CharField(**APPROVAL)

    def __init__(self, *args, branches, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["bodies"].queryset = branches
