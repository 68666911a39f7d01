"""Forms of 情景推演."""

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms

from coverage.domain.assumptions import Assumptions
from coverage.models import Measure, Milestone, ScaleRule, Scenario, Sharing, Standard, State
from coverage.queries_scenarios import wan_words
from orgs.forms import WAN, RegisterForm, day_field
from orgs.lines import LINES, Line

NO_ZERO = [("", "不变"), (str(int(State.NOT_YET)), "暂不具备"), (str(int(State.NOT_APPLICABLE)), "不适用")]
# Fields that stand and fall with a rule of the day.
TYPED_LABELS = {
    **{f"obliged_{line}": f"{Line(line).label}应建人数" for line in LINES},
    **{f"permitted_{line}": f"{Line(line).label}可建人数" for line in LINES},
    **{f"zero_{line}": f"{Line(line).label}人数为零时" for line in LINES},
    "with_revenue": "从业人员(与营收并用)",
    "revenue": "年营业收入",
    "alone": "从业人员(单用)",
}


class ScenarioForm(RegisterForm):
    """What a scenario is called, what it is compared with, and who sees it."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False, initial=0)
    name = forms.CharField(label="名称", max_length=60, help_text="例如 城厢镇只差一个的全部建成")
    as_of = day_field("对照日期", help_text="与这一天的实际数字对照")
    shared = forms.ChoiceField(
        label="给谁看", choices=Sharing.choices, initial=Sharing.PRIVATE, help_text="别人打开时,只算他看得到的组织"
    )
    note = forms.CharField(label="说明", required=False, max_length=300, widget=forms.Textarea(attrs={"rows": 2}))

    @staticmethod
    def initial_of(scenario: Scenario) -> dict[str, Any]:
        """The row as it is, to be changed."""
        names = ("version", "name", "as_of", "shared", "note")
        return {name: getattr(scenario, name) for name in names}


class AssumeForm(RegisterForm):
    """Other rules, milestones or another day; what is left empty stays as it is."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    as_of = day_field("按哪一天的台账推演", required=False, help_text="留空就是对照日期")

    def __init__(
        self,
        *args: Any,
        standards: list[Standard],
        scale_rules: list[ScaleRule],
        milestones: list[Milestone],
        assumptions: Assumptions,
        **kwargs: Any,
    ) -> None:
        """Makes the fields for the rules of a day, filled with what is assumed already.

        Args:
            args: as of a form.
            standards: in force on the day.
            scale_rules: in force on the day, at most one.
            milestones: in use.
            assumptions: those of the scenario.
            kwargs: as of a form.
        """
        self.standards = sorted(
            (row for row in standards if row.measure != Measure.ABOVE_SCALE), key=lambda row: LINES.index(row.line)
        )
        self.scale_rule = scale_rules[0] if scale_rules else None
        self.milestones = milestones
        self.stored = assumptions
        initial: dict[str, Any] = {"as_of": assumptions.as_of}
        made: dict[str, forms.Field] = {}
        for row in self.standards:
            label, said = row.get_line_display(), assumptions.standards.get(row.line, {})
            made[f"obliged_{row.line}"] = _count(f"{label}应建人数", 1)
            made[f"permitted_{row.line}"] = _count(f"{label}可建人数", 0)
            made[f"zero_{row.line}"] = forms.ChoiceField(label=f"{label}人数为零时", choices=NO_ZERO, required=False)
            initial[f"obliged_{row.line}"] = said.get("obliged_from")
            if "permitted_from" in said:
                initial[f"permitted_{row.line}"] = said["permitted_from"] or 0
            initial[f"zero_{row.line}"] = str(said.get("zero_state", ""))
        if self.scale_rule:
            made["with_revenue"] = _count("从业人员(与营收并用)", 1)
            made["revenue"] = forms.DecimalField(
                label="年营业收入(万元)", min_value=0, max_digits=14, decimal_places=6, required=False
            )
            made["alone"] = _count("从业人员(单用)", 1)
            initial |= {
                "with_revenue": assumptions.scale.get("employees_with_revenue"),
                "alone": assumptions.scale.get("employees_alone"),
            }
            if "revenue_yuan" in assumptions.scale:
                initial["revenue"] = wan_words(assumptions.scale["revenue_yuan"])
        for milestone in milestones:
            said = assumptions.milestones.get(milestone.code, {})
            made[f"target_{milestone.pk}"] = forms.DecimalField(
                label=f"{milestone.name}目标(%)",
                min_value=Decimal("0.01"),
                max_value=100,
                max_digits=5,
                decimal_places=2,
                required=False,
            )
            made[f"due_{milestone.pk}"] = day_field(f"{milestone.name}到期日", required=False)
            initial[f"target_{milestone.pk}"] = said.get("target")
            initial[f"due_{milestone.pk}"] = said.get("due_on")
        self.base_fields = {**type(self).base_fields, **made}
        kwargs["initial"] = initial | (kwargs.get("initial") or {})
        super().__init__(*args, **kwargs)
        for name in made:
            self.fields[name].widget.attrs["aria-label"] = self.fields[name].label

    def standard_rows(self) -> Iterator[tuple[Standard, Any, Any, Any]]:
        """Each standard beside its three fields."""
        for row in self.standards:
            yield row, self[f"obliged_{row.line}"], self[f"permitted_{row.line}"], self[f"zero_{row.line}"]

    def milestone_rows(self) -> Iterator[tuple[Milestone, Any, Any]]:
        """Each milestone beside its two fields."""
        for row in self.milestones:
            yield row, self[f"target_{row.pk}"], self[f"due_{row.pk}"]

    def clean(self) -> dict[str, Any]:
        """Refuses numbers typed for a line or a scale that has no rule on the day: they have no field to stand in."""
        lost = [
            f"{label}填的 {dict(NO_ZERO).get(value, value) if name.startswith('zero_') else value}"
            for name, label in TYPED_LABELS.items()
            if name not in self.fields and (value := str(self.data.get(name, "")).strip())
        ]
        if lost and "as_of" not in self.errors:
            day = self.cleaned_data.get("as_of") or "对照日期"
            self.add_error(
                "as_of",
                f"{day} 这一天没有相应的标准,{'、'.join(lost)} 用不上。请换一个日期;不要这些数的,再点一次“推演”。",
            )
        return self.cleaned_data

    def assumptions(self) -> Assumptions:
        """What was typed, without what is the same as it is; what has no field on this day stays as it was kept."""
        said, kept = self.cleaned_data, self.stored
        standards: dict[str, dict[str, int | None]] = {
            line: dict(values) for line, values in kept.standards.items() if f"obliged_{line}" not in self.fields
        }
        for row in self.standards:
            wanted: dict[str, int | None] = {}
            if said[f"obliged_{row.line}"] is not None:
                wanted["obliged_from"] = said[f"obliged_{row.line}"]
            if said[f"permitted_{row.line}"] is not None:
                wanted["permitted_from"] = said[f"permitted_{row.line}"] or None
            if said[f"zero_{row.line}"]:
                wanted["zero_state"] = int(said[f"zero_{row.line}"])
            if new := _other(row, wanted):
                standards[row.line] = new
        scale: dict[str, Any] = {} if self.scale_rule else dict(kept.scale)
        if self.scale_rule:
            revenue = said["revenue"]
            typed = {
                "employees_with_revenue": said["with_revenue"],
                "revenue_yuan": None if revenue is None else revenue * WAN,
                "employees_alone": said["alone"],
            }
            scale = _other(self.scale_rule, {name: value for name, value in typed.items() if value is not None})
        shown = {milestone.code for milestone in self.milestones}
        milestones = {code: dict(values) for code, values in kept.milestones.items() if code not in shown}
        for milestone in self.milestones:
            typed = {"target": said[f"target_{milestone.pk}"], "due_on": said[f"due_{milestone.pk}"]}
            if new := _other(milestone, {name: value for name, value in typed.items() if value is not None}):
                milestones[milestone.code] = new
        day: date | None = said["as_of"]
        return Assumptions(day, standards, scale, milestones)


def posted_day(data: Mapping[str, str]) -> date | None:
    """The day typed into 改设定; None where it was left empty or is no day, which the form says itself.

    Args:
        data: the form as sent.
    """
    try:
        found: date | None = AssumeForm.base_fields["as_of"].clean(data.get("as_of", ""))
    except forms.ValidationError:
        return None
    return found


def _other(row: Any, wanted: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in wanted.items() if value != getattr(row, name)}


def _count(label: str, least: int) -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=least, max_value=1_000_000, required=False)
