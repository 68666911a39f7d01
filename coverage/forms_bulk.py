"""Forms of a bulk edit: the same fields as the single acts have."""

from django import forms

from orgs.domain.bulk_edit import Act
from orgs.forms import EndForm, ExcludeForm, MoveForm, RegisterForm, codes
from orgs.models.codes import CodeList
from orgs.models.organization import Kind


class FactsForm(RegisterForm):
    """Facts that several organizations can share; what is left empty stays as it is."""

    kind = forms.ChoiceField(label="单位类别", required=False, choices=[("", "不改"), *Kind.choices])
    registration_type = forms.ChoiceField(label="登记类型", required=False)
    industry = forms.ChoiceField(label="行业", required=False)
    change_reason = forms.CharField(label="理由", max_length=200)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["registration_type"].choices = codes(CodeList.REGISTRATION_TYPE, blank="不改")
        self.fields["industry"].choices = codes(CodeList.INDUSTRY, blank="不改")

    def clean(self):
        said = super().clean()
        if not any(said.get(name) for name in ("kind", "registration_type", "industry")):
            raise forms.ValidationError("请至少选一项要改的内容。", code="required")
        return said


FORMS: dict[str, type[RegisterForm]] = {
    Act.MOVE: MoveForm,
    Act.EXCLUDE: ExcludeForm,
    Act.INCLUDE: EndForm,
    Act.FACTS: FactsForm,
}


def values_of(form: RegisterForm) -> dict:
    """What `apply_bulk` takes, out of a form that was read without fault.

    Args:
        form: one of `FORMS`, valid.
    """
    values = dict(form.cleaned_data)
    values["reason"] = values.pop("change_reason")
    return values
