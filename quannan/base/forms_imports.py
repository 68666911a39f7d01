"""Forms of the pages of 导入."""

from collections.abc import Sequence

from django import forms
from django.http import QueryDict

from quannan.base.domain.import_runs import ALL, ENDINGS, NOTE_LENGTH, VALID
from quannan.base.imports import ImportKind
from quannan.base.workbook.declare import ImportForm
from quannan.base.workbook.headers import MOST_HEADER_ROWS
from quannan.base.workbook.preview import HeaderView


class ImportUploadForm(forms.Form):
    """Which form it is, the workbook and, where its title does not say, the date of its figures."""

    kind = forms.ChoiceField(
        label="表式",
        widget=forms.Select(attrs={"class": "form-select"}),
        error_messages={
            "required": "请选择这是哪一种表。",
            "invalid_choice": "没有这种表,或您的角色不能导入它。请从列表中选择。",
        },
    )
    file = forms.FileField(
        label="文件",
        help_text="支持 .xlsx、.xls、.et、.csv,不超过 20 万行。原文件会完整保存。",
        widget=forms.ClearableFileInput(
            attrs={"class": "form-control", "accept": ",".join(f".{ending}" for ending in sorted(ENDINGS))}
        ),
        error_messages={
            "required": "还没有选择文件,请选择要导入的表格。",
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

    def __init__(self, *args, kinds: Sequence[ImportKind], **kwargs):
        """
        Args:
            kinds: those that the account may import.
        """
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [(kind.code, kind.name) for kind in kinds]


class ImportChoiceForm(forms.Form):
    """What is to be written: everything or nothing, or the good rows only."""

    mode = forms.ChoiceField(
        label="怎样写入",
        choices=[(ALL, "全部通过才写入"), (VALID, "只写入没有错误的行")],
        widget=forms.RadioSelect,
        error_messages={"required": "请选择怎样写入。"},
    )
    answers = forms.MultipleChoiceField(required=False, widget=forms.CheckboxSelectMultiple)
    note = forms.CharField(
        label="对提示的说明",
        required=False,
        max_length=NOTE_LENGTH,
        widget=forms.Textarea(attrs={"class": "form-control", "rows": 2}),
        help_text="有提示的行照样写入。核对过的情况在这里写一句,随这次导入保存。",
        error_messages={"max_length": f"请缩短到 {NOTE_LENGTH} 个字以内。"},
    )

    def __init__(self, *args, kind: ImportKind, questions=(), rejected=0, warnings=0, **kwargs):
        """
        Args:
            kind: which form it is; it words the questions.
            questions: row, key, name and header of everything that rows ask.
            rejected: rows with an error; with any, all-or-nothing is not on offer.
            warnings: rows with a warning; without any, no word is asked for.
        """
        super().__init__(*args, **kwargs)
        if not warnings:
            del self.fields["note"]
        if rejected:
            self.fields["mode"].choices = [(VALID, f"只写入没有错误的行,被拒绝的 {rejected} 行不写入")]
        self.fields["mode"].initial = VALID if rejected else ALL
        self.fields["answers"].label = kind.question_label
        self.fields["answers"].help_text = kind.question_help
        self.fields["answers"].choices = [
            (f"{q['row']}:{q['key']}", f"第{q['row']}行 {q['name']}({q['header']})") for q in questions
        ]
        if not questions:
            del self.fields["answers"]

    def chosen_answers(self) -> list[tuple[int, str]]:
        """(row number, key) of every question that was confirmed."""
        pairs = (value.split(":", 1) for value in self.cleaned_data.get("answers", ()))
        return [(int(row), key) for row, key in pairs]


class HeaderRowsForm(forms.Form):
    """Which sheet and which rows hold the header."""

    sheet = forms.ChoiceField(label="工作表", widget=forms.Select(attrs={"class": "form-select"}))
    first = forms.TypedChoiceField(
        label="表头从第几行", coerce=int, widget=forms.Select(attrs={"class": "form-select"})
    )
    last = forms.TypedChoiceField(
        label="到第几行",
        coerce=int,
        widget=forms.Select(attrs={"class": "form-select"}),
        help_text=f"表头最多 {MOST_HEADER_ROWS} 行,数据从下一行开始。",
    )

    def __init__(self, *args, view: HeaderView, **kwargs):
        """
        Args:
            view: the sheet as looked at.
        """
        first, last = view.header_rows
        super().__init__(*args, initial={"sheet": view.sheet, "first": first, "last": last}, **kwargs)
        numbers = [(number, str(number)) for number in range(1, view.rows + 1)]
        self.fields["sheet"].choices = [(name, name) for name in view.sheets]
        self.fields["first"].choices = self.fields["last"].choices = numbers


class ColumnsForm(forms.Form):
    """What every column is to be read as; a column may be left unread."""

    def __init__(self, data: QueryDict | None = None, *, view: HeaderView, form: ImportForm):
        """
        Args:
            data: what was chosen, None while the page is only looked at.
            view: the sheet as looked at.
            form: the columns to choose from.
        """
        super().__init__(data)
        choices = [
            ("", "不读这一列"),
            *((c.field, f"{c.label}(必有)" if c.required else c.label) for c in form.columns),
        ]
        for heading in view.headings:
            self.fields[f"column_{heading.letters}"] = forms.ChoiceField(
                label=f"{heading.letters}列",
                required=False,
                choices=choices,
                initial=view.fields.get(heading.letters, ""),
                widget=forms.Select(attrs={"class": "form-select"}),
            )
        self.headings = view.headings

    def columns(self):
        """(heading, field) of every column, for the page."""
        return [(heading, self[f"column_{heading.letters}"]) for heading in self.headings]

    def chosen(self) -> dict[str, str]:
        """Column letters → field, of the columns that are to be read."""
        cleaned = self.cleaned_data
        return {h.letters: cleaned[f"column_{h.letters}"] for h in self.headings if cleaned[f"column_{h.letters}"]}
