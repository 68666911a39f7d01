"""Forms of the register's pages; what is allowed is decided by the domain functions they feed."""

import json
from datetime import date
from decimal import Decimal

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator

from orgs.domain.figures import COUNTS
from orgs.lines import Line, Precision
from orgs.models import BodyForm, Branch, Code, Organization, Unit
from orgs.models.bodies import Composition
from orgs.models.codes import CodeList
from orgs.models.organization import Kind
from orgs.validators import normalise_code
from quannan.base.scope import EARLIEST_YEAR, LATEST_YEAR

MISSING = "请填写{}。"
WAN = Decimal(10000)


class RegisterForm(forms.Form):
    """A form whose fields look alike and whose sentences name the field."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            kind = "form-select" if isinstance(field.widget, forms.Select) else "form-control"
            if isinstance(field.widget, forms.CheckboxInput):
                kind = "form-check-input"
            if not isinstance(field.widget, (forms.CheckboxSelectMultiple, forms.HiddenInput)):
                field.widget.attrs.setdefault("class", kind)
            field.error_messages["required"] = MISSING.format(field.label)

    def error_count(self) -> int:
        return sum(len(errors) for errors in self.errors.values())


def day_field(label: str, **kwargs) -> forms.DateField:
    """A date typed or picked as YYYY-MM-DD."""
    wrong = f"年份应在 {EARLIEST_YEAR} 至 {LATEST_YEAR} 之间,请核对。"
    return forms.DateField(
        label=label,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": "日期应写成 2011-06-30 这样。"},
        validators=[
            MinValueValidator(date(EARLIEST_YEAR, 1, 1), wrong),
            MaxValueValidator(date(LATEST_YEAR, 12, 31), wrong),
        ],
        **kwargs,
    )


def codes(list_name: CodeList, *, effect: str = "", blank: str = "") -> list[tuple[str, str]]:
    """Choices of one code list, in its own order.

    Args:
        list_name: which list.
        effect: only entries with this effect.
        blank: label of the empty choice, none where "".
    """
    rows = Code.objects.filter(list_name=list_name, is_active=True)
    if effect:
        rows = rows.filter(data__effect=effect)
    found = list(rows.values_list("code", "label"))
    return [("", blank), *found] if blank else found


class OrganizationForm(RegisterForm):
    """新增组织: each fact once; the unit only at the beginning, later it is transferred."""

    name = forms.CharField(label="单位名称", max_length=120, help_text="与登记证照上的名称一致")
    unit = forms.ModelChoiceField(Unit.objects.none(), label="主管党(工)委", empty_label="请选择")
    uscc = forms.CharField(label="统一社会信用代码", required=False, max_length=24, help_text="18位;还没有的可以留空")
    old_code = forms.CharField(
        label="旧代码", required=False, max_length=24, help_text="2015年以前的组织机构代码或注册号"
    )
    kind = forms.ChoiceField(label="单位类别", choices=Kind.choices)
    registration_type = forms.ChoiceField(label="登记类型", required=False)
    industry = forms.ChoiceField(label="行业门类", required=False)
    registered_on = day_field("登记日期")
    registered_precision = forms.ChoiceField(
        label="登记日期准到", choices=[c for c in Precision.choices if c[0] != "by"], initial="day"
    )
    former_names = forms.CharField(label="曾用名", required=False, help_text="多个用顿号隔开")
    contact_name = forms.CharField(label="联系人", required=False, max_length=64)
    contact_phone = forms.CharField(label="联系电话", required=False, max_length=32)
    remark = forms.CharField(label="备注", required=False, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args, by, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["registration_type"].choices = codes(CodeList.REGISTRATION_TYPE, blank="不清楚")
        self.fields["industry"].choices = codes(CodeList.INDUSTRY, blank="不清楚")
        if "unit" in self.fields:
            self.fields["unit"].queryset = Unit.objects.visible_to(by).filter(is_active=True)

    def clean_uscc(self):
        return normalise_code(self.cleaned_data["uscc"]) or None

    def clean_old_code(self):
        return normalise_code(self.cleaned_data["old_code"]) or None

    def clean_former_names(self):
        return [
            part.strip() for part in self.cleaned_data["former_names"].replace(",", "、").split("、") if part.strip()
        ]


class CorrectionForm(OrganizationForm):
    """修改组织: the version opened travels with the form, so that nobody's work is overwritten."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    change_reason = forms.CharField(
        label="修改理由", required=False, max_length=200, help_text="改名称、代码、类别或登记日期时须写明"
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        del self.fields["unit"]
        for name in ("contact_name", "contact_phone"):
            self.fields[name].help_text = "留空则保持不变"

    @staticmethod
    def initial_of(organization: Organization) -> dict:
        """What the form shows at first; the contact stays hidden until it is asked for."""
        shown = {
            name: getattr(organization, name)
            for name in (
                "name",
                "uscc",
                "old_code",
                "kind",
                "registration_type",
                "industry",
                "registered_on",
                "registered_precision",
                "remark",
                "version",
            )
        }
        return {**shown, "former_names": "、".join(organization.former_names)}

    def changes(self) -> dict:
        """Field → new value as the domain function takes them."""
        wanted = {k: v for k, v in self.cleaned_data.items() if k not in ("version", "change_reason")}
        for name in ("contact_name", "contact_phone"):
            if not wanted[name]:
                wanted.pop(name)
        return wanted


