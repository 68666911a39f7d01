"""Forms of activities; what is allowed is decided by the domain functions they feed."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils import timezone

from activities.domain.others import organizations_named, split
from activities.domain.recording import PLACE_LENGTH, ActivityFacts, facts_of
from activities.domain.rules import day_fault, number_faults
from activities.models import Activity, ActivityKind, Programme
from activities.models.activities import CONTENT_LENGTH, NOTE_LENGTH, PRECISIONS, TITLE_LENGTH
from activities.permissions import lines_to_record
from activities.queries_activities import bodies_to_name, body_name, organizations_to_record
from orgs.domain.acting import REASON_LENGTH
from orgs.forms import RegisterForm, day_field
from orgs.lines import Line, stored_range
from orgs.models import Branch, Organization
from orgs.queries_people import organization_meant

UNKNOWN = "不清楚的留空,留空不当作0"


class HostForm(RegisterForm):
    """登记活动, first: at which organization, of which line."""

    organization = forms.CharField(label="主办组织", max_length=120, help_text="填单位全称或统一社会信用代码")
    line = forms.ChoiceField(label="条线")

    def __init__(self, *args: Any, by: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by = by
        lines = lines_to_record(by)
        self.fields["line"].choices = [(line, Line(line).label) for line in lines]

    def clean_organization(self) -> Organization:
        """The organization within the account's sight."""
        found = organization_meant(self.by, self.cleaned_data["organization"], timezone.localdate())
        if found is None:
            raise forms.ValidationError("您的范围内没有这个全称或代码的组织,请核对后重填。")
        return found

    def clean(self) -> dict[str, Any]:
        said = super().clean()
        host, line = said.get("organization"), said.get("line")
        if host and line and not organizations_to_record(self.by, line).filter(pk=host.pk).exists():
            self.add_error("organization", f"您不登记这家组织{Line(line).label}的活动,请换一家或换一个条线。")
        return said


