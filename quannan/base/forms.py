"""Filters of the audit page."""

from django import forms

from quannan.base.domain.audit import action_names


class AuditFilterForm(forms.Form):
    """Which audit entries to show; everything may be left out."""

    action = forms.ChoiceField(label="操作", required=False, widget=forms.Select(attrs={"class": "form-select"}))
    actor = forms.CharField(
        label="操作人", required=False, max_length=60, widget=forms.TextInput(attrs={"class": "form-control"})
    )
    text = forms.CharField(
        label="对象名称", required=False, max_length=60, widget=forms.TextInput(attrs={"class": "form-control"})
    )
    since = forms.DateField(
        label="从",
        required=False,
        widget=forms.DateInput(attrs={"type": "date", "class": "form-control"}, format="%Y-%m-%d"),
    )
    until = forms.DateField(
        label="至",
        required=False,
        widget=forms.DateInput(attrs={"type": "date", "class": "form-control"}, format="%Y-%m-%d"),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["action"].choices = [("", "全部"), *action_names().items()]

    def clean(self):
        cleaned = super().clean()
        since, until = cleaned.get("since"), cleaned.get("until")
        if since and until and since > until:
            self.add_error("until", "“至”早于“从”,请把两个日期对调。")
        return cleaned

    def sentence(self) -> str:
        """The filter as one sentence, for the page, the export and its heading."""
        words = [
            f"{self.fields[name].label}:{self._shown(name)}" for name in self.fields if self.cleaned_data.get(name)
        ]
        return ",".join(words) or "全部记录"

    def _shown(self, name: str) -> str:
        value = self.cleaned_data[name]
        if name == "action":
            return action_names().get(value, value)
        return str(value)