class FiguresForm(RegisterForm):
    """年度数字 of one day; what is left empty is not known, which is not zero."""

    as_of = day_field("截至日期")
    employees = forms.IntegerField(label="从业人员", required=False, min_value=0)
    women = forms.IntegerField(label="其中:女性", required=False, min_value=0)
    league_members = forms.IntegerField(label="团员", required=False, min_value=0)
    full_members = forms.IntegerField(label="正式党员", required=False, min_value=0)
    probationary_members = forms.IntegerField(label="预备党员", required=False, min_value=0)
    union_members = forms.IntegerField(label="工会会员", required=False, min_value=0)
    annual_revenue = forms.DecimalField(
        label="年营业收入(万元)", required=False, min_value=0, max_digits=14, decimal_places=6
    )
    payroll = forms.DecimalField(label="工资总额(万元)", required=False, min_value=0, max_digits=14, decimal_places=6)
    change_reason = forms.CharField(
        label="理由", required=False, max_length=200, help_text="更正已有数字,或任何一项人数比上次减少时须写明"
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if isinstance(field, (forms.IntegerField, forms.DecimalField)):
                field.error_messages["invalid"] = "请填阿拉伯数字,不知道就留空。"
                field.error_messages["min_value"] = "不能小于0,不知道就留空。"

    def counts(self) -> dict:
        """Field of Figures → value; money in yuan."""
        said = self.cleaned_data
        found = {name: said[name] for name in COUNTS if name in said}
        for name, shown in (("annual_revenue_yuan", "annual_revenue"), ("payroll_yuan", "payroll")):
            found[name] = None if said[shown] is None else said[shown] * WAN
        return found

    def seen_counts(self) -> dict | None:
        """What the page showed of the stored row, None where there was none."""
        text = self.cleaned_data["seen"]
        if not text:
            return None
        kept = json.loads(text)
        for name in ("annual_revenue_yuan", "payroll_yuan"):
            kept[name] = None if kept[name] is None else Decimal(kept[name])
        return kept

    @staticmethod
    def initial_of(figures) -> dict:
        """What the form shows of a stored row, with a copy to notice others' corrections."""
        seen = {name: getattr(figures, name) for name in COUNTS}
        money = {k: None if seen[k] is None else str(seen[k]) for k in ("annual_revenue_yuan", "payroll_yuan")}

        def wan(value):
            return None if value is None else f"{value / WAN:f}".rstrip("0").rstrip(".")

        return {
            **seen,
            "as_of": figures.as_of,
            "annual_revenue": wan(figures.annual_revenue_yuan),
            "payroll": wan(figures.payroll_yuan),
            "seen": json.dumps({**seen, **money}),
        }


class ExcludeForm(RegisterForm):
    """剔除: dated, with reason and approver."""

    state = forms.ChoiceField(label="经营状态")
    from_ = day_field("从哪一天起")
    last_day = day_field("到哪一天(含)", required=False, help_text="不知道何时恢复就留空")
    change_reason = forms.CharField(label="理由", max_length=200)
    approver = forms.CharField(label="批准人", max_length=64)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["state"].choices = codes(CodeList.OPERATING_STATE, effect="exclude")


class EndForm(RegisterForm):
    """Something that ends with a last day: an exclusion, a coverage."""

    last_day = day_field("最后一天(含)")
    change_reason = forms.CharField(label="理由", max_length=200)


class CloseForm(RegisterForm):
    """注销或迁出."""

    state = forms.ChoiceField(label="类型")
    on = day_field("从哪一天起不再在册")
    change_reason = forms.CharField(label="理由或文号", max_length=200)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["state"].choices = codes(CodeList.OPERATING_STATE, effect="close")


class ReasonForm(RegisterForm):
    """An act that asks for nothing but why."""

    change_reason = forms.CharField(label="理由", max_length=200)


class MoveForm(RegisterForm):
    """划转 to another unit; the receiving unit may lie outside the sender's sight."""

    unit = forms.ModelChoiceField(Unit.objects.filter(is_active=True), label="划转到", empty_label="请选择")
    on = day_field("从哪一天起")
    change_reason = forms.CharField(label="理由", max_length=200)


class FoundForm(RegisterForm):
    """登记组建: a body of this organization alone, or one that covers others too."""

    form = forms.ModelChoiceField(BodyForm.objects.none(), label="组织形式", empty_label="请选择")
    composition = forms.ChoiceField(label="组建方式", choices=Composition.choices)
    name = forms.CharField(label="组织名称", required=False, max_length=120, help_text="联合组织须填写")
    founded_on = day_field("成立日期")
    founded_precision = forms.ChoiceField(
        label="成立日期准到", choices=[c for c in Precision.choices if c[0] != "by"], initial="day"
    )
    others = forms.CharField(
        label="一同覆盖的其他组织",
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="联合组织才填:每行一个统一社会信用代码",
    )

    def __init__(self, *args, lines, by, **kwargs):
        super().__init__(*args, **kwargs)
        self.by = by
        field = self.fields["form"]
        field.queryset = BodyForm.objects.filter(is_active=True, line__in=lines).order_by("line", "order")
        field.label_from_instance = lambda form: f"{Line(form.line).label} · {form.label}"

    def clean_others(self):
        """The organizations meant, each found by its code within the account's sight."""
        wanted = [normalise_code(line) for line in self.cleaned_data["others"].splitlines() if line.strip()]
        found = {o.uscc: o for o in Organization.objects.visible_to(self.by).filter(uscc__in=wanted)}
        unknown = [code for code in wanted if code not in found]
        if unknown:
            raise forms.ValidationError(f"您的范围内没有这些代码的组织:{'、'.join(unknown)},请核对代码。")
        return [found[code] for code in wanted]


class JoinForm(RegisterForm):
    """加入联合组织."""

    branch = forms.ModelChoiceField(Branch.objects.none(), label="联合组织", empty_label="请选择")
    from_ = day_field("从哪一天起覆盖")

    def __init__(self, *args, lines, by, **kwargs):
        super().__init__(*args, **kwargs)
        field = self.fields["branch"]
        field.queryset = (
            Branch.objects.visible_to(by)
            .filter(line__in=lines, dissolved_on=None, refused_at=None)
            .exclude(composition=Composition.OWN)
            .exclude(name="")
        )
        field.label_from_instance = lambda branch: f"{branch.get_line_display()} · {branch.name}"
