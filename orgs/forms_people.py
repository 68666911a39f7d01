"""Forms of people, posts, the talent pool, professional workers and owners."""

from datetime import date
from typing import Any

from django import forms

from orgs.domain.people import PERSON_NAME, PHONE, WORKPLACE, Newcomer
from orgs.forms import RegisterForm, codes, day_field
from orgs.lines import Line
from orgs.models import Branch, Code, Organization, Owner, Person, Unit
from orgs.models.codes import CodeList
from orgs.queries_people import namesakes, organization_meant, places_of

NEW = "new"
YES_NO = (("", "不清楚"), ("yes", "专职"), ("no", "兼职"))


def yes_no(word: str) -> bool | None:
    """专职 or not as it is stored; None where nobody knows."""
    return {"yes": True, "no": False}.get(word)


class PersonFields(RegisterForm):
    """The part of a form that says who is meant: somebody on record, or somebody typed anew.

    Whoever bears the name typed is offered before a second row is made. A form that has these fields lists its own
    ones beside `PERSON` in `order`.
    """

    name = forms.CharField(label="姓名", max_length=PERSON_NAME)
    same = forms.ChoiceField(
        label="已有同名的人,是哪一位", required=False, widget=forms.RadioSelect, error_messages={"required": ""}
    )
    works_at = forms.CharField(
        label="工作单位(两新组织)",
        required=False,
        max_length=120,
        help_text="填全称或统一社会信用代码;别的单位填在“工作单位(其他)”",
    )
    workplace = forms.CharField(label="工作单位(其他)", required=False, max_length=WORKPLACE)
    phone = forms.CharField(label="联系电话", required=False, max_length=PHONE, help_text="加密保存,页面上遮盖")

    PERSON = ("name", "same", "works_at", "workplace", "phone")

    def __init__(self, *args, by, as_of: date, home: Unit | None = None, **kwargs):
        """Makes the form.

        Args:
            args: as of any form.
            by: the signed-in User; offers whom that account may see.
            as_of: the day whose placements count.
            home: the unit that keeps somebody who works in no organization of the register.
            kwargs: as of any form; initial may carry `person`, somebody already meant.
        """
        super().__init__(*args, **kwargs)
        self.by, self.as_of = by, as_of
        self.home = home or Unit.objects.visible_to(by).order_by("path").first()
        self.people = {str(p.pk): p for p in namesakes(by, self._typed_name(), as_of)}
        places = places_of(self.people.values(), by, as_of)
        if self.people:
            self.fields["same"].choices = [
                *((key, f"{person.name},{places[person.pk]}") for key, person in self.people.items()),
                (NEW, "同名的另一个人,新录入"),
            ]
            known = self.initial.get("person")
            if known is not None and str(known) in self.people:
                self.initial["same"] = str(known)
        else:
            del self.fields["same"]

    def _typed_name(self) -> str:
        typed = self.data.get(self.add_prefix("name")) if self.is_bound else self.initial.get("name")
        return str(typed or "")

    def clean(self):
        said = super().clean()
        if "same" in self.fields and "same" not in self.errors and not said.get("same"):
            self.add_error("same", "台账里已有同名的人,请选是哪一位;确实另有其人的,选“同名的另一个人”。")
        text = said.get("works_at", "")
        said["organization"] = None
        if text and said.get("same", NEW) in ("", NEW):
            said["organization"] = organization_meant(self.by, text, self.as_of)
            if said["organization"] is None:
                self.add_error(
                    "works_at",
                    "您的范围内没有这个全称或代码的组织,请核对;不是两新组织的,填在“工作单位(其他)”里。",
                )
        return said

    def person_given(self) -> Person | Newcomer:
        """Who is meant: a row, or what was typed of somebody new; asked of a form that is valid."""
        said = self.cleaned_data
        chosen = said.get("same", "")
        if chosen in self.people:
            return self.people[chosen]
        return Newcomer(
            name=said["name"],
            organization=said["organization"],
            unit=None if said["organization"] else self.home,
            workplace=said["workplace"],
            phone=said["phone"],
            political_status=said.get("political_status", ""),
            distinct=chosen == NEW,
        )


