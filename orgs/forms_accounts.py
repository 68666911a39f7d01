"""Forms of accounts and their roles."""

from django import forms
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm

from orgs.domain.accounts import Grant
from orgs.domain.one_time import login_name_as_meant, password_as_meant
from orgs.forms import RegisterForm
from orgs.lines import Line
from orgs.models import Organization, Role, Unit
from orgs.validators import normalise_code


class GrantForm(RegisterForm):
    """授予角色: the role, and what it is given for."""

    role = forms.ModelChoiceField(Role.objects.all(), label="角色", empty_label="请选择")
    unit = forms.ModelChoiceField(
        Unit.objects.filter(is_active=True),
        label="单位",
        required=False,
        empty_label="—",
        help_text="“主管党(工)委”角色须选",
    )
    organization = forms.CharField(
        label="组织的统一社会信用代码", required=False, max_length=24, help_text="书记、联络员角色须填"
    )
    lines = forms.MultipleChoiceField(
        label="条线",
        required=False,
        choices=Line.choices,
        widget=forms.CheckboxSelectMultiple,
        help_text="“条线部门”角色须选",
    )

    def clean_organization(self):
        code = normalise_code(self.cleaned_data["organization"])
        if not code:
            return None
        found = Organization.objects.filter(uscc=code).select_related("merged_into").first()
        if found is None:
            raise forms.ValidationError("台账里没有这个代码的组织,请核对代码。")
        return found.merged_into or found

    def grant(self) -> Grant:
        said = self.cleaned_data
        return Grant(said["role"].code, said["unit"], said["organization"], tuple(said["lines"]))


class AccountForm(GrantForm):
    """新增账号 with its first role."""

    username = forms.CharField(label="登录名", max_length=150, help_text="字母、数字和 @ . + - _")
    name = forms.CharField(label="姓名", max_length=64)
    field_order = ("username", "name", "role", "unit", "organization", "lines")


class OwnPasswordForm(PasswordChangeForm):
    """修改密码, looking like the other forms."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs["class"] = "form-control"
            field.error_messages["required"] = f"请填写{field.label}。"

    def error_count(self) -> int:
        return sum(len(errors) for errors in self.errors.values())


class LoginForm(AuthenticationForm):
    """登录, with sentences that say what to do."""

    error_messages = {
        "invalid_login": "登录名或密码不对。请核对大小写;连续输错 5 次会暂停登录 15 分钟。",
        "inactive": "这个账号已停用,请联系系统管理员。",
    }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["username"].label = "登录名"
        for field in self.fields.values():
            field.widget.attrs["class"] = "form-control"
            field.error_messages["required"] = f"请填写{field.label}。"

    def clean_username(self):
        return login_name_as_meant(self.cleaned_data["username"].strip())

    def clean_password(self):
        return password_as_meant(self.cleaned_data.get("username", ""), self.cleaned_data["password"])

    def error_count(self) -> int:
        return sum(len(errors) for errors in self.errors.values())
