"""Forms of the pages of funds; what is allowed is decided by the domain functions they feed."""

from datetime import date
from decimal import Decimal
from typing import Any

from django import forms

from funding.models import Counted, Direction, FundEntry, FundStandard
from funding.permissions import fund_lines
from funding.validators import NOTE_LENGTH, TOO_FINE, VOUCHER_LENGTH, finer_than_a_cent
from orgs.forms import RegisterForm, codes, day_field
from orgs.forms_support import ForAccountForm
from orgs.lines import Line, Precision
from orgs.models.codes import CodeList
from quannan.base.workbook.cells import CellError, Money

PRECISIONS = [(p.value, p.label) for p in (Precision.DAY, Precision.MONTH, Precision.YEAR)]


class YuanField(forms.CharField):
    """An amount of money as people write it: 1,200.50, 1200元, 0.12万元."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=30, **kwargs)
        self.widget.attrs |= {"inputmode": "decimal", "autocomplete": "off"}

    def clean(self, value: Any) -> Any:
        """Yuan as a Decimal, None where nothing was written."""
        text = super().clean(value)
        if not text:
            return None
        try:
            amount = Money(1)(text)
        except CellError as error:
            raise forms.ValidationError(error.message, code=error.code) from None
        if finer_than_a_cent(text, amount):
            raise forms.ValidationError(TOO_FINE, code="bad_amount")
        return amount


def _day() -> forms.DateField:
    return day_field("日期", help_text="只知道年月的,选当月任一天,再在“日期准到”里选到月")


def _precision() -> forms.ChoiceField:
    return forms.ChoiceField(label="日期准到", choices=PRECISIONS, initial=Precision.DAY)


def _line_choices(user: Any, kept: str = "") -> list[tuple[str, str]]:
    lines = fund_lines(user)
    return [(line, str(Line(line).label)) for line in dict.fromkeys([*lines, *([kept] if kept else [])])]


class EntryForm(ForAccountForm):
    """登记收入 or 登记支出: only what belongs to the one asked for."""

    line = forms.ChoiceField(label="条线")
    kind = forms.ChoiceField(label="来源")
    amount_yuan = YuanField(label="金额(元)", help_text="最多两位小数;可写 1,200.50 或 0.12万元")
    occurred_on = _day()
    occurred_precision = _precision()
    voucher = forms.CharField(label="凭证号", required=False, max_length=VOUCHER_LENGTH)
    note = forms.CharField(label="备注", required=False, max_length=NOTE_LENGTH)

    def __init__(self, *args: Any, direction: str, by: Any, as_of: date, **kwargs: Any) -> None:
        super().__init__(*args, by=by, as_of=as_of, **kwargs)
        self.direction = direction
        self.fields["line"].choices = _line_choices(by)
        kind = self.fields["kind"]
        if direction == Direction.SPENDING:
            kind.label = "用途"
            kind.error_messages["required"] = "请选择用途。"
        else:
            kind.error_messages["required"] = "请选择来源。"
        which = CodeList.FUND_SOURCE if direction == Direction.RECEIPT else CodeList.FUND_PURPOSE
        kind.choices = codes(which, blank="请选择")

    def facts(self) -> dict[str, Any]:
        """The domain function's arguments but for who and when."""
        said = dict(self.cleaned_data)
        kind = said.pop("kind")
        receipt = self.direction == Direction.RECEIPT
        return {
            **said,
            "direction": self.direction,
            "source": kind if receipt else "",
            "purpose": "" if receipt else kind,
        }


class CorrectEntryForm(RegisterForm):
    """更正: the version opened travels with the form, so that nobody's work is overwritten."""

    line = forms.ChoiceField(label="条线")
    direction = forms.ChoiceField(label="收支", choices=Direction.choices)
    source = forms.ChoiceField(label="来源", required=False, help_text="收入填来源,支出留空")
    purpose = forms.ChoiceField(label="用途", required=False, help_text="支出填用途,收入留空")
    amount_yuan = YuanField(label="金额(元)", help_text="最多两位小数")
    occurred_on = _day()
    occurred_precision = _precision()
    voucher = forms.CharField(label="凭证号", required=False, max_length=VOUCHER_LENGTH)
    note = forms.CharField(label="备注", required=False, max_length=NOTE_LENGTH)
    change_reason = forms.CharField(label="更正理由", max_length=200)
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, entry: FundEntry, by: Any, named: dict[str, dict[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["line"].choices = _line_choices(by, entry.line)
        for name, which in (("source", CodeList.FUND_SOURCE), ("purpose", CodeList.FUND_PURPOSE)):
            held = getattr(entry, name)
            choices = codes(which, blank="不填")
            if held and held not in dict(choices):
                choices.append((held, named[name].get(held, held)))
            self.fields[name].choices = choices

    @staticmethod
    def initial_of(entry: FundEntry) -> dict[str, Any]:
        """What the form shows at first.

        Args:
            entry: the entry as it stands.
        """
        names = [name for name in CorrectEntryForm.base_fields if name != "change_reason"]
        return {name: getattr(entry, name) for name in names}

    def facts(self) -> dict[str, Any]:
        """The columns with their new values."""
        return {name: value for name, value in self.cleaned_data.items() if name not in ("change_reason", "version")}


class CancelEntryForm(RegisterForm):
    """作废, with the reason."""

    change_reason = forms.CharField(label="作废理由", max_length=200, help_text="例如:重复登记、登错组织")
    version = forms.IntegerField(widget=forms.HiddenInput)


class FundStandardForm(RegisterForm):
    """经费标准 from a day on."""

    from_ = day_field("从哪一天起施行", help_text="不早于今天;已经过去的日子按当时的标准")
    yearly_yuan_per_member = YuanField(label="每名党员每年不低于(元)")
    counts = forms.ChoiceField(label="计算口径", choices=Counted.choices)
    clause = forms.CharField(label="依据", max_length=64, help_text="条款或文件名称和文号")
    reading = forms.CharField(
        label="口径说明", required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )

    @staticmethod
    def initial_of(standard: FundStandard | None) -> dict[str, Any]:
        """The last version's numbers and words, to start from.

        Args:
            standard: the last version, None where there is none.
        """
        names = ("yearly_yuan_per_member", "counts", "clause", "reading")
        return {name: getattr(standard, name) for name in names} if standard else {}

    def facts(self) -> dict[str, str | Decimal]:
        """The columns of the version."""
        return {name: value for name, value in self.cleaned_data.items() if name != "from_"}
