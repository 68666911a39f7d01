"""The form that hands a workbook of reports over."""

from django import forms

from evaluation.domain.behalf import ENDINGS
from evaluation.queries_rounds import opened_rounds
from orgs.forms import RegisterForm


class BehalfForm(RegisterForm):
    """Of which round, and the file."""

    round = forms.ModelChoiceField(opened_rounds().none(), label="批次", empty_label=None)
    file = forms.FileField(
        label="代报表",
        help_text="支持 .xlsx、.xls、.et、.csv,一行一家组织。",
        widget=forms.ClearableFileInput(attrs={"accept": ",".join(f".{ending}" for ending in sorted(ENDINGS))}),
        error_messages={"empty": "选择的是空文件,请打开核对后重新选择。"},
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["round"].queryset = opened_rounds().order_by("-year", "-pk")