def posts_of(line: str, blank: str = "") -> list[tuple[str, str]]:
    """Posts of a line as choices, heads marked.

    Args:
        line: code of `Line`.
        blank: label of the empty choice, none where "".
    """
    rows = Code.objects.filter(list_name=CodeList.POST, is_active=True, data__line=line)
    found = [(c.code, f"{c.label}(负责人)" if c.data.get("head") else c.label) for c in rows]
    return [("", blank), *found] if blank else found


def stage_field() -> forms.ChoiceField:
    return forms.ChoiceField(label="政治面貌", required=False, help_text="只在职责需要时填;加密保存,页面上遮盖")


class AppointForm(PersonFields):
    """登记任职."""

    post = forms.ChoiceField(label="职务")
    from_ = day_field("任职自")
    last_day = day_field("离任日期(最后一天)", required=False, help_text="现任的留空;补登过去的任职才填")
    source = forms.ChoiceField(label="来源", required=False)
    full_time = forms.ChoiceField(label="专职或兼职", choices=YES_NO, required=False)

    field_order = ("post", *PersonFields.PERSON, "from_", "last_day", "source", "full_time")

    def __init__(self, *args, branch: Branch, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["post"].choices = posts_of(branch.line, "请选择")
        self.fields["source"].choices = codes(CodeList.LEADER_SOURCE, blank="不清楚")


class EndPostForm(RegisterForm):
    """登记离任."""

    last_day = day_field("最后一天(含)")
    change_reason = forms.CharField(label="离任原因", max_length=200)


class CorrectPostForm(RegisterForm):
    """更正任职."""

    from_ = day_field("任职自")
    source = forms.ChoiceField(label="来源", required=False)
    full_time = forms.ChoiceField(label="专职或兼职", choices=YES_NO, required=False)
    change_reason = forms.CharField(label="更正理由", max_length=200)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["source"].choices = codes(CodeList.LEADER_SOURCE, blank="不清楚")


class PersonForm(RegisterForm):
    """修改人员资料: what stays hidden stays as it is unless it is typed anew."""

    name = forms.CharField(label="姓名", max_length=PERSON_NAME)
    works_at = PersonFields.base_fields["works_at"]
    workplace = forms.CharField(label="工作单位(其他)", required=False, max_length=WORKPLACE)
    phone = forms.CharField(label="联系电话", required=False, max_length=PHONE, help_text="留空则保持不变")
    political_status = stage_field()
    version = forms.IntegerField(widget=forms.HiddenInput)
    change_reason = forms.CharField(label="修改理由", required=False, max_length=200, help_text="改姓名时须写明")

    def __init__(self, *args, by, as_of: date, person: Person, **kwargs):
        super().__init__(*args, **kwargs)
        self.by, self.as_of, self.person = by, as_of, person
        self.fields["political_status"].choices = codes(CodeList.PERSON_STAGE, blank="保持不变")

    @staticmethod
    def initial_of(person: Person) -> dict[str, Any]:
        """What the form shows at first; phone and political status stay hidden."""
        return {
            "name": person.name,
            "works_at": person.organization.name if person.organization else "",
            "workplace": person.workplace,
            "version": person.version,
        }

    def clean_works_at(self) -> Organization | None:
        text = self.cleaned_data["works_at"].strip()
        now = self.person.organization
        if not text or (now is not None and text == now.name):
            return now if text else None
        found = organization_meant(self.by, text, self.as_of)
        if found is None:
            raise forms.ValidationError(
                "您的范围内没有这个全称或代码的组织,请核对;不是两新组织的,填在“工作单位(其他)”里。"
            )
        return found

    def changes(self) -> dict[str, Any]:
        """Field → new value as the domain function takes them."""
        said = self.cleaned_data
        unit = self.person.unit
        if said["works_at"] is None and unit is None:
            unit = Unit.objects.visible_to(self.by).order_by("path").first()
        wanted = {"name": said["name"], "organization": said["works_at"], "unit": unit, "workplace": said["workplace"]}
        return wanted | {name: said[name] for name in ("phone", "political_status") if said[name]}


class CandidateFields(forms.Form):
    """What the pool says of somebody."""

    lines = forms.MultipleChoiceField(label="适合的条线", choices=Line.choices, widget=forms.CheckboxSelectMultiple)
    qualifications = forms.MultipleChoiceField(label="条件", required=False, widget=forms.CheckboxSelectMultiple)
    source = forms.ChoiceField(label="来源", required=False)
    note = forms.CharField(label="说明", required=False, max_length=200, help_text="条件选“其他”时须写清楚")

    def fill_choices(self, lines: list[str]) -> None:
        """Puts in what only the request knows.

        Args:
            lines: the lines whose people the account keeps.
        """
        self.fields["lines"].choices = [(code, label) for code, label in Line.choices if code in lines]
        self.fields["qualifications"].choices = codes(CodeList.QUALIFICATION)
        self.fields["source"].choices = codes(CodeList.LEADER_SOURCE, blank="不清楚")


class CandidateForm(PersonFields, CandidateFields):
    """列入人才库."""

    entered_on = day_field("入库日期")
    political_status = stage_field()

    field_order = (*PersonFields.PERSON, "political_status", "lines", "qualifications", "source", "entered_on", "note")

    def __init__(self, *args, lines: list[str], **kwargs):
        super().__init__(*args, **kwargs)
        self.fill_choices(lines)
        self.fields["political_status"].choices = codes(CodeList.PERSON_STAGE, blank="不填")


class CandidateCorrectForm(RegisterForm, CandidateFields):
    """修改人才库信息."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args, lines: list[str], **kwargs):
        super().__init__(*args, **kwargs)
        self.fill_choices(lines)


class ChooseForm(RegisterForm):
    """选用: the body was found by its name or an organization's; then post and day."""

    branch = forms.ModelChoiceField(Branch.objects.none(), label="党群组织", empty_label="请选择")
    post = forms.ChoiceField(label="职务")
    from_ = day_field("任职自")
    full_time = forms.ChoiceField(label="专职或兼职", choices=YES_NO, required=False)

    def __init__(self, *args, branches, told: dict[int, str], lines: list[str], **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["branch"].queryset = branches
        self.fields["branch"].label_from_instance = lambda branch: told.get(branch.pk, str(branch))
        self.fields["post"].choices = [
            ("", "请选择"),
            *((f"{Line(line).label}", posts_of(line)) for line in Line.values if line in lines),
        ]


class WithdrawForm(RegisterForm):
    """退出人才库."""

    left_on = day_field("出库日期")
    change_reason = forms.CharField(label="出库原因", max_length=200)


class HireForm(PersonFields):
    """聘用职业党群干部."""

    unit = forms.ModelChoiceField(Unit.objects.none(), label="聘用单位", empty_label="请选择")
    sent_to = forms.CharField(
        label="派驻组织", required=False, max_length=120, help_text="填单位全称或统一社会信用代码;不派驻的留空"
    )
    lines = forms.MultipleChoiceField(label="条线", choices=Line.choices, widget=forms.CheckboxSelectMultiple)
    source = forms.ChoiceField(label="来源", required=False)
    from_ = day_field("聘用自")

    field_order = (*PersonFields.PERSON, "unit", "sent_to", "lines", "source", "from_")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = Unit.objects.visible_to(self.by).filter(is_active=True)
        self.fields["source"].choices = codes(CodeList.LEADER_SOURCE, blank="不清楚")

    def clean_sent_to(self) -> Organization | None:
        text = self.cleaned_data["sent_to"].strip()
        found = organization_meant(self.by, text, self.as_of) if text else None
        if text and found is None:
            raise forms.ValidationError("您的范围内没有这个全称或代码的组织,请核对。")
        return found


class OwnerForm(RegisterForm):
    """登记业主; political status is not asked."""

    role = forms.ChoiceField(label="身份")
    name = forms.CharField(label="姓名", max_length=40)
    phone = forms.CharField(label="联系电话", required=False, max_length=32, help_text="加密保存,页面上遮盖")
    from_ = day_field("从哪一天起", required=False, help_text="不知道就留空")
    note = forms.CharField(label="说明", required=False, max_length=200)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = codes(CodeList.OWNER_ROLE)


class OwnerCorrectForm(OwnerForm):
    """更正业主."""

    change_reason = forms.CharField(label="更正理由", max_length=200)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["phone"].help_text = "留空则保持不变"

    @staticmethod
    def initial_of(owner: Owner) -> dict[str, Any]:
        """What the form shows at first; the phone stays hidden."""
        return {"role": owner.role, "name": owner.name, "from_": owner.period.lower, "note": owner.note}

    def changes(self) -> dict[str, Any]:
        """Field → new value as the domain function takes them."""
        said = {k: v for k, v in self.cleaned_data.items() if k != "change_reason"}
        if not said["phone"]:
            said.pop("phone")
        return said
