"""The rating form, made of a scheme's indicators, and the reason for opening a result again."""

from decimal import Decimal
from typing import Any

from django import forms

from evaluation.domain.assessments import LONGEST, Rating
from evaluation.domain.scoring import raw_shown
from evaluation.imports.scores_form import YesNo, score
from evaluation.models import Indicator, Rule, Score
from orgs.forms import RegisterForm
from quannan.base.workbook.cells import CellError

VETO = (("", "未评"), ("0", "否"), ("1", "是"))


class RawField(forms.Field):
    """A raw value as offices type it: 7.5, 7.5分, 15%; blank is not rated."""

    def to_python(self, value: Any) -> Any:
        """Decimal, or None for blank.

        Raises:
            ValidationError: no number.
        """
        text = str(value or "").strip()
        if not text:
            return None
        try:
            found = score(text)
        except CellError as error:
            raise forms.ValidationError(error.message, code=error.code) from None
        if isinstance(found, YesNo):
            raise forms.ValidationError("这项指标请填数字。", code="not_a_score")
        return found


class SheetForm(RegisterForm):
    """One rater's whole sheet: a value, a note and the evidence for each indicator."""

    stamp = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, indicators: list[Indicator], **kwargs: Any) -> None:
        """
        Args:
            indicators: those the account rates, in order.
            args, kwargs: of every form.
        """
        self.indicators = indicators
        super().__init__(*args, **kwargs)
        for one in indicators:
            if one.rule == Rule.VETO:
                field: forms.Field = forms.ChoiceField(label=str(one), required=False, choices=VETO)
            else:
                field = RawField(label=str(one), required=False)
                field.widget.attrs.update({"inputmode": "decimal", "autocomplete": "off", "maxlength": "12"})
            self.fields[f"raw-{one.pk}"] = field
            for name, word in (("note", "说明"), ("evidence", "佐证材料")):
                self.fields[f"{name}-{one.pk}"] = forms.CharField(
                    label=f"{one}的{word}", required=False, max_length=LONGEST
                )
        for name, field in self.fields.items():
            if name != "stamp":
                field.widget.attrs["class"] = "form-select" if isinstance(field, forms.ChoiceField) else "form-control"

    @staticmethod
    def initial_of(indicators: list[Indicator], scores: dict[int, Score], stamp: int) -> dict[str, Any]:
        """What the form shows of what was given.

        Args:
            indicators: those of the form.
            scores: indicator's key → the rater's score.
            stamp: as `stamp_of` gives it.
        """
        shown: dict[str, Any] = {"stamp": stamp}
        for one in indicators:
            given = scores.get(one.pk)
            if given is None:
                continue
            veto = one.rule == Rule.VETO and given.raw is not None
            raw = str(int(given.raw or 0)) if veto else raw_shown(one, given.raw)
            shown |= {f"raw-{one.pk}": raw, f"note-{one.pk}": given.note, f"evidence-{one.pk}": given.evidence}
        return shown

    def ratings(self) -> dict[int, Rating]:
        """What the domain function takes, out of a form read without fault."""
        said = self.cleaned_data
        found = {}
        for one in self.indicators:
            raw = said[f"raw-{one.pk}"]
            value = None if raw in (None, "") else Decimal(raw)
            found[one.pk] = Rating(value, said[f"note-{one.pk}"], said[f"evidence-{one.pk}"])
        return found


class ReopenForm(RegisterForm):
    """重开考核."""

    change_reason = forms.CharField(label="理由", max_length=200, help_text="和原结果一起留存,打印页上看得到")
