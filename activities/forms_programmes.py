"""Forms of programmes and kinds."""

from typing import Any

from django import forms

from activities.domain.programmes import CLAUSE_LENGTH
from activities.models.programmes import NAME_LENGTH
from orgs.domain.acting import REASON_LENGTH
from orgs.forms import RegisterForm, day_field
from orgs.lines import Line


class KindForm(RegisterForm):
    """新增或修改活动类别."""

    name = forms.CharField(label="名称", max_length=NAME_LENGTH)


class ProgrammeForm(KindForm):
    """新增或修改活动载体."""

    line = forms.ChoiceField(label="条线", required=False, choices=[("", "各条线"), *Line.choices])
    clause = forms.CharField(
        label="依据", required=False, max_length=CLAUSE_LENGTH, help_text="例如 三(三),或文件名称和文号"
    )


def with_first_day(form: type[RegisterForm]) -> type[RegisterForm]:
    """The form for a new entry, which says from when on it is used.

    Args:
        form: KindForm or ProgrammeForm.
    """
    fields: dict[str, Any] = {"from_": day_field("从哪一天起用", required=False, help_text="一直都用的留空")}
    return type(f"New{form.__name__}", (form,), fields)


class EndEntryForm(RegisterForm):
    """结束活动载体或类别."""

    last_day = day_field("最后一天", help_text="以后开展的活动不能再选它,已登记的照旧")
    change_reason = forms.CharField(label="原因", max_length=REASON_LENGTH)
