"""Forms of instructors, liaisons, 推优 and 排查."""

from datetime import date
from typing import Any

from django import forms

from orgs.domain.instructors import MOST_AT_ONCE
from orgs.domain.liaisons import UNIT_NAME
from orgs.domain.recommendations import NAME_LENGTH
from orgs.domain.searches import recording_units
from orgs.forms import RegisterForm, codes, day_field
from orgs.forms_people import PersonFields
from orgs.lines import MASS_LINES, Line
from orgs.models import MemberSearch, Organization, Unit
from orgs.models.codes import CodeList
from orgs.models.support import HiddenMemberKind
from orgs.permissions import may_recommend
from orgs.queries_people import organization_meant

MOST_PEOPLE = 9999


def organization_field() -> forms.CharField:
    return forms.CharField(label="组织", max_length=120, help_text="填单位全称或统一社会信用代码")


def meant(by: Any, text: str, as_of: date) -> Organization:
    """The organization within the account's sight that bears the name or code.

    Args:
        by: the signed-in User.
        text: what was typed.
        as_of: the day whose placements count.
    """
    found = organization_meant(by, text, as_of)
    if found is None:
        raise forms.ValidationError("您的范围内没有这个全称或代码的组织,请核对后重填。")
    return found


class ForAccountForm(RegisterForm):
    """A form that says which organization is meant, by its code or its whole name."""

    organization = organization_field()

    def __init__(self, *args, by, as_of: date, **kwargs):
        super().__init__(*args, **kwargs)
        self.by, self.as_of = by, as_of

    def clean_organization(self) -> Organization:
        """The organization within the account's sight."""
        return meant(self.by, self.cleaned_data["organization"], self.as_of)


class TargetForm(PersonFields):
    """The same beside a person, whose own organization is another one."""

    target = organization_field()

    def clean_target(self) -> Organization:
        """The organization within the account's sight."""
        return meant(self.by, self.cleaned_data["target"], self.as_of)


class AssignForm(PersonFields):
    """选派指导员 to the organizations chosen before."""

    sent_by = forms.ModelChoiceField(Unit.objects.none(), label="选派单位", empty_label="请选择")
    from_ = day_field("从哪一天起")

    field_order = (*PersonFields.PERSON, "sent_by", "from_")

    def __init__(self, *args, by, **kwargs):
        super().__init__(*args, by=by, **kwargs)
        field = self.fields["sent_by"]
        field.queryset = Unit.objects.visible_to(by).filter(is_active=True).order_by("path")
        field.initial = field.queryset.first()


class SendForm(TargetForm, AssignForm):
    """选派指导员 to one organization."""

    field_order = ("target", *AssignForm.field_order)


class TieLeaderForm(TargetForm):
    """登记领导挂点."""

    department = forms.ChoiceField(label="部门")
    from_ = day_field("从哪一天起")

    field_order = ("target", "department", *PersonFields.PERSON, "from_")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["department"].choices = codes(CodeList.LIAISON_DEPARTMENT, blank="请选择")
        self.fields["target"].help_text = "只限非公有制企业;填单位全称或统一社会信用代码"


class TieUnitForm(ForAccountForm):
    """登记挂点单位."""

    unit_name = forms.CharField(label="挂点单位", max_length=UNIT_NAME)
    from_ = day_field("从哪一天起")


class MoveLiaisonForm(ForAccountForm):
    """换点."""

    from_ = day_field("从哪一天起", help_text="原来的挂点到前一天为止")
    change_reason = forms.CharField(label="换点原因", max_length=200)


class RecommendForm(ForAccountForm):
    """登记推优."""

    line = forms.ChoiceField(label="推荐条线")
    name = forms.CharField(label="姓名", max_length=NAME_LENGTH, help_text="加密保存;最后一步满12个月后清除,只留人数")
    recommended_on = day_field("推荐日期")

    def __init__(self, *args, by, **kwargs):
        super().__init__(*args, by=by, **kwargs)
        lines = [(line, Line(line).label) for line in MASS_LINES if may_recommend(by, line)]
        self.fields["line"].choices = lines if len(lines) == 1 else [("", "请选择"), *lines]


class StageForm(RegisterForm):
    """One step of 推优 with its day."""

    on = day_field("日期")


class DeclineForm(StageForm):
    """未接收."""

    change_reason = forms.CharField(label="理由", max_length=200, help_text="推荐的一方会看到")


def people_field(label: str) -> forms.IntegerField:
    return forms.IntegerField(
        label=label,
        min_value=0,
        max_value=MOST_PEOPLE,
        error_messages={"invalid": "请填阿拉伯数字。", "min_value": "不能小于0。", "max_value": "数字太大,请核对。"},
    )


class CountsForm(RegisterForm):
    """The three counts of a visit."""

    found = people_field("找到(人)")
    contacted = people_field("其中已联系(人)")
    transferred = people_field("其中已转入组织关系(人)")


class SearchForm(ForAccountForm, CountsForm):
    """记录排查."""

    kind = forms.ChoiceField(label="类别", choices=HiddenMemberKind.choices)
    visited_on = day_field("排查日期")
    unit = forms.ModelChoiceField(Unit.objects.none(), label="记录单位", empty_label=None)

    field_order = ("organization", "kind", "visited_on", "found", "contacted", "transferred", "unit")

    def __init__(self, *args, by, **kwargs):
        super().__init__(*args, by=by, **kwargs)
        self.fields["unit"].queryset = recording_units(by)


class CorrectSearchForm(CountsForm):
    """更正排查."""

    change_reason = forms.CharField(label="更正理由", max_length=200)

    @staticmethod
    def initial_of(search: MemberSearch) -> dict[str, int]:
        """The counts as they stand."""
        return {name: getattr(search, name) for name in CountsForm.base_fields}


TOO_MANY = f"一名指导员一次最多派到{MOST_AT_ONCE}家,请先用筛选缩小范围。"
