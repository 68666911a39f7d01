"""Forms of schemes, bands and indicators; what is allowed is decided by the domain functions they feed."""

import re
from decimal import Decimal
from typing import Any

from django import forms

from evaluation.domain.scoring import MOST_STEPS, plain
from evaluation.forms_rounds import YEAR
from evaluation.models import Counting, Indicator, Rule, Scheme, SubjectKind
from orgs.forms import RegisterForm, day_field
from orgs.lines import Line
from orgs.models.organization import Kind

MOST_BANDS = 6
NUMBER = {"invalid": "请填数字,如 7.5。", "max_decimal_places": "最多两位小数。"}


def points_field(label: str, **more: Any) -> forms.DecimalField:
    """A field of points with two decimals."""
    return forms.DecimalField(label=label, max_digits=6, decimal_places=2, error_messages=NUMBER, **more)


def tick_field(label: str) -> forms.BooleanField:
    """A box to tick."""
    box = forms.CheckboxInput(attrs={"class": "form-check-input"})
    return forms.BooleanField(label=label, required=False, widget=box)


def _percent(label: str, help_text: str = "") -> forms.IntegerField:
    return forms.IntegerField(label=label, required=False, min_value=0, max_value=100, help_text=help_text)


class SchemeForm(RegisterForm):
    """新建或修改考核方案."""

    year = forms.IntegerField(label="年度", **YEAR)
    name = forms.CharField(label="名称", max_length=80, help_text="例如 2010 年度“两新”组织党建考核")
    subject = forms.ChoiceField(label="考核对象", choices=SubjectKind.choices)
    of_kinds = forms.MultipleChoiceField(
        label="组织类别",
        required=False,
        choices=Kind.choices,
        widget=forms.CheckboxSelectMultiple,
        help_text="考核组织的至少选一类;考核主管党(工)委的不选",
    )
    as_of = day_field("名单截至", help_text="启动时,这一天在册、没有剔除的组织(或使用中的单位)各生成一份考核")
    full_score = points_field("满分", min_value=0, help_text="各项指标(不算加分)合计应等于满分")
    counting = forms.ChoiceField(label="计分办法", choices=Counting.choices)
    self_percent = _percent("自评占百分之几", "按比例折算的才填,三项相加为100")
    unit_percent = _percent("主管党委占百分之几", "考核单位的填0")
    county_percent = _percent("县级占百分之几")
    bonus_cap = points_field("加分合计最多", required=False, min_value=0, help_text="留空只受各项加分的上限限制")
    veto_lowest = tick_field("一票否决的直接定为最低等次")
    note = forms.CharField(label="说明", required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 3}))
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    @classmethod
    def initial_of(cls, row: Scheme) -> dict[str, Any]:
        """What the form shows of a row."""
        shown = {name: getattr(row, name) for name in cls.base_fields}
        return shown | {name: plain(shown[name]) for name in ("full_score", "bonus_cap")}


class SchemeCopyForm(RegisterForm):
    """沿用到新的年度."""

    year = forms.IntegerField(label="新的年度", **YEAR)
    name = forms.CharField(label="名称", max_length=80)


