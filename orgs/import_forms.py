"""Forms of the pages of 摸底表导入."""

from django import forms

from orgs.domain.import_runs import ALL, ENDINGS, VALID


class ImportUploadForm(forms.Form):
    """The workbook and, where its title does not say, the date of its figures."""

    file = forms.FileField(
        label="摸底表",
        help_text="支持 .xlsx、.xls、.et、.csv,不超过 20 万行。原文件会完整保存。",
        widget=forms.ClearableFileInput(
            attrs={"class": "form-control", "accept": ",".join(f".{ending}" for ending in sorted(ENDINGS))}
        ),
        error_messages={
            "required": "还没有选择文件,请选择要导入的摸底表。",
            "empty": "选择的是空文件,请打开核对后重新选择。",
        },
    )
    as_of = forms.DateField(
        label="截至日期",
        required=False,
        help_text="表内数据的截止日期;留空则取表格标题中的“截止日期”。",
        widget=forms.DateInput(attrs={"type": "date", "class": "form-control"}, format="%Y-%m-%d"),
        error_messages={"invalid": "日期应写成 2011-06-30 这样。"},
    )


class ImportChoiceForm(forms.Form):
    """What is to be written: everything or nothing, or the good rows only."""

    mode = forms.ChoiceField(
        label="怎样写入",
        choices=[(ALL, "全部通过才写入"), (VALID, "只写入没有错误的行")],
        widget=forms.RadioSelect,
        error_messages={"required": "请选择怎样写入。"},
    )
    endings = forms.MultipleChoiceField(
        label="确认结束的组织",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="台账登记为已建、表中填“无”。勾选的在截至日期结束;不勾选的保持已建。",
    )

    def __init__(self, *args, questions=(), rejected=0, **kwargs):
        """
        Args:
            questions: row, name, line and header of every 登记为已建,表中为无.
            rejected: rows with an error; with any, all-or-nothing is not on offer.
        """
        super().__init__(*args, **kwargs)
        if rejected:
            self.fields["mode"].choices = [(VALID, f"只写入没有错误的行,被拒绝的 {rejected} 行不写入")]
        self.fields["mode"].initial = VALID if rejected else ALL
        self.fields["endings"].choices = [
            (f"{q['row']}:{q['line']}", f"第{q['row']}行 {q['name']}({q['header']})") for q in questions
        ]
        if not questions:
            del self.fields["endings"]

    def chosen_endings(self) -> list[tuple[int, str]]:
        """(row number, line) of every confirmed end."""
        pairs = (value.split(":", 1) for value in self.cleaned_data.get("endings", ()))
        return [(int(row), line) for row, line in pairs]
