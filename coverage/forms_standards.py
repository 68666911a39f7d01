"""Forms of another version of a standard or of the rule of scale, and of its words."""

from decimal import Decimal
from typing import Any

from django import forms

from coverage.models import Measure, ScaleRule, Standard, State
from orgs.forms import WAN, RegisterForm, day_field
from orgs.lines import Line
from orgs.models import BodyForm

DUTIES = ("应建", "可建")
RUNGS_HELP = "每行一档:人数下限、形式、应建或可建,用空格隔开,例如 20 妇代会 应建;后面可再写一个说明,例如 设委员会"


def rungs_field() -> forms.CharField:
    """Forms by size, a rung a line."""
    return forms.CharField(
        label="按人数的形式", required=False, widget=forms.Textarea(attrs={"rows": 5}), help_text=RUNGS_HELP
    )


def words_of_rungs(rungs: list[dict[str, Any]], labels: dict[str, str]) -> str:
    """Rungs as they are typed.

    Args:
        rungs: as a standard keeps them.
        labels: names of forms by code.
    """
    return "\n".join(
        " ".join(
            filter(None, (str(one["min"]), labels.get(one["form"], one["form"]), one["duty"], one.get("note", "")))
        )
        for one in rungs
    )


def read_rungs(text: str, line: str) -> list[dict[str, Any]]:
    """Rungs out of what was typed, every line that cannot be read named.

    Args:
        text: a rung a line.
        line: the line whose forms may be named.

    Raises:
        ValidationError: one sentence for each faulty line.
    """
    known = {form.label: form.code for form in BodyForm.objects.filter(line=line).order_by("order")}
    found, wrong = [], []
    for number, said in enumerate(text.splitlines(), start=1):
        parts = said.split()
        if not parts:
            continue
        if len(parts) not in (3, 4) or not parts[0].isdecimal() or len(parts[0]) > 6 or parts[2] not in DUTIES:
            wrong.append(f"第{number}行“{said.strip()}”应写成“人数 形式 应建”或“人数 形式 可建”。")
        elif parts[1] not in known:
            wrong.append(f"第{number}行的“{parts[1]}”不是{Line(line).label}的形式,可写:{'、'.join(known)}。")
        else:
            rung: dict[str, Any] = {"min": int(parts[0]), "form": known[parts[1]], "duty": parts[2]}
            found.append(rung | ({"note": parts[3]} if len(parts) == 4 else {}))
    if wrong:
        raise forms.ValidationError([forms.ValidationError(sentence, code="rung") for sentence in wrong])
    return sorted(found, key=lambda rung: rung["min"])


class StandardVersionForm(RegisterForm):
    """Another version of a line's standard from a day on."""

    from_ = day_field("从哪一天起施行", help_text="原来的一版到前一天为止")
    measure = forms.ChoiceField(label="看的数字", choices=Measure.choices)
    obliged_from = forms.IntegerField(label="应建人数(含)", min_value=1, max_value=1_000_000)
    permitted_from = forms.IntegerField(
        label="可建人数(含)", min_value=1, max_value=1_000_000, required=False, help_text="留空表示不设可建"
    )
    zero_state = forms.TypedChoiceField(
        label="人数为零时",
        choices=[(int(State.NOT_YET), "暂不具备"), (int(State.NOT_APPLICABLE), "不适用")],
        coerce=int,
    )
    own_body_from = forms.IntegerField(
        label="应单独建人数(含)",
        min_value=1,
        max_value=1_000_000,
        required=False,
        help_text="达到而由联合组织覆盖的,列为应单独建",
    )
    clause = forms.CharField(label="依据", max_length=64, help_text="条款,或文件名称和文号")
    reading = forms.CharField(label="口径说明", required=False, widget=forms.Textarea(attrs={"rows": 3}))
    rungs = rungs_field()
    change_reason = forms.CharField(
        label="理由", required=False, max_length=200, help_text="从今天以前开始的,会改变过去的数字,须写明理由"
    )

    def __init__(self, *args: Any, line: str, **kwargs: Any) -> None:
        """Makes the form for one line.

        Args:
            args: as of a form.
            line: code of `Line`.
            kwargs: as of a form.
        """
        self.line = line
        super().__init__(*args, **kwargs)

    def clean_rungs(self) -> list[dict[str, Any]]:
        return read_rungs(self.cleaned_data["rungs"], self.line)

    def facts(self) -> dict[str, Any]:
        """The columns of the version."""
        return {name: value for name, value in self.cleaned_data.items() if name not in ("from_", "change_reason")}

    @staticmethod
    def initial_of(row: Standard | None, labels: dict[str, str]) -> dict[str, Any]:
        """The version in force at last, to be changed."""
        if row is None:
            return {}
        names = ("measure", "obliged_from", "permitted_from", "zero_state", "own_body_from", "clause", "reading")
        return {name: getattr(row, name) for name in names} | {"rungs": words_of_rungs(row.rungs, labels)}


class ScaleVersionForm(RegisterForm):
    """Another version of the rule of scale from a day on."""

    from_ = day_field("从哪一天起施行", help_text="原来的一版到前一天为止")
    employees_with_revenue = forms.IntegerField(label="从业人员(与营收并用)", min_value=1, max_value=1_000_000)
    revenue = forms.DecimalField(label="年营业收入(万元)", min_value=0, max_digits=14, decimal_places=6)
    employees_alone = forms.IntegerField(label="从业人员(单用)", min_value=1, max_value=1_000_000)
    clause = forms.CharField(label="依据", max_length=64, help_text="条款,或文件名称和文号")
    reading = forms.CharField(label="口径说明", required=False, widget=forms.Textarea(attrs={"rows": 3}))
    change_reason = forms.CharField(
        label="理由", required=False, max_length=200, help_text="从今天以前开始的,会改变过去的数字,须写明理由"
    )

    def facts(self) -> dict[str, Any]:
        """The columns of the version."""
        said = self.cleaned_data
        names = ("employees_with_revenue", "employees_alone", "clause", "reading")
        return {name: said[name] for name in names} | {
            "revenue_yuan": (said["revenue"] * WAN).quantize(Decimal("0.01"))
        }

    @staticmethod
    def initial_of(row: ScaleRule | None) -> dict[str, Any]:
        """The version in force at last, to be changed."""
        if row is None:
            return {}
        names = ("employees_with_revenue", "employees_alone", "clause", "reading")
        return {name: getattr(row, name) for name in names} | {
            "revenue": f"{row.revenue_yuan / WAN:f}".rstrip("0").rstrip(".")
        }


class WordsForm(RegisterForm):
    """依据 and 口径说明 of a version; which words were opened travels with the form."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    clause = forms.CharField(label="依据", max_length=64)
    reading = forms.CharField(label="口径说明", required=False, widget=forms.Textarea(attrs={"rows": 5}))


class StandardWordsForm(WordsForm):
    """With the forms by size."""

    rungs = rungs_field()

    def __init__(self, *args: Any, line: str, **kwargs: Any) -> None:
        """Makes the form for one line.

        Args:
            args: as of a form.
            line: code of `Line`.
            kwargs: as of a form.
        """
        self.line = line
        super().__init__(*args, **kwargs)

    def clean_rungs(self) -> list[dict[str, Any]]:
        return read_rungs(self.cleaned_data["rungs"], self.line)
