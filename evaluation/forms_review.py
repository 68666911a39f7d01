"""Forms of the review."""

from django import forms

DAY = forms.DateInput(attrs={"class": "form-control", "type": "date"})
LONG = forms.Textarea(attrs={"class": "form-control", "rows": 3})


class ReturnForm(forms.Form):
    """退回: the word, and the day to file again."""

    text = forms.CharField(label="退回意见", max_length=500, required=False, widget=LONG)
    answer_by = forms.DateField(label="最迟报回", required=False, widget=DAY)


class CorrectForm(forms.Form):
    """更正 of an accepted report."""

    change_reason = forms.CharField(
        label="更正理由",
        max_length=200,
        widget=LONG,
        help_text="写明哪里填错了。更正报送并通过以前,原来通过的版本仍然算数。",
    )