class ActivityForm(RegisterForm):
    """登记活动: what was held at an organization, of a line."""

    kind = forms.ModelChoiceField(ActivityKind.objects.none(), label="类别", empty_label="请选择")
    programme = forms.ModelChoiceField(
        Programme.objects.none(), label="活动载体", required=False, empty_label="不属于哪个载体"
    )
    title = forms.CharField(label="活动名称", max_length=TITLE_LENGTH, help_text="例如 学习十七届五中全会精神")
    held_on = day_field("开展日期")
    held_precision = forms.ChoiceField(
        label="日期准到", choices=PRECISIONS, initial="day", help_text="只知道年月的,选那个月里任一天,再选“到月”"
    )
    last_on = day_field("结束日期", required=False, help_text="当天结束的留空")
    branch = forms.ChoiceField(label="开展的党群组织", required=False)
    place = forms.CharField(label="地点", required=False, max_length=PLACE_LENGTH)
    attendees = forms.IntegerField(label="参加人数", required=False, min_value=0, help_text=UNKNOWN)
    members = forms.IntegerField(label="其中党员", required=False, min_value=0, help_text=UNKNOWN)
    others = forms.CharField(
        label="共同参加的组织",
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="填全称或统一社会信用代码,几家用“、”隔开;本页主办的一家不用再填",
    )
    content = forms.CharField(
        label="内容",
        required=False,
        max_length=CONTENT_LENGTH,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="不写个人身份信息",
    )
    note = forms.CharField(label="备注", required=False, max_length=NOTE_LENGTH)

    def __init__(self, *args: Any, host: Organization, line: str, by: Any, held: Activity | None = None, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.host, self.line, self.by, self.held = host, line, by, held
        # A past day may need an entry that has ended since; which fits the day is the domain's rule.
        self.fields["kind"].queryset = ActivityKind.objects.all()
        self.fields["programme"].queryset = Programme.objects.filter(line__in=("", line))
        for name in ("kind", "programme"):
            self.fields[name].label_from_instance = _entry_word
        self.fields["branch"].choices = [("", "没有写明"), *bodies_to_name(host, line)]
        kept = held.branch if held is not None else None
        if kept is not None and str(kept.pk) not in dict(self.fields["branch"].choices):
            # Grouped, refused or merged away since: what was recorded of the day stands until somebody says otherwise.
            self.fields["branch"].choices += [(str(kept.pk), body_name(kept, host, held.held_on))]
        for name in ("attendees", "members"):
            self.fields[name].widget.attrs["inputmode"] = "numeric"
            self.fields[name].error_messages["invalid"] = "请填整数,不清楚的留空。"
            self.fields[name].error_messages["min_value"] = "人数不能小于0,不清楚的留空。"

    def clean_branch(self) -> Branch | None:
        """The body chosen."""
        chosen = self.cleaned_data["branch"]
        return Branch.objects.get(pk=chosen) if chosen else None

    def clean(self) -> dict[str, Any]:
        said = super().clean()
        held_on, precision = said.get("held_on"), said.get("held_precision")
        if held_on and precision:
            kept, hidden = parts_of(self.held, self.by) if self.held else ((), ())
            found, problems = organizations_named(
                split(said.get("others", "")),
                branch=said.get("branch"),
                days=stored_range(held_on, precision),
                kept=kept,
                by=self.by,
                now=timezone.now(),
            )
            for problem in problems:
                self.add_error("others", problem)
            # Whom the account does not see the form does not show, and so nobody means to take away.
            said["others"] = tuple({one.pk: one for one in (*found, *hidden)}.values())
            self._say_at_once(day_fault(stored_range(held_on, precision), said.get("last_on"), timezone.localdate()))
        self._say_at_once(number_faults(said.get("attendees"), said.get("members")))
        return said

    def _say_at_once(self, faults: dict[str, str]) -> None:
        """What the act would refuse beside what cannot be read: all of it is said the first time."""
        for name, sentence in faults.items():
            if name not in self.errors:
                self.add_error(name, sentence)

    def facts(self) -> ActivityFacts:
        """What was said; asked of a form that is valid."""
        said = self.cleaned_data
        return ActivityFacts(**{name: said[name] for name in ActivityFacts.__dataclass_fields__})


class ActivityCorrectionForm(ActivityForm):
    """更正活动: the version opened travels with the form, so that nobody's work is overwritten."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    change_reason = forms.CharField(
        label="更正理由", required=False, max_length=REASON_LENGTH, help_text="改动已填的内容须写明;补填空着的项不用"
    )

    @staticmethod
    def initial_of(activity: Activity, by: Any) -> dict[str, Any]:
        """What stands of an activity, as the form shows it.

        Args:
            activity: which one.
            by: the signed-in User.
        """
        facts = facts_of(activity)
        shown = {name: getattr(facts, name) for name in ActivityFacts.__dataclass_fields__}
        return shown | {
            "version": activity.version,
            "branch": str(activity.branch_id or ""),
            "others": "、".join(named(parts_of(activity, by)[0])),
        }

    def changes(self) -> dict[str, Any]:
        """Field → value typed; asked of a form that is valid."""
        return {name: self.cleaned_data[name] for name in ActivityFacts.__dataclass_fields__}


class CancelForm(RegisterForm):
    """撤销活动."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    change_reason = forms.CharField(
        label="撤销理由", max_length=REASON_LENGTH, help_text="例如 重复登记、没有开展;撤销后不再计数,记录仍可查"
    )


def parts_of(activity: Activity, by: Any) -> tuple[tuple[Organization, ...], tuple[Organization, ...]]:
    """Who took part: those whom an account sees today, and those whom it does not.

    Args:
        activity: which one.
        by: the signed-in User.
    """
    others = facts_of(activity).others
    found = Organization.objects.visible_to(by).filter(pk__in=[one.pk for one in others])
    seen = set(found.order_by().values_list("pk", flat=True))
    return tuple(one for one in others if one.pk in seen), tuple(one for one in others if one.pk not in seen)


def named(organizations: Iterable[Organization]) -> list[str]:
    """Names with the codes that tell them from namesakes.

    Args:
        organizations: in order.
    """
    codes = [(one.name, one.uscc or one.old_code) for one in organizations]
    return [f"{name}({code})" if code else name for name, code in codes]


def _entry_word(row: ActivityKind | Programme) -> str:
    return f"{row.name}(用到{row.last_day})" if row.last_day else str(row.name)