class BandsForm(RegisterForm):
    """等次: up to six, blank rows are passed over."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for at in range(MOST_BANDS):
            name = forms.CharField(label=f"等次{at + 1}", max_length=20, required=False)
            score = points_field("分数从(含)", required=False, min_value=0)
            for field in (name, score):
                field.widget.attrs["class"] = "form-control"
            self.fields[f"name{at}"], self.fields[f"from{at}"] = name, score
        self.fields["version"] = forms.IntegerField(widget=forms.HiddenInput, required=False)

    @staticmethod
    def initial_of(row: Scheme) -> dict[str, Any]:
        """What the form shows of a scheme."""
        shown: dict[str, Any] = {"version": row.version}
        for at, band in enumerate(row.bands.all()[:MOST_BANDS]):
            shown |= {f"name{at}": band.name, f"from{at}": plain(band.from_score)}
        return shown

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        for at in range(MOST_BANDS):
            name, score = said.get(f"name{at}", ""), said.get(f"from{at}")
            if name and score is None and f"from{at}" not in self.errors:
                self.add_error(f"from{at}", f"请填“{name}”从几分起。")
            if score is not None and not name:
                self.add_error(f"name{at}", "请填等次名称。")
        return said

    def rows(self) -> list[tuple[str, Decimal]]:
        """(name, first score) of the rows that are filled in."""
        said = self.cleaned_data
        return [(said[f"name{at}"], said[f"from{at}"]) for at in range(MOST_BANDS) if said.get(f"name{at}")]


class IndicatorForm(RegisterForm):
    """新增或修改指标; parameters of other rules than the chosen one are passed over."""

    code = forms.CharField(label="编号", max_length=12, help_text="如 1.2")
    section = forms.CharField(label="类别", max_length=40, help_text="如 健全组织")
    name = forms.CharField(label="指标", max_length=60)
    rule = forms.ChoiceField(label="计分规则", choices=Rule.choices)
    points = points_field("分值", required=False, min_value=0, help_text="加分的填最多加几分;一票否决的不填")
    each = points_field(
        "每次扣(或每项加)几分",
        required=False,
        min_value=0,
        help_text="按次扣分必填;加分按项计的也填,留空就是直接填加分",
    )
    unit_word = forms.CharField(label="计数的单位", required=False, max_length=8, help_text="如 次、项、个")
    steps = forms.CharField(
        label="分档",
        required=False,
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="分档扣分用,每行一档:短缺不超过百分之几、扣几分,如 10 2",
    )
    more = points_field("超过最后一档扣几分", required=False, min_value=0)
    full_at = points_field("完成百分之几得满分", required=False, min_value=0, help_text="按比例得分用,留空为100")
    criteria = forms.CharField(
        label="评分标准", required=False, max_length=300, widget=forms.Textarea(attrs={"rows": 2})
    )
    line = forms.ChoiceField(
        label="条线",
        required=False,
        choices=[("", "不分条线"), *Line.choices],
        help_text="选了条线的,这个条线的部门可作为县级评这一项",
    )
    clause = forms.CharField(label="依据", required=False, max_length=80, help_text="条款或文号,如 四(一)")
    evidence_asked = tick_field("自评时须写明佐证材料")
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def clean_steps(self) -> list[list[str]]:
        found = []
        for text in self.cleaned_data["steps"].splitlines():
            numbers = re.findall(r"\d+(?:\.\d+)?", text)
            if not text.strip():
                continue
            if len(numbers) != 2:
                raise forms.ValidationError(f"“{text.strip()}”读不出,每行写两个数,如 10 2。", code="steps")
            found.append(numbers)
        if len(found) > MOST_STEPS:
            raise forms.ValidationError(f"最多{MOST_STEPS}档。", code="steps")
        return found

    @staticmethod
    def initial_of(row: Indicator) -> dict[str, Any]:
        """What the form shows of a row."""
        told = row.parameters
        shown = {
            name: getattr(row, name)
            for name in ("code", "section", "name", "rule", "criteria", "line", "clause", "evidence_asked", "version")
        }
        steps = "\n".join(f"{short} {cost}" for short, cost in told.get("steps", []))
        return shown | {
            "points": plain(row.points) if row.rule != Rule.VETO else "",
            "each": told.get("each", ""),
            "unit_word": told.get("unit", ""),
            "steps": steps,
            "more": told.get("more", ""),
            "full_at": told.get("full_at", ""),
        }

    def facts(self) -> dict[str, Any]:
        """What the domain function takes, out of a form read without fault."""
        said = dict(self.cleaned_data)
        each, unit = plain(said.pop("each")), said.pop("unit_word")
        steps, more, full_at = said.pop("steps"), plain(said.pop("more")), plain(said.pop("full_at"))
        said.pop("version")
        parameters: dict[str, Any] = {}
        if said["rule"] == Rule.DEDUCT:
            parameters = {"each": each, "unit": unit}
        elif said["rule"] == Rule.STEPS:
            parameters = {"steps": steps, "more": more}
        elif said["rule"] == Rule.RATIO:
            parameters = {"full_at": full_at}
        elif said["rule"] == Rule.BONUS and each:
            parameters = {"each": each, "unit": unit}
        return said | {"parameters": parameters}
