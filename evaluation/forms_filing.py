"""Forms of filing: who signs, and the answer to a reviewer."""

import json
from typing import Any

from django import forms

from evaluation.domain.values import UNKNOWN_WORD
from evaluation.models import AnswerType, Question
from evaluation.models.rounds import SecondCertifier
from orgs.forms import MISSING, RegisterForm


class SignForm(RegisterForm):
    """Who vouches for a filing; the second certifier where the round asks for one."""

    signer_name = forms.CharField(label="签署人姓名", max_length=40)
    signer_post = forms.CharField(label="职务", max_length=40, required=False)
    second_name = forms.CharField(label="第二签署人姓名", max_length=40)
    second_role = forms.ChoiceField(label="第二签署人身份")

    def __init__(self, *args: Any, second: str, **more: Any) -> None:
        super().__init__(*args, **more)
        roles = [(code, label) for code, label in SecondCertifier.choices if code in ("owner", "instructor")]
        if not second:
            del self.fields["second_name"], self.fields["second_role"]
        elif second == SecondCertifier.EITHER:
            self.fields["second_role"].choices = roles
        else:
            del self.fields["second_role"]
            label = f"{dict(roles)[second]}姓名"
            self.fields["second_name"].label = label
            self.fields["second_name"].error_messages["required"] = MISSING.format(label)


def read_sheet_post(post: Any, questions: list[Question]) -> tuple[dict[str, Any], dict[str, Any], dict[str, str]]:
    """What a page of questions sent: typed, seen and remarks, as saving takes them.

    Args:
        post: the QueryDict.
        questions: those of the page; what the form did not show is left out.
    """
    typed: dict[str, Any] = {}
    seen: dict[str, Any] = {}
    for question in questions:
        code = question.code
        if f"s-{code}" not in post:
            continue
        many = question.kind == AnswerType.MANY
        typed[code] = post.getlist(f"a-{code}") if many else post.get(f"a-{code}", "")
        if f"u-{code}" in post:
            typed[code] = UNKNOWN_WORD
        try:
            seen[code] = json.loads(post[f"s-{code}"])
        except ValueError:
            seen[code] = ""
    remarks = {name[2:]: text for name, text in post.items() if name.startswith("r-")}
    return typed, seen, remarks
