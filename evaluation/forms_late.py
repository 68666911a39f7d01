"""The form of 准许补报; what is allowed is decided by the domain function it feeds."""

from django import forms

from orgs.forms import RegisterForm, day_field


class GrantForm(RegisterForm):
    """Until when, and why."""

    until = day_field("准许补报至", help_text="这一天 24 时以前可以补报")
    reason = forms.CharField(label="理由", max_length=200, help_text="例如 企业停电,未能按时填报")
