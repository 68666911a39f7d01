"""Forms of the gap list and of 分类指导; what is allowed is decided by the domain functions they feed."""

from django import forms

from coverage.domain.classes import LABELS
from orgs.forms import RegisterForm, codes, day_field
from orgs.lines import Line
from orgs.models import Unit
from orgs.models.codes import CodeList

ALL_MISSING = ("", "各自尚缺的全部条线")


class AssignForm(RegisterForm):
    """分派: to whom, led by whom, by when."""

    line = forms.ChoiceField(label="条线", choices=[ALL_MISSING, *Line.choices], required=False)
    unit = forms.ModelChoiceField(
        Unit.objects.none(), label="责任单位", required=False, empty_label="各组织自己的主管党(工)委"
    )
    leader = forms.CharField(label="责任领导", max_length=40, help_text="写姓名和职务,例如 钟副书记")
    due_on = day_field("期限", help_text="这一天当天建成仍算按期")
    next_step = forms.CharField(label="下一步", max_length=200, required=False)

    def __init__(self, *args, units, **kwargs):
        """Makes the form.

        Args:
            units: the units the account may hand gaps to.
        """
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = units


class OpenedForm(RegisterForm):
    """A form on one row, which it names with the version that was opened; 0 and 0 where there was none."""

    opened = forms.IntegerField(widget=forms.HiddenInput)
    version = forms.IntegerField(widget=forms.HiddenInput)

    @staticmethod
    def of(row) -> dict[str, int]:
        """The two hidden values.

        Args:
            row: the row that runs, None where there is none.
        """
        return {"opened": row.pk, "version": row.version} if row is not None else {"opened": 0, "version": 0}


class AssignOneForm(AssignForm, OpenedForm):
    """分派 of one gap, from the day on which the form was opened."""

    as_of = forms.DateField(widget=forms.HiddenInput)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        del self.fields["line"]


class StepForm(OpenedForm):
    """更新下一步 of one assignment."""

    next_step = forms.CharField(label="下一步", max_length=200)


class WithdrawForm(OpenedForm):
    """撤回分派."""

    on = day_field("从哪一天起撤回")
    change_reason = forms.CharField(label="撤回理由", max_length=200)


class SuperviseForm(RegisterForm):
    """挂牌督办 of one or many organizations."""

    line = forms.ChoiceField(label="督办范围", choices=[("", "整个组织"), *Line.choices], required=False)
    level = forms.CharField(label="挂牌级别", max_length=40, initial="县级")
    change_reason = forms.CharField(label="挂牌理由", max_length=200)
    from_ = day_field("从哪一天起")


class UnsuperviseForm(RegisterForm):
    """摘牌 of one or many organizations."""

    last_day = day_field("挂牌到哪一天为止", help_text="当天仍在挂牌")
    change_reason = forms.CharField(label="摘牌理由", max_length=200)


class OverrideForm(OpenedForm):
    """调整分类."""

    letter = forms.ChoiceField(label="分类", choices=list(LABELS.items()))
    change_reason = forms.CharField(label="调整理由", max_length=200)
    from_ = day_field("从哪一天起", help_text="原来的调整到前一天为止")


class EndOverrideForm(OpenedForm):
    """取消分类调整."""

    last_day = day_field("调整到哪一天为止", help_text="从第二天起恢复系统计算的分类")
    change_reason = forms.CharField(label="取消理由", max_length=200)


class MeasureForm(RegisterForm):
    """登记指导措施."""

    version = forms.IntegerField(widget=forms.HiddenInput, initial=0)
    done_on = day_field("日期")
    kind = forms.ChoiceField(label="措施")
    note = forms.CharField(
        label="说明", max_length=200, required=False, help_text="不写党员姓名;排查到的人数只在“党员排查”里登记"
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = codes(CodeList.GUIDANCE_MEASURE, blank="请选择")


class RemoveForm(RegisterForm):
    """Deleting a measure recorded by mistake."""

    change_reason = forms.CharField(label="删除理由", max_length=200)
