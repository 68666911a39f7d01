"""Forms of the review."""

from django import forms

from orgs.forms import RegisterForm, day_field

LONG = forms.Textarea(attrs={"rows": 3})


class ReturnForm(RegisterForm):
    """退回: the word, and the day to file again."""

    text = forms.CharField(label="退回意见", max_length=500, required=False, widget=LONG)
    answer_by = day_field("最迟报回", required=False)


class CorrectForm(RegisterForm):
    """更正 of an accepted report."""

    change_reason = forms.CharField(
        label="更正理由",
        max_length=200,
        widget=LONG,
        help_text="写明哪里填错了。更正报送并通过以前,原来通过的版本仍然算数。",
    )
