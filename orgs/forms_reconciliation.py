"""Forms of 登记名册核对: handing a register in, and answering one finding or many."""

from django import forms

from orgs.domain.reconciliation import ENDINGS
from orgs.domain.reconciliation_answers import REASON_LENGTH
from orgs.forms import RegisterForm, codes, day_field
from orgs.models import Code, Organization, Unit
from orgs.models.codes import CodeList
from orgs.models.organization import Kind
from orgs.models.reconciliation import Completeness
from orgs.permissions import scope_for

NONE_OF_THEM = "new"


def units_of(by) -> "forms.models.QuerySet":
    return Unit.objects.filter(scope_for(by, "register.edit").units_q(), is_active=True).order_by("order", "code")


class RegisterUploadForm(RegisterForm):
    """One register: whose, of which day, and what it claims to hold all of."""

    file = forms.FileField(
        label="名册文件",
        help_text="支持 .xlsx、.xls、.et、.csv,不超过 20 万行。",
        widget=forms.ClearableFileInput(attrs={"accept": ",".join(f".{ending}" for ending in sorted(ENDINGS))}),
        error_messages={"empty": "选择的是空文件,请打开核对后重新选择。"},
    )
    source = forms.ChoiceField(label="名册来源")
    as_of = day_field("名册截至日期", help_text="名册反映哪一天的情况")
    completeness = forms.ChoiceField(
        label="名册范围", choices=Completeness.choices, help_text="只有完整的名册,台账里多出的才列为“减少”"
    )
    kind = forms.ChoiceField(
        label="单位类别",
        required=False,
        choices=[("", "不限"), *Kind.choices],
        help_text="某一类完整的须选;一个单位完整的,只有一类时也选",
    )
    unit = forms.ModelChoiceField(
        Unit.objects.none(),
        label="主管党(工)委",
        required=False,
        empty_label="不限",
        help_text="一个单位完整的须选;没写明所属乡镇的行也记在它名下",
    )

    def __init__(self, *args, by, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["source"].choices = codes(CodeList.REGISTER_SOURCE)
        scope = scope_for(by, "register.import")
        units = Unit.objects.filter(scope.units_q(), is_active=True).order_by("path")
        self.fields["unit"].queryset = units
        if not scope.county:
            narrow = (Completeness.PART.value, Completeness.UNIT.value)
            self.fields["completeness"].choices = [c for c in Completeness.choices if c[0] in narrow]
            self.fields["unit"].required = True
            self.fields["unit"].empty_label = "请选择"
            self.fields["unit"].initial = units.first()


def remark_field() -> forms.CharField:
    return forms.CharField(
        label="说明", required=False, max_length=REASON_LENGTH, help_text="记入历史,与名册的名称一起"
    )


class AcceptNewForm(RegisterForm):
    """采纳新增: who follows it up."""

    unit = forms.ModelChoiceField(Unit.objects.none(), label="主管党(工)委", empty_label="请选择")
    change_reason = remark_field()

    def __init__(self, *args, by, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = units_of(by)


class AcceptChangeForm(RegisterForm):
    """采纳变更 of one field."""

    change_reason = remark_field()


class AcceptGoneForm(RegisterForm):
    """采纳减少: which of the ways in which an organization leaves the base, and from when."""

    state = forms.ChoiceField(label="怎样办理")
    on = day_field("从哪一天起", help_text="注销、迁出:从这天起不再在册;停产等:从这天起剔除")
    approver = forms.CharField(label="批准人", max_length=64, required=False, help_text="停产、失联等剔除须填")
    change_reason = remark_field()

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        closing, excluding = (
            codes(CodeList.OPERATING_STATE, effect="close"),
            codes(CodeList.OPERATING_STATE, effect="exclude"),
        )
        self.fields["state"].choices = [
            ("", "请选择"),
            ("注销或迁出", closing),
            ("暂时剔除,以后可以恢复", excluding),
        ]


class JudgeForm(RegisterForm):
    """待判断: which organization the row is about, or none of them."""

    # Without a class of its own each button would be drawn as a line of text.
    organization = forms.ChoiceField(label="名册这一行是", widget=forms.RadioSelect(attrs={"class": ""}))
    unit = forms.ModelChoiceField(
        Unit.objects.none(),
        label="主管党(工)委",
        required=False,
        empty_label="请选择",
        help_text="选“都不是”时,由谁跟进这条线索",
    )
    change_reason = remark_field()

    def __init__(self, *args, by, candidates, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = units_of(by)
        self.by_key: dict[str, Organization] = {str(one.pk): one for one in candidates}
        named = [
            (key, f"{one.name}({one.uscc or one.old_code or '没有代码'},{one.registered_on} 登记)")
            for key, one in self.by_key.items()
        ]
        self.fields["organization"].choices = [*named, (NONE_OF_THEM, "都不是,作为新增转为线索")]

    def chosen(self) -> Organization | None:
        """The organization named, None for none of them."""
        return self.by_key.get(self.cleaned_data["organization"])


class RefuseForm(RegisterForm):
    """不采纳: why."""

    change_reason = forms.CharField(
        label="理由", max_length=REASON_LENGTH, help_text="例如:名册有误、已另行办理;下次名册再这样写时会显示"
    )


def state_initial(finding) -> str:
    """The way of leaving that the register states, "" where it only lacks the organization."""
    known = Code.objects.filter(list_name=CodeList.OPERATING_STATE, code=finding.theirs)
    return finding.theirs if finding.theirs and known.exists() else ""
