"""Forms of the accounts of filers."""

from django import forms

from evaluation.models import FilerRole
from orgs.forms import RegisterForm

LINE = forms.TextInput(attrs={"class": "form-control", "autocomplete": "off"})
REASON = forms.Textarea(attrs={"class": "form-control", "rows": 2})
SELECT = forms.Select(attrs={"class": "form-select"})


class IssueForm(RegisterForm):
    """One organization's account, for a person named."""

    holder_name = forms.CharField(label="填报人姓名", max_length=40, widget=LINE)
    role = forms.ChoiceField(label="身份", choices=FilerRole.choices, widget=SELECT)
    username = forms.CharField(
        label="登录名", max_length=150, required=False, widget=LINE, help_text="不填的,按统一社会信用代码自动取名。"
    )


class ResetForm(forms.Form):
    """重置: nothing to fill in but the button."""


class EndForm(RegisterForm):
    """收回."""

    change_reason = forms.CharField(label="理由", max_length=200, widget=REASON)


class HandOverForm(RegisterForm):
    """移交 by the office."""

    successor_name = forms.CharField(label="继任者姓名", max_length=40, widget=LINE)
    role = forms.ChoiceField(label="继任者身份", choices=FilerRole.choices, widget=SELECT)
    change_reason = forms.CharField(
        label="移交理由", max_length=200, widget=REASON, help_text="如:书记调整、联络员离职。"
    )
    same_username = forms.BooleanField(
        label="继任者沿用原登录名",
        required=False,
        help_text="沿用的,原填报人的登录名后面加编号;密码都不相通。",
    )
