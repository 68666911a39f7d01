"""Forms of freezing and withdrawing published figures."""

from django import forms

from coverage.domain.publications import NOTE_LENGTH, TITLE_LENGTH
from orgs.forms import RegisterForm


class FreezeForm(RegisterForm):
    """定稿: what the publication is called, for whom, and the figures that were looked at."""

    title = forms.CharField(label="标题", max_length=TITLE_LENGTH)
    addressed_to = forms.CharField(
        label="报送对象", max_length=TITLE_LENGTH, help_text="报给谁、做什么用,如:市委组织部,半年统计"
    )
    note = forms.CharField(
        label="说明",
        required=False,
        max_length=NOTE_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="需要随数字一起说明的情况",
    )
    as_of = forms.DateField(widget=forms.HiddenInput)
    seen = forms.CharField(widget=forms.HiddenInput, required=False)


class WithdrawForm(RegisterForm):
    """作废, with the reason."""

    change_reason = forms.CharField(label="作废理由", max_length=200)
