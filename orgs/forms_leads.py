"""Forms of 登记/招商线索, of merging two records and of undoing it."""

from django import forms

from orgs.domain.leads import USUAL_LINES
from orgs.forms import OrganizationForm, RegisterForm, codes, day_field
from orgs.lines import Line
from orgs.models import Lead, Organization, Unit
from orgs.models.codes import CodeList
from orgs.models.organization import Kind


class LeadForm(RegisterForm):
    """录入线索; the due day follows from the day it happened where it is left empty."""

    name = forms.CharField(label="单位名称", max_length=120, help_text="与登记证照或签约文本一致")
    source = forms.ChoiceField(label="来源")
    unit = forms.ModelChoiceField(Unit.objects.none(), label="主管党(工)委", empty_label="请选择")
    kind = forms.ChoiceField(label="单位类别", choices=Kind.choices)
    uscc = forms.CharField(label="统一社会信用代码", required=False, max_length=24, help_text="18位;还没有的可以留空")
    happened_on = day_field("登记或签约日期")
    due_on = day_field("办理期限", required=False, help_text="留空则为登记或签约后30天")
    expected_employees = forms.IntegerField(label="预计从业人员", required=False, min_value=0)
    lines = forms.MultipleChoiceField(
        label="同步考虑组建",
        choices=Line.choices,
        initial=list(USUAL_LINES),
        widget=forms.CheckboxSelectMultiple,
        help_text="三(一)2:办理登记、洽谈项目时同步考虑组建",
    )
    contact_name = forms.CharField(label="联系人", required=False, max_length=64)
    contact_phone = forms.CharField(label="联系电话", required=False, max_length=32)
    note = forms.CharField(label="说明", required=False, max_length=200)

    def __init__(self, *args, by, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["source"].choices = codes(CodeList.LEAD_SOURCE)
        self.fields["unit"].queryset = Unit.objects.visible_to(by).filter(is_active=True)
        field = self.fields["expected_employees"]
        field.error_messages |= {"invalid": "请填阿拉伯数字,不知道就留空。", "min_value": "不能小于0,不知道就留空。"}


class LeadCorrectionForm(LeadForm):
    """修改线索; the contact stays hidden, and stays as it is where nothing is typed."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["due_on"].required = True
        self.fields["due_on"].help_text = ""
        for name in ("contact_name", "contact_phone"):
            self.fields[name].help_text = "留空则保持不变"

    @staticmethod
    def initial_of(lead: Lead) -> dict:
        """What the form shows at first."""
        names = ("name", "source", "unit", "kind", "uscc", "happened_on", "due_on", "expected_employees", "lines")
        return {name: getattr(lead, name) for name in (*names, "note", "version")}

    def changes(self) -> dict:
        """Field → new value as the domain function takes them."""
        wanted = {k: v for k, v in self.cleaned_data.items() if k != "version"}
        for name in ("contact_name", "contact_phone"):
            if not wanted[name]:
                wanted.pop(name)
        return wanted


class ConvertForm(OrganizationForm):
    """建立台账: 新增组织, with what the lead knows put in."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args, lead: Lead, **kwargs):
        super().__init__(*args, **kwargs)
        self.lead = lead
        for name, kept in (("contact_name", lead.contact_name), ("contact_phone", lead.contact_phone)):
            if kept:
                self.fields[name].help_text = "留空则用线索里登记的"

    @staticmethod
    def initial_of(lead: Lead) -> dict:
        """What the lead says of the organization; contacts go over unseen."""
        return {
            "name": lead.name,
            "unit": lead.unit_id,
            "uscc": lead.uscc,
            "kind": lead.kind,
            "registered_on": lead.happened_on,
            "remark": lead.note,
            "version": lead.version,
        }

    def facts(self) -> dict:
        """What `create_organization` takes."""
        said = {k: v for k, v in self.cleaned_data.items() if k != "version"}
        for name in ("contact_name", "contact_phone"):
            said[name] = said[name] or getattr(self.lead, name)
        return said


class LinkForm(RegisterForm):
    """关联已有组织: one that is likely, or another by its code."""

    organization = forms.ModelChoiceField(
        Organization.objects.none(), label="可能是这家", required=False, empty_label="都不是,按代码找"
    )
    code = forms.CharField(
        label="统一社会信用代码或旧代码", required=False, max_length=24, help_text="不在上面的,填它在台账里的代码"
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args, by, likely, **kwargs):
        super().__init__(*args, **kwargs)
        self.by = by
        field = self.fields["organization"]
        field.queryset = Organization.objects.visible_to(by).filter(pk__in=[one.pk for one in likely])
        field.label_from_instance = lambda one: f"{one.name}({one.uscc or one.old_code or '没有代码'})"

    def clean(self):
        said = super().clean()
        if said.get("organization") or "organization" in self.errors:
            return said
        said["organization"] = _of_code(self, said.get("code", ""))
        return said


def _of_code(form: forms.Form, code: str) -> Organization | None:
    """The organization of a code within the account's sight; where there is none, the form says so.

    Args:
        form: has the field `code`, and the account as `by`.
        code: unified or old code as typed.
    """
    from orgs.queries_search import organization_of_code

    found = organization_of_code(form.by, code) if code.strip() else None
    if found is None:
        form.add_error(
            "code",
            f"您的范围内没有代码为“{code}”的组织,请核对代码。" if code.strip() else "请选一家组织,或填写它的代码。",
        )
    return found


class DropForm(RegisterForm):
    """不再跟进."""

    change_reason = forms.CharField(label="理由", max_length=200, help_text="例如已在外县登记、项目终止")
    version = forms.IntegerField(widget=forms.HiddenInput)


class FindForm(RegisterForm):
    """与另一家合并: the other one by its code."""

    code = forms.CharField(label="另一家的统一社会信用代码或旧代码", max_length=24)

    def __init__(self, *args, by, **kwargs):
        super().__init__(*args, **kwargs)
        self.by = by

    def clean(self):
        said = super().clean()
        if said.get("code"):
            said["organization"] = _of_code(self, said["code"])
        return said


SIDES = ("first", "second")


class MergeForm(RegisterForm):
    """合并: which record stays, which value is the right one, and why."""

    keep = forms.ChoiceField(label="保留哪一条记录")
    first_version = forms.IntegerField(widget=forms.HiddenInput)
    second_version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args, first: Organization, second: Organization, facts, **kwargs):
        kwargs["initial"] = {
            "keep": "second" if second.uscc and not first.uscc else "first",
            "first_version": first.version,
            "second_version": second.version,
        }
        self.pair = {"first": first, "second": second}
        self.chosen = [fact for fact in facts if fact.choose]
        super().__init__(*args, **kwargs)
        self.fields["keep"].choices = [
            (side, f"{row.name}({row.uscc or row.old_code or '没有代码'},{row.registered_on} 登记)")
            for side, row in self.pair.items()
        ]
        for fact in self.chosen:
            self.fields[f"use_{fact.name}"] = forms.ChoiceField(
                label=f"{fact.label}用",
                required=False,
                choices=[("", "与保留的记录一致"), ("first", fact.first), ("second", fact.second)],
                widget=forms.Select(attrs={"class": "form-select"}),
            )
        self.fields["change_reason"] = forms.CharField(
            label="理由",
            max_length=200,
            help_text="怎么认定是同一家",
            widget=forms.TextInput(attrs={"class": "form-control"}),
            error_messages={"required": "请写明为什么认定是同一家。"},
        )

    @property
    def kept(self) -> Organization:
        return self.pair[self.cleaned_data["keep"]]

    @property
    def absorbed(self) -> Organization:
        return self.pair["second" if self.cleaned_data["keep"] == "first" else "first"]

    def choices(self) -> dict[str, str]:
        """Fact → whose value, as the domain function takes them."""
        said = {fact.name: self.cleaned_data[f"use_{fact.name}"] for fact in self.chosen}
        return {
            name: "kept" if side == self.cleaned_data["keep"] else "absorbed" for name, side in said.items() if side
        }

    def versions(self) -> dict[int, int]:
        return {row.pk: self.cleaned_data[f"{side}_version"] for side, row in self.pair.items()}
