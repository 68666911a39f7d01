"""The rating form, made of a scheme's indicators, and the reason for opening a result again."""

import json
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms

from evaluation.domain.assessments import LONGEST, NOT_RATED, Conflict, Rating, rating_of
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
            self.fields[f"seen-{one.pk}"] = forms.CharField(required=False, widget=forms.HiddenInput)
        for field in self.fields.values():
            if not field.widget.is_hidden:
                field.widget.attrs["class"] = "form-select" if isinstance(field, forms.ChoiceField) else "form-control"

    @staticmethod
    def initial_of(indicators: list[Indicator], scores: dict[int, Score]) -> dict[str, Any]:
        """What the form shows of what was given.

        Args:
            indicators: those of the form.
            scores: indicator's key → the rater's score.
        """
        shown: dict[str, Any] = {}
        for one in indicators:
            shown |= _shown(one, rating_of(scores.get(one.pk)))
        return shown

    def seen(self) -> dict[int, Rating]:
        """What the form had shown when it was opened."""
        return {one.pk: _read(self.cleaned_data[f"seen-{one.pk}"]) for one in self.indicators}

    def after(self, data: Any, scores: dict[int, Score], conflicts: list[Conflict]) -> "SheetForm":
        """The form to be shown after lines were refused: what was typed, beside what stands now.

        Args:
            data: what was posted, a copy that may be written to.
            scores: indicator's key → the rater's score as it stands.
            conflicts: the lines refused; saving once more writes what was typed.
        """
        refused = {one.indicator.pk for one in conflicts}
        seen, typed = self.seen(), self.ratings()
        for one in self.indicators:
            shown = _shown(one, rating_of(scores.get(one.pk)))
            if one.pk in refused or typed[one.pk] != seen[one.pk]:
                data[f"seen-{one.pk}"] = shown[f"seen-{one.pk}"]
            else:
                for name, value in shown.items():
                    data[name] = value
        return SheetForm(data, indicators=self.indicators)

    def ratings(self) -> dict[int, Rating]:
        """What the domain function takes, out of a form read without fault."""
        said = self.cleaned_data
        found = {}
        for one in self.indicators:
            raw = said[f"raw-{one.pk}"]
            value = None if raw in (None, "") else Decimal(raw)
            found[one.pk] = Rating(value, said[f"note-{one.pk}"], said[f"evidence-{one.pk}"])
        return found


def _shown(indicator: Indicator, rating: Rating) -> dict[str, str]:
    veto = indicator.rule == Rule.VETO and rating.raw is not None
    raw = str(int(rating.raw or 0)) if veto else raw_shown(indicator, rating.raw)
    told = [None if rating.raw is None else str(rating.raw), rating.note, rating.evidence]
    return {
        f"raw-{indicator.pk}": raw,
        f"note-{indicator.pk}": rating.note,
        f"evidence-{indicator.pk}": rating.evidence,
        f"seen-{indicator.pk}": json.dumps(told, ensure_ascii=False),
    }


def _read(text: str) -> Rating:
    """What `_shown` wrote; something else says that nothing was seen."""
    try:
        raw, note, evidence = json.loads(text)
        return Rating(None if raw is None else Decimal(raw), str(note), str(evidence))
    except (ValueError, TypeError, InvalidOperation):
        return NOT_RATED


class ReopenForm(RegisterForm):
    """重开考核."""

    change_reason = forms.CharField(label="理由", max_length=200, help_text="和原结果一起留存,打印页上看得到")
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
